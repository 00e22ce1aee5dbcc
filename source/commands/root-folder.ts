import {closeSync, constants, existsSync, fstatSync, lstatSync, opendirSync, openSync, readlinkSync, readSync, realpathSync, type BigIntStats} from 'node:fs';
import process from 'node:process';
import {USER_ID} from '../kernel/constants.js';
import {ERRNO_ENTRIES, errnoNumber} from '../kernel/errno.js';
import type {OutsideFile} from '../kernel/services/outside.js';
import {UsageError} from './command-error.js';

/** Bytes of a file that are read at once and kept. */
const BLOCK = 65_536;

/** The most bytes of files that are kept; beyond them the oldest are read again. */
const MOST_KEPT = 128 * 1024 * 1024;

/** Where Linux shows a process its open files: a path through one of them is a path from there, as openat takes it. */
const HANDLES = '/proc/self/fd';

/** Opens a directory for paths through it alone, which needs no right to read it (Linux include/uapi/asm-generic/fcntl.h O_PATH). */
const O_PATH = 0o10_000_000;

const SLASH = Buffer.from('/');

/** Minus the error number of a failed call of the host's. */
function refusal(error: unknown): number {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	return -(ERRNO_ENTRIES.find(({name}) => name === code)?.number ?? errnoNumber('EIO'));
}

/** Thrown where something else stands now in a file's place. */
class Gone extends Error {
	readonly code = 'ENOENT';
}

/** Device numbers as Linux packs them into 64 bits (include/linux/kdev_t.h new_decode_dev). */
const deviceNumbers = (rdev: number): readonly [number, number] => [(rdev >>> 8) & 0xfff, (rdev & 0xff) | ((rdev >>> 12) & 0xf_ff00)];

/** The names in a folder, in the order in which its file system has them. */
function namesIn(place: Buffer): string[] {
	const folder = opendirSync(place, {encoding: 'latin1'});
	try {
		const names: string[] = [];
		for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) names.push(entry.name);
		return names;
	} finally {
		folder.closeSync();
	}
}

/** What all files of a folder have in common. */
class Folder {
	/** Blocks that are kept, oldest first, by the file's number and the block's. */
	private readonly blocks = new Map<string, Uint8Array>();
	private kept = 0;
	readonly byHandles: boolean;

	constructor(readonly path: string) {
		this.byHandles = process.platform === 'linux' && existsSync(HANDLES);
	}

	/** A block of a file, as it was when it was first read. */
	block(name: string, read: () => Uint8Array): Uint8Array {
		const known = this.blocks.get(name);
		if (known !== undefined) return known;
		const bytes = read();
		this.blocks.set(name, bytes);
		this.kept += bytes.length;
		for (const [oldest, {length}] of this.blocks) {
			if (this.kept <= MOST_KEPT) break;
			this.blocks.delete(oldest);
			this.kept -= length;
		}

		return bytes;
	}

	/** The user who runs us is the machine's user: what is theirs here is theirs there. */
	owner(id: number, own: number | undefined): number {
		return id === own ? USER_ID : id;
	}
}

/**
 * A file below a folder of this computer. It is found by its name in its directory, never by a path, and no link is
 * followed on the way: whoever exchanges a directory for a link meanwhile leads nobody out of the folder.
 */
class FolderFile implements OutsideFile {
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	readonly links: number;
	readonly size: number;
	readonly device: readonly [number, number];
	readonly modified: bigint;
	readonly changed: bigint;
	readonly target: string;
	private readonly known = new Map<string, FolderFile | number | undefined>();
	private names: readonly string[] | number | undefined;

	constructor(
		private readonly folder: Folder,
		private readonly stats: BigIntStats,
		target: Buffer | undefined,
		private readonly above: FolderFile | undefined,
		private readonly name: Buffer,
	) {
		this.mode = Number(stats.mode);
		this.uid = folder.owner(Number(stats.uid), process.getuid?.());
		this.gid = folder.owner(Number(stats.gid), process.getgid?.());
		this.links = Number(stats.nlink);
		this.size = Number(stats.size);
		this.device = deviceNumbers(Number(stats.rdev));
		this.modified = stats.mtimeNs;
		this.changed = stats.ctimeNs;
		this.target = target?.toString('latin1') ?? '';
	}

	lookUp = (name: string): FolderFile | number | undefined => {
		if (!this.known.has(name)) this.known.set(name, this.find(name));
		return this.known.get(name);
	};

	list = (): readonly string[] | number => {
		this.names ??= this.readNames();
		return this.names;
	};

	read = (offset: number, length: number): Uint8Array | number => {
		try {
			if (length === 0) return this.opened(() => new Uint8Array(0));
			const bytes = new Uint8Array(length);
			let done = 0;
			while (done < length) {
				const block = this.blockAt(Math.floor((offset + done) / BLOCK));
				const part = block.subarray((offset + done) % BLOCK).subarray(0, length - done);
				if (part.length === 0) break;
				bytes.set(part, done);
				done += part.length;
			}

			return bytes.subarray(0, done);
		} catch (error) {
			return refusal(error);
		}
	};

	private find(name: string): FolderFile | number | undefined {
		const bytes = Buffer.from(name, 'latin1');
		if (bytes.includes(0) || bytes.includes('/')) return undefined;
		try {
			return this.entered(place => {
				const path = Buffer.concat([place, SLASH, bytes]);
				const stats = lstatSync(path, {bigint: true});
				return new FolderFile(this.folder, stats, stats.isSymbolicLink() ? readlinkSync(path, 'buffer') : undefined, this, bytes);
			});
		} catch (error) {
			const number = refusal(error);
			return number === -errnoNumber('ENOENT') ? undefined : number;
		}
	}

	private readNames(): readonly string[] | number {
		try {
			return this.entered(namesIn);
		} catch (error) {
			return refusal(error);
		}
	}

	private blockAt(index: number): Uint8Array {
		return this.folder.block(`${this.stats.dev}:${this.stats.ino}:${index}`, () => this.opened(descriptor => {
			const bytes = new Uint8Array(BLOCK);
			let done = 0;
			for (let count = -1; count !== 0 && done < BLOCK; done += count) count = readSync(descriptor, bytes, done, BLOCK - done, index * BLOCK + done);
			return bytes.subarray(0, done);
		}));
	}

	/** Opens this regular file for reading. */
	private opened<T>(action: (descriptor: number) => T): T {
		const {above} = this;
		if (above === undefined) throw new Gone();
		return above.entered(place => {
			const descriptor = openSync(Buffer.concat([place, SLASH, this.name]), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
			try {
				this.check(descriptor);
				return action(descriptor);
			} finally {
				closeSync(descriptor);
			}
		});
	}

	/** Gives out a path of this directory that leads nowhere else as long as it is needed. */
	private entered<T>(action: (path: Buffer) => T): T {
		if (!this.folder.byHandles) {
			const path = this.path;
			if (!realpathSync(path, 'buffer').equals(path)) throw new Gone();
			return action(path);
		}

		const handle = this.handle();
		try {
			return action(Buffer.from(`${HANDLES}/${handle}`));
		} finally {
			closeSync(handle);
		}
	}

	/** Opens this directory, and on the way each of those above it. */
	private handle(): number {
		const {above, name, folder} = this;
		const flags = constants.O_DIRECTORY | constants.O_NOFOLLOW | O_PATH;
		const handle = above === undefined ? openSync(folder.path, flags) : above.entered(place => openSync(Buffer.concat([place, SLASH, name]), flags));
		try {
			this.check(handle);
			return handle;
		} catch (error) {
			closeSync(handle);
			throw error;
		}
	}

	private get path(): Buffer {
		return this.above === undefined ? Buffer.from(this.folder.path) : Buffer.concat([this.above.path, SLASH, this.name]);
	}

	/** What was opened must be what was looked at. */
	private check(descriptor: number): void {
		const {dev, ino} = fstatSync(descriptor, {bigint: true});
		if (dev !== this.stats.dev || ino !== this.stats.ino) throw new Gone();
	}
}

/** A folder of this computer that is a machine's file system. */
export interface Root {
	/** Its path, without links. */
	readonly path: string;
	readonly folder: OutsideFile;
}

/** The folder of `--root`. @throws UsageError if there is none */
export function readRoot(folder: string): Root {
	const remedy = 'give the folder that is to be the program’s file system';
	try {
		const real = realpathSync(folder);
		const stats = lstatSync(real, {bigint: true});
		if (!stats.isDirectory()) throw new UsageError(`--root ${folder} is no folder; ${remedy}`);
		return {path: real, folder: new FolderFile(new Folder(real), stats, undefined, undefined, Buffer.alloc(0))};
	} catch (error) {
		if (error instanceof UsageError) throw error;
		throw new UsageError(`--root ${folder} can’t be read (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}); ${remedy}`);
	}
}
