/**
 * What the processor tells about itself while it runs. Each event is raised by the code that did the thing, at the
 * moment that it did it; nothing is told that did not happen.
 */

/** Why memory was read or written. */
export type AccessPurpose = 'data' | 'push' | 'pop' | 'frame' | 'tss' | 'idt' | 'gdt' | 'walk';

/** Rare happenings: the marks on a run's timeline. */
export type Mark =
	| {kind: 'syscall'; from: bigint; to: bigint; returnAddress: bigint; flags: bigint}
	| {kind: 'sysret'; to: bigint; flags: bigint}
	| {kind: 'iret'; to: bigint; stack: bigint; cpl: number}
	| {kind: 'swapgs'; before: bigint; after: bigint}
	| {kind: 'cr3'; before: bigint; after: bigint}
	| {kind: 'msr'; msr: number; before: bigint; after: bigint}
	| {kind: 'table'; register: 'gdtr' | 'idtr' | 'tr' | 'ldtr'; value: bigint}
	| {kind: 'exception'; vector: number; errorCode?: number; cr2?: bigint; address: bigint; cpl: number; stackBefore: bigint; stackAfter: bigint}
	| {kind: 'interrupt'; vector: number; address: bigint; cpl: number; stackBefore: bigint; stackAfter: bigint}
	| {kind: 'out'; port: number; value: number; bits: number}
	| {kind: 'in'; port: number; value: number; bits: number}
	| {kind: 'hypercall'; number: bigint}
	| {kind: 'halt'};

/** One thing that one instruction did, for the hardware lane: something went from one value to another. */
export interface Effect {
	/** What changed: a register's name, `cpl`, or a part such as `cs.base`. */
	readonly target: string;
	readonly before: bigint;
	readonly after: bigint;
	/** Where the new value came from, in a few words. */
	readonly source: string;
}

/** One access to memory, by linear address. */
export interface MemoryAccess {
	readonly purpose: AccessPurpose;
	readonly write: boolean;
	readonly address: bigint;
	/** Width in bits. */
	readonly bits: number;
	/** What stood there before a write; the value that was read, for a read. */
	readonly before: bigint;
	/** The value that was written or read. */
	readonly value: bigint;
}

/** One level of a page walk. */
export interface WalkStep {
	/** 4 for the PML4 down to 1 for the page table. */
	readonly level: number;
	/** Physical address of the entry. */
	readonly entryAddress: number;
	readonly entry: bigint;
}

/** A listener that wants the rare marks. */
export interface MarkListener {
	mark(mark: Mark): void;
}

/** A listener that wants everything: each effect, access and page-walk step too. */
export interface DetailListener {
	effect(effect: Effect): void;
	access(access: MemoryAccess): void;
	walk(address: bigint, step: WalkStep): void;
}
