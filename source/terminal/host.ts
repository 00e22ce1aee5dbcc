import {closeSync, writeSync} from 'node:fs';
import process from 'node:process';
import {isatty} from 'node:tty';

/** What keys are read from: a `tty.ReadStream`, or a stand-in in tests. */
export interface InputStream extends NodeJS.EventEmitter {
	readonly isTTY?: boolean | undefined;
	setRawMode?(on: boolean): unknown;
	pause(): unknown;
	resume(): unknown;
}

/** What frames are written to: a `tty.WriteStream`, or a stand-in in tests. */
export interface OutputStream extends NodeJS.EventEmitter {
	readonly isTTY?: boolean | undefined;
	readonly columns?: number | undefined;
	readonly rows?: number | undefined;
	/** Whether the stream has room; if not, `drain` says when it has. */
	write(text: string): boolean;
}

/** Everything outside the program that a screen session touches. */
export interface TerminalHost {
	readonly input: InputStream;
	readonly output: OutputStream;
	/** Signals, `exit`, errors that nothing caught: the process. */
	readonly events: NodeJS.EventEmitter;
	/** Writes to the terminal before it returns, so that it works in an `exit` handler. Never throws. */
	writeNow(text: string): void;
	/** Writes to standard error before it returns. Never throws. */
	writeError(text: string): void;
	exit(code: number): void;
	/** Stops the process group as a terminal's own Ctrl+Z does; returns when it runs again. */
	stopGroup(): void;
	/** For the `exit` event: lets go of a terminal that went away. */
	releaseLost(): void;
	/** Asks for the window's size again; a change comes as `resize` on `output`. */
	refreshSize(): void;
}

const standardInput = 0;
const standardOutput = 1;
const standardError = 2;
const retries = 200;

/** A file descriptor that another process made non-blocking answers EAGAIN while the terminal is slow. */
function writeAll(descriptor: number, text: string): void {
	let rest = Buffer.from(text);
	for (let attempt = 0; rest.length > 0 && attempt < retries; attempt++) {
		try {
			rest = rest.subarray(writeSync(descriptor, rest));
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') {
				return;
			}

			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
		}
	}
}

/**
Closes the descriptors that are no longer a terminal. At its end Node sets the modes of standard streams as they were, and
aborts if it can't (`ResetStdio` in node.cc: only EPERM is allowed for, not the EIO of a terminal that hung up).
*/
function closeLost(descriptors: readonly number[]): void {
	for (const descriptor of descriptors.filter(number => !isatty(number))) {
		try {
			closeSync(descriptor);
		} catch {
			// It is closed already.
		}
	}
}

/** The real terminal of this process. */
export function nodeHost(): TerminalHost {
	const signalSelf = (pid: number, signal: NodeJS.Signals) => {
		if (process.platform !== 'win32') {
			process.kill(pid, signal);
		}
	};

	const terminals = [standardInput, standardOutput, standardError].filter(number => isatty(number));
	return {
		input: process.stdin,
		output: process.stdout,
		events: process,
		writeNow: text => writeAll(standardOutput, text),
		writeError: text => writeAll(standardError, text),
		exit: code => process.exit(code),
		// Pid 0 is the whole group: npm and the shell it starts must stop too, or the user's shell goes on waiting.
		// SIGTSTP, unlike SIGSTOP, is ignored where no shell could ever continue us.
		stopGroup: () => signalSelf(0, 'SIGTSTP'),
		releaseLost: () => closeLost(terminals),
		// A stopped job is not told of a new window size; Node asks for it again when this signal comes.
		refreshSize: () => signalSelf(process.pid, 'SIGWINCH'),
	};
}
