import {USER_ID} from '../constants.js';
import {ERRNO} from './errno.js';
import {type Call, int, type Service, uint} from './call.js';
import {descriptorFile} from './descriptors.js';
import {bytesOfName, CHUNK, FileType, type Inode, typeOf} from './inodes.js';
import {AT_FDCWD, baseOf, directoryPath, existing, linkTarget, May, permission, userPath} from './paths.js';
import {type FileFacts, statBytes, statxBytes} from './structures.js';

/** Flags of calls that take a directory and a path (include/uapi/linux/fcntl.h). */
export const AtFlag = {SYMLINK_NOFOLLOW: 0x100, EACCESS: 0x200, REMOVEDIR: 0x200, NO_AUTOMOUNT: 0x800, EMPTY_PATH: 0x1000, STATX_SYNC: 0x6000} as const;

const STATX_RESERVED = 0x8000_0000;

const HERE = BigInt(AT_FDCWD);

/** Bytes of a block of the file system. */
const BLOCK = 4096;

function inodeFacts(inode: Readonly<Inode>): FileFacts {
	const {number, mode, links, uid, gid, device, size, chunks, modified, changed, outside} = inode;
	const isDirectory = typeOf(inode) === FileType.DIRECTORY;
	const stored = outside === undefined ? chunks.size * CHUNK : Math.ceil(size / BLOCK) * BLOCK;
	return {
		device: [8, outside === undefined ? 1 : 2], inode: number, mode, links, uid, gid, special: device,
		size: isDirectory ? BLOCK : size, blocks: (isDirectory ? BLOCK : stored) / 512,
		modified, changed,
	};
}

/** What fstat tells of an open descriptor; undefined if it is not open. */
function descriptorFacts(call: Call, fd: number): FileFacts | undefined {
	const file = descriptorFile(call, fd);
	if (file === undefined) return undefined;
	if (file.inode !== undefined) return inodeFacts(call.host.files.inode(file.inode));
	const time = call.host.epoch * 1_000_000_000n;
	return {
		device: [0, 14], inode: 10_000 + (file.pipe ?? 0), mode: FileType.FIFO | 0o600, links: 1, uid: USER_ID, gid: USER_ID, special: [0, 0], size: 0, blocks: 0,
		modified: time, changed: time,
	};
}

/** What a path leads to, or with AT_EMPTY_PATH and no path the descriptor itself; or minus an error number. */
function factsAt(call: Call, directory: bigint, address: bigint, flags: number): FileFacts | number {
	if ((flags & AtFlag.EMPTY_PATH) !== 0) {
		const path = address === 0n ? '' : userPath(call, address, true);
		if (typeof path === 'number') return path;
		if (path === '' && int(directory) !== AT_FDCWD) return descriptorFacts(call, int(directory)) ?? -ERRNO.EBADF;
		if (path === '') return inodeFacts(call.host.files.inode(call.table.directory));
	}

	const inode = existing(call, directory, address, (flags & AtFlag.SYMLINK_NOFOLLOW) === 0);
	return inode < 0 ? inode : inodeFacts(call.host.files.inode(inode));
}

const answer = ({user}: Call, address: bigint, facts: FileFacts | number, layout: (facts: FileFacts) => Uint8Array): number =>
	typeof facts === 'number' ? facts : user.write(address, layout(facts)) ? 0 : -ERRNO.EFAULT;

/** stat(path, buffer) (fs/stat.c) */
export const stat: Service = call => answer(call, call.args[1], factsAt(call, HERE, call.args[0], 0), statBytes);

/** lstat(path, buffer) */
export const lstat: Service = call => answer(call, call.args[1], factsAt(call, HERE, call.args[0], AtFlag.SYMLINK_NOFOLLOW), statBytes);

/** fstat(fd, buffer) */
export const fstat: Service = call => answer(call, call.args[1], descriptorFacts(call, int(call.args[0])) ?? -ERRNO.EBADF, statBytes);

/** newfstatat(directory, path, buffer, flags) */
export const newfstatat: Service = call => {
	const flags = int(call.args[3]);
	if ((flags & ~(AtFlag.SYMLINK_NOFOLLOW | AtFlag.NO_AUTOMOUNT | AtFlag.EMPTY_PATH)) !== 0) return -ERRNO.EINVAL;
	return answer(call, call.args[2], factsAt(call, call.args[0], call.args[1], flags), statBytes);
};

/** statx(directory, path, flags, mask, buffer) */
export const statx: Service = call => {
	const [flags, mask] = [uint(call.args[2]), uint(call.args[3])];
	if ((mask & STATX_RESERVED) !== 0 || (flags & AtFlag.STATX_SYNC) === AtFlag.STATX_SYNC) return -ERRNO.EINVAL;
	if ((flags & ~(AtFlag.SYMLINK_NOFOLLOW | AtFlag.NO_AUTOMOUNT | AtFlag.EMPTY_PATH | AtFlag.STATX_SYNC)) !== 0) return -ERRNO.EINVAL;
	return answer(call, call.args[4], factsAt(call, call.args[0], call.args[1], flags), statxBytes);
};

function mayAccess(call: Call, directory: bigint, address: bigint, wanted: number, flags: number): number {
	if ((wanted & ~7) !== 0 || (flags & ~(AtFlag.SYMLINK_NOFOLLOW | AtFlag.EACCESS | AtFlag.EMPTY_PATH)) !== 0) return -ERRNO.EINVAL;
	const inode = existing(call, directory, address, (flags & AtFlag.SYMLINK_NOFOLLOW) === 0);
	if (inode < 0) return inode;
	return permission(call.host.files.inode(inode), wanted);
}

/** access(path, mode) (fs/open.c do_faccessat) */
export const access: Service = call => mayAccess(call, HERE, call.args[0], int(call.args[1]), 0);

/** faccessat(directory, path, mode) */
export const faccessat: Service = call => mayAccess(call, call.args[0], call.args[1], int(call.args[2]), 0);

/** faccessat2(directory, path, mode, flags) */
export const faccessat2: Service = call => mayAccess(call, call.args[0], call.args[1], int(call.args[2]), int(call.args[3]));

/** getcwd(buffer, size): the length with the zero byte (fs/d_path.c). */
export const getcwd: Service = call => {
	const path = directoryPath(call, call.table.directory);
	if (path === undefined) return -ERRNO.ENOENT;
	const bytes = bytesOfName(`${path}\0`);
	if (call.args[1] < BigInt(bytes.length)) return -ERRNO.ERANGE;
	return call.user.write(call.args[0], bytes) ? bytes.length : -ERRNO.EFAULT;
};

function readLink(call: Call, directory: bigint, address: bigint, buffer: bigint, size: number): number {
	if (size <= 0) return -ERRNO.EINVAL;
	const number = existing(call, directory, address, false);
	if (number < 0) return number;
	const inode = call.host.files.inode(number);
	if (typeOf(inode) !== FileType.SYMLINK) return -ERRNO.EINVAL;
	const target = linkTarget(call, inode);
	if (target === '') return -ERRNO.ENOENT;
	const bytes = bytesOfName(target).subarray(0, size);
	return call.user.write(buffer, bytes) ? bytes.length : -ERRNO.EFAULT;
}

/** readlink(path, buffer, size) (fs/stat.c) */
export const readlink: Service = call => readLink(call, HERE, call.args[0], call.args[1], int(call.args[2]));

/** readlinkat(directory, path, buffer, size) */
export const readlinkat: Service = call => readLink(call, call.args[0], call.args[1], call.args[2], int(call.args[3]));

function enter(call: Call, number: number): number {
	const inode = call.host.files.inode(number);
	if (typeOf(inode) !== FileType.DIRECTORY) return -ERRNO.ENOTDIR;
	const refusal = permission(inode, May.EXEC);
	if (refusal !== 0) return refusal;
	const before = call.table.directory;
	call.table.directory = number;
	call.host.files.forgetUnused(before);
	return 0;
}

/** chdir(path) */
export const chdir: Service = call => {
	const number = existing(call, HERE, call.args[0], true);
	return number < 0 ? number : enter(call, number);
};

/** fchdir(fd) */
export const fchdir: Service = call => {
	if (int(call.args[0]) === AT_FDCWD) return -ERRNO.EBADF;
	const number = baseOf(call, call.args[0]);
	return number < 0 ? number : enter(call, number);
};

/** umask(mask): the one before. */
export const umask: Service = ({table, args: [mask]}) => {
	const before = table.umask;
	table.umask = uint(mask) & 0o777;
	return before;
};
