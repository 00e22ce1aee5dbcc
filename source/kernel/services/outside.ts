/**
 * A folder outside of the machine that its programs see as their file system, read-only. Who gives it decides how it is
 * read; here nothing is known of it but what a program may ask. Paths are not among it: links and `..` are followed
 * within the machine, so nothing leads out of the folder.
 */

/** A file of the folder, as it was when it was first looked at. Numbers below 0 are minus an error number. */
export interface OutsideFile {
	/** Type and permission bits. */
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	/** Names that lead to it. */
	readonly links: number;
	/** Bytes; of a symbolic link the length of its target. */
	readonly size: number;
	/** Device numbers of a device. */
	readonly device: readonly [major: number, minor: number];
	/** Nanoseconds since 1970: last change of the contents, and of anything. */
	readonly modified: bigint;
	readonly changed: bigint;
	/** Where a symbolic link leads, as a byte string; empty for all else. */
	readonly target: string;
	/**
	 * What bears a name in this directory; undefined if nothing does.
	 * @param name a byte string, neither empty nor `.` nor `..`
	 */
	readonly lookUp: (name: string) => OutsideFile | number | undefined;
	/** The names in this directory, without `.` and `..`. */
	readonly list: () => readonly string[] | number;
	/** Bytes of this regular file from an offset on; fewer than asked for only where it ends. Asking for none says whether it can be read. */
	readonly read: (offset: number, length: number) => Uint8Array | number;
}
