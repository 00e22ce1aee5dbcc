/** What an open file is. Console and pipes are read, written and waited for by machine code; the rest by the host. */
export const FILE_KINDS = ['console', 'pipe-read', 'pipe-write', 'regular', 'directory', 'null', 'zero', 'random', 'text', 'path'] as const;

/** One of them; its number for machine code is its place in the list. */
export type FileKind = (typeof FILE_KINDS)[number];

/** An open file description (struct file): shared by all descriptors that were copied from one another. */
export interface OpenFile {
	readonly kind: FileKind;
	/** As F_GETFL gives them. */
	flags: number;
	/** Position in bytes; for a directory the cookie of the last name that was listed. */
	offset: number;
	/** What was opened; a pipe has none. */
	readonly inode: number | undefined;
	readonly pipe: number | undefined;
	/** Contents that were fixed at opening, for files that the kernel makes up. */
	readonly text: Uint8Array | undefined;
	/** The absolute path under which it was opened. */
	readonly path: string | undefined;
	/** Descriptors that lead here. */
	references: number;
}

/** Flags of open (include/uapi/asm-generic/fcntl.h). */
export const OpenFlag = {
	CREAT: 0o100,
	EXCL: 0o200,
	NOCTTY: 0o400,
	TRUNC: 0o1000,
	APPEND: 0o2000,
	NONBLOCK: 0o4000,
	DIRECT: 0o40_000,
	LARGEFILE: 0o100_000,
	DIRECTORY: 0o200_000,
	NOFOLLOW: 0o400_000,
	NOATIME: 0o1_000_000,
	CLOEXEC: 0o2_000_000,
	PATH: 0o10_000_000,
	TMPFILE: 0o20_000_000,
} as const;

/** The two lowest bits of the flags. */
export const AccessMode = {RDONLY: 0, WRONLY: 1, RDWR: 2, MASK: 3} as const;

/** Whether a file may be read. */
export const mayRead = ({flags}: OpenFile): boolean => (flags & OpenFlag.PATH) === 0 && ((flags & AccessMode.MASK) === AccessMode.RDONLY || (flags & AccessMode.MASK) === AccessMode.RDWR);

/** Whether a file may be written. */
export const mayWrite = ({flags}: OpenFile): boolean => (flags & OpenFlag.PATH) === 0 && ((flags & AccessMode.MASK) === AccessMode.WRONLY || (flags & AccessMode.MASK) === AccessMode.RDWR);

/** Whether the machine's own code reads and writes it. */
export const isMachines = ({kind}: OpenFile): boolean => kind === 'console' || kind === 'pipe-read' || kind === 'pipe-write';
