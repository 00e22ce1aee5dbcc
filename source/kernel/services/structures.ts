/** Structures as the kernel lays them out for programs on x86-64: bytes in, bytes out, no state. */

/** Fields of increasing offset in a structure of so many bytes. */
class Layout {
	readonly bytes: Uint8Array;
	private readonly view: DataView;

	constructor(size: number) {
		this.bytes = new Uint8Array(size);
		this.view = new DataView(this.bytes.buffer);
	}

	u64(at: number, value: bigint | number): this {
		this.view.setBigUint64(at, BigInt(value), true);
		return this;
	}

	u32(at: number, value: number): this {
		this.view.setUint32(at, value, true);
		return this;
	}

	u16(at: number, value: number): this {
		this.view.setUint16(at, value, true);
		return this;
	}
}

const SECOND = 1_000_000_000n;

/** What stat and statx tell of a file. */
export interface FileFacts {
	readonly device: readonly [major: number, minor: number];
	readonly inode: number;
	/** Type and permissions. */
	readonly mode: number;
	readonly links: number;
	readonly uid: number;
	readonly gid: number;
	/** For device files: which device they are. */
	readonly special: readonly [major: number, minor: number];
	readonly size: number;
	/** Units of 512 bytes. */
	readonly blocks: number;
	/** Nanoseconds since 1970. */
	readonly modified: bigint;
	readonly changed: bigint;
}

/** A device number as stat shows it (include/linux/kdev_t.h new_encode_dev). */
const encodeDevice = ([major, minor]: readonly [number, number]): number => (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);

/** struct stat, 144 bytes (arch/x86/include/uapi/asm/stat.h). */
export function statBytes(facts: FileFacts): Uint8Array {
	const layout = new Layout(144)
		.u64(0, encodeDevice(facts.device)).u64(8, facts.inode).u64(16, facts.links).u32(24, facts.mode).u32(28, facts.uid).u32(32, facts.gid)
		.u64(40, encodeDevice(facts.special)).u64(48, facts.size).u64(56, 4096).u64(64, facts.blocks);
	for (const [at, time] of [[72, facts.modified], [88, facts.modified], [104, facts.changed]] as const) layout.u64(at, time / SECOND).u64(at + 8, time % SECOND);
	return layout.bytes;
}

/** STATX_BASIC_STATS */
const STATX_BASIC_STATS = 0x7ff;

/** struct statx, 256 bytes (include/uapi/linux/stat.h). */
export function statxBytes(facts: FileFacts): Uint8Array {
	const layout = new Layout(256)
		.u32(0, STATX_BASIC_STATS).u32(4, 4096).u32(16, facts.links).u32(20, facts.uid).u32(24, facts.gid).u16(28, facts.mode)
		.u64(32, facts.inode).u64(40, facts.size).u64(48, facts.blocks)
		.u32(128, facts.special[0]).u32(132, facts.special[1]).u32(136, facts.device[0]).u32(140, facts.device[1]);
	for (const [at, time] of [[64, facts.modified], [96, facts.changed], [112, facts.modified]] as const) layout.u64(at, time / SECOND).u32(at + 8, Number(time % SECOND));
	return layout.bytes;
}

/** One struct linux_dirent64 (include/linux/dirent.h): a multiple of eight bytes. */
export function direntBytes(inode: number, next: number, type: number, name: Uint8Array): Uint8Array {
	const size = Math.ceil((19 + name.length + 1) / 8) * 8;
	const layout = new Layout(size).u64(0, inode).u64(8, next).u16(16, size);
	layout.bytes[18] = type;
	layout.bytes.set(name, 19);
	return layout.bytes;
}

/** Bytes that TCGETS writes: the kernel's struct termios, with nineteen control characters (the C library's has more). */
export const TERMIOS_SIZE = 36;

/** A terminal as Linux sets it up (include/linux/tty.h INIT_C_CC, drivers/tty/tty_io.c tty_std_termios), at 38,400 baud. */
export const INITIAL_TERMIOS: Uint8Array = (() => {
	const {bytes} = new Layout(TERMIOS_SIZE).u32(0, 0x500).u32(4, 0x5).u32(8, 0xbf).u32(12, 0x8a3b);
	bytes.set([3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0], 17);
	return bytes;
})();

/** struct winsize (include/uapi/asm-generic/termios.h). */
export const winsizeBytes = (rows: number, columns: number): Uint8Array => new Layout(8).u16(0, rows).u16(2, columns).bytes;

/** struct timespec */
export const timespecBytes = (nanoseconds: bigint): Uint8Array => new Layout(16).u64(0, nanoseconds / SECOND).u64(8, nanoseconds % SECOND).bytes;

/** struct timeval */
export const timevalBytes = (nanoseconds: bigint): Uint8Array => new Layout(16).u64(0, nanoseconds / SECOND).u64(8, (nanoseconds % SECOND) / 1000n).bytes;

/** struct rlimit64 */
export const limitBytes = (soft: bigint, hard: bigint): Uint8Array => new Layout(16).u64(0, soft).u64(8, hard).bytes;

/** struct new_utsname: six texts of 65 bytes (include/uapi/linux/utsname.h). */
export function utsnameBytes(texts: readonly string[]): Uint8Array {
	const {bytes} = new Layout(6 * 65);
	const encoder = new TextEncoder();
	for (const [index, text] of texts.entries()) bytes.set(encoder.encode(text).subarray(0, 64), index * 65);
	return bytes;
}

/** struct sysinfo, 112 bytes (include/uapi/linux/sysinfo.h). */
export const sysinfoBytes = (seconds: bigint, memory: number, free: number, tasks: number): Uint8Array =>
	new Layout(112).u64(0, seconds).u64(32, memory).u64(40, free).u16(80, tasks).u32(104, 1).bytes;
