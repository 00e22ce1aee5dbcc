import {EventEmitter} from 'node:events';
import xterm, {type Terminal} from '@xterm/headless';
import {render} from 'ink';
import {createElement} from 'react';
import {describe, expect, test} from 'vitest';
import {InkStdin} from '../../source/terminal/ink-streams.js';
import {App} from '../../source/ui/app.js';
import {type AppState, Store} from '../../source/view/app-state.js';
import {GLYPHS} from '../../source/view/glyphs.js';
import {INITIAL_SESSION} from '../../source/view/initial-session.js';
import {menuEntries, menuItem, type MenuLab, menuParts, paintMenu} from '../../source/view/menu.js';
import {encode, type Theme, themeFor} from '../../source/view/theme.js';
import {isTooSmall, paintTooSmall} from '../../source/view/too-small.js';
import {crossing, stateOf, viewOf} from './views.js';

const lab = (title: string, summary: string, more: Partial<MenuLab> = {}): MenuLab => ({folder: `/${title}`, name: title, title, summary, minutes: 15, ...more});

const LABS: Readonly<Record<string, readonly MenuLab[]>> = {
	none: [],
	one: [lab('The crossing', 'one write, from user mode into the kernel and back')],
	'long texts': [lab('t'.repeat(90), 's'.repeat(300)), lab('漢字'.repeat(20), '👩‍👩‍👧 한국어 e\u0301'.repeat(20), {minutes: 0})],
	'some of them done': [lab('00-primer', 'a', {track: 'core', progress: {done: 3, of: 3, savedAt: '2'}}), lab('01-tour', 'b', {track: 'core', progress: {done: 1, of: 8, savedAt: '1'}}), lab('10-elf', 'c', {track: 'deep'})],
	'more than fit': Array.from({length: 90}, (_, index) => lab(`Lab ${index}`, 'a lab')),
};

const menuState = (labs: readonly MenuLab[], width: number, height: number, theme: Theme = themeFor('ansi', 'unicode')): AppState => ({...stateOf(undefined, width, height, theme), labs});

/** What Ink writes for the app, as the last whole frame. */
async function inkFrame(state: AppState): Promise<readonly string[]> {
	let frame = '';
	const stdout = Object.assign(new EventEmitter(), {isTTY: true, columns: state.width, rows: state.height, write(text: string) {
		if (text.includes('\n')) frame = text;
		return true;
	}});
	const instance = render(createElement(App, {store: new Store(state), onChoose: () => undefined, onHighlight: () => undefined}), {
		stdout: stdout as unknown as NodeJS.WriteStream, stdin: new InkStdin().stream, debug: true, patchConsole: false, exitOnCtrlC: false,
	});
	await new Promise(resolve => setImmediate(resolve));
	instance.unmount();
	return frame.split('\n');
}

/** Cells that a terminal makes of rows: characters with their looks. */
async function cells(rows: readonly string[], width: number, height: number): Promise<readonly string[]> {
	const screen: Terminal = new xterm.Terminal({cols: width, rows: height, allowProposedApi: true});
	const text = rows.slice(0, height).map((row, index) => `\u001B[${index + 1};1H${row}\u001B[m`).join('');
	await new Promise<void>(resolve => screen.write(`\u001B[?7l${text}`, resolve));
	return Array.from({length: height}, (_, line) => Array.from({length: width}, (_unused, column) => {
		const cell = screen.buffer.active.getLine(line)?.getCell(column);
		// The looks of a blank show only if they have a background.
		if (cell === undefined || ((cell.getChars() || ' ') === ' ' && cell.isInverse() === 0 && cell.isBgDefault())) return ' ';
		return `${cell.getChars()}${cell.getFgColor()}/${cell.getBgColor()}/${cell.isBold()}${cell.isDim()}${cell.isInverse()}`;
	}).join('|'));
}

test.for(Object.keys(LABS))('the menu that is painted first is what Ink paints then: %s', async name => {
	for (const [width, height] of [[80, 24], [120, 40], [250, 70]] as const) {
		for (const theme of [themeFor('ansi', 'unicode'), themeFor('ansi', 'ascii', 'contrast')]) {
			const state = menuState(LABS[name], width, height, theme);
			const first = paintMenu(state).map(row => encode(row, theme));
			expect(first).toHaveLength(height);
			expect(await cells(await inkFrame(state), width, height)).toEqual(await cells(first, width, height));
		}
	}
});

test('so is the message on a screen that is too small', async () => {
	const theme = themeFor('none', 'ascii');
	for (const [width, height] of [[60, 20], [20, 5], [79, 24]] as const) {
		expect(isTooSmall(width, height)).toBe(true);
		const first = paintTooSmall(width, height).map(row => encode(row, theme));
		expect(await cells(await inkFrame(menuState([], width, height, theme)), width, height)).toEqual(await cells(first, width, height));
	}
});

const text = (state: AppState): string => paintMenu(state).map(row => row.map(each => each.text).join('')).join('\n');

describe('the menu shows', () => {
	test('number, title, track, minutes and progress of each lab', () => {
		const shown = text(menuState(LABS['some of them done'], 80, 24));
		expect(shown).toMatch(/00 +00-primer +core +15 min +■■■■■ 3\/3/u);
		expect(shown).toMatch(/01 +01-tour +core +15 min +□□□□□ 1\/8/u);
		expect(shown).toMatch(/10 +10-elf +deep +15 min *$/mu);
	});

	test('the lab that was worked on last and is not done at the top', () => {
		const entries = menuEntries(menuState(LABS['some of them done'], 80, 24));
		expect(entries[0]).toMatchObject({kind: 'resume', title: '01-tour'});
		expect(entries.map(({kind}) => kind)).toEqual(['resume', 'lab', 'lab', 'lab', 'free', 'file']);
	});

	test('what is open before it', () => {
		const run = crossing();
		const state = menuState(LABS['some of them done'], 80, 24);
		const entries = menuEntries({...state, session: {...INITIAL_SESSION, view: viewOf(run, run.stops[0], 3)}});
		expect(entries[0]).toMatchObject({kind: 'resume', title: 'The crossing', place: 'page 4 of 8'});
		expect('lab' in entries[0]).toBe(false);
	});

	test('the program of the tour for free play', () => {
		expect(menuEntries(menuState(LABS['some of them done'], 80, 24)).find(({kind}) => kind === 'free')).toMatchObject({lab: {name: '01-tour'}});
		expect(menuEntries(menuState([], 80, 24)).map(({kind}) => kind)).toEqual(['file']);
	});

	test('what is wrong with a key file', () => {
		const state = menuState(LABS.one, 80, 24);
		expect(text({...state, session: {...INITIAL_SESSION, news: 'keys.json:3: there is no command “stpe”'}})).toContain('keys.json:3: there is no command “stpe”');
	});

	test('the marked entry with a pointer and a sentence', () => {
		expect(text(menuState(LABS.one, 80, 24))).toMatch(/▶ 01 +The crossing[^]*\n +one write, from user mode into the kernel and back/u);
		const row = menuItem({kind: 'file'}, false, 80, GLYPHS.ascii);
		expect(row.map(each => each.text).join('')).toMatch(/^ {4} {4}Open a file ~/u);
	});
});

test('the list leaves room for head and foot, and shows as many entries as fit', () => {
	for (const height of [24, 40, 70]) {
		const {head, limit, foot} = menuParts(menuState(LABS['more than fit'], 80, height), 0);
		expect(head.length + limit + foot.length).toBe(height);
		expect(limit).toBeGreaterThan(height - 10);
	}
});
