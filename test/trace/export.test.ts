import xterm from '@xterm/headless';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type CastFrame, castOf} from '../../source/trace/export/cast.js';
import {runLines} from '../../source/trace/export/run-lines.js';
import {record, Run} from '../support/machines.js';
import {HELLO, program} from '../support/programs.js';

const COLUMNS = 24;
const ROWS = 5;

/** The lines of a cast, read again. */
const linesOf = (cast: string): unknown[] => cast.trimEnd().split('\n').map(line => JSON.parse(line) as unknown);

type CastEvent = readonly [time: number, kind: string, text: string];

/** What a terminal shows after each event of a cast: its rows with the looks of their cells. */
async function played(cast: string): Promise<{readonly time: number; readonly screen: string[]}[]> {
	const [, ...events] = linesOf(cast) as [unknown, ...CastEvent[]];
	const terminal = new xterm.Terminal({cols: COLUMNS, rows: ROWS, allowProposedApi: true});
	const shown: {time: number; screen: string[]}[] = [];
	for (const [time, , text] of events) {
		await new Promise<void>(resolve => terminal.write(text, resolve));
		shown.push({time, screen: screenOf(terminal)});
	}

	return shown;
}

/** Rows of a terminal: each cell's character with its colours and weight. */
const screenOf = (terminal: xterm.Terminal): string[] => Array.from({length: ROWS}, (_, row) => Array.from({length: COLUMNS}, (_unused, column) => {
	const cell = terminal.buffer.active.getLine(row)?.getCell(column);
	return cell === undefined ? '' : `${cell.getChars() || ' '}${cell.getFgColor()}${cell.getBgColor()}${cell.isBold()}${cell.isInverse()}`;
}).join('|'));

/** What a terminal shows that is given the rows of a picture anew. */
async function drawn(rows: readonly string[]): Promise<string[]> {
	const terminal = new xterm.Terminal({cols: COLUMNS, rows: ROWS, allowProposedApi: true});
	await new Promise<void>(resolve => terminal.write(rows.map((row, index) => `\u001b[${index + 1};1H${row}\u001b[0m`).join(''), resolve));
	return screenOf(terminal);
}

const style = fc.constantFrom('', '1', '7', '1;33', '30;46');
const piece = fc.tuple(style, fc.constantFrom('rax', '0x2a', 'x', '─', '  ', '▶')).map(([sgr, text]) => (sgr === '' ? text : `\u001b[${sgr}m${text}\u001b[0m`));
const picture = fc.array(fc.array(piece, {maxLength: 5}).map(pieces => pieces.join('')), {maxLength: ROWS});

describe('a cast', () => {
	test('begins with the size, clears the screen once, and then writes changed rows only', () => {
		const frames: CastFrame[] = [{time: 0, rows: ['one', 'two']}, {time: 0.5, rows: ['one', 'three']}, {time: 0.75, rows: ['one', 'three']}, {time: 2, rows: ['one']}];
		expect(castOf(frames, {columns: 80, rows: 24, title: 'A crossing', idle: 2})).toBe([
			'{"version":2,"width":80,"height":24,"title":"A crossing","idle_time_limit":2}',
			'[0,"o","\\u001b[?25l\\u001b[2J\\u001b[1;1Hone\\u001b[0m\\u001b[K\\u001b[2;1Htwo\\u001b[0m\\u001b[K"]',
			'[0.5,"o","\\u001b[2;1Hthree\\u001b[0m\\u001b[K"]',
			'[2,"o","\\u001b[2;1H\\u001b[0m\\u001b[K"]',
			'',
		].join('\n'));
	});

	test('played in a terminal shows each picture at its time', async () => {
		await fc.assert(fc.asyncProperty(fc.array(picture, {minLength: 1, maxLength: 6}), async pictures => {
			const frames = pictures.map((rows, index): CastFrame => ({time: index / 4, rows}));
			const shown = await played(castOf(frames, {columns: COLUMNS, rows: ROWS}));
			for (const {time, rows} of frames) expect(shown.filter(each => each.time <= time).at(-1)?.screen).toEqual(await drawn(rows));
		}), {numRuns: 60});
	});

	test('ends with the last picture even if nothing has changed: so long the one before it stood', () => {
		const cast = castOf([{time: 0, rows: ['x']}, {time: 3, rows: ['x']}], {columns: 10, rows: 1});
		expect(linesOf(cast).at(-1)).toEqual([3, 'o', '']);
	});

	test('rows beyond the height are left out, and one without pictures is a header', () => {
		expect(castOf([{time: 0, rows: ['first', 'second']}], {columns: 10, rows: 1})).not.toContain('second');
		expect(castOf([], {columns: 10, rows: 1})).toBe('{"version":2,"width":10,"height":1}\n');
	});

	test('refuses pictures that are out of order', () => {
		expect(() => castOf([{time: 2, rows: []}, {time: 1, rows: []}], {columns: 10, rows: 1})).toThrow('picture 1 is at 1 s, behind one at 2 s: give them in the order of their times');
		expect(() => castOf([{time: Number.NaN, rows: []}], {columns: 10, rows: 1})).toThrow(RangeError);
	});
});

describe('the run as JSON lines', () => {
	test('has every event and how the run ended, and leaves the machine where it stood', () => {
		const {recording} = new Run(HELLO);
		recording.seek(1200);
		const lines = runLines(recording).trimEnd().split('\n').map(line => JSON.parse(line) as {kind: string; step: number});
		expect(lines.slice(0, -1).map(({kind, step}) => [kind, step])).toEqual(recording.events.map(({kind, step}) => [kind, step]));
		expect(lines.at(-1)).toMatchObject({kind: 'exit', step: recording.length, status: 0, stdout: 'hello world\n'});
		expect(recording.step).toBe(1200);
	});

	test('of a run that could go on says how far it has come', () => {
		const recording = record(program('again: jmp again'));
		recording.advance(3000);
		expect(JSON.parse(runLines(recording).trimEnd().split('\n').at(-1) ?? '')).toMatchObject({kind: 'exit', stop: 'step-limit', steps: 3000});
	});
});
