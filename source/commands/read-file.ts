import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {CommandError} from './command-error.js';
import {ExitCode} from './exit-codes.js';
import {codeOf} from './system-error.js';

/** Bytes that are read at a time. */
const PORTION = 64 * 1024;

/** How long to wait for a writer that is slower than we are, in milliseconds. */
const PATIENCE = 5;

/** Standard input. */
const STDIN = 0;

/** Why a file can't be read, by the system's code for it. */
const REASONS: Readonly<Partial<Record<string, string>>> = {
	ENOENT: 'there is no such file',
	ENOTDIR: 'a part of this path is no folder',
	EISDIR: 'this is a folder',
	EACCES: 'you may not read this file',
	ELOOP: 'this link leads to itself',
	ENAMETOOLONG: 'this name is too long',
};

/** The next bytes of a descriptor; none at its end. */
function portionOf(descriptor: number): Uint8Array {
	const portion = new Uint8Array(PORTION);
	for (;;) {
		try {
			return portion.subarray(0, readSync(descriptor, portion, 0, PORTION, null));
		} catch (error) {
			if (codeOf(error) !== 'EAGAIN') throw error;
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PATIENCE);
		}
	}
}

function readDescriptor(descriptor: number, limit: number): Uint8Array {
	if (fstatSync(descriptor).isDirectory()) throw Object.assign(new Error('a folder'), {code: 'EISDIR'});
	const portions: Uint8Array[] = [];
	for (let total = 0; total <= limit; ) {
		const portion = portionOf(descriptor);
		if (portion.length === 0) break;
		portions.push(portion);
		total += portion.length;
	}

	return Buffer.concat(portions);
}

/**
 * Reads a file of any kind, a pipe too: all of it, or somewhat more than `limit` bytes if it is longer than that.
 * @param file a path, or `-` for standard input where `stdin` says so
 * @param remedy what to give instead of a file that can't be read
 * @throws CommandError that says why it can't be read
 */
export function readBytes(file: string, limit: number, remedy: string, {stdin = false}: {readonly stdin?: boolean} = {}): Uint8Array {
	const isStdin = stdin && file === '-';
	try {
		const descriptor = isStdin ? STDIN : openSync(file, 'r');
		try {
			return readDescriptor(descriptor, limit);
		} finally {
			if (!isStdin) closeSync(descriptor);
		}
	} catch (error) {
		const code = codeOf(error);
		throw new CommandError(ExitCode.USAGE, `${file}: ${REASONS[code] ?? `this can’t be read (${code})`}; ${remedy}`);
	}
}
