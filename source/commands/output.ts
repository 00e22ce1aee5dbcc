import {closeSync, constants, fstatSync, openSync, writeSync} from 'node:fs';
import {CommandError} from './command-error.js';
import {ExitCode} from './exit-codes.js';

/** A place that commands print to. */
export type Stream = 'stdout' | 'stderr';

const DESCRIPTORS: Readonly<Record<Stream, number>> = {stdout: 1, stderr: 2};

/** How long to wait for a reader that is slower than we are, in milliseconds. */
const PATIENCE = 5;

const encoder = new TextEncoder();

const isErrorWith = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;

/** Whether an error says that nobody reads what we print any more. */
export const isBrokenPipe = (error: unknown): boolean => isErrorWith(error, 'EPIPE');

/**
 * A descriptor on which a write never blocks. A pipe is opened anew for that: were the mode of the one we got changed,
 * it would change for the programs that share it, too. Signals are handled while we wait for the reader, therefore.
 */
function withoutBlocking(descriptor: number): number {
	try {
		if (!fstatSync(descriptor).isFIFO()) return descriptor;
		return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
	} catch {
		return descriptor;
	}
}

/** What a failed write is for people; a reader that has gone is nobody's mistake and stays what it is. */
function unwritable(error: unknown, name: string): unknown {
	if (isBrokenPipe(error) || !(error instanceof Error && 'code' in error)) return error;
	const reason = error.code === 'ENOSPC' ? 'the disk is full; make room' : `${String(error.code)}; send it elsewhere`;
	return new CommandError(ExitCode.OUTPUT, `syscall-lab: ${name} can’t be written: ${reason}`);
}

/**
 * Writes all bytes, however slow their reader is.
 * @param abort when it is aborted, what the reader has no room for is given up
 * @throws an error with the code EPIPE when nobody reads any more
 */
async function writeAll(given: number, name: string, bytes: Uint8Array, abort?: AbortSignal): Promise<void> {
	if (bytes.length === 0) return;
	const descriptor = withoutBlocking(given);
	try {
		for (let done = 0; done < bytes.length; ) {
			try {
				done += writeSync(descriptor, bytes, done);
			} catch (error) {
				if (!isErrorWith(error, 'EAGAIN')) throw unwritable(error, name);
				if (abort?.aborted === true) return;
				await new Promise(resolve => setTimeout(resolve, PATIENCE));
			}
		}
	} finally {
		if (descriptor !== given) closeSync(descriptor);
	}
}

/** Takes what is printed; returns when all of it is written, or `abort` says that it is not wanted any more. */
export type Writer = (stream: Stream, bytes: Uint8Array, abort?: AbortSignal) => Promise<void>;

let writer: Writer = (stream, bytes, abort) => writeAll(DESCRIPTORS[stream], stream, bytes, abort);

/** Puts a writer in the place of stdout and stderr, for who runs commands inside another program. Gives back the one before. */
export function redirectOutput(to: Writer): Writer {
	const before = writer;
	writer = to;
	return before;
}

/** Prints text or bytes to stdout; returns when all of it is written, or `abort` says that it is not wanted any more. */
export const print = (text: string | Uint8Array, abort?: AbortSignal): Promise<void> => writer('stdout', typeof text === 'string' ? encoder.encode(text) : text, abort);

/** Prints text to a file that is open for writing. */
export const printTo = (descriptor: number, name: string, text: string, abort?: AbortSignal): Promise<void> => writeAll(descriptor, name, encoder.encode(text), abort);

/** Controls that would move a terminal's cursor or change its colours; a file's name may hold them. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu;

/** Prints lines of text to stderr. Where nobody can read them, nobody can be told. */
export async function printError(text: string, abort?: AbortSignal): Promise<void> {
	try {
		await writer('stderr', encoder.encode(`${text.replaceAll(CONTROLS, '?')}\n`), abort);
	} catch {
		// The exit code alone says it then.
	}
}
