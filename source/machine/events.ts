import type {Instruction, Operand} from './ops.js';

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
	/** An address that somebody watches is about to be run. */
	| {kind: 'reached'; address: bigint}
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
	/** Which part of a structure it is, where the processor itself knows: `rflags` of a frame, `rsp0` of the TSS. */
	readonly part?: string;
}

/** One level of a page walk. */
export interface WalkStep {
	/** 4 for the PML4 down to 1 for the page table. */
	readonly level: number;
	/** Physical address of the entry. */
	readonly entryAddress: number;
	readonly entry: bigint;
}

/** The bit that refuses an access: of a page-table entry, or the guard of CR4 that forbids ring 0 the program's pages. */
export type RefusalBit = 'P' | 'reserved' | 'U/S' | 'R/W' | 'NX' | 'SMEP' | 'SMAP';

/** One look-up of a translation: who wants to do what at a linear address. */
export interface Lookup {
	readonly address: bigint;
	/** One of Access. */
	readonly access: number;
	/** One of Accessor. */
	readonly accessor: number;
}

/** A segment register with its hidden part. */
export interface SegmentState {
	readonly selector: bigint;
	readonly base: bigint;
	readonly limit: bigint;
	/** Rights bits. */
	readonly rights: bigint;
}

/** The computation that set the arithmetic flags. */
export interface Computation {
	/** One of FlagKind. */
	readonly kind: number;
	/** Operand width in bits. */
	readonly bits: number;
	readonly result: bigint;
	readonly a: bigint;
	readonly b: bigint;
}

/** What the plain work of an instruction consists of, and what else is only worth telling one by one. */
export type Note =
	/** An instruction has been fetched and decoded; rip goes on behind it. */
	| {readonly kind: 'instruction'; readonly instruction: Instruction}
	/** A register was read, or the `bits` of it that were wanted; `high`: its second byte. */
	| {readonly kind: 'read'; readonly register: string; readonly bits: number; readonly high: boolean; readonly value: bigint}
	/** A register was written; `bits` of it by the instruction. Before and after are those of the whole register. */
	| {readonly kind: 'write'; readonly register: string; readonly bits: number; readonly high: boolean; readonly before: bigint; readonly after: bigint}
	/** The address of a memory operand was worked out; `segmentBase` is in it where the operand has a segment. */
	| {readonly kind: 'address'; readonly operand: Operand; readonly address: bigint; readonly segmentBase?: bigint}
	/** Flags were set; before and after are the whole of RFLAGS. */
	| {readonly kind: 'flags'; readonly before: bigint; readonly after: bigint; readonly computation?: Computation; readonly source?: string}
	/** A condition code was asked for. */
	| {readonly kind: 'condition'; readonly code: number; readonly holds: boolean}
	/** The next element of a repeated string instruction begins. */
	| {readonly kind: 'element'}
	/** The TLB knew the translation: no walk. */
	| ({readonly kind: 'known'; readonly physical: number} & Lookup)
	/** A walk found the translation, and it goes into the TLB. */
	| ({readonly kind: 'found'; readonly physical: number; readonly global: boolean} & Lookup)
	/** An access was refused; `level` is that of the entry that refuses it. */
	| ({readonly kind: 'refused'; readonly bit: RefusalBit; readonly level: number} & Lookup)
	/** Old translations are dropped: those of one PCID, of one page, or all; `kept`: cr3's bit 63 spares them. */
	| {readonly kind: 'translations'; readonly scope: 'pcid' | 'page' | 'all'; readonly kept: boolean; readonly pcid?: bigint; readonly address?: bigint}
	/** Accessed and dirty bits were set in a page-table entry. */
	| {readonly kind: 'entry'; readonly entryAddress: number; readonly before: bigint; readonly after: bigint}
	/** A segment register was loaded, hidden part and all. */
	| {readonly kind: 'segment'; readonly register: string; readonly before: SegmentState; readonly after: SegmentState}
	/** Interrupts wait for one more instruction; `all`: non-maskable ones and debug traps too. */
	| {readonly kind: 'shadow'; readonly all: boolean}
	/** The instruction that faulted is not done: rip goes back to it. */
	| {readonly kind: 'restart'; readonly before: bigint; readonly after: bigint}
	/** An exception or interrupt is to be delivered; origin is one of Origin. */
	| {
		readonly kind: 'raise'; readonly vector: number; readonly origin: number; readonly returnAddress: bigint;
		readonly errorCode?: number; readonly address?: bigint; readonly reason?: string;
	}
	/** The host that served a hypercall wrote bytes at a physical address. */
	| {readonly kind: 'host-write'; readonly physical: number; readonly before: Uint8Array; readonly after: Uint8Array};

/** A listener that wants the rare marks. */
export interface MarkListener {
	mark(mark: Mark): void;
}

/** A listener that wants everything: each effect, access and page-walk step too. */
export interface DetailListener {
	effect(effect: Effect): void;
	access(access: MemoryAccess): void;
	walk(address: bigint, step: WalkStep): void;
	/** Hears all the rest, if it is there; the machine runs still slower then. */
	note?(note: Note): void;
}
