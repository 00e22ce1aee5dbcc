import {StatementError} from '../problems.js';
import type {Unknowns} from './operands.js';
import {isIntelRegister} from './registers.js';

const size = /^(byte|word|dword|qword|fword|tbyte|oword|xmmword|ymmword|zmmword)\b\s*(ptr\b)?\s*/i;
const segment = /^([c-gs]s)\s*:\s*/i;
const indexable = /^(?:[re](?:ax|bx|cx|dx|si|di|bp|sp|ip)|r(?:[89]|1[0-5])d?|[xyz]mm\d+)$/i;

/** What a sum of terms comes to as an address. */
interface Address {
	base: string;
	index: string;
	scale: string;
	/** The terms that are not registers, with their signs. */
	displacement: string;
}

/**
 * Rewrites an operand in Intel syntax (`qword ptr fs:[rax+rbx*8+name]`, `name[rip]`, `offset name`)
 * so that no name and no expression is left in it.
 *
 * @param branch the operand of a jump or a call, where a bare name is a target
 */
export function writeIntelOperand(text: string, branch: boolean, unknowns: Unknowns): string {
	if (text === '') throw new StatementError('An operand is missing.', 'Remove the comma, or write the operand.');
	const decoration = /\s*(?:\{[^}]*\}\s*)*$/.exec(text)?.[0] ?? '';
	const bare = unwrap(text.slice(0, text.length - decoration.length));
	if (isIntelRegister(bare)) return bare.replace(/\s/g, '') + decoration;
	const offset = /^offset\b\s*(?:flat\s*:)?\s*(.*)$/is.exec(bare);
	if (offset !== null) return `offset ${unknowns.write(offset[1])}`;
	const {width, override, address} = splitMemory(bare);
	if (width === '' && override === '' && !address.includes('[')) return writePlain(address, branch, unknowns);
	const written = writeAddress(address, unknowns);
	// The data segment is the one that is used anyway, unless the base is one of the stack's registers.
	const needed = override.toLowerCase() !== 'ds:' || /\b[re][bs]p\b/i.test(written);
	return `${width}${needed ? override : ''}${written}${decoration}`;
}

/** Takes `qword ptr fs:[rax]` apart. */
function splitMemory(text: string): {readonly width: string; readonly override: string; readonly address: string} {
	const sized = size.exec(text) as [string, string, string?] | null;
	const rest = text.slice(sized?.[0].length ?? 0);
	if (sized !== null && sized[2] === undefined && rest !== '') throw new StatementError(`${sized[1]} without ptr is not how GNU as writes a size.`, `Write ${sized[1]} ptr.`);
	const segmented = segment.exec(rest);
	return {
		width: sized === null ? '' : `${sized[1]} ptr `,
		override: segmented === null ? '' : `${segmented[1]}:`,
		address: rest.slice(segmented?.[0].length ?? 0),
	};
}

/** Compilers write `[qword ptr table[rax*8]]`. */
function unwrap(text: string): string {
	const inner = /^\[\s*([^]*)\]$/.exec(text)?.[1];
	return inner !== undefined && size.test(inner) ? inner.trim() : text;
}

/** A number is an immediate; a name is memory, except for a branch. */
function writePlain(text: string, branch: boolean, unknowns: Unknowns): string {
	if (branch) return unknowns.writeTarget(text.replace(/^short\s+/i, ''));
	const written = unknowns.write(text);
	return written.startsWith('S') ? `[${written}]` : written;
}

function writeAddress(text: string, unknowns: Unknowns): string {
	const address: Address = {base: '', index: '', scale: '1', displacement: ''};
	for (const term of termsOf(text)) addTerm(address, term.sign, term.text, unknowns);
	const registers = [address.base, address.index === '' ? '' : `${address.index}*${address.scale}`].filter(part => part !== '');
	const written = address.displacement === '' ? '' : unknowns.writeDisplacement(address.displacement);
	const needed = written !== '' && (written !== '0' || registers.length === 0 || /^[re]ip$/i.test(address.base));
	const joined = [...registers, ...(needed ? [written] : [])].join('+');
	return `[${joined === '' ? '0' : joined}]`;
}

interface Term {
	readonly sign: '+' | '-';
	readonly text: string;
}

/** `a[b][c+d-e]` is the sum of a, b, c, d and -e. */
function termsOf(text: string): Term[] {
	const terms: Term[] = [];
	let sign: Term['sign'] = '+';
	let current = '';
	const finish = (): void => {
		if (current.trim() !== '') terms.push({sign, text: current.trim()});
		current = '';
	};
	let depth = 0;
	for (const part of text.match(/'(?:\\.|[^\\])'?|[^]/g) ?? []) {
		if (part === '(') depth++;
		if (part === ')') depth--;
		if (depth > 0 || !/^[-+[\]]$/.test(part) || (/[*/%&|^~(]\s*$/.test(current) && /^[-+]$/.test(part))) {
			current += part;
			continue;
		}
		finish();
		sign = part === '-' ? '-' : '+';
	}
	finish();
	return terms;
}

function addTerm(address: Address, sign: Term['sign'], text: string, unknowns: Unknowns): void {
	const scaled = /^(\w+)\s*\*\s*(.+)$/s.exec(text);
	const reversed = /^(.+)\*\s*(\w+)$/s.exec(text);
	if (scaled !== null && indexable.test(scaled[1])) addScaled(address, sign, scaled[1], scaled[2], unknowns);
	else if (reversed !== null && indexable.test(reversed[2])) addScaled(address, sign, reversed[2], reversed[1], unknowns);
	else if (indexable.test(text)) addRegister(address, sign, text);
	else if (isIntelRegister(text)) throw new StatementError(`The register ${text} cannot be part of an address.`, 'Use a 64-bit or 32-bit register.');
	else address.displacement += `${sign}${text}`;
}

function addRegister(address: Address, sign: Term['sign'], text: string): void {
	if (sign === '-') throw new StatementError(`The register ${text} cannot be subtracted in an address.`, 'Negate it in a register first.');
	const vector = /mm/i.test(text);
	if (address.base === '' && !vector) address.base = text;
	else if (address.index === '') address.index = text;
	else throw tooMany();
	// The stack pointer can be a base only.
	if (/^[re]sp$/i.test(address.index) && address.scale === '1') [address.base, address.index] = [address.index, address.base];
}

function addScaled(address: Address, sign: Term['sign'], register: string, scaleText: string, unknowns: Unknowns): void {
	const scale = unknowns.context.constant(unknowns.context.parse(scaleText));
	if (sign === '-' || scale === undefined || ![1n, 2n, 4n, 8n].includes(scale)) throw new StatementError(`The scale ${sign === '-' ? '-' : ''}${scaleText.trim()} of ${register} is impossible.`, 'A scale is 1, 2, 4 or 8.');
	if (address.index !== '') {
		if (address.base !== '' || address.scale !== '1') throw tooMany();
		[address.base, address.index] = [address.index, ''];
	}
	address.index = register;
	address.scale = scale.toString();
}

function tooMany(): StatementError {
	return new StatementError('An address has more than two registers.', 'Add the third with lea first.');
}
