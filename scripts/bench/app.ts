/** How fast the app answers, measured from outside in a pseudo-terminal. */
import path from 'node:path';
import process from 'node:process';
import {TestTerminal} from '../../test/support/terminal.js';
import {type Figure, print} from './report.js';

const cli = path.join(import.meta.dirname, '..', '..', '..', 'dist', 'cli.js');

/** Starts of each kind; the median counts. */
const STARTS = 15;

/** Walks through the lesson in each measurement: 62 keys each. */
const ROUNDS = 4;

/** Pages of the first lab. */
const PAGES = 8;

/** Keys on each page, and the steps that they go. */
const STEPS = [['s', 1], ['s', 1], ['left', -1], ['right', 1], ['S', -1], ['s', 1]] as const;

/** The DEC private mode that is on within a frame. */
const SYNCHRONIZED = 2026;

const CLEAR = '\u001B[2J';

function percentile(values: readonly number[], part: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

/** Milliseconds from the start of a program until something is on its screen. */
async function timeUntil(file: string, parameters: readonly string[], expected: string): Promise<number> {
	const began = performance.now();
	const terminal = TestTerminal.launch(file, parameters, {columns: 120, rows: 40});
	await terminal.until(expected);
	const time = performance.now() - began;
	terminal.kill();
	return time;
}

/** Milliseconds that an empty Node program takes, from start to end, in a terminal. */
async function emptyNode(): Promise<number> {
	const began = performance.now();
	const terminal = TestTerminal.launch(process.execPath, ['-e', '0'], {columns: 120, rows: 40});
	await terminal.exit;
	return performance.now() - began;
}

async function start(): Promise<Figure[]> {
	const empty: number[] = [];
	const first: number[] = [];
	for (let time = 0; time < STARTS; time++) {
		empty.push(await emptyNode());
		first.push(await timeUntil(process.execPath, [cli], 'Choose a lab'));
	}

	const base = percentile(empty, 0.5);
	const frame = percentile(first, 0.5);
	return [
		{name: 'node -e 0', value: base, unit: 'ms', note: 'median'},
		{name: 'first frame', value: frame, unit: 'ms', note: 'median; goal under 150 where node -e 0 takes 65'},
		{name: 'ratio', value: frame / base, unit: 'times', note: 'goal at most 2.3'},
	];
}

/** What keys cost: the time until the whole frame is there, and the bytes of the frames of single steps. */
interface KeyCosts {
	readonly times: number[];
	readonly bytes: number[];
	readonly clears: number;
}

/** Presses keys as a learner does, each one when the frame of the last is there. */
class Learner {
	readonly times: number[] = [];
	readonly bytes: number[] = [];

	constructor(private readonly terminal: TestTerminal) {}

	private get step(): number {
		return Number(/step (\d+) of/u.exec(this.terminal.lines()[0])?.[1]);
	}

	private async press(key: string, expected: string): Promise<number> {
		const length = this.terminal.raw.length;
		this.times.push(await this.terminal.pressUntil(key, screen => screen.lines()[0].includes(expected) && !screen.isModeSet(SYNCHRONIZED)));
		return Buffer.byteLength(this.terminal.raw.slice(length));
	}

	private async move(key: string, by: number): Promise<void> {
		this.bytes.push(await this.press(key, `step ${this.step + by} of `));
	}

	/** Through the lesson to its end, with a few steps on each page, and back. */
	async walk(): Promise<void> {
		for (let page = 1; page <= PAGES; page++) {
			if (page > 1) await this.press('space', `· ${page} of `);
			for (const [key, by] of STEPS) await this.move(key, by);
		}

		for (let page = PAGES - 1; page >= 1; page--) await this.press('p', `· ${page} of `);
	}
}

async function keys(columns: number, rows: number): Promise<KeyCosts> {
	const terminal = TestTerminal.launch(process.execPath, [cli], {columns, rows});
	await terminal.until('Choose a lab');
	await terminal.pressUntil('enter', 'step 13 of');
	const before = terminal.raw.length;
	const learner = new Learner(terminal);
	for (let round = 0; round < ROUNDS; round++) await learner.walk();
	const clears = terminal.raw.slice(before).split(CLEAR).length - 1;
	terminal.kill();
	return {times: learner.times, bytes: learner.bytes, clears};
}

/** Prints everything about the app. */
export async function benchApp(): Promise<void> {
	const figures = await start();
	const usual = await keys(120, 40);
	const large = await keys(250, 70);
	print('The app, in a pseudo-terminal', [
		...figures,
		{name: 'key to finished frame, 120x40', value: percentile(usual.times, 0.5), unit: 'ms', note: `median of ${usual.times.length} keys, with the terminal’s own work`},
		{name: '  95th percentile', value: percentile(usual.times, 0.95), unit: 'ms', note: 'goal under 16'},
		{name: 'key to finished frame, 250x70', value: percentile(large.times, 0.5), unit: 'ms', note: 'median'},
		{name: '  95th percentile', value: percentile(large.times, 0.95), unit: 'ms', note: 'goal under 33'},
		{name: 'written for a step, 120x40', value: percentile(usual.bytes, 0.5), unit: 'bytes', note: `median; at most ${Math.max(...usual.bytes)}; goal under 8192`},
		{name: 'full clears after the first frame', value: usual.clears + large.clears, unit: '', note: 'goal 0'},
	]);
}
