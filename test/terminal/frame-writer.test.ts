import xterm, {type Terminal as Screen} from '@xterm/headless';
import {expect, test} from 'vitest';
import {FrameWriter} from '../../source/terminal/frame-writer.js';
import {Random, randomLine, wide} from './random.js';
import {FakeOutput, nextTurn} from './stand-ins.js';

const columns = 44;
const rows = 6;

function newScreen(): Screen {
	const screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	screen.write('\u001B[?7l');
	return screen;
}

const show = (screen: Screen, text: string): Promise<void> => new Promise(resolve => {
	screen.write(text, resolve);
});

/** Every cell's characters and look. */
function cellsOf(screen: Screen): readonly string[] {
	const buffer = screen.buffer.active;
	return Array.from({length: rows}, (_, row) => Array.from({length: columns}, (_, column) => {
		const cell = buffer.getLine(row)?.getCell(column);
		const look = [cell?.getFgColorMode(), cell?.getFgColor(), cell?.getBgColorMode(), cell?.getBgColor(), cell?.isBold(), cell?.isDim(), cell?.isItalic(), cell?.isUnderline(), cell?.isInverse(), cell?.isStrikethrough(), cell?.isOverline()];
		const characters = cell?.getChars() ?? '';
		return `${characters === '' ? ' ' : characters}:${look.join(',')}`;
	}).join(' '));
}

function setUp(): {output: FakeOutput; writer: FrameWriter} {
	const output = new FakeOutput();
	output.columns = columns;
	output.rows = rows;
	return {output, writer: new FrameWriter(output)};
}

/** What the screen should look like, painted without any cleverness. */
const painted = (frame: readonly string[]): string => `\u001B[m\u001B[2J${frame.map((row, index) => `\u001B[${index + 1};1H\u001B[m${row}`).join('')}`;

test('whatever frames follow each other, the screen shows the last one', async () => {
	const random = new Random(5);
	const {output, writer} = setUp();
	const [screen, wanted] = [newScreen(), newScreen()];
	let frame: readonly string[] = [];
	for (let round = 0; round < 100; round++) {
		const keep = random.next() < 0.8;
		frame = random.list(random.between(0, rows), () => randomLine(random, random.between(0, 11), random.next() < 0.3 ? wide : []))
			.map((row, index) => keep && random.next() < 0.4 ? (frame[index] ?? row) : row);
		output.writes = [];
		writer.draw(frame);
		await nextTurn();
		await show(screen, output.text);
		await show(wanted, painted(frame));
		expect(cellsOf(screen), `round ${round}`).toEqual(cellsOf(wanted));
	}
});

test('the first frame clears the screen, and later ones send only what changed', async () => {
	const {output, writer} = setUp();
	writer.draw(['one', 'two']);
	expect(output.writes).toEqual(['\u001B[?2026h\u001B[m\u001B[2J\u001B[1;1Hone\u001B[2;1Htwo\u001B[?2026l']);
	await nextTurn();
	writer.draw(['one', 'too']);
	expect(output.writes.at(-1)).toBe('\u001B[?2026h\u001B[2;2Ho\u001B[?2026l');
	await nextTurn();
	writer.draw(['one', 'too']);
	expect(output.writes).toHaveLength(2);
});

test('a row with wide characters is sent as a whole, erased before it is written', async () => {
	const {output, writer} = setUp();
	writer.draw(['漢字 a']);
	await nextTurn();
	writer.draw(['漢字 b']);
	expect(output.writes.at(-1)).toBe('\u001B[?2026h\u001B[1;1H\u001B[K漢字 b\u001B[?2026l');
});

test('rows beyond the height of the terminal are not sent', () => {
	const {output, writer} = setUp();
	writer.draw(Array.from({length: 9}, (_, row) => `row ${row}`));
	expect(output.text).toContain('row 5');
	expect(output.text).not.toContain('row 6');
});

test('after a resize the next frame is sent in full on a cleared screen', async () => {
	const {output, writer} = setUp();
	writer.draw(['same']);
	await nextTurn();
	output.resize(20, 3);
	output.resize(columns, rows);
	writer.draw(['same']);
	expect(output.writes.at(-1)).toContain('\u001B[2J\u001B[1;1Hsame');
});

test('a repaint sends the newest frame again in full', async () => {
	const {output, writer} = setUp();
	writer.draw(['old']);
	writer.draw(['new']);
	await nextTurn();
	await nextTurn();
	output.writes = [];
	writer.repaint();
	expect(output.text).toContain('\u001B[2J\u001B[1;1Hnew');
});

test('of the frames of one turn the first goes out at once, and then only the newest', async () => {
	const {output, writer} = setUp();
	for (let step = 0; step < 50; step++) {
		writer.draw([`step ${step}`]);
	}

	expect(output.writes).toHaveLength(1);
	await nextTurn();
	expect(output.writes).toHaveLength(2);
	expect(output.writes[1]).toContain('49');
	expect(writer.counters).toMatchObject({drawn: 50, sent: 2, dropped: 48});
});

test('while the terminal takes no more, only the newest frame is kept', async () => {
	const {output, writer} = setUp();
	output.hasRoom = false;
	writer.draw(['step 0']);
	for (let step = 1; step < 50; step++) {
		await nextTurn();
		writer.draw([`step ${step}`]);
	}

	expect(output.writes).toHaveLength(1);
	output.emit('drain');
	expect(output.writes).toHaveLength(2);
	expect(output.writes[1]).toContain('49');
});

test('frames wait while the screen is not the writer\'s, and none is sent after the end', async () => {
	const output = new FakeOutput();
	let isActive = false;
	const writer = new FrameWriter(output, {isActive: () => isActive});
	writer.draw(['hidden']);
	await nextTurn();
	expect(output.writes).toEqual([]);
	isActive = true;
	writer.repaint();
	expect(output.text).toContain('hidden');
	writer.close();
	writer.draw(['late']);
	await nextTurn();
	output.emit('drain');
	expect(output.text).not.toContain('late');
	expect(output.eventNames()).toEqual([]);
});

test('the cursor is shown where asked, hidden while rows are written, and left alone otherwise', async () => {
	const {output, writer} = setUp();
	writer.draw(['name: '], {column: 6, row: 0});
	expect(output.text).toMatch(/\u001B\[1;7H\u001B\[\?25h\u001B\[\?2026l$/u);
	await nextTurn();
	output.writes = [];
	writer.draw(['name: x'], {column: 7, row: 0});
	expect(output.text).toBe('\u001B[?2026h\u001B[?25l\u001B[1;7Hx\u001B[1;8H\u001B[?25h\u001B[?2026l');
	await nextTurn();
	writer.draw(['name: x'], {column: 7, row: 0});
	expect(output.writes).toHaveLength(1);
	writer.draw(['name: x']);
	expect(output.writes.at(-1)).toBe('\u001B[?2026h\u001B[?25l\u001B[?2026l');
});

test('the bytes that were sent are counted', () => {
	const {output, writer} = setUp();
	writer.draw(['é─']);
	expect(writer.counters.bytes).toBe(Buffer.byteLength(output.text));
});
