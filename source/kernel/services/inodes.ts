/** What stands behind a name in the file system. Names and link targets are byte strings: one character a byte. */
import type {OutsideFile} from './outside.js';

/** Bytes of a file that are kept, and copied, together. */
export const CHUNK = 16_384;

/** A part of a file's contents; `counted` if it was made by a program. */
export interface Chunk {
	readonly owner: object;
	readonly bytes: Uint8Array;
	readonly counted: boolean;
}

/** The file types (S_IFMT bits of a mode; include/uapi/linux/stat.h). */
export const FileType = {FIFO: 0o010_000, CHARACTER: 0o020_000, DIRECTORY: 0o040_000, BLOCK: 0o060_000, REGULAR: 0o100_000, SYMLINK: 0o120_000, SOCKET: 0o140_000, MASK: 0o170_000} as const;

/** A name in a directory; the cookie is its place in the order of listing. */
export interface DirectoryEntry {
	readonly inode: number;
	readonly cookie: number;
}

/** What opening a special file gives. */
export type Special = 'console' | 'null' | 'zero' | 'random' | 'maps' | 'executable';

/** Only the state whose owner it carries changes it; all others make a copy first. */
export interface Inode {
	readonly owner: object;
	readonly number: number;
	/** Type and permission bits. */
	mode: number;
	uid: number;
	gid: number;
	/** Names that lead here. */
	links: number;
	size: number;
	/** Contents of a regular file, by position in units of CHUNK; what is missing is zero. */
	readonly chunks: Map<number, Chunk>;
	/** Names of a directory. */
	readonly entries: Map<string, DirectoryEntry>;
	lastCookie: number;
	/** The directory that a directory stands in. */
	parent: number;
	/** Where a symbolic link leads. */
	target: string;
	readonly special: Special | undefined;
	/** The file of a folder outside of the machine that this one shows; it can't be changed. */
	readonly outside: OutsideFile | undefined;
	/** Device numbers of a character device. */
	readonly device: readonly [major: number, minor: number];
	/** Nanoseconds since 1970: last change of the contents, and of anything. */
	modified: bigint;
	changed: bigint;
}

/** The type bits of an inode's mode. */
export const typeOf = (inode: Pick<Inode, 'mode'>): number => inode.mode & FileType.MASK;

const encoder = new TextEncoder();

/** Text as a byte string. */
export const byteString = (text: string): string => nameOfBytes(encoder.encode(text));

/** Bytes as a byte string. */
export function nameOfBytes(bytes: Uint8Array): string {
	let name = '';
	for (const byte of bytes) name += String.fromCharCode(byte);
	return name;
}

/** The bytes of a byte string. */
export function bytesOfName(name: string): Uint8Array {
	const bytes = new Uint8Array(name.length);
	for (let index = 0; index < name.length; index++) bytes[index] = name.charCodeAt(index);
	return bytes;
}
