/**
 * Lists of virtual memory areas, sorted by address: pure functions. User addresses are below 2^47 and are numbers here.
 */

/** One stretch of an address space whose pages have one origin and one protection (struct vm_area_struct). */
export interface Vma {
	readonly start: number;
	readonly end: number;
	/** Prot bits. */
	readonly prot: number;
	/** What mprotect may grant. */
	readonly most: number;
	readonly shared: boolean;
	/** Not counted against memory (MAP_NORESERVE). */
	readonly noReserve: boolean;
	/** Grows towards lower addresses when touched below its start. */
	readonly growsDown: boolean;
	/** The file that pages are read from. */
	readonly inode: number | undefined;
	/** The object that shared anonymous pages belong to. */
	readonly object: number | undefined;
	/** Where the area begins in the file or the object, in bytes. */
	readonly offset: number;
	/** What the map of the process names, for a file. */
	readonly path: string | undefined;
}

/** Bytes below a growing stack that stay free (mm/mmap.c stack_guard_gap). */
const STACK_GUARD = 256 * 4096;

/** A private area without a file. */
export const anonymous = (start: number, end: number, prot: number): Vma => ({
	start, end, prot, most: 7, shared: false, noReserve: false, growsDown: false, inode: undefined, object: undefined, offset: 0, path: undefined,
});

/** Index of the first area that ends above an address. */
export function indexAbove(vmas: readonly Vma[], address: number): number {
	let low = 0;
	let high = vmas.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (vmas[middle].end > address) high = middle;
		else low = middle + 1;
	}

	return low;
}

/** The area that holds an address. */
export function vmaAt(vmas: readonly Vma[], address: number): Vma | undefined {
	const vma = vmas.at(indexAbove(vmas, address));
	return vma !== undefined && vma.start <= address ? vma : undefined;
}

/** Whether any area lies, in part, between two addresses. */
export function overlaps(vmas: readonly Vma[], start: number, end: number): boolean {
	const vma = vmas[indexAbove(vmas, start)] as Vma | undefined;
	return vma !== undefined && vma.start < end;
}

/** A part of an area. */
export const part = (vma: Vma, start: number, end: number): Vma =>
	({...vma, start, end, offset: vma.inode === undefined && vma.object === undefined ? 0 : vma.offset + start - vma.start});

/** What lies between two addresses, cut at both, and what does not. */
export function carve(vmas: readonly Vma[], start: number, end: number): {readonly inside: readonly Vma[]; readonly outside: readonly Vma[]} {
	const first = indexAbove(vmas, start);
	const outside = vmas.slice(0, first);
	const inside: Vma[] = [];
	let index = first;
	for (; index < vmas.length && vmas[index].start < end; index++) {
		const vma = vmas[index];
		if (vma.start < start) outside.push(part(vma, vma.start, start));
		inside.push(part(vma, Math.max(vma.start, start), Math.min(vma.end, end)));
		if (vma.end > end) outside.push(part(vma, end, vma.end));
	}

	for (; index < vmas.length; index++) outside.push(vmas[index]);
	return {inside, outside};
}

function joins(left: Vma, right: Vma): boolean {
	return (
		left.end === right.start && left.prot === right.prot && left.most === right.most && left.shared === right.shared &&
		left.noReserve === right.noReserve && !left.growsDown && !right.growsDown && left.inode === right.inode && left.object === right.object &&
		left.path === right.path && ((left.inode === undefined && left.object === undefined) || left.offset + left.end - left.start === right.offset)
	);
}

/** Puts areas into a list that has room for them; neighbours that differ in nothing become one. */
export function insert(vmas: readonly Vma[], added: readonly Vma[]): Vma[] {
	const result: Vma[] = [];
	for (const vma of [...vmas, ...added].sort((a, b) => a.start - b.start)) {
		const last = result.at(-1);
		if (last !== undefined && joins(last, vma)) result[result.length - 1] = {...last, end: vma.end};
		else result.push(vma);
	}

	return result;
}

/** Where an area begins for others: a stack's guard counts. */
export const guardedStart = (vma: Vma): number => (vma.growsDown ? vma.start - STACK_GUARD : vma.start);

/** Start of the highest gap of `length` bytes between two addresses. */
export function highestGap(vmas: readonly Vma[], length: number, floor: number, ceiling: number): number | undefined {
	let top = ceiling;
	for (let index = vmas.length - 1; index >= 0 && top - length >= floor; index--) {
		const vma = vmas[index];
		if (vma.end <= top - length) break;
		top = Math.min(top, guardedStart(vma));
	}

	return top - length >= floor ? top - length : undefined;
}

/** Whether a range is free, a stack's guard included. */
export function isFree(vmas: readonly Vma[], start: number, end: number): boolean {
	const vma = vmas[indexAbove(vmas, start)] as Vma | undefined;
	return vma === undefined || guardedStart(vma) >= end;
}
