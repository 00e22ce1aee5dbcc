import {StatementError} from '../problems.js';

/** Opcodes of the byte forms (Intel SDM volume 2); the wider forms are one higher. */
const opcodes: Readonly<Record<string, number>> = {ins: 0x6c, outs: 0x6e, movs: 0xa4, cmps: 0xa6, stos: 0xaa, lods: 0xac, scas: 0xae};
const suffixSizes: Readonly<Partial<Record<string, number>>> = {b: 1, w: 2, l: 4, d: 4, q: 8};
const accumulatorSizes: Readonly<Record<string, number>> = {al: 1, ax: 2, eax: 4, rax: 8};
const pointerSizes: Readonly<Record<string, number>> = {byte: 1, word: 2, dword: 4, qword: 8};
const segmentPrefixes: Readonly<Record<string, readonly number[]>> = {es: [0x26], cs: [0x2e], ss: [0x36], ds: [], fs: [0x64], gs: [0x65]};

interface StringOperand {
	readonly size?: number;
	readonly segment?: string;
	readonly register?: string;
}

const memory = /^(?:(byte|word|dword|qword) ptr )?%?(?:([c-gs]s):)?[([]%?([re])([sd]i)[)\]]$/i;

const stringMnemonic = /^(ins|outs|movs|cmps|stos|lods|scas)([bwldq]?)$/;

export function isStringMnemonic(mnemonic: string): boolean {
	return stringMnemonic.test(mnemonic);
}

/**
 * `movsb (%rsi), (%rdi)`, `stos %al, %es:(%rdi)`, `lods al, byte ptr [rsi]`: string instructions with the operands
 * that they always have written out, as disassemblers print them. The library knows only the bare forms.
 *
 * @returns undefined if this is another instruction
 */
export function stringInstruction(mnemonic: string, operands: readonly string[]): number[] | undefined {
	const found = stringMnemonic.exec(mnemonic);
	if (found === null || operands.length === 0) return undefined;
	const read = operands.map(operand => readOperand(operand));
	if (read.includes(undefined)) return undefined;
	const known = read.filter(operand => operand !== undefined);
	const memories = known.filter(operand => operand.register !== undefined).length;
	// `movsb %al, %eax` and `movsb (%rsi), %eax` extend a sign.
	if (memories !== (/^(?:movs|cmps)/.test(mnemonic) ? 2 : 1)) return undefined;
	const size = suffixSizes[found[2]] ?? known.find(operand => operand.size !== undefined)?.size;
	if (size === undefined) throw new StatementError(`${mnemonic} does not say how many bytes it moves.`, `Write ${mnemonic}b, ${mnemonic}w, ${mnemonic}l or ${mnemonic}q.`);
	return [
		...(known.some(operand => operand.register?.startsWith('e') === true) ? [0x67] : []),
		...known.flatMap(operand => overrideOf(operand)),
		...(size === 2 ? [0x66] : []),
		...(size === 8 ? [0x48] : []),
		opcodes[found[1]] + (size === 1 ? 0 : 1),
	];
}

function readOperand(text: string): StringOperand | undefined {
	if (/^(?:%?dx|\(%dx\)|\[dx\])$/i.test(text)) return {};
	const accumulator = /^%?(al|[er]?ax)$/i.exec(text);
	if (accumulator !== null) return {size: accumulatorSizes[accumulator[1].toLowerCase()]};
	const found = memory.exec(text) as (string | undefined)[] | null;
	if (found === null) return undefined;
	const [, pointer, segment, width = '', register = ''] = found.map(part => part?.toLowerCase());
	return {
		...(pointer === undefined ? {} : {size: pointerSizes[pointer]}),
		...(segment === undefined ? {} : {segment}),
		register: width + register,
	};
}

/** The source may lie in another segment; the destination is always in %es. */
function overrideOf({segment, register}: StringOperand): readonly number[] {
	if (segment === undefined) return [];
	if (register?.endsWith('di') !== true) return segmentPrefixes[segment];
	if (segment === 'es') return [];
	throw new StatementError(`The destination of a string instruction cannot be in %${segment}.`, 'It is always %es:(%rdi).');
}
