import {PHYSICAL_PAGE_MASK, Pte} from '../../machine/control-bits.js';
import {PAGE_SIZE, type PhysicalMemory} from '../../machine/physical-memory.js';
import type {PhysicalPages} from './physical-pages.js';

/** Bytes that one entry of each level maps, from the top-level table to the page table. */
const SPANS = [2 ** 39, 2 ** 30, 2 ** 21, 2 ** 12] as const;

/** Levels above the page table. */
const UPPER = SPANS.slice(0, 3);

/** Bytes that one page table maps. */
const TABLE_SPAN = SPANS[2];

/** Entries of the top-level table that belong to the user's half. */
const USER_ENTRIES = 256;

/** In an entry that is not present: a page is kept here which nobody may touch (Linux _PAGE_PROTNONE, the same bit). */
const NOBODY = Pte.G;

/** Protection bits of mmap and mprotect (include/uapi/asm-generic/mman-common.h). */
export const Prot = {READ: 1, WRITE: 2, EXEC: 4, ALL: 7} as const;

/** Whether an entry has a page, accessible or not. */
export const holdsPage = (entry: bigint): boolean => (entry & (Pte.P | NOBODY)) !== 0n;

/** Physical address of an entry's page. */
export const pageOf = (entry: bigint): number => Number(entry & PHYSICAL_PAGE_MASK);

/** An entry for a user page. On x86 whoever may write or execute may read. */
export function userEntry(physical: number, prot: number, writable = true): bigint {
	if ((prot & Prot.ALL) === 0) return BigInt(physical) | NOBODY;
	const write = writable && (prot & Prot.WRITE) !== 0 ? Pte.W | Pte.D : 0n;
	return BigInt(physical) | Pte.P | Pte.U | Pte.A | write | ((prot & Prot.EXEC) === 0 ? Pte.NX : 0n);
}

/** Where the top-level tables' upper halves come from. */
export interface KernelHalf {
	/** Physical address of the kernel's own top-level table. */
	readonly root: number;
	/** With page-table isolation: the table whose upper half a program's second table gets, at root + 4096. */
	readonly isolatedRoot?: number | undefined;
}

const slot = (table: number, address: number, span: number): number => table + (Math.floor(address / span) % 512) * 8;

/** The user's half of page-table trees in guest memory. Out of memory is a result here, never an exception. */
export class UserTables {
	constructor(
		private readonly memory: PhysicalMemory,
		private readonly pages: PhysicalPages,
		private readonly kernel: KernelHalf,
	) {}

	/** A tree with an empty user half. */
	create(): number | undefined {
		const {isolatedRoot} = this.kernel;
		const root = isolatedRoot === undefined ? this.pages.take() : this.pages.takePair();
		if (root === undefined) return undefined;
		this.copyUpperHalf(this.kernel.root, root);
		if (isolatedRoot !== undefined) this.copyUpperHalf(isolatedRoot, root + PAGE_SIZE);
		return root;
	}

	private copyUpperHalf(from: number, to: number): void {
		this.memory.writeBytes(to + USER_ENTRIES * 8, this.memory.ram.slice(from + USER_ENTRIES * 8, from + PAGE_SIZE));
	}

	/** Gives back everything that the user's half holds: pages and tables. The top-level table stays. */
	clear(root: number): void {
		for (let index = 0; index < USER_ENTRIES; index++) {
			const table = this.below(root + index * 8);
			if (table === undefined) continue;
			this.releaseTree(table, 1);
			this.setTop(root + index * 8, 0n);
		}
	}

	/** Gives back the top-level table. */
	drop(root: number): void {
		this.pages.release(root);
		if (this.kernel.isolatedRoot !== undefined) this.pages.release(root + PAGE_SIZE);
	}

	private releaseTree(table: number, level: number): void {
		for (let at = table; at < table + PAGE_SIZE; at += 8) {
			if (level === UPPER.length) {
				const entry = this.memory.read(at, 64);
				if (holdsPage(entry)) this.pages.release(pageOf(entry));
				continue;
			}

			const child = this.below(at);
			if (child !== undefined) this.releaseTree(child, level + 1);
		}

		this.pages.release(table);
	}

	/** The table that an upper entry leads to. */
	private below(at: number): number | undefined {
		const entry = this.memory.read(at, 64);
		if ((entry & Pte.P) === 0n) return undefined;
		const table = pageOf(entry);
		return this.memory.holds(table, PAGE_SIZE) ? table : undefined;
	}

	/** With isolation both top-level tables lead to the same user half, and in the kernel's it is not executable. */
	private setTop(at: number, entry: bigint): void {
		const isolated = this.kernel.isolatedRoot !== undefined;
		this.memory.write(at, 64, isolated && entry !== 0n ? entry | Pte.NX : entry);
		if (isolated) this.memory.write(at + PAGE_SIZE, 64, entry);
	}

	/** Physical address of a page's entry, if there is a table for it. */
	find(root: number, address: number): number | undefined {
		let table: number | undefined = root;
		for (const span of UPPER) {
			table = this.below(slot(table, address, span));
			if (table === undefined) return undefined;
		}

		return slot(table, address, PAGE_SIZE);
	}

	/** Physical address of a page's entry; tables are made. Undefined if memory does not suffice. */
	make(root: number, address: number): number | undefined {
		let table = root;
		for (const [level, span] of UPPER.entries()) {
			const at = slot(table, address, span);
			const known = this.below(at);
			if (known !== undefined) {
				table = known;
				continue;
			}

			const fresh = this.pages.take();
			if (fresh === undefined) return undefined;
			const entry = BigInt(fresh) | Pte.P | Pte.W | Pte.U | Pte.A;
			if (level === 0) this.setTop(at, entry);
			else this.memory.write(at, 64, entry);
			table = fresh;
		}

		return slot(table, address, PAGE_SIZE);
	}

	/** Calls back for each page's entry between two addresses that is not zero; the entry may be changed. */
	visit(root: number, start: number, end: number, each: (address: number, at: number, entry: bigint) => void): void {
		for (let address = start; address < end; ) {
			const {table, missing} = this.pageTable(root, address);
			if (table === undefined) {
				address = (Math.floor(address / missing) + 1) * missing;
				continue;
			}

			const stop = Math.min(end, (Math.floor(address / TABLE_SPAN) + 1) * TABLE_SPAN);
			for (; address < stop; address += PAGE_SIZE) {
				const at = slot(table, address, PAGE_SIZE);
				const entry = this.memory.read(at, 64);
				if (entry !== 0n) each(address, at, entry);
			}
		}
	}

	/** The page table for an address, or how much a missing one of the tables above it would map. */
	private pageTable(root: number, address: number): {readonly table: number | undefined; readonly missing: number} {
		let table = root;
		for (const span of UPPER) {
			const next = this.below(slot(table, address, span));
			if (next === undefined) return {table: undefined, missing: span};
			table = next;
		}

		return {table, missing: 0};
	}

	/** Gives back the tables for a range that have become empty. */
	prune(root: number, start: number, end: number): void {
		if (start < end) this.pruneBelow(root, 0, 0, start, end);
	}

	private pruneBelow(table: number, level: number, base: number, start: number, end: number): void {
		const span = SPANS[level];
		const last = Math.min(base + 512 * span, end);
		for (let address = Math.max(base, Math.floor(start / span) * span); address < last; address += span) {
			const at = slot(table, address, span);
			const child = this.below(at);
			if (child === undefined) continue;
			if (level + 1 < UPPER.length) this.pruneBelow(child, level + 1, Math.floor(address / span) * span, start, end);
			if (!this.isEmpty(child)) continue;
			this.pages.release(child);
			if (level === 0) this.setTop(at, 0n);
			else this.memory.write(at, 64, 0n);
		}
	}

	private isEmpty(table: number): boolean {
		return this.memory.ram.subarray(table, table + PAGE_SIZE).every(byte => byte === 0);
	}
}
