/** Random keys at random sizes: the app must neither end nor grow, and every frame must be sound. */
import {readFileSync} from 'node:fs';
import process from 'node:process';
import {Prng} from '../../test/support/prng.js';
import {keys as named, type KeyOrText, TestTerminal} from '../../test/support/terminal.js';
import {frameProblem} from './sound-frame.js';

/** What is done. */
export interface SoakOptions {
	readonly program: string;
	readonly environment: Readonly<Record<string, string>>;
	readonly keys: number;
	readonly seed: number;
	/** Keys after which memory is measured for the first time. */
	readonly warmUp: number;
	/** Hears how far it is. */
	readonly progress?: (pressed: number, megabytes: number) => void;
}

/** What came of it. */
export interface SoakResult {
	readonly pressed: number;
	/** Growth of resident memory after the warm-up, in MB. */
	readonly growth: number;
	readonly frames: number;
}

/** Keys that are pressed, the more often the more times they stand here. Those that quit or suspend are left out. */
const KEYS: readonly KeyOrText[] = [
	...Object.keys(named).filter(key => !['ctrl-c', 'ctrl-z', 'ctrl-l'].includes(key)),
	...'sSnNcCfFpb<>gvhxartuUjk+=?@:123456789'.split(''), ...'ssssSSccnv  ::'.split(''), 'enter', 'enter', 'tab', 'tab', '\u001B[200~rdi=message\u001B[201~', 'rdi=77', 'message', '0x10', '12',
];

/** Entries of the palette that end or stop the program. */
const LEAVING = /▶ (?:quit|interrupt|suspend) /u;

/** How long a frame is waited for, in milliseconds. */
const PATIENCE = 60_000;

/** How long the app takes an Esc for the beginning of a sequence, in milliseconds. */
const ESCAPE_DELAY = 10;

/** What stands on screens that go on by themselves. */
const MOVES = /playing \d|running, any key|Opening /u;

/** At most so many redraws until the screen stays as it is; one that plays never does. */
const MOST_REDRAWS = 8;

/** The DEC private mode that is on within a frame. */
const SYNCHRONIZED = 2026;

const CLEAR = '\u001B[2J';
const END = '\u001B[?2026l';

class Soak {
	private readonly prng: Prng;
	private readonly terminal: TestTerminal;
	private columns = 120;
	private rows = 40;
	private clears = 0;
	/** Whether the screen has been drawn since it got its size. */
	private isSettled = false;

	constructor(private readonly options: SoakOptions) {
		this.prng = new Prng(options.seed);
		this.terminal = TestTerminal.launch(process.execPath, [options.program], {columns: this.columns, rows: this.rows, env: {...options.environment, ESCDELAY: String(ESCAPE_DELAY)}});
	}

	async run(): Promise<SoakResult> {
		const {options} = this;
		await this.terminal.until('Choose a lab', {timeout: PATIENCE});
		let first = 0;
		for (let pressed = 1; pressed <= options.keys; pressed++) {
			await this.press(pressed);
			if (pressed === options.warmUp) first = this.megabytes();
			if (pressed % 500 === 0) options.progress?.(pressed, this.megabytes());
			// What was sent is not needed any more, and there is much of it.
			if (pressed % 100 === 0) this.forget();
		}

		const growth = this.megabytes() - first;
		const frames = this.clears;
		this.terminal.kill();
		return {pressed: options.keys, growth, frames};
	}

	private forget(): void {
		this.terminal.raw = '';
	}

	private megabytes(): number {
		return Number(/VmRSS:\s+(\d+) kB/u.exec(readFileSync(`/proc/${this.terminal.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
	}

	private async press(index: number): Promise<void> {
		if (this.prng.below(25) === 0) this.resize();
		const key = LEAVING.test(this.terminal.text()) ? 'esc' : this.prng.pick(KEYS);
		this.terminal.press(key);
		// What follows an Esc at once would be one key with Alt.
		if (key === 'esc') await new Promise(resolve => setTimeout(resolve, ESCAPE_DELAY * 3));
		await this.redraw(`key ${index}, ${JSON.stringify(key)}, at ${this.columns}x${this.rows}`);
	}

	private resize(): void {
		this.columns = 40 + this.prng.below(180);
		this.rows = 10 + this.prng.below(60);
		this.terminal.resize(this.columns, this.rows);
		this.isSettled = false;
	}

	/** Checks the screen as the key has left it, and drawn anew until it stays as it is. */
	private async redraw(where: string): Promise<void> {
		await this.terminal.shown();
		if (this.isSettled) this.check(`${where}, drawn piece by piece`);
		for (let time = 0; time < MOST_REDRAWS; time++) {
			const before = this.terminal.text();
			await this.drawAnew(where);
			if (time > 0 && before === this.terminal.text()) break;
		}

		this.isSettled = true;
		this.check(where);
	}

	/** Throws if the screen is not sound. A frame that is still on its way is not looked at. */
	private check(where: string): void {
		const text = this.terminal.text();
		const problem = this.terminal.isModeSet(SYNCHRONIZED) || MOVES.test(text) ? undefined : frameProblem({rows: this.terminal.lines(), columns: this.columns});
		if (problem !== undefined) throw new Error(`${where}: ${problem}\n${text}`);
	}

	/** Presses Ctrl+L and waits for the frame. */
	private async drawAnew(where: string): Promise<void> {
		const from = this.terminal.raw.length;
		const sent = (): string => this.terminal.raw.slice(from);
		this.terminal.press('ctrl-l');
		await this.terminal.until(() => this.terminal.hasExited || sent().indexOf(END, sent().indexOf(CLEAR)) > sent().indexOf(CLEAR), {timeout: PATIENCE});
		await this.terminal.shown();
		if (this.terminal.hasExited) throw new Error(`${where}: the program has ended:\n${this.terminal.text()}`);
		this.clears++;
	}
}

/** Presses random keys, and says what came of it; throws where a frame is not sound or the program has ended. */
export const soak = (options: SoakOptions): Promise<SoakResult> => new Soak(options).run();
