import {USER_ID} from '../constants.js';
import {ERRNO} from './errno.js';
import {type Call, int} from './call.js';
import {descriptorFile} from './descriptors.js';
import type {FileSystem} from './file-system.js';
import {FileType, type Inode, nameOfBytes, typeOf} from './inodes.js';

/** The longest path, its zero byte included, and the longest name in it (include/uapi/linux/limits.h). */
const PATH_MAX = 4096;
const NAME_MAX = 255;

/** Symbolic links that one path may lead through (include/linux/namei.h). */
const MAXSYMLINKS = 40;

/** Names the working directory in calls that take a directory's descriptor. */
export const AT_FDCWD = -100;

/** What access checks ask for. */
export const May = {EXEC: 1, WRITE: 2, READ: 4} as const;

/** Whether the program's user may do something with a file. */
function allows({mode, uid, gid}: Readonly<Inode>, wanted: number): boolean {
	const shift = uid === USER_ID ? 6 : gid === USER_ID ? 3 : 0;
	return ((mode >> shift) & wanted) === wanted;
}

/** Whether a file lies in a folder outside of the machine. */
export const isOutside = (inode: Readonly<Inode>): boolean => inode.outside !== undefined;

/** What can be written to where its file system is mounted read-only: what leads elsewhere, such as a device. */
const WRITABLE_ANYWAY: ReadonlySet<number> = new Set([FileType.CHARACTER, FileType.BLOCK, FileType.FIFO, FileType.SOCKET]);

/** Whether the program's user may do something with a file: 0, or minus an error number (fs/namei.c inode_permission). */
export function permission(inode: Readonly<Inode>, wanted: number): number {
	if ((wanted & May.WRITE) !== 0 && isOutside(inode) && !WRITABLE_ANYWAY.has(typeOf(inode))) return -ERRNO.EROFS;
	return allows(inode, wanted) ? 0 : -ERRNO.EACCES;
}

/** Where a path leads: the directory, the last name in it, and what bears that name, if anything does. */
export interface Place {
	readonly parent: number;
	/** Empty for the root directory, `.` and `..`. */
	readonly name: string;
	readonly inode: number | undefined;
	/** The path ends in a slash: only a directory will do. */
	readonly slash: boolean;
}

/** A path that a program gives: the byte string, or minus an error number. */
export function userPath({user}: Call, address: bigint, mayBeEmpty = false): string | number {
	const bytes = user.string(address, PATH_MAX);
	if (bytes === undefined) return -ERRNO.EFAULT;
	if (bytes === 'long') return -ERRNO.ENAMETOOLONG;
	return bytes.length === 0 && !mayBeEmpty ? -ERRNO.ENOENT : nameOfBytes(bytes);
}

/** The directory that relative paths start from, or minus an error number. */
export function baseOf(call: Call, directory: bigint): number {
	const fd = int(directory);
	if (fd === AT_FDCWD) return call.table.directory;
	const file = descriptorFile(call, fd);
	if (file === undefined) return -ERRNO.EBADF;
	if (file.inode === undefined || typeOf(call.host.files.inode(file.inode)) !== FileType.DIRECTORY) return -ERRNO.ENOTDIR;
	return file.inode;
}

/** Where a symbolic link leads. */
export const linkTarget = (call: Call, inode: Readonly<Inode>): string => (inode.special === 'executable' ? call.space.state.executable : inode.target);

/**
 * Follows a path (fs/namei.c).
 * @param base the directory that a relative path starts from
 * @param follow whether a symbolic link at the end is followed too
 * @returns the place, or minus an error number
 */
export function resolve(call: Call, base: number, path: string, follow: boolean): Place | number {
	const {files} = call.host;
	let links = 0;
	let directory = path.startsWith('/') ? files.root : base;
	let rest = namesOf(path);
	let slash = path.endsWith('/');
	let place: Place = {parent: directory, name: '', inode: directory, slash};
	for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
		const last = rest.length === 0;
		const found = lookUp(files, files.inode(directory), name);
		if (found === undefined) return last ? {parent: directory, name, inode: undefined, slash} : -ERRNO.ENOENT;
		if (found < 0) return found;
		const inode = files.inode(found);
		if (leadsOn(inode, !last || slash, follow)) {
			const target = followed(call, inode, ++links);
			if (typeof target === 'number') return target;
			rest = [...namesOf(target), ...rest];
			if (last && target.endsWith('/')) slash = true;
			if (target.startsWith('/')) directory = files.root;
			place = {parent: directory, name: '', inode: directory, slash};
			continue;
		}

		place = {parent: directory, name: isDots(name) ? '' : name, inode: found, slash};
		directory = found;
	}

	return slash && !isDirectory(call, place) ? -ERRNO.ENOTDIR : place;
}

const isDirectory = ({host: {files}}: Call, {inode}: Place): boolean => inode !== undefined && typeOf(files.inode(inode)) === FileType.DIRECTORY;

/** Whether something is a link that is to be followed: always within a path, at its end only if that is asked for. */
const leadsOn = (inode: Readonly<Inode>, within: boolean, follow: boolean): boolean => typeOf(inode) === FileType.SYMLINK && (within || follow);

/** Where the so manieth link of a path leads, or minus an error number. */
function followed(call: Call, inode: Readonly<Inode>, count: number): string | number {
	if (count > MAXSYMLINKS) return -ERRNO.ELOOP;
	const target = linkTarget(call, inode);
	return target === '' ? -ERRNO.ENOENT : target;
}

const namesOf = (path: string): string[] => path.split('/').filter(name => name !== '');

const isDots = (name: string): boolean => name === '.' || name === '..';

/** What bears a name in a directory: an inode, nothing, or minus an error number. */
function lookUp(files: FileSystem, home: Readonly<Inode>, name: string): number | undefined {
	if (typeOf(home) !== FileType.DIRECTORY) return -ERRNO.ENOTDIR;
	if (!allows(home, May.EXEC)) return -ERRNO.EACCES;
	if (name.length > NAME_MAX) return -ERRNO.ENAMETOOLONG;
	if (name === '.') return home.number;
	return name === '..' ? home.parent : files.lookUp(home.number, name);
}

/** Follows a path that a program gives relative to a directory's descriptor. */
export function resolveUser(call: Call, directory: bigint, address: bigint, follow: boolean): Place | number {
	const path = userPath(call, address);
	if (typeof path === 'number') return path;
	const base = path.startsWith('/') ? call.host.files.root : baseOf(call, directory);
	return base < 0 ? base : resolve(call, base, path, follow);
}

/** What a path that a program gives leads to: an inode, or minus an error number. */
export function existing(call: Call, directory: bigint, address: bigint, follow: boolean): number {
	const place = resolveUser(call, directory, address, follow);
	return typeof place === 'number' ? place : (place.inode ?? -ERRNO.ENOENT);
}

/** The absolute path of a directory; undefined if it was removed. */
export function directoryPath(call: Call, number: number): string | undefined {
	const {files} = call.host;
	const names: string[] = [];
	for (let at = number; at !== files.root; ) {
		const {parent} = files.inode(at);
		const name = nameIn(files.inode(parent), at);
		if (name === undefined) return undefined;
		names.unshift(name);
		at = parent;
	}

	return `/${names.join('/')}`;
}

function nameIn({entries}: Readonly<Inode>, number: number): string | undefined {
	for (const [name, {inode}] of entries) if (inode === number) return name;
	return undefined;
}

/** The absolute path of a place that was found. */
export function placePath(call: Call, {parent, name, inode}: Place): string {
	if (name === '') return directoryPath(call, inode ?? parent) ?? '';
	const home = directoryPath(call, parent) ?? '';
	return home === '/' ? `/${name}` : `${home}/${name}`;
}
