import {USER_ID} from '../constants.js';
import {ERRNO} from './errno.js';
import type {Host} from './host.js';
import {byteString, CHUNK, FileType, type Inode, type Special, typeOf} from './inodes.js';

/** The largest file, in bytes. */
export const MAX_FILE_SIZE = 2 ** 40;

/** Inodes that programs may make. */
const MAX_INODES = 4096;

/** A file that is there at boot: its bytes, or a symbolic link. */
export type InitialFile = Uint8Array | {readonly bytes: Uint8Array; readonly mode: number} | {readonly target: string};

/** Files by absolute path. Directories on the way are made. */
export type InitialFiles = ReadonlyMap<string, InitialFile>;

/** What a new inode is. */
interface Making {
	readonly mode: number;
	readonly uid?: number;
	readonly target?: string;
	readonly special?: Special;
	readonly device?: readonly [major: number, minor: number];
}

/** Files in the host's memory: inodes, names, contents. Paths are the business of paths.ts. */
export class FileSystem {
	/** Number of the root directory. */
	root = 0;
	private capacity = Infinity;

	constructor(private readonly host: Host) {}

	/** An inode, to be looked at. Throws for a number that is none: a mistake of ours. */
	inode(number: number): Readonly<Inode> {
		const inode = this.host.state.inodes.get(number);
		if (inode === undefined) throw new Error(`there is no inode ${number}`);
		return inode;
	}

	/** An inode, to be changed. */
	own(number: number): Inode {
		const {state} = this.host;
		const inode = this.inode(number);
		if (inode.owner === state.owner) return inode;
		const own: Inode = {...inode, owner: state.owner, chunks: new Map(inode.chunks), entries: new Map(inode.entries)};
		state.inodes.set(number, own);
		return own;
	}

	/** Forbids more inodes than some above those that are there now. */
	limitInodes(): void {
		this.capacity = this.host.state.inodes.size + MAX_INODES;
	}

	/** A new inode without a name. Undefined if there are too many. */
	make(making: Making): number | undefined {
		const {state, now} = this.host;
		if (state.inodes.size >= this.capacity) return undefined;
		const number = this.host.nextNumber();
		const {mode, uid = USER_ID, target = '', special, device = [0, 0]} = making;
		state.inodes.set(number, {
			owner: state.owner, number, mode, uid, gid: uid, links: 0, size: target.length, chunks: new Map(), entries: new Map(), lastCookie: 2,
			parent: number, target, special, device, modified: now, changed: now,
		});
		return number;
	}

	/** Gives an inode a name. */
	link(directory: number, name: string, number: number): void {
		const home = this.own(directory);
		const inode = this.own(number);
		home.entries.set(name, {inode: number, cookie: ++home.lastCookie});
		inode.links++;
		if (typeOf(inode) === FileType.DIRECTORY) {
			inode.parent = directory;
			inode.links++;
			home.links++;
		}

		home.modified = home.changed = inode.changed = this.host.now;
	}

	/** Takes a name away; what has no name and is not in use is gone. */
	unlink(directory: number, name: string): void {
		const home = this.own(directory);
		const entry = home.entries.get(name);
		if (entry === undefined) return;
		home.entries.delete(name);
		const inode = this.own(entry.inode);
		inode.links--;
		if (typeOf(inode) === FileType.DIRECTORY) {
			inode.links--;
			home.links--;
			// Whoever still stands in it finds no way up: the directory above may go too.
			inode.parent = entry.inode;
		}

		home.modified = home.changed = inode.changed = this.host.now;
		this.forgetUnused(entry.inode);
	}

	/** Gives up an inode that has no name, no open file, no mapping, and is nobody's working directory. */
	forgetUnused(number: number): void {
		const {state} = this.host;
		const inode = state.inodes.get(number);
		if (inode === undefined || inode.links > 0) return;
		for (const file of state.open.values()) if (file.inode === number) return;
		for (const table of state.tables.values()) if (table.directory === number) return;
		if (this.host.someArea(vma => vma.inode === number)) return;
		this.truncate(number, 0);
		state.inodes.delete(number);
	}

	/** A file's size in bytes. */
	size(number: number): number {
		return this.inode(number).size;
	}

	/** A file's bytes from an offset on, at most so many as there are. */
	readAt(number: number, offset: number, length: number): Uint8Array {
		const {size, chunks} = this.inode(number);
		const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
		for (let done = 0; done < bytes.length; ) {
			const within = (offset + done) % CHUNK;
			const count = Math.min(CHUNK - within, bytes.length - done);
			const chunk = chunks.get(Math.floor((offset + done) / CHUNK));
			if (chunk !== undefined) bytes.set(chunk.bytes.subarray(within, within + count), done);
			done += count;
		}

		return bytes;
	}

	/** Writes bytes; returns how many found room, or -ENOSPC or -EFBIG if none did. */
	writeAt(number: number, offset: number, bytes: Uint8Array): number {
		if (offset >= MAX_FILE_SIZE) return -ERRNO.EFBIG;
		const inode = this.own(number);
		const wanted = Math.min(bytes.length, MAX_FILE_SIZE - offset);
		let done = 0;
		while (done < wanted) {
			const chunk = this.ownChunk(inode, Math.floor((offset + done) / CHUNK));
			if (chunk === undefined) break;
			const within = (offset + done) % CHUNK;
			const count = Math.min(CHUNK - within, wanted - done);
			chunk.set(bytes.subarray(done, done + count), within);
			done += count;
		}

		if (done > 0) {
			inode.size = Math.max(inode.size, offset + done);
			inode.modified = inode.changed = this.host.now;
		}

		return done === 0 && wanted > 0 ? -ERRNO.ENOSPC : done;
	}

	private ownChunk(inode: Inode, index: number): Uint8Array | undefined {
		const {state} = this.host;
		const chunk = inode.chunks.get(index);
		if (chunk?.owner === state.owner) return chunk.bytes;
		if (chunk === undefined) {
			if (state.fileBytes + CHUNK > this.host.fileBytes) return undefined;
			state.fileBytes += CHUNK;
		}

		const bytes = new Uint8Array(CHUNK);
		if (chunk !== undefined) bytes.set(chunk.bytes);
		inode.chunks.set(index, {owner: state.owner, bytes, counted: chunk?.counted ?? true});
		return bytes;
	}

	/** Sets a file's size; new bytes are zero. */
	truncate(number: number, size: number): void {
		const inode = this.own(number);
		for (const [index, chunk] of [...inode.chunks]) {
			if (index * CHUNK < size) continue;
			inode.chunks.delete(index);
			if (chunk.counted) this.host.state.fileBytes -= CHUNK;
		}

		// What stood behind the new end must not come back when the file grows again.
		if (size < inode.size && size % CHUNK !== 0 && inode.chunks.has(Math.floor(size / CHUNK))) {
			this.ownChunk(inode, Math.floor(size / CHUNK))?.fill(0, size % CHUNK);
		}

		inode.size = size;
		inode.modified = inode.changed = this.host.now;
	}

	/** Puts bytes in without counting them, and without copying: nobody may change them afterwards. */
	fill(number: number, bytes: Uint8Array): void {
		const inode = this.own(number);
		const nobody = {};
		for (let at = 0; at < bytes.length; at += CHUNK) inode.chunks.set(at / CHUNK, {owner: nobody, bytes: bytes.subarray(at, at + CHUNK), counted: false});
		inode.size = bytes.length;
	}
}

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home/user:/bin/sh\n';
const GROUP = 'root:x:0:\nuser:x:1000:\n';
const DEVICES: readonly (readonly [name: string, special: Special, major: number, minor: number])[] = [
	['console', 'console', 5, 1], ['tty', 'console', 5, 0], ['null', 'null', 1, 3], ['zero', 'zero', 1, 5], ['random', 'random', 1, 8], ['urandom', 'random', 1, 9],
];

/** Fills an empty file system with what is always there and the files that are given. */
export function newFileSystem(files: FileSystem, initial: InitialFiles, home: string): void {
	const directory = (mode: number, uid = 0): number => made(files.make({mode: FileType.DIRECTORY | mode, uid}));
	files.root = directory(0o755);
	files.own(files.root).links = 2;
	const encoder = new TextEncoder();
	const file = (text: Uint8Array, mode: number, uid: number): number => {
		const number = made(files.make({mode: FileType.REGULAR | mode, uid}));
		files.fill(number, text);
		return number;
	};

	/** The directory of a path, made if missing, and the path's last name. */
	const place = (path: string): readonly [parent: number, name: string] => {
		const names = byteString(path).split('/').filter(name => name !== '' && name !== '.');
		const last = names.pop();
		if (last === undefined || names.includes('..') || last === '..') throw new RangeError(`${path} is no absolute path of a file`);
		let parent = files.root;
		for (const name of names) {
			const known = files.inode(parent).entries.get(name)?.inode;
			const next = known ?? directory(0o755);
			if (known === undefined) files.link(parent, name, next);
			if (typeOf(files.inode(next)) !== FileType.DIRECTORY) throw new RangeError(`${path} leads through a file`);
			parent = next;
		}

		return [parent, last];
	};
	const add = (path: string, number: number): void => {
		const [parent, name] = place(path);
		if (files.inode(parent).entries.has(name)) files.unlink(parent, name);
		files.link(parent, name, number);
	};

	add('/tmp', directory(0o1777));
	add('/home', directory(0o755));
	add('/home/user', directory(0o755, USER_ID));
	if (home !== '/home/user' && home !== '/' && home !== '/tmp') add(home, directory(0o755, USER_ID));
	for (const [name, special, major, minor] of DEVICES) add(`/dev/${name}`, made(files.make({mode: FileType.CHARACTER | 0o666, uid: 0, special, device: [major, minor]})));
	add('/proc/self/maps', made(files.make({mode: FileType.REGULAR | 0o444, special: 'maps'})));
	add('/proc/self/exe', made(files.make({mode: FileType.SYMLINK | 0o777, special: 'executable'})));
	add('/etc/passwd', file(encoder.encode(PASSWD), 0o644, 0));
	add('/etc/group', file(encoder.encode(GROUP), 0o644, 0));
	for (const [path, what] of initial) {
		if ('target' in what) add(path, made(files.make({mode: FileType.SYMLINK | 0o777, target: byteString(what.target)})));
		else if ('mode' in what) add(path, file(what.bytes, what.mode & 0o7777, USER_ID));
		else add(path, file(what, 0o644, USER_ID));
	}

	files.limitInodes();
}

function made(number: number | undefined): number {
	if (number === undefined) throw new RangeError('too many files at boot');
	return number;
}
