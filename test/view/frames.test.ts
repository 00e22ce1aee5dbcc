import stringWidth from 'string-width';
import {beforeAll, describe, expect, test} from 'vitest';
import {describeOutcome} from '../../source/view/panes/console.js';
import {REGISTER_ORDER} from '../../source/view/panes/registers.js';
import {paintHelp} from '../../source/view/help.js';
import {paintMessage} from '../../source/view/message.js';
import {isTooSmall, paintLab, paintTooSmall, type ScreenParts, scrollable} from '../../source/view/screen.js';
import {type LabView, PANES} from '../../source/view/session.js';
import {encode, type Theme, themeFor} from '../../source/view/theme.js';
import {Prng} from '../support/prng.js';
import {crossing, type Run, unusual, viewOf} from './views.js';

const THEMES: readonly Theme[] = [themeFor('ansi', 'unicode'), themeFor('none', 'unicode'), themeFor('ansi', 'ascii'), themeFor('none', 'ascii')];
const TEXTS = ['', '0', '0x1234', 'x'.repeat(80), '漢字漢字', '😀'.repeat(20), '\'e\u0301\''];
const ERRORS = [undefined, 'nothing was typed: type hex (0x2a), decimal (42), negative (-1) or characters (\'A\')', `“${'9'.repeat(80)}” does not fit into 64 bits`, '漢字'.repeat(50)];
const NOTICES = [undefined, 'rsp is set.', 'long '.repeat(80), '漢字'.repeat(100)];

let runs: readonly Run[];

beforeAll(() => {
	runs = [crossing(), unusual()];
});

/** A view in any state that keys can lead to. */
function anyView(prng: Prng): LabView {
	const run = prng.pick(runs);
	const register = prng.below(REGISTER_ORDER.length);
	const text = prng.pick(TEXTS);
	const error = prng.pick(ERRORS);
	const notice = prng.pick(NOTICES);
	const view: LabView = {
		...viewOf(run, prng.pick(run.moments)),
		page: prng.below(run.lab.steps.length), focus: prng.pick(PANES), spotlight: prng.pick(PANES), zoomed: prng.once(4), running: prng.once(5), register,
		scroll: {lesson: prng.below(20), code: prng.below(200) - 100, stacks: prng.below(60) - 30, events: prng.below(400) - 200, console: prng.below(9)},
	};
	if (prng.once(3)) view.editor = {register: REGISTER_ORDER[register], text, cursor: prng.pick([0, text.length, Math.floor(text.length / 2)]), ...(error === undefined ? {} : {error})};
	if (notice !== undefined) view.notice = notice;
	return view;
}

// Most rows have only these; measuring any text takes a thousand times longer.
const SINGLE = /^[ -~─│┌┐└┘═║╔╗╚╝…▶◀●•·█▼]*$/u;

const columnsOf = (text: string): number => (SINGLE.test(text) ? text.length : stringWidth(text));

const visible = (text: string): string => text.replaceAll(/\u001B\[[\d;]*m/gu, '');

/** Checks a pane's border, and that each of its rows is as wide as its column. */
function expectPane(text: string, width: number, {glyphs}: Theme): number {
	const rows = text.split('\n').map(row => visible(row));
	const [top, bottom] = [rows[0] ?? '', rows.at(-1) ?? ''];
	const [corners, vertical] = top.startsWith(glyphs.focusedCorners[0]) ? [glyphs.focusedCorners, glyphs.focusedVertical] : [glyphs.corners, glyphs.vertical];
	expect([top.slice(0, 1), top.slice(-1), bottom.slice(0, 1), bottom.slice(-1)]).toEqual([...corners]);
	for (const row of rows) if (columnsOf(row) !== width) expect.fail(`${columnsOf(row)} columns instead of ${width}: ${row}`);
	for (const row of rows.slice(1, -1)) if (!row.startsWith(`${vertical} `) || !row.endsWith(` ${vertical}`)) expect.fail(`an open border: ${row}`);
	return rows.length;
}

/** Checks that the parts fill a screen exactly. */
function expectExact({top, columns, bottom}: ScreenParts, width: number, height: number, theme: Theme): void {
	for (const row of [top, ...bottom.split('\n')].map(visible)) if (columnsOf(row) !== width) expect.fail(`${columnsOf(row)} columns instead of ${width}: ${row}`);
	expect(top.includes('\n')).toBe(false);
	expect(bottom.split('\n')).toHaveLength(2);
	expect(columns.reduce((sum, column) => sum + column.width, 0)).toBe(width);
	for (const column of columns) expect(column.panes.reduce((sum, {text}) => sum + expectPane(text, column.width, theme), 0)).toBe(height - 3);
}

/** Sizes from the smallest to 300 by 100: the corners, those around each change of the layout, and random ones. */
function sizes(prng: Prng, count: number): (readonly [width: number, height: number])[] {
	const edges = [[80, 24], [81, 25], [117, 40], [118, 33], [118, 34], [119, 34], [120, 40], [149, 40], [150, 40], [171, 50], [172, 50], [200, 60], [250, 70], [300, 24], [80, 100], [300, 100]] as const;
	return [...edges, ...Array.from({length: count}, () => [80 + prng.below(221), 24 + prng.below(77)] as const)];
}

test('every frame of a lab fills its screen exactly, with closed borders, at every size and in every state', () => {
	const prng = new Prng(20);
	for (const [width, height] of sizes(prng, 120)) {
		for (let count = 0; count < 4; count++) {
			const theme = prng.pick(THEMES);
			expectExact(paintLab(anyView(prng), width, height, theme), width, height, theme);
		}
	}
});

test('at the sizes that people have, every moment fills the screen', () => {
	const prng = new Prng(21);
	for (const run of runs) {
		for (const moment of run.moments) {
			const [width, height] = prng.pick([[80, 24], [120, 40], [200, 60]] as const);
			const theme = prng.pick(THEMES);
			expectExact(paintLab({...viewOf(run, moment), focus: prng.pick(PANES), spotlight: prng.pick(PANES)}, width, height, theme), width, height, theme);
		}
	}
});

test('no frame has a control character, and in ASCII no other character', () => {
	const prng = new Prng(22);
	for (const [width, height] of sizes(prng, 40)) {
		for (const theme of THEMES) {
			const {top, columns, bottom} = paintLab(anyView(prng), width, height, theme);
			const all = visible([top, ...columns.flatMap(({panes}) => panes.map(({text}) => text)), bottom].join('\n'));
			expect(all).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/u);
			if (theme.glyphs.ellipsis === '~') expect(all).toMatch(/^[\n -~]*$/u);
		}
	}
});

test('panes scroll as far as there is something to see, and no further', () => {
	const prng = new Prng(28);
	const theme = themeFor('none', 'unicode');
	for (let count = 0; count < 60; count++) {
		const view = {...anyView(prng), scroll: {}};
		const by = prng.pick([-10, -1, 1, 10]);
		const lines = scrollable(view, by, 120, 40, theme);
		expect(Math.abs(lines)).toBeLessThanOrEqual(Math.abs(by));
		const scrolled = {...view, scroll: {[view.focus]: lines}};
		if (lines !== by) expect(scrollable(scrolled, by, 120, 40, theme)).toBe(0);
		expect(scrollable(scrolled, -lines, 120, 40, theme) + lines).toBe(0);
	}
});

test('the same view gives the same frame', () => {
	const theme = themeFor('ansi', 'unicode');
	const paint = (): ScreenParts[] => {
		const prng = new Prng(23);
		return Array.from({length: 50}, () => paintLab(anyView(prng), 120, 40, theme));
	};

	expect(paint()).toEqual(paint());
});

test('the key bar, where the keys are not the editor’s, shows whole words only', () => {
	const prng = new Prng(24);
	for (const [width, height] of sizes(prng, 60)) {
		const bar = visible(paintLab({...anyView(prng)}, width, height, themeFor('none', 'unicode')).bottom).split('\n')[1] ?? '';
		expect(bar).not.toContain('…');
	}
});

describe('screens besides the lab’s', () => {
	const exact = (rows: readonly (readonly {readonly text: string}[])[], width: number, height: number): void => {
		expect(rows).toHaveLength(height);
		for (const row of rows) expect(columnsOf(row.map(({text}) => text).join(''))).toBe(width);
	};

	test('the message on a screen that is too small is exact, down to one cell', () => {
		for (let width = 1; width <= 100; width += width < 12 ? 1 : 5) {
			for (let height = 1; height <= 40; height += height < 6 ? 1 : 3) if (isTooSmall(width, height)) exact(paintTooSmall(width, height), width, height);
		}

		expect(isTooSmall(80, 24)).toBe(false);
		expect(isTooSmall(79, 24)).toBe(true);
		expect(isTooSmall(80, 23)).toBe(true);
		expect(paintTooSmall(60, 20).map(row => row.map(({text}) => text).join('').trim()).filter(text => text !== '')).toEqual([
			'Terminal too small: 60x20', 'At least 80x24 is needed.', 'Make it larger, or press q to leave.',
		]);
	});

	test('the help is exact at every size and however far it is scrolled', () => {
		const prng = new Prng(25);
		for (const [width, height] of sizes(prng, 60)) for (const scroll of [0, 1, 5, 1000]) exact(paintHelp(scroll, width, height), width, height);
	});

	test('messages are exact, whatever they say', () => {
		const prng = new Prng(26);
		const messages = ['The crossing', 'lab.md:3: title: found 漢字, expected string\nanother line', 'x'.repeat(2000), Array.from({length: 200}, (_, line) => `line ${line}`).join('\n')];
		for (const [width, height] of sizes(prng, 30)) for (const message of messages) for (const kind of ['opening', 'failed'] as const) exact(paintMessage(kind, message, width, height), width, height);
	});
});

test('an outcome is told in a sentence that ends', () => {
	expect(describeOutcome({kind: 'exited', status: 3})).toBe('The program has exited with status 3.');
	expect(describeOutcome({kind: 'killed', signal: {number: 11, name: 'SIGSEGV', code: 1, address: 0x10n}})).toBe('The program was killed by SIGSEGV (address 0x10).');
	expect(describeOutcome({kind: 'not-implemented', message: 'not implemented: vmread at 0x401000'})).toBe('not implemented: vmread at 0x401000.');
});

test('every style that is opened is closed in the same row', () => {
	const prng = new Prng(27);
	for (const theme of THEMES) {
		const {top, columns, bottom} = paintLab(anyView(prng), 120, 40, theme);
		for (const row of [top, ...columns.flatMap(({panes}) => panes.flatMap(({text}) => text.split('\n'))), ...bottom.split('\n')]) {
			const codes = [...row.matchAll(/\u001B\[([\d;]*)m/gu)].map(([, code]) => code);
			expect(codes.filter((_, index) => index % 2 === 1).every(code => code === '0')).toBe(true);
			expect(codes.length % 2).toBe(0);
		}
	}

	expect(encode([{text: 'a', tone: 'key'}], themeFor('none', 'ascii'))).toBe('\u001B[1ma\u001B[0m');
});
