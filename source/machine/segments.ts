import {type Descriptor, dplOf, parseDescriptor, parseGate, Rights, Selector} from './descriptors.js';
import type {DetailListener, SegmentState} from './events.js';
import {Fault, generalProtection, Vector} from './fault.js';
import {Cell, SegmentCell} from './layout.js';
import type {LinearMemory} from './linear-memory.js';
import {Segment, SEGMENT_REGISTERS} from './registers.js';

/** Index of a segment register's first cell. */
export const segmentCell = (segment: number, part: number): number => Cell.SEGMENTS + segment * SegmentCell.COUNT + part;

/** Rights of the flat code segments that `syscall` and `sysretq` load without reading the GDT, for a privilege level. */
export const flatCodeRights = (dpl: number): bigint => Rights.G | Rights.L | Rights.P | Rights.S | 0xbn | (BigInt(dpl) << Rights.DPL_SHIFT);

/** Rights of the flat stack segments that they load. */
export const flatDataRights = (dpl: number): bigint => Rights.G | Rights.DB | Rights.P | Rights.S | 0x3n | (BigInt(dpl) << Rights.DPL_SHIFT);

/** What a descriptor looked like and where it stands. */
export interface LoadedDescriptor extends Descriptor {
	readonly address: bigint;
}

/** A selector's part of an error code: all of it but the privilege level. */
export const errorCodeOf = (selector: bigint): number => Number(selector & 0xfffcn);

/** The segment registers with their hidden parts, and the tables that they are loaded from. */
export class Segments {
	/** Hears of each load, if it hears notes. */
	listener: DetailListener | undefined;

	constructor(
		private readonly cells: BigUint64Array,
		private readonly linear: LinearMemory,
	) {}

	selector(segment: number): bigint {
		return this.cells[segmentCell(segment, SegmentCell.SELECTOR)];
	}

	/** The base in a register's hidden part. */
	base(segment: number): bigint {
		return this.cells[segmentCell(segment, SegmentCell.BASE)];
	}

	/** Sets a register and its hidden part. */
	set(segment: number, selector: bigint, {base, limit, rights}: Descriptor): void {
		const {cells, listener} = this;
		const before = listener?.note === undefined ? undefined : this.state(segment);
		cells[segmentCell(segment, SegmentCell.SELECTOR)] = selector;
		cells[segmentCell(segment, SegmentCell.BASE)] = base;
		cells[segmentCell(segment, SegmentCell.LIMIT)] = limit;
		cells[segmentCell(segment, SegmentCell.ATTRIBUTES)] = rights;
		if (before !== undefined) listener?.note?.({kind: 'segment', register: SEGMENT_REGISTERS[segment], before, after: this.state(segment)});
	}

	/** A register with its hidden part, as it stands. */
	state(segment: number): SegmentState {
		const {cells} = this;
		return {
			selector: cells[segmentCell(segment, SegmentCell.SELECTOR)],
			base: cells[segmentCell(segment, SegmentCell.BASE)],
			limit: cells[segmentCell(segment, SegmentCell.LIMIT)],
			rights: cells[segmentCell(segment, SegmentCell.ATTRIBUTES)],
		};
	}

	/** Puts a null selector into a register. */
	setNull(segment: number, selector: bigint): void {
		this.set(segment, selector, {base: 0n, limit: 0n, rights: Rights.UNUSABLE});
	}

	/**
	 * Reads the descriptor that a selector names, from the GDT or the LDT.
	 * @param vector what a selector beyond the table raises: #GP, or #TS for a TSS
	 * @param external 1 in the error code if an event outside the program caused the access
	 */
	read(selector: bigint, wide = false, external = 0, vector: number = Vector.GP): LoadedDescriptor {
		const found = this.find(selector, wide);
		if (found === undefined) throw new Fault(vector, errorCodeOf(selector) | external);
		return found;
	}

	/** Reads the descriptor that a selector names; undefined if it lies beyond its table. */
	find(selector: bigint, wide = false): LoadedDescriptor | undefined {
		const words = this.words(selector, wide ? 2 : 1);
		return words === undefined ? undefined : {...parseDescriptor(words.low, words.high), address: words.address};
	}

	/** Reads the fields of the 16-byte call gate that a selector names. */
	readCallGate(selector: bigint): {selector: bigint; offset: bigint; upperType: bigint} {
		const words = this.words(selector, 2);
		if (words === undefined) throw generalProtection(errorCodeOf(selector));
		const gate = parseGate(words.low, words.high);
		return {selector: gate.selector, offset: gate.offset, upperType: (words.high >> 40n) & 0x1fn};
	}

	/** The 8-byte words of a descriptor. */
	private words(selector: bigint, count: number): {address: bigint; low: bigint; high: bigint} | undefined {
		const local = (selector & Selector.TI) !== 0n;
		const {cells} = this;
		const base = local ? cells[segmentCell(Segment.LDTR, SegmentCell.BASE)] : cells[Cell.GDTR_BASE];
		const limit = local ? cells[segmentCell(Segment.LDTR, SegmentCell.LIMIT)] : cells[Cell.GDTR_LIMIT];
		const usable = !local || (cells[segmentCell(Segment.LDTR, SegmentCell.ATTRIBUTES)] & Rights.UNUSABLE) === 0n;
		const offset = selector & Selector.INDEX;
		if (!usable || offset + BigInt(8 * count - 1) > limit) return undefined;
		const address = BigInt.asUintN(64, base + offset);
		const low = this.linear.loadImplicit(address, 64, 'gdt', 'low');
		const high = count === 2 ? this.linear.loadImplicit(BigInt.asUintN(64, address + 8n), 64, 'gdt', 'high') : 0n;
		return {address, low, high};
	}

	/** Sets the accessed bit of a code or data descriptor that is being loaded. */
	markAccessed(descriptor: LoadedDescriptor): Descriptor {
		if ((descriptor.rights & Rights.ACCESSED) !== 0n) return descriptor;
		const rights = descriptor.rights | Rights.ACCESSED;
		this.linear.storeImplicit(BigInt.asUintN(64, descriptor.address + 5n), 8, rights & 0xffn, 'gdt', 'accessed');
		return {...descriptor, rights};
	}

	/** `mov` or `pop` to a segment register other than cs, with all checks (SDM vol. 2B, MOV; vol. 3A, 5.6 and 5.7). */
	load(segment: number, selector: bigint, cpl: number): void {
		const rpl = Number(selector & Selector.RPL);
		if ((selector & ~Selector.RPL) === 0n) {
			if (segment === Segment.SS && (cpl === 3 || rpl !== cpl)) throw generalProtection();
			this.setNull(segment, selector);
			return;
		}

		const descriptor = this.read(selector);
		const allowed = segment === Segment.SS ? stackAllowed(descriptor.rights, rpl, cpl) : dataAllowed(descriptor.rights, rpl, cpl);
		if (!allowed) throw generalProtection(errorCodeOf(selector));
		if ((descriptor.rights & Rights.P) === 0n) throw new Fault(segment === Segment.SS ? Vector.SS : Vector.NP, errorCodeOf(selector));
		this.set(segment, selector, this.markAccessed(descriptor));
	}

	/** Loads ss with a descriptor that a return has checked; undefined stands for a null selector. */
	loadStack(selector: bigint, descriptor: LoadedDescriptor | undefined): void {
		if (descriptor === undefined) this.setNull(Segment.SS, selector);
		else this.set(Segment.SS, selector, this.markAccessed(descriptor));
	}

	/** Data segments that a return to ring 3 must not leave usable: those of a more privileged level. */
	dropPrivileged(cpl: number): void {
		for (const segment of [Segment.ES, Segment.FS, Segment.GS, Segment.DS]) {
			const rights = this.cells[segmentCell(segment, SegmentCell.ATTRIBUTES)];
			const conforming = (rights & (Rights.CODE | Rights.CONFORMING)) === (Rights.CODE | Rights.CONFORMING);
			if ((rights & Rights.UNUSABLE) === 0n && !conforming && dplOf(rights) < cpl) this.setNull(segment, 0n);
		}
	}
}

function stackAllowed(rights: bigint, rpl: number, cpl: number): boolean {
	const writableData = (rights & (Rights.S | Rights.CODE | Rights.WRITABLE)) === (Rights.S | Rights.WRITABLE);
	return writableData && rpl === cpl && dplOf(rights) === cpl;
}

function dataAllowed(rights: bigint, rpl: number, cpl: number): boolean {
	if ((rights & Rights.S) === 0n) return false;
	const code = (rights & Rights.CODE) !== 0n;
	if (code && (rights & Rights.READABLE) === 0n) return false;
	if (code && (rights & Rights.CONFORMING) !== 0n) return true;
	return dplOf(rights) >= Math.max(rpl, cpl);
}
