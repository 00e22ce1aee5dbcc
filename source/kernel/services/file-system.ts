import {USER_ID} from '../constants.js';
import {ERRNO} from './errno.js';
import type {Host} from './host.js';
import {CHUNK, type DirectoryEntry, FileType, type Inode, type Special, typeOf} from './inodes.js';
import type {OutsideFile} from './outside.js';

/** The largest file, in bytes. */
export const MAX_FILE_SIZE = 2 ** 40;

/** Inodes that programs may make. */
const MAX_INODES = 4096;

/** Files of a folder outside that programs may look at. */
const MAX_OUTSIDE = 65_536;

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

/** A name in a directory with what it stands for. */
export type NamedEntry = readonly [name: string, entry: DirectoryEntry];

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
		this.capacity = this.host.state.inodes.size - this.host.state.outsideFiles + MAX_INODES;
	}

	/** A new inode without a name. Undefined if there are too many. */
	make(making: Making): number | undefined {
		const {state, now} = this.host;
		if (state.inodes.size - state.outsideFiles >= this.capacity) return undefined;
		const number = this.host.nextNumber();
		const {mode, uid = USER_ID, target = '', special, device = [0, 0]} = making;
		state.inodes.set(number, {
			owner: state.owner, number, mode, uid, gid: uid, links: 0, size: target.length, chunks: new Map(), entries: new Map(), lastCookie: 2,
			parent: number, target, special, outside: undefined, device, modified: now, changed: now,
		});
		return number;
	}

	/** An inode for a file of a folder outside. */
	adopt(outside: OutsideFile): number {
		const {state} = this.host;
		const number = this.host.nextNumber();
		const {mode, uid, gid, links, size, target, device, modified, changed} = outside;
		state.inodes.set(number, {
			owner: state.owner, number, mode, uid, gid, links: Math.max(1, links), size, chunks: new Map(), entries: new Map(), lastCookie: 2,
			parent: number, target, special: undefined, outside, device, modified, changed,
		});
		state.outsideFiles++;
		return number;
	}

	/** What bears a name in a directory: an inode, nothing, or minus an error number. */
	lookUp(directory: number, name: string): number | undefined {
		const {entries, outside} = this.inode(directory);
		const known = entries.get(name)?.inode;
		if (known !== undefined || outside === undefined) return known;
		const found = outside.lookUp(name);
		return typeof found === 'object' ? this.adoptAs(directory, name, found) : found;
	}

	/** Puts a file of a folder outside under the name that it has there; nothing else of the directory changes. */
	private adoptAs(directory: number, name: string, file: OutsideFile): number {
		if (this.host.state.outsideFiles >= MAX_OUTSIDE) return -ERRNO.ENOMEM;
		const number = this.adopt(file);
		this.own(number).parent = directory;
		const home = this.own(directory);
		home.entries.set(name, {inode: number, cookie: ++home.lastCookie});
		return number;
	}

	/** The names in a directory, or minus an error number. */
	list(directory: number): Iterable<NamedEntry> | number {
		const names = this.inode(directory).outside?.list() ?? [];
		if (typeof names === 'number') return names;
		for (const name of names) {
			const found = this.lookUp(directory, name);
			// What has gone meanwhile is not there; what is too much is.
			if (found === -ERRNO.ENOMEM) return found;
		}

		return this.inode(directory).entries;
	}

	/** Gives an inode a name. It covers what bears the name in a folder outside, whose directory stays as it is. */
	link(directory: number, name: string, number: number): void {
		const home = this.own(directory);
		const inode = this.own(number);
		const isDirectory = typeOf(inode) === FileType.DIRECTORY;
		home.entries.set(name, {inode: number, cookie: ++home.lastCookie});
		inode.links += isDirectory ? 2 : 1;
		if (isDirectory) inode.parent = directory;
		if (home.outside !== undefined) return;
		if (isDirectory) home.links++;
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

	/** A file's bytes from an offset on, at most so many as there are; undefined if a folder outside does not give them. */
	readAt(number: number, offset: number, length: number): Uint8Array | undefined {
		const {size, chunks, outside} = this.inode(number);
		if (outside !== undefined) {
			const read = outside.read(offset, Math.max(0, Math.min(length, size - offset)));
			return typeof read === 'number' ? undefined : read;
		}

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
