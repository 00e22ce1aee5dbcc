import {ERRNO} from './errno.js';
import {type AddressSpace, MAX_MAP_COUNT, pageDown, pageUp, TASK_SIZE} from './address-space.js';
import {type Call, int, type Service, uint} from './call.js';
import {AccessMode, OpenFlag, type OpenFile} from './open-files.js';
import {descriptorFile} from './descriptors.js';
import {Prot} from './user-tables.js';
import {anonymous, highestGap, isFree, overlaps, type Vma} from './vmas.js';

/** Flags of mmap (include/uapi/asm-generic/mman-common.h, mman.h). */
export const MapFlag = {
	SHARED: 1,
	PRIVATE: 2,
	SHARED_VALIDATE: 3,
	TYPE: 0xf,
	FIXED: 0x10,
	ANONYMOUS: 0x20,
	GROWSDOWN: 0x100,
	NORESERVE: 0x4000,
	POPULATE: 0x8000,
	HUGETLB: 0x4_0000,
	FIXED_NOREPLACE: 0x10_0000,
} as const;

/** Lowest address that a program may map (vm.mmap_min_addr). */
export const MMAP_MIN_ADDR = 0x1_0000;

/** Where areas are looked for from, downwards: 128 MiB below the end, as without randomised addresses (arch/x86/mm/mmap.c). */
export const MMAP_BASE = TASK_SIZE - 0x800_0000;

/** Length of a range rounded up to pages; undefined if that exceeds what a user can have. */
export const pagesLength = (length: bigint): number | undefined => (length > BigInt(TASK_SIZE) ? undefined : pageUp(Number(length)));

interface Request {
	readonly hint: bigint;
	readonly length: number;
	readonly flags: number;
}

/** Where a new area goes (mm/mmap.c get_unmapped_area): an address, or minus an error number. */
function choosePlace(space: AddressSpace, {hint, length, flags}: Request): number {
	const exact = (flags & (MapFlag.FIXED | MapFlag.FIXED_NOREPLACE)) !== 0;
	if (exact) {
		if (hint > BigInt(TASK_SIZE - length)) return -ERRNO.ENOMEM;
		if (hint % 4096n !== 0n) return -ERRNO.EINVAL;
		if (hint < BigInt(MMAP_MIN_ADDR)) return -ERRNO.EPERM;
		const start = Number(hint);
		return (flags & MapFlag.FIXED_NOREPLACE) !== 0 && overlaps(space.vmas, start, start + length) ? -ERRNO.EEXIST : start;
	}

	const wish = hint < 4096n || hint > BigInt(TASK_SIZE) ? 0 : Math.max(MMAP_MIN_ADDR, pageDown(Number(hint)));
	if (wish !== 0 && wish <= TASK_SIZE - length && isFree(space.vmas, wish, wish + length)) return wish;
	return freePlace(space, length) ?? -ERRNO.ENOMEM;
}

/** The highest free place below the stack, or, if none is left there, anywhere. */
export const freePlace = (space: AddressSpace, length: number): number | undefined =>
	highestGap(space.vmas, length, MMAP_MIN_ADDR, MMAP_BASE) ?? highestGap(space.vmas, length, MMAP_MIN_ADDR, TASK_SIZE);

/** What a mapping shows, or minus an error number: rules of do_mmap. */
type Backing = Pick<Vma, 'inode' | 'object' | 'path' | 'most' | 'shared'> | number;

function fileBacking(call: Call, file: OpenFile, shared: boolean, prot: number): Backing {
	const mode = file.flags & AccessMode.MASK;
	const write = (prot & Prot.WRITE) !== 0;
	if (shared && write && mode !== AccessMode.RDWR) return -ERRNO.EACCES;
	if ((file.flags & OpenFlag.PATH) !== 0) return -ERRNO.EBADF;
	if (mode === AccessMode.WRONLY) return -ERRNO.EACCES;
	if (file.kind === 'zero') return anonymousBacking(call, shared);
	// Pages of a file that are written by one are not seen by others here, so such a mapping is refused.
	if (file.kind !== 'regular' || (shared && write)) return -ERRNO.ENODEV;
	return {inode: file.inode, object: undefined, path: file.path, most: shared ? Prot.ALL & ~Prot.WRITE : Prot.ALL, shared};
}

function anonymousBacking({host}: Call, shared: boolean): Backing {
	const object = shared ? host.nextNumber() : undefined;
	if (object !== undefined) host.state.objects.set(object, {owner: host.state.owner, pages: new Map()});
	return {inode: undefined, object, path: undefined, most: Prot.ALL, shared};
}

/** The kind of mapping that flags ask for: shared, private, or neither. */
function isShared(flags: number): boolean | undefined {
	const type = flags & MapFlag.TYPE;
	if (type === MapFlag.PRIVATE) return false;
	return type === MapFlag.SHARED || type === MapFlag.SHARED_VALIDATE ? true : undefined;
}

/** mmap(addr, length, prot, flags, fd, offset) (arch/x86/kernel/sys_x86_64.c, mm/mmap.c do_mmap). */
export const mmap: Service = call => {
	const [hint, size, protection, , , offset] = call.args;
	const flags = uint(call.args[3]);
	const prot = uint(protection) & Prot.ALL;
	if (offset % 4096n !== 0n) return -ERRNO.EINVAL;
	const plain = (flags & MapFlag.ANONYMOUS) !== 0;
	const file = plain ? undefined : descriptorFile(call, int(call.args[4]));
	if (!plain && file === undefined) return -ERRNO.EBADF;
	if (size === 0n) return -ERRNO.EINVAL;
	const length = pagesLength(size);
	if (length === undefined) return -ERRNO.ENOMEM;
	if (offset + BigInt(length) > 0x7fff_ffff_ffff_ffffn) return -ERRNO.EOVERFLOW;
	if (length > TASK_SIZE || (flags & MapFlag.HUGETLB) !== 0) return -ERRNO.ENOMEM;
	if (call.space.vmas.length >= MAX_MAP_COUNT) return -ERRNO.ENOMEM;
	const start = choosePlace(call.space, {hint, length, flags});
	if (start < 0) return start;
	// Further into a file than that nothing lies.
	if (file !== undefined && offset > BigInt(TASK_SIZE)) return -ERRNO.EOVERFLOW;
	return establish(call, {start, length, prot, flags, file, offset: Number(offset)});
};

interface Placed {
	readonly start: number;
	readonly length: number;
	readonly prot: number;
	readonly flags: number;
	readonly file: OpenFile | undefined;
	readonly offset: number;
}

function establish(call: Call, {start, length, prot, flags, file, offset}: Placed): number {
	const {space, host} = call;
	const shared = isShared(flags);
	if (shared === undefined) return -ERRNO.EINVAL;
	const growsDown = (flags & MapFlag.GROWSDOWN) !== 0;
	if (growsDown && (shared || file !== undefined)) return -ERRNO.EINVAL;
	const noReserve = (flags & MapFlag.NORESERVE) !== 0;
	if (!space.mayGrow(length, !noReserve && (prot & Prot.WRITE) !== 0)) return -ERRNO.ENOMEM;
	const backing = file === undefined ? anonymousBacking(call, shared) : fileBacking(call, file, shared, prot);
	if (typeof backing === 'number') return backing;
	const vma: Vma = {...anonymous(start, start + length, prot), ...backing, noReserve, growsDown, offset: backing.inode === undefined ? 0 : offset};
	if (!space.unmap(start, start + length)) {
		host.forgetUnused([vma]);
		return -ERRNO.ENOMEM;
	}

	space.place(vma);
	if ((flags & MapFlag.POPULATE) !== 0) populate(space, start, start + length);
	return start;
}

/** Brings the pages of a range in, as far as there are any. */
export function populate(space: AddressSpace, start: number, end: number): void {
	for (let page = start; page < end; page += 4096) {
		const vma = space.find(page);
		if (vma === undefined || vma.prot === 0 || space.populate(vma, page, (vma.prot & Prot.WRITE) !== 0) !== undefined) return;
	}
}

/** munmap(addr, length) (mm/vma.c do_vmi_munmap). */
export const munmap: Service = ({space, args: [address, size]}) => {
	if (address % 4096n !== 0n || address > BigInt(TASK_SIZE) || size > BigInt(TASK_SIZE) - address || size === 0n) return -ERRNO.EINVAL;
	const start = Number(address);
	return space.unmap(start, start + pageUp(Number(size))) ? 0 : -ERRNO.ENOMEM;
};

/** brk(address): the end of the heap as it is then, moved or not (mm/mmap.c). */
export const brk: Service = ({space, args: [wanted]}) => {
	const {state} = space;
	if (wanted < BigInt(state.startBrk) || wanted > BigInt(TASK_SIZE)) return state.brk;
	const target = Number(wanted);
	const before = pageUp(state.brk);
	const after = pageUp(target);
	if (after < before) {
		if (!space.unmap(after, before)) return state.brk;
	} else if (after > before) {
		if (!isFree(space.vmas, before, after + 4096) || !space.mayGrow(after - before, true)) return state.brk;
		space.place(anonymous(before, after, Prot.READ | Prot.WRITE));
	}

	state.brk = target;
	return target;
};
