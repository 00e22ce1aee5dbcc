/**
 * The stack that a new process starts on: argc, argv, envp and the auxiliary vector (System V ABI for x86-64, 3.4.1).
 */

import {USER_ID} from './constants.js';

/** Types of auxiliary-vector entries (include/uapi/linux/auxvec.h). */
export const AUXV = {
	AT_NULL: 0n,
	AT_PHDR: 3n,
	AT_PHENT: 4n,
	AT_PHNUM: 5n,
	AT_PAGESZ: 6n,
	AT_BASE: 7n,
	AT_FLAGS: 8n,
	AT_ENTRY: 9n,
	AT_UID: 11n,
	AT_EUID: 12n,
	AT_GID: 13n,
	AT_EGID: 14n,
	AT_PLATFORM: 15n,
	AT_HWCAP: 16n,
	AT_CLKTCK: 17n,
	AT_SECURE: 23n,
	AT_RANDOM: 25n,
	AT_HWCAP2: 26n,
	AT_EXECFN: 31n,
} as const;

/** Where an executable file's parts are in memory; a program that is no file has none. */
export interface LoadedFile {
	/** Address and number of the program headers. */
	readonly headers: bigint;
	readonly headerCount: number;
	/** Load address of the interpreter, 0 without one. */
	readonly base: bigint;
	/** CPUID leaf 1, edx. */
	readonly features: bigint;
}

/** What a process is started with. Texts may be given as bytes, without the zero at the end. */
export interface StackContents {
	readonly argv: readonly (string | Uint8Array)[];
	readonly envp: readonly (string | Uint8Array)[];
	readonly entry: bigint;
	/** Sixteen bytes for AT_RANDOM. */
	readonly random: Uint8Array;
	/** The path that was executed; the first argument by default. */
	readonly path?: string | Uint8Array;
	readonly file?: LoadedFile;
}

/** A stack's bytes, to be placed so that they end at its top, and the rsp that points at argc. */
export interface InitialStack {
	readonly address: bigint;
	readonly bytes: Uint8Array;
}

/** Bytes of a program header. */
const PROGRAM_HEADER_SIZE = 56n;

/** Clock ticks a second that times() would count in. */
const CLOCKS_PER_SECOND = 100n;

/** AT_HWCAP2: programs may use the instructions for the FS and GS bases. */
const HWCAP2_FSGSBASE = 2n;

/** Lays the stack out below `top`. */
export function buildUserStack(top: bigint, contents: StackContents): InitialStack {
	const {argv, envp, entry, random, file} = contents;
	const encoder = new TextEncoder();
	// The last eight bytes stay zero, as on Linux; below them the strings, from the highest address down.
	let at = top - 8n;
	const blobs: {readonly address: bigint; readonly bytes: Uint8Array}[] = [];
	const place = (bytes: Uint8Array): bigint => {
		at -= BigInt(bytes.length);
		blobs.push({address: at, bytes});
		return at;
	};

	const string = (text: string | Uint8Array): bigint => {
		at -= 1n;
		return place(typeof text === 'string' ? encoder.encode(text) : text);
	};

	const name = string(contents.path ?? argv.at(0) ?? '');
	const environment = envp.map(string);
	const args = argv.map(string);
	const platform = file === undefined ? 0n : string('x86_64');
	at &= ~0xfn;
	const seed = place(random);
	const identity: readonly (readonly [bigint, bigint])[] = [
		[AUXV.AT_ENTRY, entry], [AUXV.AT_UID, BigInt(USER_ID)], [AUXV.AT_EUID, BigInt(USER_ID)], [AUXV.AT_GID, BigInt(USER_ID)],
		[AUXV.AT_EGID, BigInt(USER_ID)], [AUXV.AT_SECURE, 0n], [AUXV.AT_RANDOM, seed],
	];
	const vector: readonly (readonly [bigint, bigint])[] =
		file === undefined
			? [[AUXV.AT_PAGESZ, 4096n], ...identity, [AUXV.AT_EXECFN, name], [AUXV.AT_NULL, 0n]]
			: [
					[AUXV.AT_HWCAP, file.features], [AUXV.AT_PAGESZ, 4096n], [AUXV.AT_CLKTCK, CLOCKS_PER_SECOND], [AUXV.AT_PHDR, file.headers],
					[AUXV.AT_PHENT, PROGRAM_HEADER_SIZE], [AUXV.AT_PHNUM, BigInt(file.headerCount)], [AUXV.AT_BASE, file.base], [AUXV.AT_FLAGS, 0n],
					...identity, [AUXV.AT_HWCAP2, HWCAP2_FSGSBASE], [AUXV.AT_EXECFN, name], [AUXV.AT_PLATFORM, platform], [AUXV.AT_NULL, 0n],
				];
	const words = [BigInt(argv.length), ...args, 0n, ...environment, 0n, ...vector.flat()];
	const address = (at - BigInt(words.length * 8)) & ~0xfn;
	const bytes = new Uint8Array(Number(top - address));
	const view = new DataView(bytes.buffer);
	for (const [index, word] of words.entries()) view.setBigUint64(index * 8, word, true);
	for (const blob of blobs) bytes.set(blob.bytes, Number(blob.address - address));
	return {address, bytes};
}
