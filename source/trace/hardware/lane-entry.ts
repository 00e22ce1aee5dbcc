/** In which part of a step something was done. */
export type LaneStage =
	/** The instruction is fetched and decoded. */
	| 'fetch'
	/** Its own work. */
	| 'execute'
	/** An exception or interrupt is delivered. */
	| 'deliver'
	/** The host serves a hypercall. */
	| 'host';

/** What kind of thing was done. */
export type LaneKind =
	/** An instruction was decoded; rip goes on behind it. */
	| 'instruction'
	/** A register was read: before and after are its value. */
	| 'read'
	/** A register was written, or a part of one. */
	| 'register'
	/** The arithmetic or system flags were set; `parts` has those that changed. */
	| 'flags'
	/** The hidden part of a segment register was loaded. */
	| 'segment'
	/** The address of a memory operand was worked out. */
	| 'address'
	/** A condition code was asked for: 1 if it holds. */
	| 'condition'
	/** The next element of a repeated string instruction begins; the value is its number in the step, from 1. */
	| 'iteration'
	| 'memory-read'
	| 'memory-write'
	/** One level of a page walk: the value is the entry, `parts` its fields. */
	| 'walk'
	/** A walk has found a translation, and the TLB keeps it. */
	| 'translation'
	/** The TLB knew the translation. */
	| 'tlb'
	/** What the TLB drops or keeps. */
	| 'tlb-change'
	/** A bit refuses the access; the value is the linear address. */
	| 'refusal'
	/** Accessed or dirty bits of a page-table entry were set. */
	| 'page-entry'
	/** An exception or interrupt begins; the value is the vector. */
	| 'raise'
	/** What a device sent or got. */
	| 'port'
	/** `hlt`, a hypercall, or interrupts that wait. */
	| 'machine'
	/** Something that people expect and that the processor did not do. */
	| 'untouched';

/** A field of a value. */
export interface LanePart {
	readonly name: string;
	/** The field's value, shifted down to bit 0. */
	readonly before: bigint;
	readonly after: bigint;
	readonly sentence: string;
}

/** One thing that the processor did. Nothing has changed where before and after are equal. */
export interface LaneEntry {
	readonly stage: LaneStage;
	readonly kind: LaneKind;
	/**
	 * What it was done to: a register by the machine's name (`rax`, `cs.rights`, `kernel_gs_base`), `memory`,
	 * `physical memory`, `page-table entry`, or what the kind says.
	 */
	readonly target: string;
	/** Where: linear for `memory`, physical for `physical memory` and `page-table entry`. */
	readonly address?: bigint;
	/** Width of the values, in bits. */
	readonly bits: number;
	readonly before: bigint;
	readonly after: bigint;
	/** One plain sentence. */
	readonly sentence: string;
	/** Where the manual says so: `SDM vol. 2B, SYSCALL`. */
	readonly reference: string;
	/** The fields that matter: of an entry or gate all, of flags those that changed. */
	readonly parts?: readonly LanePart[];
	/** Of a repeated string instruction: which element of the step it belongs to, from 1. */
	readonly iteration?: number;
}

/** Whether an entry changed something. */
export const changes = ({before, after}: LaneEntry): boolean => before !== after;
