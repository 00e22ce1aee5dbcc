import {registerSize} from './registers.js';
import type {Rewritten} from './rewrites.js';

type Rewrite = (mnemonic: string, operands: readonly string[]) => Rewritten | undefined;

/**
 * Intel syntax calls `st(i) = st(i) - st` a subtraction; AT&T syntax, after an old mistake of a Unix assembler,
 * calls it a reversed one. The library uses the AT&T names in both.
 */
const reversed: Readonly<Record<string, string>> = {
	fsub: 'fsubr', fsubr: 'fsub', fdiv: 'fdivr', fdivr: 'fdiv',
	fsubp: 'fsubrp', fsubrp: 'fsubp', fdivp: 'fdivrp', fdivrp: 'fdivp',
};

const reverse: Rewrite = (mnemonic, operands) => {
	const intoOther = mnemonic.endsWith('p') || (operands.length === 2 && /^st\([1-7]\)$/i.test(operands[0]));
	if (!intoOther) return stackTop(mnemonic, operands);
	return {mnemonic: reversed[mnemonic], operands: operands.length === 1 ? [operands[0], 'st'] : operands};
};
const stackTop: Rewrite = (mnemonic, operands) =>
	(operands.length === 1 && /^st\b/i.test(operands[0]) ? {mnemonic, operands: ['st', operands[0]]} : undefined);
const stackPop: Rewrite = (mnemonic, operands) =>
	(operands.length === 1 ? {mnemonic, operands: [operands[0], 'st']} : undefined);
const stackCompare: Rewrite = (mnemonic, operands) =>
	(operands.length < 2 ? {mnemonic, operands: ['st', operands[0] ?? 'st(1)']} : undefined);

const to = (mnemonic: string, leading: readonly number[] = []): Rewrite => (_, operands) => ({mnemonic, operands, leading});
const multiply: Rewrite = (mnemonic, operands) =>
	(operands.length === 2 && /^(?:-?\d|offset )/.test(operands[1]) ? {mnemonic, operands: [operands[0], operands[0], operands[1]]} : undefined);
const movd: Rewrite = (_, operands) =>
	(operands.some(operand => /^r(?:[abcd]x|[sd]i|[bs]p|[89]|1[0-5])$/i.test(operand)) ? {mnemonic: 'movq', operands} : undefined);
const extend: Rewrite = (_, operands) =>
	(/^dword ptr /i.test(operands[1] ?? '') || registerSize(operands[1]) === 4 ? {mnemonic: 'movsxd', operands} : undefined);
/** The size of the memory is known from the instruction, and the library does not want to hear it. */
const withoutSize: Rewrite = (mnemonic, operands) => ({mnemonic, operands: operands.map(operand => operand.replace(/^\w+ ptr /, ''))});

const rewrites: Readonly<Record<string, Rewrite>> = {
	...each(Object.keys(reversed), reverse),
	...each(['fadd', 'fmul'], stackTop),
	...each(['faddp', 'fmulp'], stackPop),
	...each(['fcomi', 'fcomip', 'fucomi', 'fucomip'], stackCompare),
	retf: to('lret'),
	retfq: to('lret', [0x48]),
	retfw: to('lret', [0x66]),
	iretd: to('iret'),
	imul: multiply,
	ffreep: (_, operands) => ({mnemonic: 'ffree', operands, opcode: {from: 0xdd, to: 0xdf}}),
	movd,
	movsx: extend,
	...each(['invlpg', 'clflush', 'clflushopt', 'clwb', 'prefetcht0', 'prefetcht1', 'prefetcht2', 'prefetchnta', 'prefetchw', 'lgdt', 'lidt', 'sgdt', 'sidt', 'fxsave', 'fxrstor', 'fxsave64', 'fxrstor64', 'xsave', 'xrstor', 'fnsave', 'frstor', 'fldenv', 'fnstenv', 'lea', 'invpcid'], withoutSize),
};

function each(mnemonics: readonly string[], rewrite: Rewrite): Record<string, Rewrite> {
	return Object.fromEntries(mnemonics.map(mnemonic => [mnemonic, rewrite]));
}

export function isRewrittenIntel(mnemonic: string): boolean {
	return Object.hasOwn(rewrites, mnemonic);
}

/** Instructions on one number of an SSE register, with the size of that number in memory. */
const scalar = /^v?(?:cvtt?)?(?:\w*?)(s[sd])(?:2\w+)?$/;
const scalarSizes: Readonly<Partial<Record<string, string>>> = {sd: 'qword ptr ', ss: 'dword ptr '};

/** The form in which the library knows an instruction in Intel syntax; undefined where that is the one written. */
export function intelRewrite(mnemonic: string, operands: readonly string[]): Rewritten | undefined {
	if (Object.hasOwn(rewrites, mnemonic)) return rewrites[mnemonic](mnemonic, operands);
	// Here the size of the memory says which integer is meant.
	if (mnemonic.includes('si2')) return undefined;
	const size = scalarSizes[scalar.exec(mnemonic)?.[1] ?? ''];
	if (size === undefined || !operands.some(operand => /^xmm/i.test(operand)) && !mnemonic.startsWith('cvt')) return undefined;
	return {mnemonic, operands: operands.map(operand => (operand.toLowerCase().startsWith(size) ? operand.slice(size.length) : operand))};
}
