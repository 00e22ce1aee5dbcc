import {Cell} from '../machine/layout.js';
import type {Machine} from '../machine/machine.js';
import {GENERAL_REGISTERS, isGeneralRegister} from '../machine/registers.js';

/** Registers that people may set: the general ones, rip and rflags. */
export const EDITABLE_REGISTERS: readonly string[] = [...GENERAL_REGISTERS, 'rip', 'rflags'];

/** A value or list that can't be understood; the message says why and what would do. */
export class ValueError extends Error {}

const CHARACTERS = /^'(.{1,8})'$/su;

/** Escapes in a quoted character, as C has them. */
const ESCAPES: Readonly<Record<string, string>> = {'\\n': '\n', '\\t': '\t', '\\0': '\0', '\\\\': '\\', "\\'": "'"};

/** Up to eight characters as memory would hold them, the first in the lowest byte. */
function characters(text: string): bigint | undefined {
	const bytes = new TextEncoder().encode(ESCAPES[text] ?? text);
	if (bytes.length > 8) return undefined;
	return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

const NUMBER = /^([+-]?)(0x[0-9a-f](?:_?[0-9a-f])*|0b[01](?:_?[01])*|0o[0-7]+|[0-9](?:_?[0-9])*)$/i;

/**
 * Reads a 64-bit value as people type it: hexadecimal (0x…), decimal, binary (0b…), negative, or characters in quotes.
 * @throws ValueError that says what is wrong and what is allowed
 */
export function parseValue(text: string): bigint {
	const trimmed = text.trim();
	const quoted = CHARACTERS.exec(trimmed)?.[1];
	const value = quoted === undefined ? parseNumber(trimmed) : characters(quoted);
	if (value === undefined) {
		const what = trimmed === '' ? 'nothing was typed' : `“${trimmed}” is no number`;
		throw new ValueError(`${what}: type hex (0x2a), decimal (42), negative (-1) or characters ('A')`);
	}

	if (value >= 1n << 64n || value < -(1n << 63n)) throw new ValueError(`“${trimmed}” does not fit into 64 bits: from -2^63 to 2^64-1 is possible`);
	return BigInt.asUintN(64, value);
}

function parseNumber(text: string): bigint | undefined {
	const match = NUMBER.exec(text);
	if (match === null) return undefined;
	const magnitude = BigInt(match[2].replaceAll('_', '').toLowerCase());
	return match[1] === '-' ? -magnitude : magnitude;
}

/** One register and the value that it is to have. */
export type Setting = readonly [register: string, value: bigint];

/**
 * Reads a list such as `rax=39,rdi=-1`.
 * @throws ValueError for an unknown register, a missing `=` or a value that can't be read
 */
export function parseSettings(text: string): Setting[] {
	// Commas in quotes are characters; meanwhile something stands for them that nobody can type.
	const marked = text.replaceAll(/'(?:\\.|[^'\\])*'/g, quoted => quoted.replaceAll(',', '\0'));
	return marked.split(',').map(each => each.replaceAll('\0', ',')).map(part => {
		const [name = '', ...rest] = part.split('=');
		const register = name.trim().replace(/^%/, '').toLowerCase();
		if (rest.length === 0) throw new ValueError(`“${part.trim()}” sets nothing: write it as rax=39`);
		if (!EDITABLE_REGISTERS.includes(register)) throw new ValueError(`“${name.trim()}” is no register that can be set: ${EDITABLE_REGISTERS.join(', ')}`);
		return [register, parseValue(rest.join('='))];
	});
}

/** Sets a register of a machine; rflags keeps the bits that can't be changed. */
export function applySetting(machine: Machine, [register, value]: Setting): void {
	if (register === 'rip') machine.cpu.cells[Cell.RIP] = value;
	else if (register === 'rflags') machine.cpu.setRflags(value, 'you');
	else if (isGeneralRegister(register)) machine.setRegister(register, value);
}
