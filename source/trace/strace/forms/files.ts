import {argument, array, boxed} from '../layouts.js';
import {choiceText, flags, flagsText} from '../names.js';
import {FACCESSAT2_FLAGS, FLOCK_FLAGS, HANDLE_FLAGS, MOUNT_SETATTR_FLAGS, STATX_AT, STATX_SYNC} from '../names/flags.js';
import {always, atEntry, atExit, changed, early, late, thenChanged} from '../parts.js';
import {address, int, long, uint, ulong} from '../scalars.js';
import {entries, fileHandle, fileMode, handleHead, handleRest, mountAttr, oldEntries, openHow, shortDevice} from '../structures/files.js';
import {INPUT_IOVEC, outputIovec, REMOTE_IOVEC} from '../structures/memory.js';
import {descriptorFlags} from '../structures/open.js';
import {FILE_TIMESPECS, FILE_TIMEVALS} from '../structures/times.js';
import {bytesText, outputPath, path, withoutLastZero} from '../texts.js';
import {dirfd} from '../type-shows.js';
import {hasFailed, readValue, resultOf, type Show, type View} from '../view.js';
import type {ArgumentShows, Forms} from './table.js';

/** The largest value of an extended attribute. */
const XATTR_SIZE_MAX = 65_536n;

/** An extended attribute's value: the zero byte at its end is left out, and what is longer than it can be is not looked at. */
const attributeValue = (size: number, length: (view: View) => bigint): Show => (start, view) => {
	const bytes = length(view);
	return view.args[size] === 0n || hasFailed(view) || bytes > XATTR_SIZE_MAX ? address(start, view) : bytesText(start, view, bytes, withoutLastZero);
};

const givenAttribute: Show = attributeValue(3, ({args}) => args[3]);
const filledAttribute = atExit(attributeValue(3, resultOf));
const attributeList = atExit(attributeValue(2, resultOf));

/** Buffers that the call has filled. */
export const filledBuffers = (count: number): Show => (start, view) => {
	if (!hasFailed(view)) return array(outputIovec(resultOf(view)), argument(count))(start, view);
	return array(REMOTE_IOVEC, argument(count))(start, {...view, result: 0n});
};

/** Buffers from which the call takes. */
export const givenBuffers = (count: number): Show => array(INPUT_IOVEC, argument(count));

const STATX_SYNC_TYPE = 0x6000n;

const statxFlags: Show = value => {
	const bits = BigInt.asUintN(32, value);
	const rest = bits & ~STATX_SYNC_TYPE;
	const freshness = choiceText(bits & STATX_SYNC_TYPE, STATX_SYNC);
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
	faccessat2: {flags: flags(FACCESSAT2_FLAGS)}, mknod: {mode: fileMode}, mknodat: {mode: fileMode}, ustat: {dev: shortDevice}, openat2: {how: openHow},
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

export const FILE_FORMS: Forms = {
	name_to_handle_at: always(
		early(0, dirfd), early(1, path), changed(2, handleHead, handleRest), late(3, boxed(4, int)), late(4, flags(HANDLE_FLAGS)),
	),
};
