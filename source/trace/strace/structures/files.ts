import {Bits} from '../../../kernel/syscalls/conditions.js';
import {bitByBit, choice, flags, names} from '../names.js';
import {FLAG_NAMES, MOUNT_ATTRIBUTES} from '../names/flags.js';
import {i64, type Layout, more, structure, u16, u32, u64, when} from '../layouts.js';
import {address, device, hex, int, octal} from '../scalars.js';
import {FILE_SYSTEMS} from '../names/file-systems.js';
import {quotedHex} from '../quote.js';
import {extensible} from './extensible.js';
import {openFlagsOf} from './open.js';
import {hasFailed, readBytes, resultOf, type Show, valueAt, type View, viewOf} from '../view.js';

/** A file's kind, in bits 12 to 15 of its mode (include/uapi/linux/stat.h). */
const FILE_KINDS = names('', {S_IFIFO: 0o010_000, S_IFCHR: 0o020_000, S_IFDIR: 0o040_000, S_IFBLK: 0o060_000, S_IFREG: 0o100_000, S_IFLNK: 0o120_000, S_IFSOCK: 0o140_000});
const SPECIAL_BITS = [['S_ISUID', 0o4000n], ['S_ISGID', 0o2000n], ['S_ISVTX', 0o1000n]] as const;

/** A file's kind and permissions. */
export function modeText(whole: bigint): string {
	const kind = FILE_KINDS.byValue.get(whole & 0o170_000n);
	if (kind === undefined && (whole & 0o170_000n) !== 0n) return octal(whole);
	const rest = whole & ~0o170_000n;
	const special = SPECIAL_BITS.filter(([, bit]) => (rest & bit) !== 0n).map(([name]) => name);
	return [...(kind === undefined ? [] : [kind]), ...special, octal(rest & ~0o7000n)].join('|');
}

/** The mode of a file that mknod makes. */
export const fileMode: Show = mode => modeText(BigInt.asUintN(16, mode));

/** struct stat, shortened as it usually is: a device's number or a file's size. */
export const STAT: Layout = {
	size: 144,
	write: (data, view) => {
		const mode = data.getUint32(24, true);
		const isDevice = [0o020_000, 0o060_000].includes(mode & 0o170_000);
		const last = isDevice ? `st_rdev=${device(data.getBigUint64(40, true), view)}` : `st_size=${data.getBigUint64(48, true)}`;
		return `{st_mode=${modeText(BigInt(mode))}, ${last}, ...}`;
	},
};

const STATX_ATTRIBUTES = names('STATX_ATTR_???', {
	STATX_ATTR_COMPRESSED: 4, STATX_ATTR_IMMUTABLE: 0x10, STATX_ATTR_APPEND: 0x20, STATX_ATTR_NODUMP: 0x40, STATX_ATTR_ENCRYPTED: 0x800, STATX_ATTR_AUTOMOUNT: 0x1000,
	STATX_ATTR_MOUNT_ROOT: 0x2000, STATX_ATTR_VERITY: 0x10_0000, STATX_ATTR_DAX: 0x20_0000,
});

const hasAny = (mask: number) => (data: DataView): boolean => (data.getUint32(0, true) & mask) !== 0;

export const STATX = structure(
	256, u32('stx_mask', 0, flags(FLAG_NAMES['statx-mask'])), u64('stx_attributes', 8, flags(STATX_ATTRIBUTES, 64)), when(hasAny(0x3), u16('stx_mode', 28, fileMode)), when(hasAny(0x200), u64('stx_size', 40)), more,
);

const ST_VALID = 0x20;
const MOUNTED_FLAGS = names('ST_???', {
	ST_VALID, ST_RDONLY: 1, ST_NOSUID: 2, ST_NODEV: 4, ST_NOEXEC: 8, ST_SYNCHRONOUS: 0x10, ST_MANDLOCK: 0x40, ST_NOATIME: 0x400, ST_NODIRATIME: 0x800, ST_RELATIME: 0x1000, ST_NOSYMFOLLOW: 0x2000,
});

/** struct statfs; the flags are there if any is set. */
export const STATFS = structure(
	120, u64('f_type', 0, choice(FILE_SYSTEMS, 64)), u64('f_bsize', 8), u64('f_blocks', 16), u64('f_bfree', 24), u64('f_bavail', 32), u64('f_files', 40), u64('f_ffree', 48),
	data => `f_fsid={val=[${hex(data.getUint32(56, true))}, ${hex(data.getUint32(60, true))}]}`, u64('f_namelen', 64), u64('f_frsize', 72),
	when(data => (data.getUint32(80, true) & ST_VALID) !== 0, u64('f_flags', 80, flags(MOUNTED_FLAGS, 64))),
);

/** Kinds of lock on a part of a file. */
export const LOCK_TYPES = names('F_???', {F_RDLCK: 0, F_WRLCK: 1, F_UNLCK: 2, F_EXLCK: 4, F_SHLCK: 8});
const WHENCE = names('SEEK_???', {SEEK_SET: 0, SEEK_CUR: 1, SEEK_END: 2, SEEK_DATA: 3, SEEK_HOLE: 4});

const flockFields = [u16('l_type', 0, choice(LOCK_TYPES, 16)), u16('l_whence', 2, choice(WHENCE, 16)), i64('l_start', 8), i64('l_len', 16)] as const;

/** struct flock; who holds the lock is shown where the kernel tells it. */
export const FLOCK = structure(32, ...flockFields);
export const FLOCK_WITH_HOLDER = structure(32, ...flockFields, u32('l_pid', 24, int));

const OWNER_TYPES = names('F_OWNER_???', {F_OWNER_TID: 0, F_OWNER_PID: 1, F_OWNER_PGRP: 2});
export const F_OWNER_EX = structure(8, u32('type', 0, choice(OWNER_TYPES)), u32('pid', 4, int));

/** How many entries a buffer of getdents holds: their lengths stand in their middle. */
const entriesComment = (lengthAt: number, smallest: number): Show => (start, view) => {
	if (hasFailed(view)) return address(start, view);
	const {count, isComplete} = countEntries(start, view, lengthAt, smallest);
	return `${address(start, view)} /* ${count}${isComplete ? '' : '+'} entries */`;
};

const MOST_ENTRIES_BYTES = 0x10_0000n;

function countEntries(start: bigint, view: View, lengthAt: number, smallest: number): {readonly count: number; readonly isComplete: boolean} {
	const total = resultOf(view) < MOST_ENTRIES_BYTES ? resultOf(view) : MOST_ENTRIES_BYTES;
	let count = 0;
	for (let at = 0n; at < total; count++) {
		const head = readBytes(view, start + at, smallest);
		if (head === undefined || total - at < BigInt(smallest)) return {count, isComplete: false};
		const length = viewOf(head).getUint16(lengthAt, true);
		if (length < smallest || BigInt(length) > total - at) return {count, isComplete: false};
		at += BigInt(length);
	}

	return {count, isComplete: true};
}

/** Entries of a directory in the old layout and in the new one. */
export const oldEntries = entriesComment(16, 20);
export const entries = entriesComment(16, 19);

const HANDLE_HEAD = 8;
const MAX_HANDLE = 128;

/** The bytes of a file's handle, behind its head. */
function handleBytes(start: bigint, view: View): string {
	const head = readBytes(view, start, HANDLE_HEAD);
	if (head === undefined) return '';
	const data = viewOf(head);
	const size = data.getUint32(0, true);
	const bytes = readBytes(view, start + BigInt(HANDLE_HEAD), Math.min(size, MAX_HANDLE));
	const handle = bytes === undefined ? '???' : quotedHex(bytes) + (size > MAX_HANDLE ? '...' : '');
	return `, handle_type=${data.getInt32(4, true)}, f_handle=${handle}`;
}

/** How long a file's handle may be, before there is one. */
export const handleHead: Show = (start, view) => {
	const head = start === 0n ? undefined : readBytes(view, start, HANDLE_HEAD);
	return head === undefined ? address(start, view) : `{handle_bytes=${viewOf(head).getUint32(0, true)}`;
};

/** The rest of a file's handle, once there is one. */
export const handleRest: Show = (start, view) => (handleHead(start, view).startsWith('{') ? `${hasFailed(view) ? '' : handleBytes(start, view)}}` : '');

/** A file's handle. */
export const fileHandle: Show = (start, view) => {
	const head = handleHead(start, view);
	return head.startsWith('{') ? `${head}${handleBytes(start, view)}}` : head;
};

const RESOLVE_FLAGS = names('RESOLVE_???', bitByBit('RESOLVE_', 0, 'NO_XDEV NO_MAGICLINKS NO_SYMLINKS BENEATH IN_ROOT CACHED'));
const makesFile = (data: DataView): boolean => valueAt(data, 8, 8) !== 0n || (data.getUint32(0, true) & (Bits.O_CREAT | Bits.__O_TMPFILE)) !== 0;

/** How openat2 opens. */
export const openHow = extensible(24, 3, [u64('flags', 0, openFlagsOf(64)), when(makesFile, u64('mode', 8, octal)), u64('resolve', 16, flags(RESOLVE_FLAGS, 64))]);

const ATTRIBUTES = flags(MOUNT_ATTRIBUTES, 64);
const PROPAGATIONS = names('MS_???', {MS_SLAVE: 0x8_0000, MS_UNBINDABLE: 0x2_0000, MS_PRIVATE: 0x4_0000, MS_SHARED: 0x10_0000});

/** What mount_setattr changes. */
export const mountAttr = extensible(32, 4, [u64('attr_set', 0, ATTRIBUTES), u64('attr_clr', 8, ATTRIBUTES), u64('propagation', 16, choice(PROPAGATIONS, 64)), u64('userns_fd', 24)]);

export const CACHESTAT_RANGE = structure(16, u64('off', 0), u64('len', 8));
export const CACHESTAT = structure(40, u64('nr_cache', 0), u64('nr_dirty', 8), u64('nr_writeback', 16), u64('nr_evicted', 24), u64('nr_recently_evicted', 32));
