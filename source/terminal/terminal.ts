import process from 'node:process';
import {hasTitle, terminalSize, type Environment, type TerminalSize} from './capabilities.js';
import {FrameWriter} from './frame-writer.js';
import {nodeHost} from './host.js';
import {InkStdin, InkStdout} from './ink-streams.js';
import {KeyReader} from './key-reader.js';
import {ScreenSession, type ScreenSessionOptions} from './screen-session.js';

/** Options of {@link openTerminal}. */
export interface TerminalOptions extends ScreenSessionOptions {
	/** How long a lone ESC may be the start of a sequence, in milliseconds (default: the variable `ESCDELAY`, else 40). */
	readonly escapeDelay?: number;
	/** Default: `process.env`. */
	readonly environment?: Environment;
}

/** The terminal as the app uses it. */
export interface Terminal {
	readonly session: ScreenSession;
	readonly frames: FrameWriter;
	readonly keys: KeyReader;
	/** The size now; Ink's `useStdout().stdout` and `process.stdout` emit `resize` when it changes. */
	readonly size: TerminalSize;
	/** To be spread into the options of Ink's `render`. */
	readonly inkOptions: {
		readonly stdin: NodeJS.ReadStream;
		readonly stdout: NodeJS.WriteStream;
		readonly debug: true;
		readonly patchConsole: false;
		readonly exitOnCtrlC: false;
	};
	/** Gives the terminal back; the process ends when nothing else keeps it. */
	close(): void;
}

function escapeDelayOf(environment: Environment): number | undefined {
	const delay = Number(environment.ESCDELAY);
	return Number.isInteger(delay) && delay > 0 ? delay : undefined;
}

/** Takes the terminal, and puts together what paints it and reads its keys. */
export function openTerminal(options: TerminalOptions = {}): Terminal {
	const host = options.host ?? nodeHost();
	const environment = options.environment ?? process.env;
	const session: ScreenSession = new ScreenSession({
		hasTitle: hasTitle(environment),
		...options,
		host,
		onResume() {
			frames.repaint();
			options.onResume?.();
		},
	});
	const frames = new FrameWriter(host.output, {isActive: () => session.isOpen});
	const inkStdin = new InkStdin();
	const inkStdout = new InkStdout(frames, host.output);
	const escapeDelay = options.escapeDelay ?? escapeDelayOf(environment);
	const keys = new KeyReader(host.input, {ink: inkStdin, ...(escapeDelay === undefined ? {} : {escapeDelay})});
	return {
		session,
		frames,
		keys,
		get size() {
			return terminalSize(host.output);
		},
		inkOptions: {stdin: inkStdin.stream, stdout: inkStdout.stream, debug: true, patchConsole: false, exitOnCtrlC: false},
		close() {
			keys.close();
			inkStdout.close();
			frames.close();
			session.close();
		},
	};
}
