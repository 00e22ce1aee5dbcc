import {ERRNO} from './errno.js';
import {SIZES} from '../constants.js';
import {type Call, int, long, type Service} from './call.js';
import {descriptorFile} from './descriptors.js';
import type {Host} from './host.js';
import {bytesOfName, typeOf} from './inodes.js';
import {isMachines, mayRead, mayWrite, OpenFlag, type OpenFile} from './open-files.js';
import {direntBytes} from './structures.js';
import {accessOk} from './user-memory.js';
import {MAX_FILE_SIZE, type NamedEntry} from './file-system.js';

/** Bytes that are copied at a time, so that no call needs much of the host's memory. */
const PIECE = 65_536;

/** The most bytes of one call. */
const MOST = BigInt(SIZES.MAX_RW_COUNT);

/** The most parts of a readv or writev. */
const UIO_MAXIOV = 1024;

/** A part of the caller's memory. */
interface Part {
	readonly address: bigint;
	readonly length: number;
}

/** Reads or writes one part at a position; returns how many bytes, or minus an error number. */
type Transfer = (call: Call, file: OpenFile, part: Part, position: number) => number;

/** What a file holds from a position on; undefined where there is nothing but zeros, or nothing at all. */
function contentsOf(host: Host, {kind, inode, text}: OpenFile, position: number, size: number): Uint8Array | 'unreadable' | undefined {
	switch (kind) {
		case 'regular': return inode === undefined ? undefined : host.files.readAt(inode, position, size) ?? 'unreadable';
		case 'text': return text?.subarray(position, position + size);
		case 'random': return host.randomBytes(size);
		default: return undefined;
	}
}

function readPart({host, user}: Call, file: OpenFile, {address, length}: Part, position: number): number {
	if (file.kind === 'null') return 0;
	let done = 0;
	while (done < length) {
		const size = Math.min(PIECE, length - done);
		const at = address + BigInt(done);
		const bytes = contentsOf(host, file, position + done, size);
		if (bytes === 'unreadable') return done === 0 ? -ERRNO.EIO : done;
		const available = bytes?.length ?? (file.kind === 'zero' ? size : 0);
		const copied = bytes === undefined ? user.clearSome(at, available) : user.writeSome(at, bytes);
		done += copied;
		if (copied < available) return done === 0 ? -ERRNO.EFAULT : done;
		if (available < size) break;
	}

	return done;
}

function writePart({host, user}: Call, file: OpenFile, {address, length}: Part, position: number): number {
	if (file.kind !== 'regular' || file.inode === undefined) return length;
	let done = 0;
	while (done < length) {
		const size = Math.min(PIECE, length - done);
		const bytes = user.readSome(address + BigInt(done), size);
		if (bytes.length === 0) return done === 0 ? -ERRNO.EFAULT : done;
		const written = host.files.writeAt(file.inode, position + done, bytes);
		if (written < 0) return done === 0 ? written : done;
		done += written;
		if (written < size) break;
	}

	return done;
}

/** The file that a call reads or writes, or why it can't. */
function target(call: Call, write: boolean): OpenFile | number {
	const file = descriptorFile(call, int(call.args[0]));
	if (file === undefined || !(write ? mayWrite(file) : mayRead(file))) return -ERRNO.EBADF;
	if (file.kind === 'directory') return -ERRNO.EISDIR;
	return isMachines(file) ? -ERRNO.ENOTSUPP : file;
}

/** Does parts one after the other, until one is not done wholly. */
function transfer(call: Call, file: OpenFile, parts: readonly Part[], position: number, each: Transfer): number {
	let total = 0;
	for (const part of parts) {
		const count = each(call, file, part, position + total);
		if (count < 0) return total === 0 ? count : total;
		total += count;
		if (count < part.length) break;
	}

	return total;
}

/** Where a file is read or written that says nothing else; afterwards it stands behind what was done. */
function sequential(call: Call, write: boolean, parts: readonly Part[] | number): number {
	const file = target(call, write);
	if (typeof file === 'number') return file;
	if (typeof parts === 'number') return parts;
	if (write && (file.flags & OpenFlag.APPEND) !== 0 && file.inode !== undefined) file.offset = call.host.files.size(file.inode);
	const count = transfer(call, file, parts, file.offset, write ? writePart : readPart);
	if (count > 0) file.offset += count;
	return count;
}

/** The one part of read and write, or -EFAULT. */
function onePart({args: [, address, size]}: Call): readonly Part[] | number {
	if (long(size) < 0n) return -ERRNO.EINVAL;
	if (!accessOk(address, size)) return -ERRNO.EFAULT;
	return [{address, length: Number(size < MOST ? size : MOST)}];
}

/** The parts of readv and writev (lib/iov_iter.c import_iovec). */
function manyParts({user, args: [, address, number]}: Call): readonly Part[] | number {
	if (number > BigInt(UIO_MAXIOV)) return -ERRNO.EINVAL;
	const count = Number(number);
	const bytes = user.read(address, count * 16);
	if (bytes === undefined) return -ERRNO.EFAULT;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const parts: Part[] = [];
	let left = SIZES.MAX_RW_COUNT;
	for (let index = 0; index < count; index++) {
		const [base, size] = [view.getBigUint64(index * 16, true), view.getBigInt64(index * 16 + 8, true)];
		if (size < 0n) return -ERRNO.EINVAL;
		if (!accessOk(base, size)) return -ERRNO.EFAULT;
		const length = Number(size < BigInt(left) ? size : BigInt(left));
		left -= length;
		if (length > 0) parts.push({address: base, length});
	}

	return parts;
}

/** read(fd, buffer, count); -ENOTSUPP for the console and pipes, which are machine code's (fs/read_write.c). */
export const read: Service = call => sequential(call, false, onePart(call));

/** write(fd, buffer, count); likewise. */
export const write: Service = call => sequential(call, true, onePart(call));

/** readv(fd, parts, count); likewise. */
export const readv: Service = call => sequential(call, false, manyParts(call));

/** writev(fd, parts, count); likewise. */
export const writev: Service = call => sequential(call, true, manyParts(call));

function positioned(call: Call, isWrite: boolean): number {
	const position = long(call.args[3]);
	if (position < 0n) return -ERRNO.EINVAL;
	const file = descriptorFile(call, int(call.args[0]));
	if (file === undefined || file.kind === 'path') return -ERRNO.EBADF;
	if (isMachines(file)) return -ERRNO.ESPIPE;
	const usable = target(call, isWrite);
	if (typeof usable === 'number') return usable;
	const parts = onePart(call);
	if (typeof parts === 'number') return parts;
	const at = position > BigInt(MAX_FILE_SIZE) ? MAX_FILE_SIZE : Number(position);
	return transfer(call, usable, parts, at, isWrite ? writePart : readPart);
}

/** pread64(fd, buffer, count, position) */
export const pread64: Service = call => positioned(call, false);

/** pwrite64(fd, buffer, count, position) */
export const pwrite64: Service = call => positioned(call, true);

const Seek = {SET: 0, CUR: 1, END: 2, DATA: 3, HOLE: 4} as const;

/** lseek(fd, offset, whence) (fs/read_write.c, generic_file_llseek_size). */
export const lseek: Service = call => {
	const file = descriptorFile(call, int(call.args[0]));
	if (file === undefined || file.kind === 'path') return -ERRNO.EBADF;
	const whence = int(call.args[2]);
	if (whence < Seek.SET || whence > Seek.HOLE) return -ERRNO.EINVAL;
	if (isMachines(file)) return -ERRNO.ESPIPE;
	if (file.kind === 'null' || file.kind === 'zero' || file.kind === 'random') return (file.offset = 0);
	const size = file.kind === 'regular' && file.inode !== undefined ? call.host.files.size(file.inode) : undefined;
	const target = seekTarget(file, long(call.args[1]), whence, size);
	if (typeof target === 'number') return target;
	if (target < 0n || target > BigInt(MAX_FILE_SIZE)) return -ERRNO.EINVAL;
	file.offset = Number(target);
	return file.offset;
};

/** The position that is asked for, or minus an error number. Only regular files know where they end. */
function seekTarget(file: OpenFile, offset: bigint, whence: number, size: number | undefined): bigint | number {
	if (whence === Seek.SET) return offset;
	if (whence === Seek.CUR) return offset + BigInt(file.offset);
	if (size === undefined) return -ERRNO.EINVAL;
	if (whence === Seek.END) return offset + BigInt(size);
	if (offset < 0n || offset >= BigInt(size)) return -ERRNO.ENXIO;
	return whence === Seek.HOLE ? BigInt(size) : offset;
}

/** ftruncate(fd, size) */
export const ftruncate: Service = call => {
	const size = long(call.args[1]);
	if (size < 0n) return -ERRNO.EINVAL;
	const file = descriptorFile(call, int(call.args[0]));
	if (file === undefined || file.kind === 'path') return -ERRNO.EBADF;
	if (file.kind !== 'regular' || file.inode === undefined || !mayWrite(file)) return -ERRNO.EINVAL;
	if (size > BigInt(MAX_FILE_SIZE)) return -ERRNO.EFBIG;
	call.host.files.truncate(file.inode, Number(size));
	return 0;
};

/** getdents64(fd, buffer, count) (fs/readdir.c). */
export const getdents64: Service = call => {
	const {host: {files}, user} = call;
	const file = descriptorFile(call, int(call.args[0]));
	if (file === undefined || file.kind === 'path') return -ERRNO.EBADF;
	if (file.kind !== 'directory' || file.inode === undefined) return -ERRNO.ENOTDIR;
	const directory = files.inode(file.inode);
	if (directory.links === 0) return -ERRNO.ENOENT;
	const listed = files.list(file.inode);
	if (typeof listed === 'number') return listed;
	const names: NamedEntry[] = [['.', {inode: directory.number, cookie: 1}], ['..', {inode: directory.parent, cookie: 2}], ...listed];
	const room = Number(BigInt.asUintN(32, call.args[2]));
	let done = 0;
	for (const [name, {inode, cookie}] of names) {
		if (cookie <= file.offset) continue;
		const type = typeOf(files.inode(inode)) >> 12;
		const entry = direntBytes(inode, cookie, type, bytesOfName(name));
		if (done + entry.length > room) return done === 0 ? -ERRNO.EINVAL : done;
		if (!user.write(call.args[1] + BigInt(done), entry)) return done === 0 ? -ERRNO.EFAULT : done;
		file.offset = cookie;
		done += entry.length;
	}

	return done;
};
