import {ERRNO} from './errno.js';
import {type AddressSpace, pageUp, TASK_SIZE} from './address-space.js';
import {type Call, int, type Service, uint} from './call.js';
import {freePlace, MMAP_MIN_ADDR, pagesLength, populate} from './memory-map.js';
import {Prot} from './user-tables.js';
import {carve, isFree, part, type Vma} from './vmas.js';

/** Flags of mprotect for growing areas; of those only the former exists here. */
const PROT_GROWSDOWN = 0x0100_0000;
const PROT_GROWSUP = 0x0200_0000;
const PROT_SEM = 8;

/** Whether areas cover a range without a hole. */
function covers(vmas: readonly Vma[], start: number, end: number): boolean {
	let reached = start;
	for (const vma of carve(vmas, start, end).inside) {
		if (vma.start !== reached) return false;
		reached = vma.end;
	}

	return reached === end;
}

/** mprotect(addr, length, prot) (mm/mprotect.c do_mprotect_pkey). Up to a hole or a refusal the change is made. */
export const mprotect: Service = ({space, args: [address, size, protection]}) => {
	const wanted = uint(protection);
	const grows = wanted & (PROT_GROWSDOWN | PROT_GROWSUP);
	if (grows === (PROT_GROWSDOWN | PROT_GROWSUP) || address % 4096n !== 0n) return -ERRNO.EINVAL;
	if (size === 0n) return 0;
	const length = pagesLength(size);
	if (length === undefined || address + BigInt(length) > BigInt(TASK_SIZE)) return -ERRNO.ENOMEM;
	if ((wanted & ~(Prot.ALL | PROT_SEM | PROT_GROWSDOWN | PROT_GROWSUP)) !== 0) return -ERRNO.EINVAL;
	let start = Number(address);
	const end = start + length;
	const prot = wanted & Prot.ALL;
	const first = space.find(start);
	if (first === undefined) return -ERRNO.ENOMEM;
	if (grows === PROT_GROWSUP || (grows !== 0 && !first.growsDown)) return -ERRNO.EINVAL;
	if (grows !== 0) start = first.start;
	return protectAreas(space, start, end, prot);
};

function protectAreas(space: AddressSpace, start: number, end: number, prot: number): number {
	let reached = start;
	for (const vma of carve(space.vmas, start, end).inside) {
		if (vma.start !== reached) return -ERRNO.ENOMEM;
		if ((prot & ~vma.most) !== 0) return -ERRNO.EACCES;
		const newlyCounted = (prot & Prot.WRITE) !== 0 && (vma.prot & Prot.WRITE) === 0 && !vma.noReserve;
		if (newlyCounted && !space.mayGrow(vma.end - vma.start, true)) return -ERRNO.ENOMEM;
		if (!space.protect(vma.start, vma.end, prot)) return -ERRNO.ENOMEM;
		reached = vma.end;
	}

	return reached === end ? 0 : -ERRNO.ENOMEM;
}

const MremapFlag = {MAYMOVE: 1, FIXED: 2} as const;

/** mremap(addr, old length, new length, flags, new addr) (mm/mremap.c). MREMAP_DONTUNMAP and doubling are refused. */
export const mremap: Service = call => {
	const [address, before, after, , target] = call.args;
	const flags = uint(call.args[3]);
	if ((flags & ~(MremapFlag.MAYMOVE | MremapFlag.FIXED)) !== 0) return -ERRNO.EINVAL;
	if ((flags & MremapFlag.FIXED) !== 0 && (flags & MremapFlag.MAYMOVE) === 0) return -ERRNO.EINVAL;
	const oldLength = pagesLength(before);
	const newLength = pagesLength(after);
	if (address % 4096n !== 0n || newLength === undefined || newLength === 0) return -ERRNO.EINVAL;
	const vma = address < BigInt(TASK_SIZE) ? call.space.find(Number(address)) : undefined;
	if (vma === undefined) return -ERRNO.EFAULT;
	if (oldLength === 0) return -ERRNO.EINVAL;
	if (oldLength === undefined || address + BigInt(oldLength) > BigInt(TASK_SIZE)) return -ERRNO.EFAULT;
	const range: Range = {vma, start: Number(address), oldLength, newLength};
	return (flags & MremapFlag.FIXED) === 0 ? resize(call, range, (flags & MremapFlag.MAYMOVE) !== 0) : moveTo(call, range, target);
};

interface Range {
	readonly vma: Vma;
	readonly start: number;
	readonly oldLength: number;
	readonly newLength: number;
}

function resize(call: Call, range: Range, mayMove: boolean): number {
	const {space} = call;
	const {vma, start, oldLength, newLength} = range;
	if (newLength <= oldLength) {
		return newLength === oldLength || space.unmap(start + newLength, start + oldLength) ? start : -ERRNO.ENOMEM;
	}

	if (start + oldLength > vma.end) return -ERRNO.EFAULT;
	const more = newLength - oldLength;
	if (!space.mayGrow(more, isWritable(vma))) return -ERRNO.ENOMEM;
	if (start + oldLength === vma.end && start + newLength <= TASK_SIZE && isFree(space.vmas, vma.end, start + newLength)) {
		space.place({...vma, start: vma.end, end: vma.end + more, growsDown: false, offset: hasOffset(vma) ? vma.offset + vma.end - vma.start : 0});
		return start;
	}

	if (!mayMove) return -ERRNO.ENOMEM;
	const place = freePlace(space, newLength);
	return place === undefined ? -ERRNO.ENOMEM : move(call, range, place);
}

const isWritable = (vma: Vma): boolean => (vma.prot & Prot.WRITE) !== 0 && !vma.noReserve;

const hasOffset = (vma: Vma): boolean => vma.inode !== undefined || vma.object !== undefined;

function moveTo(call: Call, range: Range, target: bigint): number {
	const {space} = call;
	const {start, oldLength, newLength} = range;
	if (target % 4096n !== 0n || newLength > TASK_SIZE || target > BigInt(TASK_SIZE - newLength)) return -ERRNO.EINVAL;
	const place = Number(target);
	if (start + oldLength > place && place + newLength > start) return -ERRNO.EINVAL;
	if (place < MMAP_MIN_ADDR) return -ERRNO.EPERM;
	if (start + Math.min(oldLength, newLength) > range.vma.end) return -ERRNO.EFAULT;
	if (newLength > oldLength && !space.mayGrow(newLength - oldLength, isWritable(range.vma))) return -ERRNO.ENOMEM;
	if (!space.unmap(place, place + newLength)) return -ERRNO.ENOMEM;
	if (newLength < oldLength && !space.unmap(start + newLength, start + oldLength)) return -ERRNO.ENOMEM;
	return move(call, {...range, oldLength: Math.min(oldLength, newLength)}, place);
}

/** Moves an area's part to a free place, where it has its new length. */
function move({space}: Call, {start, oldLength, newLength}: Range, place: number): number {
	const vma = space.find(start);
	if (vma === undefined || start + oldLength > vma.end) return -ERRNO.EFAULT;
	const piece = part(vma, start, start + oldLength);
	if (!space.movePages(start, place, oldLength)) return -ERRNO.ENOMEM;
	space.place({...piece, start: place, end: place + newLength, growsDown: false});
	// The pages have gone already, so this only shortens the list; a file or an object is still in use by the new area.
	return space.unmap(start, start + oldLength) ? place : -ERRNO.ENOMEM;
}

const Advice = {NORMAL: 0, RANDOM: 1, SEQUENTIAL: 2, WILLNEED: 3, DONTNEED: 4, FREE: 8, POPULATE_READ: 22, POPULATE_WRITE: 23} as const;

/** Advice that may be followed by doing nothing; DONTFORK and WIPEONFORK are not among it. */
const IDLE_ADVICE: ReadonlySet<number> = new Set<number>([Advice.NORMAL, Advice.RANDOM, Advice.SEQUENTIAL, Advice.WILLNEED, Advice.FREE, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21]);

const ACTIVE_ADVICE: ReadonlySet<number> = new Set<number>([Advice.DONTNEED, Advice.POPULATE_READ, Advice.POPULATE_WRITE]);

/** madvise(addr, length, advice) (mm/madvise.c). */
export const madvise: Service = ({space, args: [address, size, what]}) => {
	const advice = int(what);
	if ((!IDLE_ADVICE.has(advice) && !ACTIVE_ADVICE.has(advice)) || address % 4096n !== 0n) return -ERRNO.EINVAL;
	const length = BigInt.asUintN(64, (size + 4095n) & ~0xfffn);
	if (size !== 0n && length === 0n) return -ERRNO.EINVAL;
	if (BigInt.asUintN(64, address + length) < address) return -ERRNO.EINVAL;
	if (length === 0n) return 0;
	if (address >= BigInt(TASK_SIZE)) return -ERRNO.ENOMEM;
	const start = Number(address);
	const end = Math.min(TASK_SIZE, start + pageUp(Number(length)));
	if (ACTIVE_ADVICE.has(advice)) {
		for (const vma of carve(space.vmas, start, end).inside) {
			if (advice === Advice.DONTNEED) space.dropPages(vma.start, vma.end);
			else populate(space, vma.start, vma.end);
		}
	}

	return covers(space.vmas, start, end) ? 0 : -ERRNO.ENOMEM;
};
