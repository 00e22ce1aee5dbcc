/** Why a machine stands still. */
export type Stop =
	/** An instruction that the machine knows by name but does not execute. */
	| {kind: 'not-implemented'; mnemonic: string; address: bigint}
	/** A fault while a double fault was being delivered; the chain names what led to it, first cause first. */
	| {kind: 'triple-fault'; chain: readonly string[]; address: bigint}
	/** A far return or the like has left 64-bit mode, which is the only mode here. */
	| {kind: 'left-64-bit-mode'; mnemonic: string; address: bigint}
	/** Software has switched the machine off, with a status of its own. */
	| {kind: 'power-off'; status: number}
	/** `hlt`, and nothing is left that could interrupt it. */
	| {kind: 'halted'};

/** Leaves an instruction that ends the run; the step counts, and rip stays at the instruction. */
export class StopSignal {
	constructor(readonly stop: Stop) {}
}
