/** Instructions without operands that the encoder library does not know (Intel SDM volume 2; AMD APM volume 3). */
export const fixedInstructions: Readonly<Record<string, readonly number[]>> = {
	vmcall: [0x0f, 0x01, 0xc1],
	vmlaunch: [0x0f, 0x01, 0xc2],
	vmresume: [0x0f, 0x01, 0xc3],
	vmxoff: [0x0f, 0x01, 0xc4],
	vmfunc: [0x0f, 0x01, 0xd4],
	vmrun: [0x0f, 0x01, 0xd8],
	vmmcall: [0x0f, 0x01, 0xd9],
	vmload: [0x0f, 0x01, 0xda],
	vmsave: [0x0f, 0x01, 0xdb],
	stgi: [0x0f, 0x01, 0xdc],
	clgi: [0x0f, 0x01, 0xdd],
	encls: [0x0f, 0x01, 0xcf],
	enclu: [0x0f, 0x01, 0xd7],
	serialize: [0x0f, 0x01, 0xe8],
	ud2a: [0x0f, 0x0b],
	icebp: [0xf1],
	getsec: [0x0f, 0x37],
	femms: [0x0f, 0x0e],
};

/** Prefixes, which may stand before an instruction or alone. */
export const prefixes: Readonly<Record<string, number>> = {
	lock: 0xf0,
	rep: 0xf3, repe: 0xf3, repz: 0xf3,
	repne: 0xf2, repnz: 0xf2,
	xacquire: 0xf2, xrelease: 0xf3,
	bnd: 0xf2,
	notrack: 0x3e,
	data16: 0x66,
	addr32: 0x67,
	rex: 0x40, 'rex.w': 0x48, rex64: 0x48,
	es: 0x26, cs: 0x2e, ss: 0x36, ds: 0x3e, fs: 0x64, gs: 0x65,
};

/** Condition codes in the order of their encoding. */
const conditions: readonly (readonly string[])[] = [
	['o'], ['no'], ['b', 'c', 'nae'], ['ae', 'nb', 'nc'], ['e', 'z'], ['ne', 'nz'], ['be', 'na'], ['a', 'nbe'],
	['s'], ['ns'], ['p', 'pe'], ['np', 'po'], ['l', 'nge'], ['ge', 'nl'], ['le', 'ng'], ['g', 'nle'],
];

export interface JumpForms {
	readonly short: number;
	readonly long: readonly number[];
}

/** Jumps that come in two lengths, by mnemonic. */
export const relaxableJumps: ReadonlyMap<string, JumpForms> = new Map<string, JumpForms>([
	['jmp', {short: 0xeb, long: [0xe9]}],
	...conditions.flatMap((names, code) => names.map((name): [string, JumpForms] => [`j${name}`, {short: 0x70 + code, long: [0x0f, 0x80 + code]}])),
]);

/** Other instructions whose operand is a place in the code. */
export const branches: ReadonlySet<string> = new Set([
	'call', 'callq', 'jmpq', 'loop', 'loope', 'loopz', 'loopne', 'loopnz', 'jrcxz', 'jecxz', 'xbegin',
]);

/** Names of comparisons in SSE, in the order of the immediate that `cmpps` and its kin take. */
const comparisons = ['eq', 'lt', 'le', 'unord', 'neq', 'nlt', 'nle', 'ord'];

/** `cmpltps` is `cmpps` with an immediate of 1. */
export const comparisonForms: ReadonlyMap<string, {readonly mnemonic: string; readonly immediate: number}> = new Map(
	['ps', 'pd', 'ss', 'sd'].flatMap(type => comparisons.map((name, immediate) => [`cmp${name}${type}`, {mnemonic: `cmp${type}`, immediate}] as const)),
);
