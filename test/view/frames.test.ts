import fc from 'fast-check';
import stringWidth from 'string-width';
import {beforeAll, describe, expect, test} from 'vitest';
import type {AppState} from '../../source/view/app-state.js';
import type {Border} from '../../source/view/glyphs.js';
import {paintHelp} from '../../source/view/help.js';
import {INITIAL_SESSION} from '../../source/view/initial-session.js';
import {Keymap} from '../../source/view/keymap.js';
import {type LabView, SPEEDS} from '../../source/view/lab-view.js';
import {layout} from '../../source/view/layout.js';
import {menuParts, paintMenu} from '../../source/view/menu.js';
import {paintMessage} from '../../source/view/message.js';
import {describeOutcome} from '../../source/view/panes/console.js';
import {paneNamed, PANES} from '../../source/view/panes/index.js';
import {paintLab, type ScreenParts, scrollable} from '../../source/view/screen.js';
import type {Session} from '../../source/view/session.js';
import type {Row} from '../../source/view/text.js';
import {encode, type Theme, THEME_NAMES, themeFor} from '../../source/view/theme.js';
import {isTooSmall, paintTooSmall} from '../../source/view/too-small.js';
import {VIEW_SET_NAMES} from '../../source/view/view-sets.js';
import {crossing, type Run, stateOf, unusual, viewOf} from './views.js';

const THEMES: readonly Theme[] = (['ansi', 'none'] as const).flatMap(colour => (['unicode', 'ascii'] as const).flatMap(glyphs => THEME_NAMES.map(name => themeFor(colour, glyphs, name))));
const TEXTS = ['', '0', '0x1234', 'x'.repeat(80), '漢字漢字', '😀'.repeat(20), '\'e\u0301\'', 'set rdi=77', 'open /tmp/'];
const ERRORS = [undefined, 'nothing was typed: type hex (0x2a), decimal (42), negative (-1) or characters (\'A\')', `“${'9'.repeat(80)}” does not fit into 64 bits`, '漢字'.repeat(50)];
const NOTICES = [undefined, 'rsp is set.', 'long '.repeat(80), '漢字'.repeat(100)];
const NAMES = PANES.map(({name}) => name);

let runs: readonly Run[];

beforeAll(() => {
	runs = [crossing(), unusual()];
});

/** Something of a list, by a number that fast-check chooses: the lists are made only when the tests run. */
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length];

const number = fc.nat(1_000_000);
const scroll = fc.integer({min: -150, max: 150});

/** What a session may be, as numbers. */
const anySession = fc.record({
	run: number, stop: number, page: number, focus: fc.constantFrom(...NAMES), spotlight: fc.constantFrom(...NAMES), set: fc.constantFrom(...VIEW_SET_NAMES), zoomed: fc.boolean(), running: fc.boolean(),
	playing: fc.boolean(), speed: fc.constantFrom(...SPEEDS), lesson: fc.boolean(), scroll: fc.dictionary(fc.constantFrom(...NAMES), scroll, {maxKeys: 4}), mark: fc.option(fc.nat(300)), notice: fc.constantFrom(...NOTICES),
	syntax: fc.constantFrom('written', 'other'), query: fc.constantFrom('', 'write', '漢字'.repeat(40)), card: fc.option(fc.record({count: fc.nat(30), scroll: fc.nat(80), leads: fc.boolean(), text: fc.constantFrom(...TEXTS), name: fc.constantFrom(undefined, 'rdi', '漢字'.repeat(40))})),
	address: fc.option(fc.bigInt({min: 0n, max: (1n << 64n) - 1n})), hidden: fc.nat(20), prompt: fc.option(fc.record({text: fc.constantFrom(...TEXTS), at: fc.nat(100), error: fc.constantFrom(...ERRORS), count: fc.nat(30), chosen: fc.integer({min: -1, max: 29})})),
});

type Numbers = typeof anySession extends fc.Arbitrary<infer T> ? T : never;

/** The view that keys could have led to. */
function viewFrom(numbers: Numbers): LabView {
	const run = pick(runs, numbers.run);
	const stop = pick(run.stops, numbers.stop);
	const {focus, spotlight, set, zoomed, running, playing, speed, notice, address, mark, syntax, query} = numbers;
	const view = viewOf(run, stop, numbers.page % run.pages.length);
	const {lesson, ...without} = view;
	return {
		...(numbers.lesson ? view : without), ...(numbers.lesson && lesson !== undefined ? {lesson} : {}), focus, spotlight, set, zoomed, running, playing, speed, syntax, query, scroll: numbers.scroll,
		marks: mark === null ? {} : {[focus]: mark}, hidden: stop.moment.kernelStack.words.slice(0, numbers.hidden).map(word => word.address), ...(notice === undefined ? {} : {notice}), ...(address === null ? {} : {address}),
	};
}

/** The whole state, with a field over it if there is one. */
function stateFrom(numbers: Numbers, width: number, height: number, theme: Theme): AppState {
	const state = stateOf(viewFrom(numbers), width, height, theme);
	const {prompt, card} = numbers;
	if (card !== null) {
		const {count, scroll: lines, text, name, leads} = card;
		const parts = Array.from({length: count}, (_, index) => ({text: `${text} \`code\` `.repeat(index % 7), ...(name === undefined || index % 3 === 0 ? {} : {name}), ...(leads && index % 2 === 0 ? {action: {kind: 'go', step: index} as const} : {})}));
		return {...state, session: {...state.session, card: {card: {title: text, parts}, scroll: lines, mark: lines % Math.max(1, count)}}};
	}

	if (prompt === null) return state;
	const suggestions = Array.from({length: prompt.count}, (_, index) => ({text: `${index}`, label: pick(TEXTS, index), note: 'long '.repeat(index), ...(index % 3 === 0 ? {refused: 'the program has ended'} : {}), ...(index % 2 === 0 ? {key: 'Ctrl+X'} : {})}));
	const {error} = prompt;
	const session: Session = {
		...state.session,
		prompt: {
			kind: 'change', title: `Change rdi (now ${prompt.text})`, field: {text: prompt.text, cursor: Array.from(prompt.text).slice(0, prompt.at).join('').length}, hint: 'Hex 0x2a, decimal 42, negative -1. '.repeat(3), suggestions,
			chosen: Math.min(prompt.chosen, prompt.count - 1), ...(error === undefined ? {} : {error}),
		},
	};
	return {...state, session};
}

// Most rows have only these; measuring any text takes a thousand times longer.
const SINGLE = /^[ -~─│┌┐└┘═║╔╗╚╝╒╕╘╛━┃┏┓┗┛…▶◀●•·█▼◆→■□○✓✗]*$/u;

const columnsOf = (text: string): number => (SINGLE.test(text) ? text.length : stringWidth(text));

const visible = (text: string): string => text.replaceAll(/\u001B\[[\d;]*m/gu, '');

const textOf = (row: Row): string => row.map(({text}) => text).join('');

function expectWidth(row: string, width: number): void {
	if (columnsOf(row) !== width) expect.fail(`${columnsOf(row)} columns instead of ${width}: ${row}`);
}

/** Checks a box: all four sides closed, and every row as wide as it; gives its height. */
function expectBox(text: string, width: number, {glyphs: {borders}}: Theme): number {
	const rows = text.split('\n').map(row => visible(row));
	const [top, bottom] = [rows[0] ?? '', rows.at(-1) ?? ''];
	const found = Object.values<Border>({...borders}).find(({corners, horizontal}) => top.startsWith(corners[0] + horizontal) && bottom.startsWith(corners[2] + horizontal));
	if (found === undefined) expect.fail(`no border: ${top}`);
	const {corners, vertical, horizontal} = found;
	expect([top.slice(0, 1), top.slice(-1), bottom]).toEqual([corners[0], corners[1], corners[2] + horizontal.repeat(width - 2) + corners[3]]);
	for (const row of rows) expectWidth(row, width);
	for (const row of rows.slice(1, -1)) if (!row.startsWith(`${vertical} `) || !row.endsWith(` ${vertical}`)) expect.fail(`an open border: ${row}`);
	return rows.length;
}

/** Checks that the parts fill a screen exactly, and that what lies over it is within it. */
function expectExact({top, columns, bottom, overlay}: ScreenParts, width: number, height: number, theme: Theme): void {
	const chrome = [top, ...bottom.split('\n')];
	for (const row of chrome) expectWidth(visible(row), width);
	expect(top.includes('\n')).toBe(false);
	expect(columns.reduce((sum, column) => sum + column.width, 0)).toBe(width);
	for (const column of columns) expect(column.panes.reduce((sum, {text}) => sum + expectBox(text, column.width, theme), chrome.length)).toBe(height);
	if (overlay === undefined) return;
	expect(overlay.left).toBeGreaterThanOrEqual(0);
	expect(overlay.left + overlay.width).toBeLessThanOrEqual(width);
	expect(overlay.top).toBeGreaterThanOrEqual(1);
	// It ends above the rows below the panes.
	expect(overlay.top + expectBox(overlay.text, overlay.width, theme)).toBeLessThanOrEqual(height - 2);
}

const anyTheme = fc.constantFrom(...THEMES);

/** Checks whichever screen the app shows. */
function expectScreen(numbers: Numbers, width: number, height: number, theme: Theme): void {
	if (isTooSmall(width, height)) {
		const rows = paintTooSmall(width, height);
		expect(rows).toHaveLength(height);
		for (const row of rows) expectWidth(textOf(row), width);
		return;
	}

	const view = viewFrom(numbers);
	expectExact(paintLab(view, stateFrom(numbers, width, height, theme)), width, height, theme);
}

test('every frame is exactly as large as its terminal, with closed borders, at any size and in any state', () => {
	fc.assert(fc.property(fc.integer({min: 40, max: 300}), fc.integer({min: 10, max: 100}), anySession, anyTheme, (width, height, numbers, theme) => expectScreen(numbers, width, height, theme)), {numRuns: 400});
});

test('so it is at the sizes at which the layout changes', () => {
	const sizes = [[80, 24], [81, 25], [80, 29], [80, 30], [117, 40], [118, 33], [118, 24], [119, 34], [120, 40], [149, 40], [150, 40], [171, 50], [172, 50], [199, 60], [200, 60], [239, 70], [240, 70], [250, 70], [300, 24], [80, 100], [300, 100]] as const;
	fc.assert(fc.property(fc.constantFrom(...sizes), anySession, anyTheme, ([width, height], numbers, theme) => expectScreen(numbers, width, height, theme)), {numRuns: 300});
});

test('every moment of the runs fills the screen, whichever pane is chosen', () => {
	for (const run of runs) {
		for (const [index, stop] of run.stops.entries()) {
			const [width, height] = pick([[80, 24], [120, 40], [200, 60], [250, 70]] as const, index);
			const theme = pick(THEMES, index);
			const view = {...viewOf(run, stop, index % run.pages.length), focus: pick(NAMES, index), spotlight: pick(NAMES, index * 7)};
			expectExact(paintLab(view, stateOf(view, width, height, theme)), width, height, theme);
		}
	}
});

const everything = ({top, columns, bottom, overlay}: ScreenParts): string => visible([top, ...columns.flatMap(({panes}) => panes.map(({text}) => text)), bottom, overlay?.text ?? ''].join('\n'));

test('no frame has a control character, and in ASCII no other character', () => {
	fc.assert(fc.property(fc.integer({min: 80, max: 260}), fc.integer({min: 24, max: 70}), anySession, anyTheme, (width, height, numbers, theme) => {
		const all = everything(paintLab(viewFrom(numbers), stateFrom(numbers, width, height, theme)));
		expect(all).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/u);
		if (theme.glyphSet === 'ascii') expect(all).toMatch(/^[\n -~]*$/u);
	}), {numRuns: 100});
});

test('without colours no colour is sent, whichever theme is chosen', () => {
	fc.assert(fc.property(anySession, fc.constantFrom(...THEME_NAMES), (numbers, name) => {
		const theme = themeFor('none', 'unicode', name);
		const {top, columns, bottom} = paintLab(viewFrom(numbers), stateFrom(numbers, 120, 40, theme));
		const codes = [...[top, ...columns.flatMap(({panes}) => panes.map(({text}) => text)), bottom].join('').matchAll(/\u001B\[([\d;]*)m/gu)].flatMap(([, code]) => code.split(';'));
		expect(codes.filter(code => !/^[01247]?$/.test(code))).toEqual([]);
	}), {numRuns: 30});
});

test('every style that is opened is closed in the same row', () => {
	fc.assert(fc.property(anySession, anyTheme, (numbers, theme) => {
		const {top, columns, bottom, overlay} = paintLab(viewFrom(numbers), stateFrom(numbers, 120, 40, theme));
		for (const row of [top, ...columns.flatMap(({panes}) => panes.flatMap(({text}) => text.split('\n'))), ...bottom.split('\n'), ...(overlay?.text ?? '').split('\n')]) {
			const codes = [...row.matchAll(/\u001B\[([\d;]*)m/gu)].map(([, code]) => code);
			expect(codes.filter((_, index) => index % 2 === 1).every(code => code === '0')).toBe(true);
			expect(codes.length % 2).toBe(0);
		}
	}), {numRuns: 40});
	expect(encode([{text: 'a', tone: 'key'}], themeFor('none', 'ascii'))).toBe('\u001B[1ma\u001B[0m');
});

test('the pane that is chosen is on the screen, each pane once', () => {
	fc.assert(fc.property(fc.integer({min: 80, max: 300}), fc.integer({min: 24, max: 100}), anySession, (width, height, numbers) => {
		const panes = layout(viewFrom(numbers), width, height).flatMap(column => column.panes);
		const names = panes.map(({pane}) => pane);
		expect(names).toContain(numbers.focus);
		expect(new Set(names).size).toBe(names.length);
		if (!numbers.zoomed) expect(names).toEqual(expect.arrayContaining(['lesson', 'code']));
	}), {numRuns: 400});
});

test('panes have the rows without which they are of no use', () => {
	fc.assert(fc.property(fc.integer({min: 80, max: 300}), fc.integer({min: 24, max: 100}), anySession, (width, height, numbers) => {
		for (const {pane, height: rows} of layout({...viewFrom(numbers), zoomed: false}, width, height).flatMap(column => column.panes)) expect(rows, pane).toBeGreaterThanOrEqual(paneNamed(pane).size.least);
	}), {numRuns: 300});
});

test('the rings are told apart by a word, by the lines of every border, and by a colour', () => {
	const run = runs[0];
	const theme = themeFor('ansi', 'unicode');
	for (const stop of run.stops) {
		const view = viewOf(run, stop);
		const {top, columns} = paintLab(view, stateOf(view, 120, 40, theme));
		const inKernel = stop.moment.registers.cpl === 0;
		expect(visible(top)).toContain(inKernel ? 'ring 0 · KERNEL' : 'ring 3 · user');
		expect(top).toContain(theme.sgr[inKernel ? 'kernel-badge' : 'user-badge']);
		for (const {text} of columns.flatMap(({panes}) => panes)) expect(visible(text).split('\n').at(-1)).toMatch(inKernel ? /^[╘╚]═+[╛╝]$/u : /^(?:└─+┘|┗━+┛)$/u);
	}
});

test('panes scroll as far as there is something to see, and no further', () => {
	const theme = themeFor('none', 'unicode');
	fc.assert(fc.property(anySession, fc.constantFrom(-10, -1, 1, 10), (numbers, by) => {
		const view: LabView = {...viewFrom(numbers), scroll: {}};
		const lines = scrollable(view, by, 120, 40, theme);
		expect(Math.abs(lines)).toBeLessThanOrEqual(Math.abs(by));
		const scrolled = {...view, scroll: {[view.focus]: lines}};
		if (lines !== by) expect(scrollable(scrolled, by, 120, 40, theme)).toBe(0);
		expect(scrollable(scrolled, -lines, 120, 40, theme) + lines).toBe(0);
	}), {numRuns: 60});
});

test('the same state gives the same frame', () => {
	fc.assert(fc.property(anySession, anyTheme, (numbers, theme) => {
		const paint = (): ScreenParts => paintLab(viewFrom(numbers), stateFrom(numbers, 120, 40, theme));
		expect(paint()).toEqual(paint());
	}), {numRuns: 20});
});

test('the key bar shows whole words only', () => {
	fc.assert(fc.property(fc.integer({min: 80, max: 300}), anySession, (width, numbers) => {
		const bar = visible(paintLab(viewFrom(numbers), stateFrom(numbers, width, 40, themeFor('none', 'unicode'))).bottom).split('\n').at(-1) ?? '';
		expect(bar).not.toContain('…');
		expect(bar).toMatch(/^ \S/u);
	}), {numRuns: 60});
});

describe('screens besides the lab’s', () => {
	const exact = (rows: readonly Row[], width: number, height: number): void => {
		expect(rows).toHaveLength(height);
		for (const row of rows) expectWidth(textOf(row), width);
	};

	const sizes = [fc.integer({min: 80, max: 300}), fc.integer({min: 24, max: 100})] as const;

	test('the message on a screen that is too small is exact, down to one cell', () => {
		fc.assert(fc.property(fc.integer({min: 1, max: 120}), fc.integer({min: 1, max: 40}), (width, height) => exact(paintTooSmall(width, height), width, height)));
		expect([isTooSmall(80, 24), isTooSmall(79, 24), isTooSmall(80, 23)]).toEqual([false, true, true]);
		expect(paintTooSmall(60, 20).map(row => textOf(row).trim()).filter(text => text !== '')).toEqual(['Terminal too small: 60x20', 'At least 80x24 is needed.', 'Make it larger, or press q to leave.']);
	});

	test('the help is exact at every size, from wherever it is opened and however far it is scrolled', () => {
		fc.assert(fc.property(...sizes, anySession, fc.constantFrom(0, 1, 5, 1000), fc.boolean(), anyTheme, (width, height, numbers, lines, inMenu, theme) => {
			const {session} = inMenu ? {session: INITIAL_SESSION} : stateFrom(numbers, width, height, theme);
			exact(paintHelp({...session, help: {scroll: lines}}, new Keymap(), width, height, theme.glyphs), width, height);
		}), {numRuns: 60});
	});

	test('messages are exact, whatever they say', () => {
		const messages = ['The crossing', 'lab.md:3: title: found 漢字, expected string\nanother line', 'x'.repeat(2000), Array.from({length: 200}, (_, line) => `line ${line}`).join('\n')];
		fc.assert(fc.property(...sizes, fc.constantFrom(...messages), fc.constantFrom('opening', 'failed'), (width, height, message, screen) => {
			const state = stateOf(undefined, width, height);
			exact(paintMessage({...state, session: {...INITIAL_SESSION, screen, message}}), width, height);
		}), {numRuns: 60});
	});

	test('the menu is exact, with any number of labs and with bad news', () => {
		fc.assert(fc.property(...sizes, fc.nat(60), fc.option(fc.constantFrom('keys.json:3: there is no command “stpe”', '漢字 '.repeat(200))), fc.nat(60), (width, height, count, news, marked) => {
			const labs = Array.from({length: count}, (_, index) => ({
				folder: `/${index}`, name: index % 7 === 0 ? `${index}-漢字` : `lab-${index}`, title: pick(['The crossing', '漢字'.repeat(50), 'x'.repeat(200)], index), summary: 'long '.repeat(index), minutes: index, track: pick(['core', 'deep'], index),
				...(index % 2 === 0 ? {} : {progress: {done: index, of: 60, savedAt: `2026-01-${index}`}}),
			}));
			const state: AppState = {...stateOf(undefined, width, height), labs, session: {...INITIAL_SESSION, ...(news === null ? {} : {news})}};
			exact(paintMenu(state), width, height);
			const {head, limit, foot} = menuParts(state, marked);
			expect(head.length + limit + foot.length).toBe(height);
		}), {numRuns: 100});
	});
});

test('an outcome is told in a sentence that ends', () => {
	expect(describeOutcome({kind: 'exited', status: 3})).toBe('The program has exited with status 3.');
	expect(describeOutcome({kind: 'killed', signal: {number: 11, name: 'SIGSEGV', code: 1, address: 0x10n}})).toBe('The program was killed by SIGSEGV (address 0x10).');
	expect(describeOutcome({kind: 'not-implemented', message: 'not implemented: vmread at 0x401000'})).toBe('not implemented: vmread at 0x401000.');
});
