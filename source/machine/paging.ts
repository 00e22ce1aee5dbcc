import {Cr0, Cr4, Efer, PHYSICAL_ADDRESS_BITS, PHYSICAL_PAGE_MASK, Pte} from './control-bits.js';
import type {DetailListener, RefusalBit, WalkStep} from './events.js';
import {Fault, PageFaultBit, Vector} from './fault.js';
import {Cell} from './layout.js';
import {PAGE_SIZE, type PhysicalMemory} from './physical-memory.js';

/** What an access wants to do. */
export const Access = {READ: 0, WRITE: 1, EXECUTE: 2} as const;

/** Who makes an access: decides which pages it may touch. */
export const Accessor = {
	/** Code at CPL 3. */
	USER: 0,
	/** Code at CPL 0 to 2 while SMAP guards user pages. */
	SUPERVISOR_GUARDED: 1,
	/** Code at CPL 0 to 2 while SMAP is off or AC is set. */
	SUPERVISOR: 2,
	/** The processor itself, reading descriptor tables and the TSS: AC does not lift SMAP. */
	IMPLICIT: 3,
} as const;

/** One translation as the TLB keeps it, for 4 KiB of linear address space. */
export interface Translation {
	/** Physical address of the page's first byte. */
	readonly physical: number;
	/** The rights that all levels of the walk grant together. */
	readonly user: boolean;
	readonly writable: boolean;
	readonly executable: boolean;
	readonly global: boolean;
	/** Whether the entry's dirty bit is known to be set. */
	readonly dirty: boolean;
	/** Bytes that the page-table entry maps: 4 KiB, 2 MiB or 1 GiB. */
	readonly span: number;
}

/** Address bits below the index of each level, from the PML4 (4) to the page table (1). */
const LEVEL_SHIFT = [0n, 12n, 21n, 30n, 39n] as const;

const ABOVE_PHYSICAL = PHYSICAL_PAGE_MASK & ~((1n << PHYSICAL_ADDRESS_BITS) - 1n);

/** Bits that must be zero in an entry that maps a large page, between its address and its flags (bit 12 is PAT). */
const LARGE_RESERVED = [0n, 0n, 0x1f_e000n, 0x3fff_e000n, 0n] as const;

/** Translations beyond which the TLB is emptied, so that no guest can make it grow. */
const CAPACITY = 4096;

/** A page's key in the TLB: its linear page number, from the address's two halves. */
const keyOf = (address: bigint): number => Number((address >> 12n) & 0xf_ffff_ffff_ffffn);

/** A walk through the tables. */
export interface Walk {
	/** The entries from the PML4 down; at least one. */
	readonly steps: readonly WalkStep[];
	readonly translation: Translation | undefined;
	/** PRESENT and RESERVED bits for the page fault if there is no translation. */
	readonly refusal: number;
}

/** What refuses an access, and the level of the entry in which it stands. */
export interface Refusal {
	readonly bit: RefusalBit;
	readonly level: number;
}

/** Which entries of a walk take a right away; what is not here is decided by the last entry. */
const REFUSES: Readonly<Partial<Record<RefusalBit, (entry: bigint) => boolean>>> = {
	'U/S': entry => (entry & Pte.U) === 0n,
	'R/W': entry => (entry & Pte.W) === 0n,
	NX: entry => (entry & Pte.NX) !== 0n,
};

/** 4-level paging (SDM vol. 3A, 4.5) with a TLB that knows PCIDs and global pages. */
export class Paging {
	private readonly spaces = new Map<bigint, Map<number, Translation>>();
	private readonly globals = new Map<number, Translation>();
	private space = new Map<number, Translation>();
	private count = 0;
	/** Told of each page-walk step, and of what came of it if it hears notes. */
	listener: DetailListener | undefined;
	/** Called when the TLB was full and has been emptied: whoever remembers its translations must forget them too. */
	onOverflow: (() => void) | undefined;

	constructor(private readonly memory: PhysicalMemory) {
		this.spaces.set(0n, this.space);
	}

	/** Translates a canonical linear address. Throws the page fault that the access raises. */
	translate(address: bigint, access: number, accessor: number): Translation {
		const key = keyOf(address);
		const known = this.space.get(key) ?? this.globals.get(key);
		if (known !== undefined && this.permits(known, access, accessor) && (known.dirty || access !== Access.WRITE)) {
			this.listener?.note?.({kind: 'known', address, access, accessor, physical: known.physical});
			return known;
		}

		return this.refill(address, key, access, accessor);
	}

	/** The TLB does not know the page, or knows it with too few rights: what the tables say now decides. */
	private refill(address: bigint, key: number, access: number, accessor: number): Translation {
		const walk = this.walk(address);
		const found = walk.translation;
		if (this.listener !== undefined) for (const step of walk.steps) this.listener.walk(address, step);
		const refusal = this.refusal(walk, access, accessor);
		if (refusal !== undefined) this.listener?.note?.({kind: 'refused', address, access, accessor, ...refusal});
		if (found === undefined) throw this.pageFault(address, access, accessor, walk.refusal);
		if (refusal !== undefined) {
			this.forget(key);
			throw this.pageFault(address, access, accessor, PageFaultBit.PRESENT);
		}

		this.markUsed(walk.steps, access === Access.WRITE);
		const translation = access === Access.WRITE && !found.dirty ? {...found, dirty: true} : found;
		this.keep(key, translation);
		const {physical, global} = translation;
		this.listener?.note?.({kind: 'found', address, access, accessor, physical, global});
		return translation;
	}

	/** Where a linear address lies now, by the tables alone: no fault, no TLB, no accessed bits. For readers outside. */
	peek(address: bigint): Translation | undefined {
		return this.walk(address).translation;
	}

	/** The entries that a walk for an address meets, for people to look at. */
	explain(address: bigint): readonly WalkStep[] {
		return this.walk(address).steps;
	}

	/** Why an access would be refused at the end of a walk, and at which level; undefined if it would not. */
	refusal({steps, translation, refusal}: Walk, access: number, accessor: number): Refusal | undefined {
		if (translation === undefined) return {bit: refusal === 0 ? 'P' : 'reserved', level: steps[steps.length - 1].level};
		const bit = this.refusedBy(translation, access, accessor);
		if (bit === undefined) return undefined;
		const refuses = REFUSES[bit] ?? ((): boolean => false);
		return {bit, level: (steps.find(({entry}) => refuses(entry)) ?? steps[steps.length - 1]).level};
	}

	/**
	 * Walks the tables for a canonical address and changes nothing.
	 * @param root the top-level table, as cr3 has it; the one in force by default
	 */
	walk(address: bigint, root = this.memory.cells[Cell.CR3]): Walk {
		const {memory} = this;
		const steps: WalkStep[] = [];
		const noExecute = (memory.cells[Cell.EFER] & Efer.NXE) !== 0n;
		let table = root & PHYSICAL_PAGE_MASK;
		let rights = Pte.W | Pte.U;
		let executable = true;
		for (let level = 4; ; level--) {
			const shift = LEVEL_SHIFT[level];
			const entryAddress = Number(table | (((address >> shift) & 511n) << 3n));
			const entry = memory.read(entryAddress, 64);
			steps.push({level, entryAddress, entry});
			if ((entry & Pte.P) === 0n) return {steps, translation: undefined, refusal: 0};
			const large = level === 1 || (entry & Pte.PS) !== 0n;
			if (isReserved(entry, level, large, noExecute)) return {steps, translation: undefined, refusal: PageFaultBit.PRESENT | PageFaultBit.RESERVED};
			rights &= entry;
			executable &&= !noExecute || (entry & Pte.NX) === 0n;
			table = entry & PHYSICAL_PAGE_MASK;
			if (large) return {steps, refusal: 0, translation: this.leaf(address, entry, shift, rights, executable)};
		}
	}

	private leaf(address: bigint, entry: bigint, shift: bigint, rights: bigint, executable: boolean): Translation {
		const offset = (1n << shift) - 1n;
		const frame = (entry & PHYSICAL_PAGE_MASK & ~offset) | (address & offset & ~0xfffn);
		return {
			physical: Number(frame),
			user: (rights & Pte.U) !== 0n,
			writable: (rights & Pte.W) !== 0n,
			executable,
			global: (entry & Pte.G) !== 0n && (this.memory.cells[Cell.CR4] & Cr4.PGE) !== 0n,
			dirty: (entry & Pte.D) !== 0n,
			span: Number(offset) + 1,
		};
	}

	/** Sets the accessed bit in every entry of a walk, and the dirty bit in the last one. */
	private markUsed(steps: readonly WalkStep[], write: boolean): void {
		for (const [index, {entryAddress, entry}] of steps.entries()) {
			const marks = Pte.A | (write && index === steps.length - 1 ? Pte.D : 0n);
			if ((entry & marks) === marks) continue;
			this.memory.write(entryAddress, 64, entry | marks);
			this.listener?.note?.({kind: 'entry', entryAddress, before: entry, after: entry | marks});
		}
	}

	/** Whether a translation allows an access. */
	permits(page: Translation, access: number, accessor: number): boolean {
		return this.refusedBy(page, access, accessor) === undefined;
	}

	/** What refuses an access to a page that is there (SDM vol. 3A, 4.6.1). */
	private refusedBy(page: Translation, access: number, accessor: number): RefusalBit | undefined {
		const {cells} = this.memory;
		const writes = access === Access.WRITE && !page.writable;
		if (accessor === Accessor.USER) {
			if (!page.user) return 'U/S';
			if (access === Access.EXECUTE && !page.executable) return 'NX';
			return writes ? 'R/W' : undefined;
		}

		if (access === Access.EXECUTE) {
			if (!page.executable) return 'NX';
			return page.user && (cells[Cell.CR4] & Cr4.SMEP) !== 0n ? 'SMEP' : undefined;
		}

		if (page.user && accessor !== Accessor.SUPERVISOR && (cells[Cell.CR4] & Cr4.SMAP) !== 0n) return 'SMAP';
		return writes && (cells[Cell.CR0] & Cr0.WP) !== 0n ? 'R/W' : undefined;
	}

	private pageFault(address: bigint, access: number, accessor: number, refusal: number): Fault {
		const {cells} = this.memory;
		const fetchIsTold = (cells[Cell.EFER] & Efer.NXE) !== 0n || (cells[Cell.CR4] & Cr4.SMEP) !== 0n;
		const code =
			refusal |
			(access === Access.WRITE ? PageFaultBit.WRITE : 0) |
			(accessor === Accessor.USER ? PageFaultBit.USER : 0) |
			(access === Access.EXECUTE && fetchIsTold ? PageFaultBit.FETCH : 0);
		return new Fault(Vector.PF, code, address);
	}

	private keep(key: number, translation: Translation): void {
		if (this.count >= CAPACITY) {
			this.flush(true);
			this.onOverflow?.();
		}

		this.forget(key);
		const home = translation.global ? this.globals : this.space;
		home.set(key, translation);
		this.count++;
	}

	private forget(key: number): void {
		if (this.space.delete(key)) this.count--;
		if (this.globals.delete(key)) this.count--;
	}

	/** Chooses the address space that cr3's PCID names; `keep` leaves its old translations valid (cr3 bit 63). */
	enterSpace(pcid: bigint, keep: boolean): void {
		let space = this.spaces.get(pcid);
		if (space === undefined) {
			space = new Map();
			this.spaces.set(pcid, space);
		}

		this.space = space;
		if (!keep) this.flushSpace(pcid);
	}

	/** Drops the non-global translations of one PCID. */
	flushSpace(pcid: bigint): void {
		const space = this.spaces.get(pcid);
		this.count -= space?.size ?? 0;
		space?.clear();
	}

	/** Drops all translations, of all PCIDs. */
	flush(globalsToo: boolean): void {
		for (const space of this.spaces.values()) space.clear();
		this.space.clear();
		if (globalsToo) this.globals.clear();
		this.count = this.globals.size;
	}

	/** Drops the translations of the page that holds an address: those of one PCID, or of the current one and the global ones. */
	invalidate(address: bigint, pcid?: bigint): void {
		const homes = pcid === undefined ? [this.space, this.globals] : [this.spaces.get(pcid) ?? new Map<number, Translation>()];
		const key = keyOf(address);
		for (const home of homes) {
			if (home.delete(key)) this.count--;
			// The page may be a large one that is known by other parts of it.
			for (const [other, {span}] of home) {
				const pages = span / PAGE_SIZE;
				if (pages > 1 && Math.floor(other / pages) === Math.floor(key / pages) && home.delete(other)) this.count--;
			}
		}
	}
}

/** Whether an entry has a bit set that must be zero. */
export function isReserved(entry: bigint, level: number, large: boolean, noExecute: boolean): boolean {
	if ((entry & ABOVE_PHYSICAL) !== 0n) return true;
	if (!noExecute && (entry & Pte.NX) !== 0n) return true;
	if (level === 4) return (entry & Pte.PS) !== 0n;
	return large && (entry & LARGE_RESERVED[level]) !== 0n;
}
