/**
 * The stack that a new process starts on: argc, argv, envp and the auxiliary vector (System V ABI for x86-64, 3.4.1).
 */

/** Types of auxiliary-vector entries (include/uapi/linux/auxvec.h). */
const AUXV = {AT_NULL: 0n, AT_PAGESZ: 6n, AT_ENTRY: 9n, AT_UID: 11n, AT_EUID: 12n, AT_GID: 13n, AT_EGID: 14n, AT_SECURE: 23n, AT_RANDOM: 25n, AT_EXECFN: 31n} as const;

/** What a process is started with. */
export interface StackContents {
	readonly argv: readonly string[];
	readonly envp: readonly string[];
	readonly entry: bigint;
	/** Sixteen bytes for AT_RANDOM. */
	readonly random: Uint8Array;
}

/** A stack's bytes, to be placed so that they end at its top, and the rsp that points at argc. */
export interface InitialStack {
	readonly address: bigint;
	readonly bytes: Uint8Array;
}

/** Lays the stack out below `top`. */
export function buildUserStack(top: bigint, {argv, envp, entry, random}: StackContents): InitialStack {
	const encoder = new TextEncoder();
	// The last eight bytes stay zero, as on Linux; below them the strings, from the highest address down.
	let at = top - 8n;
	const blobs: {readonly address: bigint; readonly bytes: Uint8Array}[] = [];
	const place = (bytes: Uint8Array): bigint => {
		at -= BigInt(bytes.length);
		blobs.push({address: at, bytes});
		return at;
	};

	const string = (text: string): bigint => place(encoder.encode(`${text}\0`));
	const name = string(argv[0] ?? '');
	const environment = envp.map(string);
	const args = argv.map(string);
	at &= ~0xfn;
	const seed = place(random);
	const vector: readonly (readonly [bigint, bigint])[] = [
		[AUXV.AT_PAGESZ, 4096n], [AUXV.AT_ENTRY, entry], [AUXV.AT_UID, 1000n], [AUXV.AT_EUID, 1000n], [AUXV.AT_GID, 1000n],
		[AUXV.AT_EGID, 1000n], [AUXV.AT_SECURE, 0n], [AUXV.AT_RANDOM, seed], [AUXV.AT_EXECFN, name], [AUXV.AT_NULL, 0n],
	];
	const words = [BigInt(argv.length), ...args, 0n, ...environment, 0n, ...vector.flat()];
	const address = (at - BigInt(words.length * 8)) & ~0xfn;
	const bytes = new Uint8Array(Number(top - address));
	const view = new DataView(bytes.buffer);
	for (const [index, word] of words.entries()) view.setBigUint64(index * 8, word, true);
	for (const blob of blobs) bytes.set(blob.bytes, Number(blob.address - address));
	return {address, bytes};
}
