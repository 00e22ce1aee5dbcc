import {conditionCodes} from './condition-codes.js';

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
	// Intel's names, which GNU as takes in AT&T syntax as well.
	cbw: [0x66, 0x98],
	cwde: [0x98],
	cdqe: [0x48, 0x98],
	cwd: [0x66, 0x99],
	cdq: [0x99],
	cqo: [0x48, 0x99],
	xlatb: [0xd7],
	insd: [0x6d],
	outsd: [0x6f],
	movsd: [0xa5],
	cmpsd: [0xa7],
	stosd: [0xab],
	lodsd: [0xad],
	scasd: [0xaf],
};

/** Instructions whose bare name GNU as takes, with a warning, for the 32-bit form, which is never meant in 64-bit code. */
export const ambiguousInstructions: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
	sysret: ['sysret does not say whether it returns to 64-bit or to 32-bit code.', 'Write sysretq.'],
	iret: ['iret does not say how wide the values on the stack are.', 'Write iretq: 64-bit code pushes and pops 8 bytes each.'],
	sysexit: ['sysexit does not say whether it returns to 64-bit or to 32-bit code.', 'Write sysexitq.'],
};

export interface JumpForms {
	readonly short: number;
	readonly long: readonly number[];
}

/** Jumps that come in two lengths, by mnemonic. */
export const relaxableJumps: ReadonlyMap<string, JumpForms> = new Map<string, JumpForms>([
	['jmp', {short: 0xeb, long: [0xe9]}],
	...conditionCodes.flatMap((names, code) => names.map((name): [string, JumpForms] => [`j${name}`, {short: 0x70 + code, long: [0x0f, 0x80 + code]}])),
]);

/** Other instructions whose operand is a place in the code. */
export const branches: ReadonlySet<string> = new Set([
	'call', 'callq', 'jmpq', 'loop', 'loope', 'loopz', 'loopne', 'loopnz', 'jrcxz', 'jecxz', 'xbegin',
]);

/** Names of comparisons in SSE, in the order of the immediate that `cmpps` and its kin take. */
const comparisons = ['eq', 'lt', 'le', 'unord', 'neq', 'nlt', 'nle', 'ord'];

/** Names that stand for an instruction with a certain immediate: `cmpltps` is `cmpps` with 1. */
export const immediateForms: ReadonlyMap<string, ImmediateForm> = new Map<string, ImmediateForm>([
	...['ps', 'pd', 'ss', 'sd'].flatMap(type => comparisons.map((name, immediate): [string, ImmediateForm] => [`cmp${name}${type}`, {mnemonic: `cmp${type}`, immediate}])),
	['pclmullqlqdq', {mnemonic: 'pclmulqdq', immediate: 0x00}],
	['pclmulhqlqdq', {mnemonic: 'pclmulqdq', immediate: 0x01}],
	['pclmullqhqdq', {mnemonic: 'pclmulqdq', immediate: 0x10}],
	['pclmulhqhqdq', {mnemonic: 'pclmulqdq', immediate: 0x11}],
]);

export interface ImmediateForm {
	readonly mnemonic: string;
	readonly immediate: number;
}
