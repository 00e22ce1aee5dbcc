import {registerSize} from './registers.js';

/** An instruction that the library knows, and that comes to what was written. */
export interface Rewritten {
	readonly mnemonic: string;
	readonly operands: readonly string[];
	/** Bytes to put before it. */
	readonly leading?: readonly number[];
	/** An opcode byte to exchange: the library lacks the one, but has its neighbour with the same operands. */
	readonly opcode?: {readonly from: number; readonly to: number};
}

type Rewrite = (mnemonic: string, operands: readonly string[]) => Rewritten | undefined;

const rexW = 0x48;
const operandSize = 0x66;

const sizeLetters: Readonly<Record<number, string>> = {2: 'w', 4: 'l', 8: 'q'};

/** The 16-bit name of a general register. */
function wordRegister(operand: string): string {
	const name = operand.slice(1).toLowerCase();
	return `%${/^r\d/.test(name) ? `${name.replace(/d$/, '')}w` : name.slice(1)}`;
}

const to = (mnemonic: string): Rewrite => (_, operands) => ({mnemonic, operands});
const withOperands = (mnemonic: string, count: number, change: (operands: readonly string[]) => readonly string[]): Rewrite =>
	(_, operands) => (operands.length === count ? {mnemonic, operands: change(operands)} : undefined);
const widened = (mnemonic: string): Rewrite => (_, operands) => ({mnemonic, operands, leading: [rexW]});
const narrowed = (mnemonic: string): Rewrite => (_, operands) => ({mnemonic, operands, leading: [operandSize]});

/** `movzbq` is `movsbq` but for its opcode. */
const neighbour = (mnemonic: string, from: number, exchanged: number): Rewrite => (_, operands) => ({mnemonic, operands, opcode: {from, to: exchanged}});

/** `movzb source, %eax`: the destination says the size that the mnemonic leaves out. */
const extendTo: Rewrite = (mnemonic, operands) => {
	const letter = sizeLetters[registerSize(operands[1]) ?? 0] as string | undefined;
	if (operands.length !== 2 || letter === undefined) return undefined;
	return attRewrite(mnemonic + letter, operands) ?? {mnemonic: mnemonic + letter, operands};
};

const isImmediate = (operand: string): boolean => operand.startsWith('$');
const isRegister = (operand: string): boolean => operand.startsWith('%') && !operand.includes(':');

const multiply: Rewrite = (mnemonic, operands) =>
	(operands.length === 2 && isImmediate(operands[0]) ? {mnemonic, operands: [...operands, operands[1]]} : undefined);
const doubleShift: Rewrite = (mnemonic, operands) =>
	(operands.length === 2 ? {mnemonic, operands: ['%cl', ...operands]} : undefined);
const test: Rewrite = (mnemonic, operands) =>
	(operands.length === 2 && !isRegister(operands[0]) && !isImmediate(operands[0]) && isRegister(operands[1]) ? {mnemonic, operands: [operands[1], operands[0]]} : undefined);
const segmentLimit: Rewrite = (mnemonic, operands) =>
	((registerSize(operands[0]) ?? 2) > 2 ? {mnemonic, operands: [wordRegister(operands[0]), operands[1]]} : undefined);
const movd: Rewrite = (_, operands) =>
	(operands.some(operand => registerSize(operand) === 8) ? {mnemonic: 'movq', operands} : undefined);
const extendLong: Rewrite = (_, operands) =>
	(registerSize(operands[0]) === 4 ? {mnemonic: 'movslq', operands} : undefined);
const implicitMask: Rewrite = (mnemonic, operands) =>
	(operands.length === 2 ? {mnemonic, operands: ['%xmm0', ...operands]} : undefined);
const port: Rewrite = (mnemonic, operands) => {
	const accumulator = {inb: '%al', inw: '%ax', inl: '%eax', outb: '%al', outw: '%ax', outl: '%eax'}[mnemonic] ?? '';
	const named = operands.map(operand => (operand === '(%dx)' ? '%dx' : operand));
	if (named.length === 2) return {mnemonic, operands: named};
	return accumulator === '' || named.length !== 1 ? undefined : {mnemonic, operands: mnemonic.startsWith('in') ? [named[0], accumulator] : [accumulator, named[0]]};
};

const stackTop: Rewrite = (mnemonic, operands) =>
	(operands.length === 1 && operands[0].startsWith('%st') ? {mnemonic, operands: [operands[0], '%st']} : undefined);
const stackPop: Rewrite = (mnemonic, operands) =>
	(operands.length === 1 ? {mnemonic, operands: ['%st', operands[0]]} : undefined);
const stackCompare: Rewrite = (mnemonic, operands) =>
	(operands.length < 2 ? {mnemonic, operands: [operands[0] ?? '%st(1)', '%st']} : undefined);

/** What GNU as accepts in AT&T syntax and the library does not, by mnemonic. */
const rewrites: Readonly<Record<string, Rewrite>> = {
	...each(['lgdtq', 'lidtq', 'sgdtq', 'sidtq'], mnemonic => to(mnemonic.slice(0, -1))),
	ljmpl: to('ljmp'),
	ljmpw: narrowed('ljmp'),
	lcalll: to('lcall'),
	lcallw: narrowed('lcall'),
	lretq: widened('lret'),
	lretw: narrowed('lret'),
	lretl: to('lret'),
	retw: narrowed('ret'),
	leavew: narrowed('leave'),
	enterw: narrowed('enter'),
	movzbq: neighbour('movsbq', 0xbe, 0xb6),
	movzwq: neighbour('movswq', 0xbf, 0xb7),
	ffreep: neighbour('ffree', 0xdd, 0xdf),
	...each(['movzb', 'movzw', 'movsb', 'movsw', 'movsl'], () => extendTo),
	...each(['imul', 'imulw', 'imull', 'imulq'], () => multiply),
	...each(['shld', 'shldw', 'shldl', 'shldq', 'shrd', 'shrdw', 'shrdl', 'shrdq'], () => doubleShift),
	...each(['test', 'testb', 'testw', 'testl', 'testq'], () => test),
	...each(['lsl', 'lar'], () => segmentLimit),
	movd,
	movsx: extendLong,
	...each(['blendvps', 'blendvpd', 'pblendvb', 'sha256rnds2'], () => implicitMask),
	...each(['in', 'inb', 'inw', 'inl', 'out', 'outb', 'outw', 'outl'], () => port),
	fildll: to('fildq'),
	fistpll: to('fistpq'),
	fisttpll: to('fisttpq'),
	...each(['fadd', 'fsub', 'fsubr', 'fmul', 'fdiv', 'fdivr'], () => stackTop),
	...each(['faddp', 'fsubp', 'fsubrp', 'fmulp', 'fdivp', 'fdivrp'], () => stackPop),
	...each(['fcomi', 'fcomip', 'fucomi', 'fucomip'], () => stackCompare),
	fnstsw: withOperands('fnstsw', 0, () => ['%ax']),
	fstsw: withOperands('fstsw', 0, () => ['%ax']),
	monitor: withOperands('monitor', 3, () => []),
	mwait: withOperands('mwait', 2, () => []),
};

function each(mnemonics: readonly string[], rewrite: (mnemonic: string) => Rewrite): Record<string, Rewrite> {
	return Object.fromEntries(mnemonics.map(mnemonic => [mnemonic, rewrite(mnemonic)]));
}

export function isRewrittenAtt(mnemonic: string): boolean {
	return Object.hasOwn(rewrites, mnemonic);
}

/** The form in which the library knows an instruction in AT&T syntax; undefined where that is the one written. */
export function attRewrite(mnemonic: string, operands: readonly string[]): Rewritten | undefined {
	return Object.hasOwn(rewrites, mnemonic) ? rewrites[mnemonic](mnemonic, operands) : undefined;
}
