/** How fast the app answers, measured from outside in a pseudo-terminal. */
import {mkdtempSync, readFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {TestTerminal} from '../../test/support/terminal.js';
import {type Figure, print} from './report.js';

const cli = path.join(import.meta.dirname, '..', '..', '..', 'dist', 'cli.js');

/** Starts of each kind; the median counts. */
const STARTS = 15;

/** Walks through the lesson in each measurement: 62 keys each. */
const ROUNDS = 4;

/** The lab that is walked through, and its pages. */
const LAB = path.join(import.meta.dirname, '..', '..', '..', 'test', 'app', 'the-crossing');
const PAGES = 8;

/** Progress of nobody. */
const ENVIRONMENT = {SYSCALL_LAB_HOME: mkdtempSync(path.join(tmpdir(), 'syscall-lab-bench-'))};

/** Keys on each page, and the steps that they go. */
const STEPS = [['s', 1], ['s', 1], ['left', -1], ['right', 1], ['S', -1], ['s', 1]] as const;

/** The DEC private mode that is on within a frame. */
const SYNCHRONIZED = 2026;

const BEGIN = '\u001B[?2026h';
const CLEAR = '\u001B[2J';

/** How long a screen is waited for, and between two keys of a held one, in milliseconds. */
const PATIENCE = 30_000;
const HELD_PAUSE = 5;

function percentile(values: readonly number[], part: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

/** Milliseconds from the start of a program until something is on its screen. */
async function timeUntil(file: string, parameters: readonly string[], expected: string): Promise<number> {
	const began = performance.now();
	const terminal = TestTerminal.launch(file, parameters, {columns: 120, rows: 40, env: ENVIRONMENT});
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

		for (let page = PAGES - 1; page >= 1; page--) await this.press('b', `· ${page} of `);
	}
}

/** The app with the lab open. */
async function openLab(columns: number, rows: number): Promise<TestTerminal> {
	const terminal = TestTerminal.launch(process.execPath, [cli, '--no-motion', '--lab', LAB], {columns, rows, env: ENVIRONMENT});
	await terminal.until('step 13 of', {timeout: PATIENCE});
	return terminal;
}

async function keys(columns: number, rows: number): Promise<KeyCosts> {
	const terminal = await openLab(columns, rows);
	const before = terminal.raw.length;
	const learner = new Learner(terminal);
	for (let round = 0; round < ROUNDS; round++) await learner.walk();
	const clears = terminal.raw.slice(before).split(CLEAR).length - 1;
	terminal.kill();
	return {times: learner.times, bytes: learner.bytes, clears};
}

/** Keys of a burst, as a held key sends them. */
const HELD = 300;

/** What a held key costs: frames that were sent, and the time from the last key to the last frame. */
async function held(): Promise<Figure[]> {
	const terminal = await openLab(120, 40);
	const frames = (): number => terminal.raw.split(BEGIN).length - 1;
	const before = frames();
	for (let key = 0; key < HELD; key++) {
		terminal.press('s');
		await new Promise(resolve => setTimeout(resolve, HELD_PAUSE));
	}

	const began = performance.now();
	const whole = terminal.until(screen => screen.lines()[0].includes(`step ${13 + HELD} of `), {timeout: PATIENCE}).catch(() => undefined);
	await whole;
	const late = performance.now() - began;
	const sent = frames() - before;
	terminal.kill();
	return [
		{name: `a key held for ${HELD} steps`, value: sent, unit: 'frames', note: `${HELD} keys, one each ${HELD_PAUSE} ms; never more frames than keys`},
		{name: '  from the last key to its frame', value: late, unit: 'ms', note: 'what had queued up; goal: one frame'},
	];
}

/** Ticks of CPU time that a process has had. */
function ticks(pid: number): number {
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /u, '').split(' ');
	return Number(fields[11]) + Number(fields[12]);
}

/** How long nothing is done, in milliseconds; and a tick of the kernel's clock for processes. */
const IDLE = 5000;
const TICK = 10;

/** What the app costs while nobody presses a key. */
async function idle(): Promise<Figure[]> {
	const terminal = await openLab(120, 40);
	// Work that was put off until after the first frame is not idleness.
	await new Promise(resolve => setTimeout(resolve, 2000));
	const [length, before] = [terminal.raw.length, ticks(terminal.pid)];
	await new Promise(resolve => setTimeout(resolve, IDLE));
	const figures = [
		{name: `idle for ${IDLE / 1000} s: CPU`, value: (ticks(terminal.pid) - before) * TICK, unit: 'ms', note: 'goal 0, to the tick of 10 ms'},
		{name: '  written', value: terminal.raw.length - length, unit: 'bytes', note: 'goal 0'},
	];
	terminal.kill();
	return figures;
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
		{name: '  the largest', value: Math.max(...usual.bytes), unit: 'bytes', note: 'a change of the ring draws every border anew'},
		{name: 'full clears after the first frame', value: usual.clears + large.clears, unit: '', note: 'goal 0'},
		...await held(),
		...await idle(),
	]);
}
