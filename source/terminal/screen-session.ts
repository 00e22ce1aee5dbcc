import {inspect} from 'node:util';
import type {Guard} from './guard.js';
import {nodeHost, type TerminalHost} from './host.js';

/** Options of {@link ScreenSession}. */
export interface ScreenSessionOptions {
	/** The terminal and process to use (default: this process's own). */
	readonly host?: TerminalHost;
	/** The window's title while the session is open (default: left alone). */
	readonly title?: string;
	/** Whether the terminal has a title (default: yes); one that hasn't would print it as text. */
	readonly hasTitle?: boolean;
	/** Called when a suspended session has the screen again, which is empty then. */
	readonly onResume?: () => void;
	/** What to print of an error that nothing caught (default: its stack and cause). */
	readonly describeError?: (error: unknown) => string;
}

/** Process exit codes: 128 plus the signal's number for a death by signal, and EX_SOFTWARE of sysexits.h. */
export const exitCodes = {hungUp: 129, crashed: 70} as const;

const deadlySignals: Readonly<Record<string, number>> = {SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15};

const jobSignals: ReadonlySet<string> = new Set(['SIGTSTP', 'SIGCONT']);

const saveTitle = '\u001B[22;0t';
export const restoreTitle = '\u001B[23;0t';
// In this order: alternate screen, no autowrap, no cursor, bracketed paste, home, clear.
const takeScreen = '\u001B[?1049h\u001B[?7l\u001B[?25l\u001B[?2004h\u001B[H\u001B[m\u001B[2J';
// A frame may have been cut off in the middle: the end of synchronized output and of styles comes first.
export const giveScreenBack = '\u001B[?2026l\u001B[m\u001B[?2004l\u001B[?25h\u001B[?7h\u001B[?1049l';

/**
The time in which the program owns the terminal: alternate screen, raw keys, no cursor, no autowrap, bracketed paste, title.

However the process ends (return, `process.exit`, a signal, an error that nothing caught, the terminal going away), the
terminal is given back as it was found.
*/
export class ScreenSession {
	readonly #host: TerminalHost;
	readonly #onResume: (() => void) | undefined;
	readonly #describeError: (error: unknown) => string;
	readonly #listeners: readonly (readonly [target: NodeJS.EventEmitter, event: string, listener: (...parameters: unknown[]) => void])[];
	readonly #hasTitle: boolean;
	#guard: Guard | undefined;
	#title: string | undefined;
	#hasScreen = false;
	#isEnding = false;

	/** Takes the terminal. */
	constructor(options: ScreenSessionOptions = {}) {
		this.#host = options.host ?? nodeHost();
		this.#hasTitle = options.hasTitle ?? true;
		this.#title = this.#hasTitle ? options.title : undefined;
		this.#onResume = options.onResume;
		this.#describeError = options.describeError ?? (error => error instanceof Error ? inspect(error) : String(error));
		const {events, input, output} = this.#host;
		this.#listeners = [
			...Object.entries(deadlySignals).map(([signal, number]) => [events, signal, () => this.#end(128 + number)] as const),
			[events, 'SIGTSTP', () => this.suspend()],
			[events, 'SIGCONT', () => this.#continued()],
			[events, 'exit', () => this.#exiting()],
			[events, 'uncaughtException', error => this.crash(error)],
			[events, 'unhandledRejection', reason => this.crash(reason)],
			// The terminal went away: no one is left to tell.
			[output, 'error', () => this.#end(exitCodes.hungUp)],
			[input, 'error', () => this.#end(exitCodes.hungUp)],
			[input, 'end', () => this.#end(exitCodes.hungUp)],
		];
		for (const [target, event, listener] of this.#listeners) {
			target.on(event, listener);
		}

		this.#enter();
	}

	/** False while suspended and after the end. */
	get isOpen(): boolean {
		return this.#hasScreen;
	}

	/** Sets the window's title; the one from before comes back at the end. */
	setTitle(title: string): void {
		if (!this.#hasTitle) {
			return;
		}

		const isFirst = this.#title === undefined;
		this.#title = title;
		if (this.#hasScreen) {
			this.#host.writeNow((isFirst ? saveTitle : '') + titleText(title));
		}
	}

	/** Has the terminal given back even if the process is killed without a chance to do it. */
	protect(guard: Guard): void {
		this.#guard = guard;
		if (this.#hasScreen) {
			// The modes that the guard is to restore are the shell's.
			this.#setRawMode(false);
			guard.start();
			this.#setRawMode(true);
		}
	}

	/** Gives the terminal back and stops, as Ctrl+Z does in a shell; returns when the user has come back. */
	suspend(): void {
		if (!this.#hasScreen) {
			return;
		}

		this.#leave();
		// Without a listener SIGTSTP has its own effect, which is to stop, and SIGCONT isn't announced a second time later.
		const listeners = this.#listeners.filter(([, event]) => jobSignals.has(event));
		for (const [target, event, listener] of listeners) {
			target.off(event, listener);
		}

		this.#host.stopGroup();
		this.#enter();
		for (const [target, event, listener] of listeners) {
			target.on(event, listener);
		}

		this.#resumed();
	}

	/** Gives the terminal back, prints the error, and ends the process with code 70. */
	crash(error: unknown): void {
		if (this.#isEnding) {
			return;
		}

		this.#leave();
		this.#host.writeError(`${this.#describeError(error)}\n`);
		this.#end(exitCodes.crashed);
	}

	/** Gives the terminal back for good; the process goes on. */
	close(): void {
		this.#leave();
		for (const [target, event, listener] of this.#listeners) {
			target.off(event, listener);
		}
	}

	#exiting(): void {
		this.#leave();
		this.#host.releaseLost();
	}

	#end(code: number): void {
		if (!this.#isEnding) {
			this.#isEnding = true;
			this.#leave();
			this.#host.exit(code);
		}
	}

	#enter(): void {
		this.#guard?.start();
		// First the mode: in the background this stops the process, before it has written over the shell's screen.
		this.#setRawMode(true);
		this.#hasScreen = true;
		this.#host.writeNow((this.#title === undefined ? '' : saveTitle) + takeScreen + (this.#title === undefined ? '' : titleText(this.#title)));
	}

	#leave(): void {
		if (!this.#hasScreen) {
			return;
		}

		this.#hasScreen = false;
		this.#guard?.stop();
		this.#host.writeNow(giveScreenBack + (this.#title === undefined ? '' : restoreTitle));
		this.#setRawMode(false);
	}

	#resumed(): void {
		this.#host.refreshSize();
		this.#onResume?.();
	}

	/** SIGCONT after a SIGSTOP that gave no warning: the shell has changed the modes, and perhaps the screen, meanwhile. */
	#continued(): void {
		if (this.#hasScreen) {
			// Node would take raw mode for still set.
			this.#setRawMode(false);
			this.#enter();
			this.#resumed();
		}
	}

	#setRawMode(on: boolean): void {
		try {
			this.#host.input.setRawMode?.(on);
		} catch {
			// The terminal went away: there are no modes to set.
		}
	}
}

function titleText(title: string): string {
	return `\u001B]2;${title.replaceAll(/[\u0000-\u001F\u007F-\u009F]/gu, ' ')}\u0007`;
}
