import {PHYSICAL_PAGE_MASK, Pte} from '../machine/control-bits.js';
import {errnoNumber} from './errno.js';
import {PAGE_SIZE, type PhysicalMemory} from '../machine/physical-memory.js';

/** Rights of a mapping. */
export interface Rights {
	readonly write: boolean;
	readonly execute: boolean;
	readonly user: boolean;
	readonly global?: boolean;
}

/** A program that can't be started; the message says why to people. */
export class LoadError extends RangeError {
	constructor(
		message: string,
		/** The number that execve would have answered with. */
		readonly errno: number = errnoNumber('ENOMEM'),
	) {
		super(message);
	}
}

/** Hands out physical pages from a first one on, zeroed. */
export class PageAllocator {
	constructor(
		private readonly memory: PhysicalMemory,
		private next: number,
	) {}

	/** @returns the physical address of `count` consecutive pages */
	take(count = 1): number {
		const first = this.next;
		if (!this.memory.holds(first, count * PAGE_SIZE)) {
			throw new LoadError(`the kernel needs more than the machine's ${this.memory.size >> 20} MiB of memory`);
		}

		this.next += count * PAGE_SIZE;
		return first;
	}
}

/** Address bits below each level's index, from the PML4 down to the page table. */
const SHIFTS = [39n, 30n, 21n, 12n] as const;

/** Bytes that one entry of a page directory maps. */
const LARGE_PAGE = 1n << 21n;

const entryAddress = (table: number, address: bigint, shift: bigint): number => table + Number((address >> shift) & 511n) * 8;

/** Builds a tree of page tables in guest memory, as a loader or a kernel does. */
export class PageTables {
	constructor(
		private readonly memory: PhysicalMemory,
		private readonly pages: PageAllocator,
		/** Physical address of the top-level table. */
		readonly root: number = pages.take(),
	) {}

	/** The table of a level (0: the PML4's own entry leads there, 2: the page table) that covers an address; made if missing. */
	private table(address: bigint, levels: number): number {
		let table = this.root;
		for (let level = 0; level < levels; level++) {
			const at = entryAddress(table, address, SHIFTS[level]);
			const entry = this.memory.read(at, 64);
			if ((entry & Pte.P) !== 0n) {
				table = Number(entry & PHYSICAL_PAGE_MASK);
				continue;
			}

			table = this.pages.take();
			// The last level decides the rights; the ones above allow everything within their half.
			const user = address < 0x8000_0000_0000n ? Pte.U : 0n;
			this.memory.write(at, 64, BigInt(table) | Pte.P | Pte.W | user | Pte.A);
		}

		return table;
	}

	/** Physical address of the page table for an address, made if missing. */
	pageTable(address: bigint): number {
		return this.table(address, 3);
	}

	/** Maps pages of 4 KiB. */
	map(address: bigint, physical: number, bytes: number, rights: Rights): void {
		for (let offset = 0n; offset < BigInt(bytes); offset += BigInt(PAGE_SIZE)) {
			const table = this.table(address + offset, 3);
			this.memory.write(entryAddress(table, address + offset, 12n), 64, (BigInt(physical) + offset) | bits(rights));
		}
	}

	/** Maps pages of 2 MiB. */
	mapLarge(address: bigint, physical: number, bytes: number, rights: Rights): void {
		for (let offset = 0n; offset < BigInt(bytes); offset += LARGE_PAGE) {
			const table = this.table(address + offset, 2);
			this.memory.write(entryAddress(table, address + offset, 21n), 64, (BigInt(physical) + offset) | bits(rights) | Pte.PS);
		}
	}

	/** Makes the 512 GiB around an address lead to the same tables as in another tree. */
	shareEntry(other: PageTables, address: bigint): void {
		const at = entryAddress(0, address, SHIFTS[0]);
		this.memory.write(this.root + at, 64, this.memory.read(other.root + at, 64));
	}
}

const bits = ({write, execute, user, global = false}: Rights): bigint =>
	Pte.P | Pte.A | (write ? Pte.W | Pte.D : 0n) | (execute ? 0n : Pte.NX) | (user ? Pte.U : 0n) | (global ? Pte.G : 0n);
