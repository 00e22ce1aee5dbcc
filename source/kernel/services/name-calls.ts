import {ERRNO} from './errno.js';
import {type Call, int, type Service, uint} from './call.js';
import {FileType, typeOf} from './inodes.js';
import {makeNode} from './open-calls.js';
import {AT_FDCWD, isOutside, May, permission, type Place, resolveUser, userPath} from './paths.js';
import {AtFlag} from './stat-calls.js';

const HERE = BigInt(AT_FDCWD);

/** Whether a name may be taken away, if there is one: 0, or minus an error number. A file system that is read-only says so first. */
function mayRemove({host: {files}}: Call, {parent, inode}: Place): number {
	if (isOutside(files.inode(parent))) return -ERRNO.EROFS;
	return inode === undefined ? -ERRNO.ENOENT : permission(files.inode(parent), May.WRITE | May.EXEC);
}

/** Takes a file's name away (fs/namei.c do_unlinkat). */
function removeFile(call: Call, directory: bigint, address: bigint): number {
	const {files} = call.host;
	const place = resolveUser(call, directory, address, false);
	if (typeof place === 'number') return place;
	if (place.name === '') return -ERRNO.EISDIR;
	const refusal = mayRemove(call, place);
	if (refusal !== 0 || place.inode === undefined) return refusal;
	if (typeOf(files.inode(place.inode)) === FileType.DIRECTORY) return -ERRNO.EISDIR;
	files.unlink(place.parent, place.name);
	return 0;
}

/** Takes an empty directory away (do_rmdir). */
function removeDirectory(call: Call, directory: bigint, address: bigint): number {
	const {files} = call.host;
	const place = resolveUser(call, directory, address, false);
	if (typeof place === 'number') return place;
	if (place.name === '') return place.inode === files.root ? -ERRNO.EBUSY : endsInDots(call, address);
	const refusal = mayRemove(call, place);
	if (refusal !== 0 || place.inode === undefined) return refusal;
	const inode = files.inode(place.inode);
	if (typeOf(inode) !== FileType.DIRECTORY) return -ERRNO.ENOTDIR;
	if (inode.entries.size > 0) return -ERRNO.ENOTEMPTY;
	files.unlink(place.parent, place.name);
	return 0;
}

/** What rmdir says of a path that ends in `.` or `..`. */
const endsInDots = (call: Call, address: bigint): number => {
	const path = userPath(call, address);
	return typeof path === 'string' && /(^|\/)\.\.\/*$/.test(path) ? -ERRNO.ENOTEMPTY : -ERRNO.EINVAL;
};

/** unlink(path) */
export const unlink: Service = call => removeFile(call, HERE, call.args[0]);

/** rmdir(path) */
export const rmdir: Service = call => removeDirectory(call, HERE, call.args[0]);

/** unlinkat(directory, path, flags) */
export const unlinkat: Service = call => {
	const flags = int(call.args[2]);
	if ((flags & ~AtFlag.REMOVEDIR) !== 0) return -ERRNO.EINVAL;
	return (flags === 0 ? removeFile : removeDirectory)(call, call.args[0], call.args[1]);
};

function makeDirectory(call: Call, directory: bigint, address: bigint, mode: number): number {
	const place = resolveUser(call, directory, address, false);
	if (typeof place === 'number') return place;
	if (place.inode !== undefined) return -ERRNO.EEXIST;
	const made = makeNode(call, place.parent, place.name, FileType.DIRECTORY | (mode & 0o1777 & ~call.table.umask));
	return Math.min(made, 0);
}

/** mkdir(path, mode) */
export const mkdir: Service = call => makeDirectory(call, HERE, call.args[0], uint(call.args[1]));

/** mkdirat(directory, path, mode) */
export const mkdirat: Service = call => makeDirectory(call, call.args[0], call.args[1], uint(call.args[2]));

function makeLink(call: Call, target: bigint, directory: bigint, address: bigint): number {
	const text = userPath(call, target);
	if (typeof text === 'number') return text;
	const place = resolveUser(call, directory, address, false);
	if (typeof place === 'number') return place;
	if (place.inode !== undefined) return -ERRNO.EEXIST;
	if (place.slash) return -ERRNO.ENOENT;
	return Math.min(makeNode(call, place.parent, place.name, FileType.SYMLINK | 0o777, text), 0);
}

/** symlink(target, path) */
export const symlink: Service = call => makeLink(call, call.args[0], HERE, call.args[1]);

/** symlinkat(target, directory, path) */
export const symlinkat: Service = call => makeLink(call, call.args[0], call.args[1], call.args[2]);

/** Whether a directory lies in another, or is it. */
function liesIn({host: {files}}: Call, number: number, ancestor: number): boolean {
	for (let at = number; ; at = files.inode(at).parent) {
		if (at === ancestor) return true;
		if (at === files.inode(at).parent) return false;
	}
}

/** Why something can't take a name that exists already; 0 if it can. */
function mayReplace({host: {files}}: Call, moved: number, replaced: number): number {
	const old = files.inode(replaced);
	const isDirectory = typeOf(files.inode(moved)) === FileType.DIRECTORY;
	if (typeOf(old) === FileType.DIRECTORY) {
		if (!isDirectory) return -ERRNO.EISDIR;
		return old.entries.size > 0 ? -ERRNO.ENOTEMPTY : 0;
	}

	return isDirectory ? -ERRNO.ENOTDIR : 0;
}

/** Why something can't go from one directory to another; 0 if it can. */
function mayMove(call: Call, from: Place, moved: number, to: Place): number {
	const {files} = call.host;
	if (typeOf(files.inode(moved)) === FileType.DIRECTORY && liesIn(call, to.parent, moved)) return -ERRNO.EINVAL;
	if (to.inode !== undefined && liesIn(call, from.parent, to.inode)) return -ERRNO.ENOTEMPTY;
	if (files.inode(to.parent).links === 0) return -ERRNO.ENOENT;
	const refusal = [from, to].map(({parent}) => permission(files.inode(parent), May.WRITE | May.EXEC)).find(each => each !== 0);
	if (refusal !== undefined) return refusal;
	return to.inode === undefined || to.inode === moved ? 0 : mayReplace(call, moved, to.inode);
}

const RENAME_NOREPLACE = 1;

/** Gives a file another name (fs/namei.c do_renameat2). */
function moveName(call: Call, from: Place, to: Place, flags: number): number {
	const {files} = call.host;
	const [isFromOutside, isToOutside] = [from, to].map(({parent}) => isOutside(files.inode(parent)));
	if (isFromOutside !== isToOutside) return -ERRNO.EXDEV;
	if (from.name === '' || to.name === '') return -ERRNO.EBUSY;
	if (isFromOutside) return -ERRNO.EROFS;
	if (from.inode === undefined) return -ERRNO.ENOENT;
	if ((flags & RENAME_NOREPLACE) !== 0 && to.inode !== undefined) return -ERRNO.EEXIST;
	const isDirectory = typeOf(files.inode(from.inode)) === FileType.DIRECTORY;
	if (!isDirectory && (from.slash || to.slash)) return -ERRNO.ENOTDIR;
	const refusal = mayMove(call, from, from.inode, to);
	if (refusal !== 0 || to.inode === from.inode) return refusal;
	if (to.inode !== undefined) files.unlink(to.parent, to.name);
	files.link(to.parent, to.name, from.inode);
	files.unlink(from.parent, from.name);
	// Taking the old name away made it an orphan for a moment: a directory stands where its new name is.
	if (isDirectory) files.own(from.inode).parent = to.parent;
	return 0;
}

function rename2(call: Call, [fromDirectory, from, toDirectory, to]: readonly bigint[], flags: number): number {
	if ((flags & ~RENAME_NOREPLACE) !== 0) return -ERRNO.EINVAL;
	const source = resolveUser(call, fromDirectory, from, false);
	if (typeof source === 'number') return source;
	const target = resolveUser(call, toDirectory, to, false);
	return typeof target === 'number' ? target : moveName(call, source, target, flags);
}

/** rename(from, to) */
export const rename: Service = call => rename2(call, [HERE, call.args[0], HERE, call.args[1]], 0);

/** renameat(directory, from, directory, to) */
export const renameat: Service = call => rename2(call, call.args, 0);

/** renameat2(directory, from, directory, to, flags) */
export const renameat2: Service = call => rename2(call, call.args, uint(call.args[4]));
