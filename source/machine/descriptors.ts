/**
 * Segment and gate descriptors, as bits and as fields (SDM vol. 3A, 3.4.5, 6.14.1 and 7.2.3).
 */

/** Access-rights bits of a segment, as the hidden part keeps them: descriptor bits 55:52 and 47:40. */
export const Rights = {
	TYPE: 0xfn,
	/** For code and data: something was loaded from it. */
	ACCESSED: 1n << 0n,
	/** Data: writable. Code: readable. */
	WRITABLE: 1n << 1n,
	READABLE: 1n << 1n,
	/** Code: conforming. Data: expands down. */
	CONFORMING: 1n << 2n,
	CODE: 1n << 3n,
	/** Code or data; clear for system descriptors. */
	S: 1n << 4n,
	DPL_SHIFT: 5n,
	P: 1n << 7n,
	L: 1n << 13n,
	DB: 1n << 14n,
	G: 1n << 15n,
	/** Not a descriptor bit: the register holds a null selector. */
	UNUSABLE: 1n << 16n,
} as const;

/** System descriptor types in 64-bit mode. */
export const SystemType = {LDT: 2n, TSS_AVAILABLE: 9n, TSS_BUSY: 11n, CALL_GATE: 12n, INTERRUPT_GATE: 14n, TRAP_GATE: 15n} as const;

/** Selector fields. */
export const Selector = {RPL: 3n, TI: 4n, INDEX: 0xfff8n} as const;

/** Offsets in a 64-bit TSS, in bytes. */
export const TssOffset = {RSP0: 4n, IST1: 36n, IO_MAP_BASE: 102n} as const;

/** A segment descriptor's fields. */
export interface Descriptor {
	readonly base: bigint;
	/** In bytes, granularity applied. */
	readonly limit: bigint;
	/** Rights bits. */
	readonly rights: bigint;
}

/** Reads the fields of an 8-byte descriptor; `high` is the second half of a 16-byte one. */
export function parseDescriptor(low: bigint, high = 0n): Descriptor {
	const base = ((low >> 16n) & 0xff_ffffn) | ((low >> 32n) & 0xff00_0000n) | ((high & 0xffff_ffffn) << 32n);
	const rights = ((low >> 40n) & 0xffn) | ((low >> 40n) & 0xf000n);
	const limit = (low & 0xffffn) | ((low >> 32n) & 0xf_0000n);
	return {base, rights, limit: (rights & Rights.G) === 0n ? limit : (limit << 12n) | 0xfffn};
}

/** The privilege level in a segment's rights. */
export const dplOf = (rights: bigint): number => Number((rights >> Rights.DPL_SHIFT) & 3n);

/** A gate of the IDT. */
export interface Gate {
	readonly offset: bigint;
	readonly selector: bigint;
	/** Interrupt-stack-table slot, 0 for none. */
	readonly ist: number;
	readonly type: bigint;
	readonly dpl: number;
	readonly present: boolean;
}

/** Reads the fields of a 16-byte gate. */
export const parseGate = (low: bigint, high: bigint): Gate => ({
	offset: (low & 0xffffn) | ((low >> 32n) & 0xffff_0000n) | ((high & 0xffff_ffffn) << 32n),
	selector: (low >> 16n) & 0xffffn,
	ist: Number((low >> 32n) & 7n),
	type: (low >> 40n) & 0x1fn,
	dpl: Number((low >> 45n) & 3n),
	present: ((low >> 47n) & 1n) !== 0n,
});
