import {USER_ID} from '../constants.js';
import type {FileSystem} from './file-system.js';
import type {HostOptions} from './host.js';
import {byteString, FileType, type Special, typeOf} from './inodes.js';

/** Where a program begins that is told nothing else. */
export const HOME = '/home/user';

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home/user:/bin/sh\n';
const GROUP = 'root:x:0:\nuser:x:1000:\n';
const DEVICES: readonly (readonly [name: string, special: Special, major: number, minor: number])[] = [
	['console', 'console', 5, 1], ['tty', 'console', 5, 0], ['null', 'null', 1, 3], ['zero', 'zero', 1, 5], ['random', 'random', 1, 8], ['urandom', 'random', 1, 9],
];

/** Puts files into a file system, by absolute path; directories on the way are made. */
class Filler {
	constructor(private readonly files: FileSystem) {}

	directory(mode: number, uid = 0): number {
		return made(this.files.make({mode: FileType.DIRECTORY | mode, uid}));
	}

	file(bytes: Uint8Array, mode: number, uid: number): number {
		const number = made(this.files.make({mode: FileType.REGULAR | mode, uid}));
		this.files.fill(number, bytes);
		return number;
	}

	link(target: string): number {
		return made(this.files.make({mode: FileType.SYMLINK | 0o777, target: byteString(target)}));
	}

	add(path: string, number: number): void {
		const {files} = this;
		const [parent, name] = this.place(path);
		if (files.inode(parent).entries.has(name)) files.unlink(parent, name);
		files.link(parent, name, number);
	}

	/** The directory of a path, made if missing, and the path's last name. */
	private place(path: string): readonly [parent: number, name: string] {
		const {files} = this;
		const names = byteString(path).split('/').filter(name => name !== '' && name !== '.');
		const last = names.pop();
		if (last === undefined || names.includes('..') || last === '..') throw new RangeError(`${path} is no absolute path of a file`);
		let parent = files.root;
		for (const name of names) {
			const known = files.inode(parent).entries.get(name)?.inode;
			const next = known ?? this.directory(0o755);
			if (known === undefined) files.link(parent, name, next);
			if (typeOf(files.inode(next)) !== FileType.DIRECTORY) throw new RangeError(`${path} leads through a file`);
			parent = next;
		}

		return [parent, last];
	}
}

/** What the kernel itself provides: it covers whatever a folder outside has there. */
function addSpecialFiles(files: FileSystem, filler: Filler): void {
	for (const name of ['/dev', '/proc']) filler.add(name, filler.directory(0o755));
	for (const [name, special, major, minor] of DEVICES) filler.add(`/dev/${name}`, made(files.make({mode: FileType.CHARACTER | 0o666, uid: 0, special, device: [major, minor]})));
	filler.add('/proc/self/maps', made(files.make({mode: FileType.REGULAR | 0o444, special: 'maps'})));
	filler.add('/proc/self/exe', made(files.make({mode: FileType.SYMLINK | 0o777, special: 'executable'})));
}

/** Fills an empty file system: with what is always there and the files that are given, or with a folder outside. */
export function newFileSystem(files: FileSystem, {files: initial = new Map(), root, directory}: Pick<HostOptions, 'files' | 'root' | 'directory'>): void {
	const filler = new Filler(files);
	if (root === undefined) {
		files.root = filler.directory(0o755);
		files.own(files.root).links = 2;
		filler.add('/tmp', filler.directory(0o1777));
	} else {
		files.root = files.adopt(root);
	}

	const home = directory ?? HOME;
	if (root === undefined || directory === undefined) {
		filler.add('/home', filler.directory(0o755));
		filler.add(HOME, filler.directory(0o755, USER_ID));
	}

	if (root === undefined && home !== HOME && home !== '/' && home !== '/tmp') filler.add(home, filler.directory(0o755, USER_ID));
	addSpecialFiles(files, filler);
	const encoder = new TextEncoder();
	if (root === undefined) {
		filler.add('/etc/passwd', filler.file(encoder.encode(PASSWD), 0o644, 0));
		filler.add('/etc/group', filler.file(encoder.encode(GROUP), 0o644, 0));
	}

	for (const [path, what] of initial) {
		if ('target' in what) filler.add(path, filler.link(what.target));
		else if ('mode' in what) filler.add(path, filler.file(what.bytes, what.mode & 0o7777, USER_ID));
		else filler.add(path, filler.file(what, 0o644, USER_ID));
	}

	files.limitInodes();
}

function made(number: number | undefined): number {
	if (number === undefined) throw new RangeError('too many files at boot');
	return number;
}
