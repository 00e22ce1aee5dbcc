import {ERRNO} from './errno.js';
import {type Call, int, type Service, uint} from './call.js';
import {addOpenFile, freeDescriptor, setDescriptor} from './descriptors.js';
import {FileType, type Inode, typeOf} from './inodes.js';
import {mapsText} from './maps-text.js';
import {AccessMode, type FileKind, OpenFlag} from './open-files.js';
import {AT_FDCWD, May, permission, type Place, placePath, resolveUser} from './paths.js';

/** Flags that are kept when a path alone is opened (fs/open.c O_PATH_FLAGS). */
const PATH_FLAGS = OpenFlag.DIRECTORY | OpenFlag.NOFOLLOW | OpenFlag.PATH | OpenFlag.CLOEXEC;

/** Flags that matter only at opening. */
const PASSING = OpenFlag.CREAT | OpenFlag.EXCL | OpenFlag.NOCTTY | OpenFlag.TRUNC | OpenFlag.CLOEXEC;

const TMPFILE = OpenFlag.TMPFILE;

const wantsWrite = (flags: number): boolean => (flags & AccessMode.MASK) !== AccessMode.RDONLY;

/** Opens a path (fs/open.c do_sys_openat2). Returns the descriptor or minus an error number. */
function openPath(call: Call, directory: bigint, address: bigint, given: number, mode: number): number {
	const flags = (given & OpenFlag.PATH) === 0 ? given : given & PATH_FLAGS;
	if ((flags & TMPFILE) !== 0) return -ERRNO.EOPNOTSUPP;
	if ((flags & (OpenFlag.DIRECTORY | OpenFlag.CREAT)) === (OpenFlag.DIRECTORY | OpenFlag.CREAT)) return -ERRNO.EINVAL;
	const exclusive = (flags & (OpenFlag.CREAT | OpenFlag.EXCL)) === (OpenFlag.CREAT | OpenFlag.EXCL);
	const place = resolveUser(call, directory, address, (flags & OpenFlag.NOFOLLOW) === 0 && !exclusive);
	if (typeof place === 'number') return place;
	const fd = freeDescriptor(call);
	if (fd < 0) return fd;
	const inode = place.inode === undefined ? create(call, place, flags, mode) : mayOpen(call, place.inode, flags, exclusive);
	if (inode < 0) return inode;
	if (place.inode !== undefined && (flags & OpenFlag.TRUNC) !== 0 && typeOf(call.host.files.inode(inode)) === FileType.REGULAR) call.host.files.truncate(inode, 0);
	const path = placePath(call, {...place, inode});
	setDescriptor(call, fd, openInode(call, inode, flags, path), (flags & OpenFlag.CLOEXEC) !== 0);
	return fd;
}

function create(call: Call, {parent, name, slash}: Place, flags: number, mode: number): number {
	if ((flags & OpenFlag.CREAT) === 0) return -ERRNO.ENOENT;
	if (slash) return -ERRNO.EISDIR;
	return makeNode(call, parent, name, FileType.REGULAR | (mode & 0o7777 & ~call.table.umask));
}

/** Makes a file or directory in a directory where that is allowed. Returns the inode or minus an error number. */
export function makeNode({host: {files}}: Call, parent: number, name: string, mode: number, target = ''): number {
	const home = files.inode(parent);
	if (home.links === 0) return -ERRNO.ENOENT;
	const refusal = permission(home, May.WRITE | May.EXEC);
	if (refusal !== 0) return refusal;
	const inode = files.make({mode, target});
	if (inode === undefined) return -ERRNO.ENOSPC;
	files.link(parent, name, inode);
	return inode;
}

/** Whether an existing file may be opened so: its inode, or minus an error number (fs/namei.c do_open, may_open). */
function mayOpen({host}: Call, number: number, flags: number, exclusive: boolean): number {
	const inode = host.files.inode(number);
	const type = typeOf(inode);
	if (exclusive) return -ERRNO.EEXIST;
	if ((flags & OpenFlag.DIRECTORY) !== 0 && type !== FileType.DIRECTORY) return -ERRNO.ENOTDIR;
	if ((flags & OpenFlag.PATH) !== 0) return number;
	if (type === FileType.SYMLINK) return -ERRNO.ELOOP;
	const write = wantsWrite(flags) || (flags & OpenFlag.TRUNC) !== 0;
	if (type === FileType.DIRECTORY && (write || (flags & OpenFlag.CREAT) !== 0)) return -ERRNO.EISDIR;
	const read = (flags & AccessMode.MASK) !== AccessMode.WRONLY;
	const refusal = permission(inode, (read ? May.READ : 0) | (write ? May.WRITE : 0));
	return refusal === 0 ? mayOpenOutside(inode) ?? number : refusal;
}

/** Why a file of a folder outside can't be opened, if it can't: devices and their like count for nothing there (MNT_NODEV). */
function mayOpenOutside({outside, mode}: Readonly<Inode>): number | undefined {
	if (outside === undefined) return undefined;
	const type = typeOf({mode});
	if (type === FileType.SOCKET) return -ERRNO.ENXIO;
	if (type !== FileType.REGULAR && type !== FileType.DIRECTORY) return -ERRNO.EACCES;
	const answer = type === FileType.REGULAR ? outside.read(0, 0) : outside.list();
	return typeof answer === 'number' ? answer : undefined;
}

/** Opens an inode; returns the number of the open file. */
function openInode(call: Call, number: number, flags: number, path: string): number {
	const inode = call.host.files.inode(number);
	const kind = (flags & OpenFlag.PATH) === 0 ? kindOf(inode) : 'path';
	const text = kind === 'text' ? new TextEncoder().encode(mapsText(call.space.state)) : undefined;
	const large = kind === 'path' ? 0 : OpenFlag.LARGEFILE;
	return addOpenFile(call.host, {kind, flags: (flags & ~PASSING) | large, inode: number, pipe: undefined, text, path});
}

function kindOf(inode: Readonly<Inode>): FileKind {
	const {special} = inode;
	if (special === 'maps') return 'text';
	if (special !== undefined && special !== 'executable') return special;
	return typeOf(inode) === FileType.DIRECTORY ? 'directory' : 'regular';
}

/** open(path, flags, mode) */
export const open: Service = call => openPath(call, BigInt(AT_FDCWD), call.args[0], int(call.args[1]), uint(call.args[2]));

/** openat(directory, path, flags, mode) */
export const openat: Service = call => openPath(call, call.args[0], call.args[1], int(call.args[2]), uint(call.args[3]));

/** creat(path, mode) */
export const creat: Service = call => openPath(call, BigInt(AT_FDCWD), call.args[0], OpenFlag.CREAT | OpenFlag.TRUNC | AccessMode.WRONLY, uint(call.args[1]));
