import {ISOLATION, SCHEDULING, TASK} from '../../kernel/constants.js';
import type {Kernel} from '../../kernel/kernel.js';
import {isCanonical, PHYSICAL_PAGE_MASK} from '../../machine/control-bits.js';
import {Cell} from '../../machine/layout.js';
import type {Machine} from '../../machine/machine.js';

/** The bit of a top-level table's address that tells the user's from the kernel's, with isolation. */
const USER_TABLE = 1n << BigInt(ISOLATION.PTI_USER_PGTABLE_BIT);

/** The two top-level tables of a process, as cr3 would hold them. */
export interface Roots {
	/** The one in force. */
	readonly current: bigint;
	/** With isolation, the one that is not in force. */
	readonly other?: bigint;
	/** Whether the one in force is the program's. */
	readonly user: boolean;
}

/**
 * The top-level tables of the current process.
 *
 * The boot code runs on a table of its own, which has no other.
 */
export function rootsOf(machine: Machine, kernel: Kernel): Roots {
	const current = machine.cpu.cells[Cell.CR3];
	if (!kernel.isolation || !isProcessRoot(machine, kernel, current)) return {current, user: false};
	return {current, other: current ^ USER_TABLE, user: (current & USER_TABLE) !== 0n};
}

const tableOf = (root: bigint): bigint => root & PHYSICAL_PAGE_MASK & ~USER_TABLE;

/** Whether a top-level table is one of a process's: the first one's, or that of a task in the table. */
function isProcessRoot(machine: Machine, kernel: Kernel, root: bigint): boolean {
	const tasks = kernel.symbols.addressOf('tasks') ?? 0n;
	const places = Array.from({length: SCHEDULING.NR_TASKS}, (_, index) => tasks + BigInt(index * TASK.TASK_SIZE + TASK.TASK_cr3));
	const known = [kernelVariable(machine, kernel, 'boot_cr3'), ...places.map(address => kernelWord(machine, kernel, address))];
	return known.some(other => other !== undefined && other !== 0n && tableOf(other) === tableOf(root));
}

/** A 64-bit word at a linear address under some top-level table; undefined if it is not mapped. It must not cross a page. */
export function wordUnder(machine: Machine, root: bigint, address: bigint): bigint | undefined {
	if (!isCanonical(address)) return undefined;
	const page = machine.cpu.paging.walk(address, root).translation;
	if (page === undefined) return undefined;
	const physical = page.physical + Number(address & 0xfffn);
	return machine.memory.holds(physical, 8) ? machine.memory.read(physical, 64) : undefined;
}

/** A 64-bit word of the kernel, also while the program's tables are in force; undefined if it is nowhere mapped. */
export function kernelWord(machine: Machine, kernel: Kernel, address: bigint): bigint | undefined {
	const current = machine.cpu.cells[Cell.CR3];
	const value = wordUnder(machine, current, address);
	return value !== undefined || !kernel.isolation ? value : wordUnder(machine, current ^ USER_TABLE, address);
}

/** A 64-bit variable of the kernel by its label. */
export function kernelVariable(machine: Machine, kernel: Kernel, label: string): bigint | undefined {
	const address = kernel.symbols.addressOf(label);
	return address === undefined ? undefined : kernelWord(machine, kernel, address);
}
