/** How fast the app answers, measured from outside in a pseudo-terminal. */
import path from 'node:path';
import process from 'node:process';
import {TestTerminal} from '../../test/support/terminal.js';
import {type Figure, print} from './report.js';

const cli = path.join(import.meta.dirname, '..', '..', '..', 'dist', 'cli.js');

/** Starts of each kind; the median counts. */
const STARTS = 15;

/** Keys of each measurement. */
const KEYS = 240;

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

/** Keys that a learner presses, one after the other, each waited for until the whole frame is there. */
async function keys(columns: number, rows: number): Promise<{times: number[]; bytes: number[]; clears: number}> {
	const terminal = TestTerminal.launch(process.execPath, [cli], {columns, rows});
	await terminal.until('Choose a lab');
	await terminal.pressUntil('enter', 'step 13 of');
	const before = terminal.raw.length;
	const times: number[] = [];
	const bytes: number[] = [];
	let step = 13;
	for (let count = 0; count < KEYS; count++) {
		// Mostly forwards, now and then back, as people do.
		const back = count % 7 === 6;
		step += back ? -1 : 1;
		const length = terminal.raw.length;
		const wanted = `step ${step} of `;
		times.push(await terminal.pressUntil(back ? 'left' : 's', screen => screen.text().includes(wanted) && !screen.isModeSet(2026)));
		bytes.push(Buffer.byteLength(terminal.raw.slice(length)));
	}

	const clears = terminal.raw.slice(before).split(CLEAR).length - 1;
	terminal.kill();
	return {times, bytes, clears};
}

/** Prints everything about the app. */
export async function benchApp(): Promise<void> {
	const figures = await start();
	const usual = await keys(120, 40);
	const large = await keys(250, 70);
	print('The app, in a pseudo-terminal', [
		...figures,
		{name: 'key to finished frame, 120x40', value: percentile(usual.times, 0.5), unit: 'ms', note: 'median, with the terminal’s own work'},
		{name: '  95th percentile', value: percentile(usual.times, 0.95), unit: 'ms', note: 'goal under 16'},
		{name: 'key to finished frame, 250x70', value: percentile(large.times, 0.5), unit: 'ms', note: 'median'},
		{name: '  95th percentile', value: percentile(large.times, 0.95), unit: 'ms', note: 'goal under 33'},
		{name: 'written for a step, 120x40', value: percentile(usual.bytes, 0.5), unit: 'bytes', note: `median; at most ${Math.max(...usual.bytes)}; goal under 8192`},
		{name: 'full clears after the first frame', value: usual.clears + large.clears, unit: '', note: 'goal 0'},
	]);
}
