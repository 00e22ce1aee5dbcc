import {ISOLATION} from '../../kernel/constants.js';
import type {Kernel} from '../../kernel/kernel.js';
import {isCanonical, PHYSICAL_PAGE_MASK, Pte} from '../../machine/control-bits.js';
import {Cell} from '../../machine/layout.js';
import type {Machine} from '../../machine/machine.js';

/** Address bits below the index of each level, from the PML4 down. */
const SHIFTS = [39n, 30n, 21n, 12n] as const;

/** Bit of the second page of a process's two top-level tables: the user's. */
export const USER_TABLES = 1n << BigInt(ISOLATION.PTI_USER_PGTABLE_BIT);

/**
 * Reads the kernel's memory by its own page tables, whichever are in force: with page-table isolation the user's tables
 * do not map what there is to be looked at.
 */
export class KernelMemory {
	constructor(
		private readonly machine: Machine,
		private readonly kernel: Kernel,
	) {}

	/** Where a linear address lies in memory by the kernel's tables. */
	private physical(address: bigint): number | undefined {
		if (!isCanonical(address)) return undefined;
		const {memory} = this.machine;
		const root = memory.cells[Cell.CR3] & PHYSICAL_PAGE_MASK;
		let table = this.kernel.isolation ? root & ~USER_TABLES : root;
		for (const shift of SHIFTS) {
			const entry = memory.read(Number(table | (((address >> shift) & 511n) << 3n)), 64);
			if ((entry & Pte.P) === 0n) return undefined;
			const offset = (1n << shift) - 1n;
			if (shift === 12n || (entry & Pte.PS) !== 0n) return Number((entry & PHYSICAL_PAGE_MASK & ~offset) | (address & offset));
			table = entry & PHYSICAL_PAGE_MASK;
		}

		return undefined;
	}

	/** A 64-bit word that does not reach over the end of a page; undefined where nothing is mapped. */
	read(address: bigint): bigint | undefined {
		const physical = this.physical(BigInt.asUintN(64, address));
		return physical === undefined ? undefined : this.machine.memory.read(physical, 64);
	}
}
