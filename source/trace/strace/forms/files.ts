import {argument, array, boxed} from '../layouts.js';
import {flags, flagsText} from '../names.js';
import {FACCESSAT2_FLAGS, FLOCK_FLAGS, HANDLE_FLAGS, MOUNT_SETATTR_FLAGS, STATX_AT, STATX_SYNC} from '../names/flags.js';
import {always, atEntry, atExit, changed, early, type Form, late, type Part, thenChanged} from '../parts.js';
import {address, int, long, uint, ulong} from '../scalars.js';
import {entries, fileHandle, fileMode, handleHead, handleRest, mountAttr, oldEntries, openHow} from '../structures/files.js';
import {INPUT_IOVEC, outputIovec, REMOTE_IOVEC} from '../structures/memory.js';
import {descriptorFlags} from '../structures/open.js';
import {FILE_TIMESPECS, FILE_TIMEVALS} from '../structures/times.js';
import {bytesText, outputBytes, outputPath, path} from '../texts.js';
import {dirfd, valueShow} from '../type-shows.js';
import {hasFailed, readValue, resultOf, type Show, type View} from '../view.js';
import type {ArgumentShows, Forms} from './table.js';

/** The largest value of an extended attribute. */
const XATTR_SIZE_MAX = 65_536n;

/** An extended attribute's value: the zero byte at its end is left out, and what is longer than it can be is not looked at. */
const attributeValue = (length: (view: View) => bigint): Show => (start, view) => {
	const bytes = length(view);
	if (hasFailed(view) || bytes > XATTR_SIZE_MAX) return address(start, view);
	const text = bytesText(start, view, bytes);
	const end = /(?:\\0|\\000)"(?:\.\.\.)?$/.exec(text);
	return end === null ? text : `${text.slice(0, end.index)}"`;
};

const givenAttribute: Show = attributeValue(({args}) => args[3]);
const filledAttribute = atExit(attributeValue(resultOf));
const attributeList = atExit((start, view) => (view.args[2] === 0n ? address : outputBytes())(start, view));

/** Buffers that the call has filled. */
export const filledBuffers = (count: number): Show => (start, view) => {
	if (!hasFailed(view)) return array(outputIovec(resultOf(view)), argument(count))(start, view);
	return otherBuffers(count)(start, view);
};

/** Buffers in another process. */
export const otherBuffers = (count: number): Show => (start, view) => array(REMOTE_IOVEC, argument(count))(start, {...view, result: 0n});

/** Buffers from which the call takes. */
export const givenBuffers = (count: number): Show => array(INPUT_IOVEC, argument(count));

const STATX_SYNC_TYPE = 0x6000n;

const statxFlags: Show = value => {
	const bits = BigInt.asUintN(32, value);
	const rest = bits & ~STATX_SYNC_TYPE;
	const freshness = flagsText(bits & STATX_SYNC_TYPE, STATX_SYNC);
	return rest === 0n ? freshness : `${freshness}|${flagsText(rest, STATX_AT)}`;
};

/** A place in a file, from which a call reads. */
const offsetBefore = boxed(8, ulong);
const signedOffset = boxed(8, long);

/** Where the kernel has moved it to. */
const offsetAfter: Show = (at, view) => {
	const value = at === 0n || hasFailed(view) || resultOf(view) === 0n ? undefined : readValue(view, at, 8);
	return value === undefined ? '' : ` => [${value}]`;
};

const bothTimevals = {times: FILE_TIMEVALS};
const filled = {iov: atExit(filledBuffers(2))};
const given = {iov: givenBuffers(2)};

export const FILE_ARGUMENTS: ArgumentShows = {
	truncate: {length: ulong}, ftruncate: {length: ulong}, symlink: {target: path}, symlinkat: {target: path}, readlink: {bufsiz: ulong}, readlinkat: {bufsiz: ulong},
	dup3: {flags: descriptorFlags}, pipe2: {flags: descriptorFlags}, flock: {operation: flags(FLOCK_FLAGS)}, statx: {flags: statxFlags},
	faccessat2: {flags: flags(FACCESSAT2_FLAGS)}, ustat: {ubuf: atExit(address)}, openat2: {how: openHow},
	readv: filled, preadv: filled, preadv2: filled, writev: given, pwritev: given, pwritev2: given, vmsplice: given,
	sendfile: {offset: thenChanged(offsetBefore, offsetAfter)}, splice: {off_in: atEntry(signedOffset), off_out: atEntry(signedOffset)},
	copy_file_range: {off_in: atEntry(signedOffset), off_out: atEntry(signedOffset), flags: uint},
	utimes: bothTimevals, futimesat: bothTimevals, utimensat: {times: FILE_TIMESPECS},
	setxattr: {value: givenAttribute}, lsetxattr: {value: givenAttribute}, fsetxattr: {value: givenAttribute},
	getxattr: {value: filledAttribute}, lgetxattr: {value: filledAttribute}, fgetxattr: {value: filledAttribute},
	listxattr: {list: attributeList}, llistxattr: {list: attributeList}, flistxattr: {list: attributeList},
	getdents: {dirp: atExit(oldEntries)}, getdents64: {dirp: atExit(entries)}, open_by_handle_at: {mount_fd: int, handle: fileHandle},
	mount_setattr: {flags: flags(MOUNT_SETATTR_FLAGS), attr: mountAttr}, lookup_dcookie: {cookie: ulong, buffer: atExit(outputPath)},
};

const DEVICES: readonly bigint[] = [0o020_000n, 0o060_000n];

/** A file is made with a device's number only if it is one. */
const makeNode = (path: readonly Part[], mode: number): Form => ({args}) => [
	...path, early(mode, fileMode), ...(DEVICES.includes(args[mode] & 0o170_000n) ? [early(mode + 1, valueShow('device'))] : []),
];

/** A mount's number, if there is a handle to go with it. */
const mountId: Show = (at, view) => (handleHead(view.args[2], view).startsWith('{') ? boxed(4, int) : address)(at, view);

export const FILE_FORMS: Forms = {
	mknod: makeNode([early(0, path)], 1), mknodat: makeNode([early(0, dirfd), early(1, path)], 2),
	name_to_handle_at: always(
		early(0, dirfd), early(1, path), changed(2, handleHead, handleRest), late(3, mountId), late(4, flags(HANDLE_FLAGS)),
	),
};
