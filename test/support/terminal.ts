import process from 'node:process';
import {spawn, type IPty} from '@lydell/node-pty';
import xterm, {type IBufferCell, type Terminal as Screen} from '@xterm/headless';

/** What the keys of a keyboard send. */
export const keys = {
	up: '\u001B[A',
	down: '\u001B[B',
	right: '\u001B[C',
	left: '\u001B[D',
	home: '\u001B[H',
	end: '\u001B[F',
	pageup: '\u001B[5~',
	pagedown: '\u001B[6~',
	delete: '\u001B[3~',
	backspace: '\u007F',
	enter: '\r',
	tab: '\t',
	'shift-tab': '\u001B[Z',
	esc: '\u001B',
	space: ' ',
	'ctrl-c': '\u0003',
	'ctrl-l': '\u000C',
	'ctrl-z': '\u001A',
} as const;

/** A key by its name, or any characters as they are. */
export type KeyOrText = keyof typeof keys | (string & {});

/** Options of {@link TestTerminal.launch}. */
export interface LaunchOptions {
	/** Size in cells (default 120 by 40). */
	readonly columns?: number;
	readonly rows?: number;
	/** Added to the environment; `undefined` takes a variable away. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	readonly cwd?: string;
}

/** What is waited for: a text or pattern on the screen, or anything about the terminal. */
export type Expected = string | RegExp | ((terminal: TestTerminal) => boolean);

/** How a program ended: by itself with a code, or by a signal's number. */
export interface Exit {
	readonly code: number;
	readonly signal: number;
}

// What a developer's or a CI machine's environment must not change about a test.
const unwanted = [
	'CI', 'CONTINUOUS_INTEGRATION', 'NO_COLOR', 'FORCE_COLOR', 'NODE_ENV', 'NODE_OPTIONS', 'VITEST', 'DEV', 'ESCDELAY',
	'LC_ALL', 'LC_CTYPE', 'COLUMNS', 'LINES', 'TERM_PROGRAM', 'INK_SCREEN_READER', 'TMUX',
];

const keySequence = (key: KeyOrText): string => (keys as Readonly<Partial<Record<string, string>>>)[key] ?? key;

/** A terminal as a person has it in front of them: a program runs in it, its screen can be read, and keys pressed. */
export class TestTerminal {
	/** Runs a program in a new terminal. */
	static launch(file: string, parameters: readonly string[] = [], options: LaunchOptions = {}): TestTerminal {
		return new TestTerminal(file, parameters, options);
	}

	readonly startedAt = performance.now();
	/** Everything the program has written. */
	raw = '';
	/** Resolves when the program has ended and all it wrote is on the screen. */
	readonly exit: Promise<Exit>;
	hasExited = false;
	/** The window's title, if the program has set one. */
	title = '';

	readonly #screen: Screen;
	readonly #program: IPty;
	readonly #waiting = new Set<() => void>();
	readonly #privateModes = new Map<number, boolean>();

	private constructor(file: string, parameters: readonly string[], {columns = 120, rows = 40, env = {}, cwd}: LaunchOptions) {
		this.#screen = new xterm.Terminal({
			cols: columns,
			rows,
			allowProposedApi: true,
			scrollback: 1000,
			windowOptions: {pushTitle: true, popTitle: true},
		});
		this.#followModes();
		const variables = environment(env);
		this.#program = spawn(file, [...parameters], {
			// The library makes a variable of it.
			name: variables.TERM,
			cols: columns,
			rows,
			cwd: cwd ?? process.cwd(),
			env: variables,
		});
		this.#screen.onTitleChange(title => {
			this.title = title;
		});
		// A terminal answers what programs ask it.
		this.#screen.onData(answer => this.type(answer));
		this.#program.onData(data => {
			this.raw += data;
			this.#screen.write(data, () => this.#changed());
		});
		this.exit = new Promise(resolve => {
			this.#program.onExit(({exitCode, signal}) => {
				this.hasExited = true;
				this.#screen.write('', () => {
					this.#changed();
					resolve({code: exitCode, signal: signal ?? 0});
				});
			});
		});
	}

	/** The program's process id. */
	get pid(): number {
		return this.#program.pid;
	}

	/** The rows of the screen, without blanks at their ends. */
	lines(): readonly string[] {
		const buffer = this.#screen.buffer.active;
		return Array.from({length: this.#screen.rows}, (_, row) => buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '');
	}

	text(): string {
		return this.lines().join('\n');
	}

	/** The cell at a column and row, counted from 0. */
	cell(column: number, row: number): IBufferCell {
		const buffer = this.#screen.buffer.active;
		const cell = buffer.getLine(buffer.viewportY + row)?.getCell(column);
		if (!cell) {
			throw new Error(`No cell ${column},${row} on a screen of ${this.#screen.cols} by ${this.#screen.rows}.`);
		}

		return cell;
	}

	get cursor(): {readonly column: number; readonly row: number; readonly isVisible: boolean} {
		const buffer = this.#screen.buffer.active;
		return {column: buffer.cursorX, row: buffer.cursorY, isVisible: this.isModeSet(25)};
	}

	/** Whether the alternate screen is shown: the one of full-screen programs, which leaves the shell's as it was. */
	get isAlternate(): boolean {
		return this.#screen.buffer.active.type === 'alternate';
	}

	/** A DEC private mode: 7 autowrap, 25 cursor, 1049 alternate screen, 2004 bracketed paste, 2026 synchronized output. */
	isModeSet(mode: number): boolean {
		return this.#privateModes.get(mode) ?? (mode === 7 || mode === 25);
	}

	/** Presses keys in one go. What follows an Esc at once is taken as a key with Alt: wait for the effect of Esc. */
	press(...pressed: readonly KeyOrText[]): void {
		this.type(pressed.map(keySequence).join(''));
	}

	/** Sends characters as they are. */
	type(text: string): void {
		if (!this.hasExited) {
			this.#program.write(text);
		}
	}

	/** Presses a key and waits for its effect; gives the milliseconds that it took. */
	async pressUntil(key: KeyOrText, expected: Expected, options: {readonly timeout?: number} = {}): Promise<number> {
		const begun = performance.now();
		this.press(key);
		await this.until(expected, options);
		return performance.now() - begun;
	}

	/**
	Waits until the screen is as expected. It looks when the program has written something, and never sleeps. What is on the
	screen only for a moment may be missed: look for that in `raw`.
	*/
	until(expected: Expected, {timeout = 4000}: {readonly timeout?: number} = {}): Promise<void> {
		return new Promise((resolve, reject) => {
			const stop = () => {
				clearTimeout(timer);
				this.#waiting.delete(look);
			};

			const look = () => {
				if (this.#is(expected)) {
					stop();
					resolve();
				}
			};

			const timer = setTimeout(() => {
				stop();
				reject(new Error(`Not seen in ${timeout} ms: ${String(expected)}${this.hasExited ? ' (the program has ended)' : ''}\n${this.#picture()}`));
			}, timeout);
			this.#waiting.add(look);
			look();
		});
	}

	/** Resolves when everything that has come is on the screen. */
	shown(): Promise<void> {
		return new Promise(resolve => {
			this.#screen.write('', resolve);
		});
	}

	resize(columns: number, rows: number): void {
		this.#screen.resize(columns, rows);
		this.#program.resize(columns, rows);
	}

	/** Takes nothing from the program until `resume`, as a slow connection does. */
	pause(): void {
		this.#program.pause();
	}

	resume(): void {
		this.#program.resume();
	}

	/** Sends a signal to the program (default: the one that can't be refused). */
	kill(signal: NodeJS.Signals = 'SIGKILL'): void {
		if (!this.hasExited) {
			this.#program.kill(signal);
		}
	}

	/** Closes the window: the program's terminal is gone. */
	hangUp(): void {
		(this.#program as unknown as {destroy(): void}).destroy();
	}

	#is(expected: Expected): boolean {
		if (typeof expected === 'function') {
			return expected(this);
		}

		return typeof expected === 'string' ? this.text().includes(expected) : expected.test(this.text());
	}

	#changed(): void {
		for (const look of this.#waiting) {
			look();
		}
	}

	#followModes(): void {
		for (const final of ['h', 'l']) {
			this.#screen.parser.registerCsiHandler({prefix: '?', final}, parameters => {
				for (const mode of parameters) {
					this.#privateModes.set(Number(mode), final === 'h');
				}

				// The screen must act on it too.
				return false;
			});
		}
	}

	#picture(): string {
		const edge = '-'.repeat(this.#screen.cols);
		return `${edge}\n${this.text()}\n${edge}`;
	}
}

function environment(changes: Readonly<Record<string, string | undefined>>): Record<string, string> {
	const all: Record<string, string | undefined> = {
		...process.env,
		...Object.fromEntries(unwanted.map(name => [name, undefined])),
		TERM: 'xterm-256color',
		COLORTERM: 'truecolor',
		LANG: 'C.UTF-8',
		...changes,
	};
	return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
