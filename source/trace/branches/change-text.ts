import type {FlagName} from '../../machine/flags.js';
import {isGeneralRegister} from '../../machine/registers.js';
import {EDITABLE_REGISTERS, parseValue, ValueError} from '../register-values.js';
import {type Change, CHANGEABLE_FLAGS, type MemoryPlace} from './change.js';

/** What gives names to addresses and addresses to names; without it, changes are written in numbers. */
export interface NameBook {
	addressOf(name: string): bigint | undefined;
	nameOf(address: bigint): string | undefined;
}

/** A book without names. */
const NO_NAMES: NameBook = {addressOf: () => undefined, nameOf: () => undefined};

/** Widths of a value in memory, in bytes. */
const WIDTHS = [1, 2, 4, 8, 16];

const XMM = /^xmm(?:\d|1[0-5])$/;
const SYMBOL = /^([\w.$]+)\s*(?:([+-])\s*(0x[0-9a-f]+|\d+))?$/i;

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** Splits a list at its commas, but for those in quotes. */
export function splitList(text: string): string[] {
	const parts = text.match(/(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^,])+/gsu) ?? [];
	return parts.map(part => part.trim()).filter(part => part !== '');
}

/** A symbol with a distance, as a number; undefined if no such symbol is known. */
function symbolValue(text: string, names: NameBook): bigint | undefined {
	const match = SYMBOL.exec(text.trim());
	const address = match === null ? undefined : names.addressOf(match[1]);
	if (match === null || address === undefined) return undefined;
	const distance = BigInt(match.at(3) ?? 0);
	return BigInt.asUintN(64, match.at(2) === '-' ? address - distance : address + distance);
}

/**
 * Reads a 64-bit value as people type it: a number, characters in quotes, or a symbol with a distance, such as `message+4`.
 * @throws ValueError that says what is wrong and what is allowed
 */
export function parseNamedValue(text: string, names: NameBook = NO_NAMES): bigint {
	const named = symbolValue(text, names);
	if (named !== undefined) return named;
	if (/^[a-z_.$][\w.$]*\s*(?:[+-].*)?$/i.test(text.trim())) throw new ValueError(`“${text.trim()}” is no symbol of the program or the kernel, and no number: type hex (0x2a), decimal (42), negative (-1), characters ('A') or a symbol’s name`);
	return parseValue(text);
}

/**
 * Reads what stands between the brackets of a memory place: `rsp+8`, `message`, `0x404000`.
 * @throws ValueError
 */
export function parsePlace(text: string, names: NameBook = NO_NAMES): MemoryPlace {
	const trimmed = text.trim().replace(/^%/, '');
	const match = /^([a-z]\w*)\s*(?:([+-])\s*(0x[0-9a-f]+|\d+))?$/i.exec(trimmed);
	const register = match?.[1].toLowerCase() ?? '';
	if (match !== null && isGeneralRegister(register)) {
		const distance = BigInt(match.at(3) ?? 0);
		return {base: register, offset: BigInt.asUintN(64, match.at(2) === '-' ? -distance : distance)};
	}

	if (trimmed === '') throw new ValueError('no address stands between [ and ]: write a register, a symbol or a number there, such as [rsp+8]');
	return {offset: parseNamedValue(trimmed, names)};
}

/** Bytes as people write them: pairs of hex digits, or characters in double quotes. */
function parseBytes(text: string, what: string): number[] {
	const quoted = /^"(.*)"$/su.exec(text.trim())?.[1];
	if (quoted !== undefined) return [...new TextEncoder().encode(unescape(quoted))];
	const pairs = text.trim().split(/[\s_]+/).filter(pair => pair !== '');
	if (pairs.length === 0) throw new ValueError(`${what} gets no bytes: write them as 41 42 43 or "ABC"`);
	const wrong = pairs.find(pair => !/^(?:[0-9a-f]{2})+$/i.test(pair));
	if (wrong !== undefined) throw new ValueError(`“${wrong}” is no byte: write bytes as 41 42 43 (two hex digits each) or "ABC"; for a number say how wide it is, as in ${what}:8=0x10`);
	return pairs.flatMap(pair => (pair.match(/../g) ?? []).map(byte => Number.parseInt(byte, 16)));
}

/** Escapes of C in a quoted text. */
const ESCAPES: Readonly<Record<string, string>> = {n: '\n', t: '\t', r: '\r', 0: '\0'};
const unescape = (text: string): string => text.replaceAll(/\\(.)/gsu, (_, escaped: string) => ESCAPES[escaped] ?? escaped);

/** The bytes of a value, the lowest first. */
const littleEndian = (value: bigint, width: number): number[] => Array.from({length: width}, (_, index) => Number((value >> BigInt(index * 8)) & 0xffn));

function parseMemory(place: string, width: string | undefined, value: string, names: NameBook): Change {
	const where = parsePlace(place, names);
	const what = `[${place.trim()}]`;
	if (width === undefined) return {kind: 'memory', place: where, bytes: parseBytes(value, what)};
	const bytes = Number(width);
	if (!WIDTHS.includes(bytes)) throw new ValueError(`${what}:${width} is no width: ${WIDTHS.join(', ')} bytes are possible`);
	const number = bytes === 16 ? parseWide(value) : parseNamedValue(value, names);
	// A negative number has come out as 64 bits; its upper ones may be cut off if they are all ones.
	const bits = bytes * 8;
	const fits = bits >= 64 || number >> BigInt(bits) === 0n || BigInt.asUintN(64, BigInt.asIntN(bits, number)) === number;
	if (!fits) throw new ValueError(`“${value.trim()}” does not fit into ${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`);
	return {kind: 'memory', place: where, bytes: littleEndian(number, bytes)};
}

/** A value of up to 128 bits. */
function parseWide(text: string): bigint {
	const digits = text.trim().replaceAll('_', '');
	const value = /^(?:0x[0-9a-f]+|\d+)$/i.test(digits) ? BigInt(digits.toLowerCase()) : parseValue(text);
	if (value >> 128n !== 0n) throw new ValueError(`“${text.trim()}” does not fit into 128 bits`);
	return value;
}

function parseFlag(flag: FlagName, value: string): Change {
	if (!/^[01]$/.test(value.trim())) throw new ValueError(`“${value.trim()}” is no value of a flag: ${flag.toLowerCase()}=0 or ${flag.toLowerCase()}=1`);
	return {kind: 'flag', flag, value: value.trim() === '1'};
}

const MEMORY = /^\[([^\]]*)\](?::(\w+))?$/;

function parseChange(text: string, names: NameBook): Change {
	const at = text.indexOf('=');
	if (at < 0) throw new ValueError(`“${text}” changes nothing: write it as rax=39, cf=1, [rsp+8]:8=0x10 or [message]=41 42`);
	const target = text.slice(0, at).trim();
	const value = text.slice(at + 1);
	const memory = MEMORY.exec(target);
	if (memory !== null) return parseMemory(memory[1], memory.at(2), value, names);
	const name = target.replace(/^%/, '').toLowerCase();
	if (EDITABLE_REGISTERS.includes(name)) return {kind: 'register', register: name, value: parseNamedValue(value, names)};
	if (XMM.test(name)) return {kind: 'xmm', register: name, value: parseWide(value)};
	const flag = CHANGEABLE_FLAGS.find(each => each.toLowerCase() === name);
	if (flag !== undefined) return parseFlag(flag, value);
	if (name === 'input') return {kind: 'input', bytes: parseBytes(value, 'input')};
	throw new ValueError(`“${target}” can’t be changed: ${EDITABLE_REGISTERS.join(', ')}, xmm0 to xmm15, the flags ${CHANGEABLE_FLAGS.map(each => each.toLowerCase()).join(', ')}, memory as [rsp+8]:8 or [message], and input can`);
}

/**
 * Reads a list of changes such as `rdi=77, cf=1, rsi=message, [rsp+8]:8=0x10, [message]=41 42, xmm0=0x1, input="yes\n"`.
 * @param names gives symbols their addresses
 * @throws ValueError that says what is wrong and what is allowed
 */
export function parseChanges(text: string, names: NameBook = NO_NAMES): Change[] {
	const parts = splitList(text);
	if (parts.length === 0) throw new ValueError('nothing is changed: write it as rax=39');
	return parts.map(part => parseChange(part, names));
}

const bytesText = (bytes: readonly number[]): string => bytes.map(byte => byte.toString(16).padStart(2, '0')).join(' ');

/** A place as people write it, without its brackets. */
export function placeText({base, offset}: MemoryPlace, names: NameBook = NO_NAMES): string {
	if (base === undefined) return names.nameOf(offset) ?? hex(offset);
	const distance = BigInt.asIntN(64, offset);
	if (distance === 0n) return base;
	return distance < 0n ? `${base}-${hex(-distance)}` : `${base}+${hex(distance)}`;
}

/** A change as `parseChanges` reads it, in numbers alone: for files. */
export function textOfChange(change: Change): string {
	switch (change.kind) {
		case 'register':
		case 'xmm':
			return `${change.register}=${hex(change.value)}`;
		case 'flag':
			return `${change.flag.toLowerCase()}=${Number(change.value)}`;
		case 'memory':
			return `[${placeText(change.place)}]=${bytesText(change.bytes)}`;
		case 'input':
			return `input=${bytesText(change.bytes)}`;
	}
}

/** Bytes shown of a long change. */
const SHOWN = 16;

/** Whether bytes are text that can be shown. */
const isText = (bytes: readonly number[]): boolean => bytes.every(byte => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a);

const quoted = (bytes: readonly number[]): string => `“${String.fromCharCode(...bytes.slice(0, SHOWN)).replaceAll('\n', '\\n')}${bytes.length > SHOWN ? '…' : ''}”`;

/** A change in words, with names where there are any: `rsi = message`, `[rsp+0x8] = 10 00`, `typed “yes”`. */
export function describeChange(change: Change, names: NameBook = NO_NAMES): string {
	switch (change.kind) {
		case 'register': {
			const name = names.nameOf(change.value);
			return `${change.register} = ${name === undefined ? hex(change.value) : `${name} (${hex(change.value)})`}`;
		}

		case 'xmm':
			return `${change.register} = ${hex(change.value)}`;
		case 'flag':
			return `${change.flag} = ${Number(change.value)}`;
		case 'memory':
			return `[${placeText(change.place, names)}] = ${bytesText(change.bytes.slice(0, SHOWN))}${change.bytes.length > SHOWN ? ` … (${change.bytes.length} bytes)` : ''}`;
		case 'input':
			return isText(change.bytes) ? `typed ${quoted(change.bytes)}` : `typed ${bytesText(change.bytes.slice(0, SHOWN))}`;
	}
}
