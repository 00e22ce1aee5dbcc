import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {THEME_NAMES} from '../../source/view/theme.js';
import {App, newcomer} from './app.js';

afterEach(() => App.closeAll());

/** SGR parameters that the program has sent. */
const sgr = (raw: string): ReadonlySet<string> => new Set([...raw.matchAll(/\u001B\[([\d;]*)m/gu)].flatMap(([, parameters]) => parameters.split(';')));

/** Foreground and background of the cell in which a text begins. */
function coloursOf(app: App, text: string): readonly [foreground: number, background: number] {
	const line = app.rows.findIndex(row => row.includes(text));
	const cell = app.terminal.cell(app.rows[line].indexOf(text), line);
	return [cell.isFgDefault() ? -1 : cell.getFgColor(), cell.isBgDefault() ? -1 : cell.getBgColor()];
}

describe('themes', () => {
	test.for(THEME_NAMES)('%s: the rings have colours of their own, of the 16', async name => {
		const app = await App.inLab(120, 40, {parameters: ['--no-motion', '--theme', name]});
		const user = coloursOf(app, 'ring 3 · user');
		await app.toPage(2);
		const kernel = coloursOf(app, 'ring 0 · KERNEL');
		expect(user).not.toEqual(kernel);
		expect([...sgr(app.terminal.raw)].filter(parameter => parameter === '38' || parameter === '48')).toEqual([]);
	});

	test('contrast paints every cell, so that it does not depend on the terminal’s background', async () => {
		const app = await App.inLab(80, 24, {parameters: ['--no-motion', '--theme', 'contrast']});
		for (let row = 0; row < 24; row++) for (let column = 0; column < 80; column++) expect(app.terminal.cell(column, row).isBgDefault(), `${column},${row}`).toBe(false);
	});

	test('are changed in the app, with t and by name', async () => {
		const app = await App.inLab();
		await app.press('t', 'The theme is light.');
		const light = coloursOf(app, 'ring 3 · user');
		await app.press('t', 'The theme is contrast.');
		expect(coloursOf(app, 'ring 3 · user')).not.toEqual(light);
		await app.press(':', 'Command');
		await app.press('theme dark\r', 'The theme is dark.');
		await app.press(':', 'Command');
		// What is typed is matched loosely: the first that fits is taken.
		await app.press('theme li\r', 'The theme is light.');
		await app.press('m', 'Choose a lab:');
		await app.press('t', 'The theme is contrast.');
	});

	test('without colours look all the same, and it is said', async () => {
		const app = await App.inLab(120, 40, {parameters: ['--no-motion', '--no-color', '--theme', 'light']});
		await app.press('t', 'The theme is contrast; colours are off, so it looks the same.');
		expect([...sgr(app.terminal.raw)].filter(parameter => /^(?:[34]\d|9\d|10\d)$/u.test(parameter))).toEqual([]);
	});
});

/** The environment of a person with a key file. */
function withKeys(text: string): Readonly<Record<string, string>> {
	const env = newcomer();
	const folder = path.join(env.XDG_CONFIG_HOME, 'syscall-lab');
	mkdirSync(folder, {recursive: true});
	writeFileSync(path.join(folder, 'keys.json'), text);
	return env;
}

describe('a person’s own keys', () => {
	test('hold everywhere: in the lab, in the key bar, in the help, in the menu', async () => {
		const app = App.launch({env: withKeys('{"step": "j", "down": ["down", "ctrl-n"], "quit": "Q", "theme": "y"}'), parameters: ['--no-motion']});
		await app.see('Q quit');
		await app.press('y', 'The theme is light.');
		await app.openLab();
		await app.pressTo('j', 14);
		expect(app.rows.at(-1)).toContain('j step');
		await app.press('s', 's does nothing here');
		await app.press('?', 'Run one instruction');
		expect(app.terminal.text()).toMatch(/^ +j +step +Run one instruction/mu);
		await app.press('Q', () => app.terminal.hasExited);
		expect(await app.terminal.exit).toEqual({code: 0, signal: 0});
	});

	test('that can’t be read are told with file and line, and ignored', async () => {
		const app = App.launch({env: withKeys('{\n"step": "j",\n"stepp": "k"\n}'), parameters: ['--no-motion']});
		await app.see(/keys\.json:3: there is no command “stepp”/u);
		expect(app.terminal.text().replaceAll(/\s+/gu, ' ')).toContain('did you mean step? The file is ignored, the usual keys hold.');
		await app.openLab();
		await app.pressTo('s', 14);
	});
});

describe('motion', () => {
	test('p plays, faster and slower, and any key stops it', async () => {
		const app = await App.inLab(120, 40, {parameters: []});
		await app.press('p', 'playing 4 a second');
		await app.press('>', 'playing 8 a second');
		await app.press('>', 'playing 15 a second');
		await app.press('<', 'playing 8 a second');
		const {step = 0} = app;
		await app.see(() => (app.step ?? 0) >= step + 3);
		await app.press('2', () => app.isChosen('registers') && !app.terminal.text().includes('playing'));
		const stopped = app.step;
		await app.press('p', 'playing');
		await app.press('p', () => !app.terminal.text().includes('playing 8'));
		expect(app.step).toBeGreaterThanOrEqual(stopped ?? 0);
	});

	test('a key that stops playing does what it does', async () => {
		const app = await App.inLab();
		await app.press('p', 'playing');
		await app.press('home', () => app.step === 0 && !app.terminal.text().includes('playing'));
	});

	test('playing ends where the program does', async () => {
		const app = await App.inLab();
		while (!app.notice.includes('exited')) await app.move('c');
		const end = app.step ?? 0;
		await app.pressTo('S', end - 1);
		await app.press('p', () => app.step === end && app.notice.includes('exited') && !app.terminal.text().includes('playing'));
	});

	test('pushed words appear one after the other, and a key shows them all at once', async () => {
		const app = await App.inLab(120, 40, {parameters: []});
		await app.toPage(3);
		const filled = (): number => [...app.slots().values()].filter(value => value !== undefined).length;
		app.terminal.press('space');
		await app.see(() => app.page === 4 && app.step === 54);
		await app.see(() => filled() === 21);
		// The frames between are in what was sent: the slots came one by one.
		await app.press('b', () => app.page === 3);
		app.terminal.type(' 2');
		await app.see(() => app.isChosen('registers') && filled() === 21);
	});

	test('--no-motion shows each state at once', async () => {
		const app = await App.inLab();
		await app.toPage(3);
		const length = app.terminal.raw.length;
		await app.press('space', () => app.page === 4 && app.slots().size === 21);
		expect([...app.slots().values()].every(value => value !== undefined)).toBe(true);
		expect(app.terminal.raw.slice(length).split('\u001B[?2026h').length - 1).toBeLessThanOrEqual(2);
	});
});

describe('a program of one’s own', () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'own-'));
	writeFileSync(path.join(folder, 'hello.s'), '\t.globl _start\n_start:\tmovl $60, %eax\n\tmovl $7, %edi\n\tsyscall\n');
	writeFileSync(path.join(folder, 'broken.s'), '\t.globl _start\n_start:\n\tmovq %rax\n');
	mkdirSync(path.join(folder, 'more'));

	test('is opened from the menu, its path completed with Tab', async () => {
		const app = App.launch({cwd: folder, parameters: ['--no-motion']});
		await app.see('Choose a lab:');
		await app.press('o', 'Run a program of your own');
		await app.see(/more\/ +folder/u);
		await app.press('he', /hello\.s/u);
		await app.press('tab', /> open hello\.s/u);
		await app.press('enter', 'hello.s, without a lesson');
		expect(app.step).toBe(0);
		while (!app.notice.includes('exited')) await app.move('c');
		expect(app.notice).toContain('status 7');
		await app.press('space', 'This program runs without a lesson.');
	});

	test('that can’t be assembled is told with file and line, and what was open is not lost', async () => {
		const app = await App.inLab(120, 40, {cwd: folder});
		await app.toPage(2);
		await app.press('o', 'Run a program of your own');
		await app.press('broken.s\r', /broken\.s:3/u);
		await app.press('m', 'Go on: The crossing');
		await app.press('enter', () => app.page === 2);
	});

	test('that is not there is told', async () => {
		const app = App.launch({cwd: folder});
		await app.see('Choose a lab:');
		await app.press('o', 'Run a program of your own');
		await app.press('none.s\r', 'there is no such file');
		await app.press('m', 'Choose a lab:');
	});

	test('free play runs a lab’s program without its lesson', async () => {
		const app = App.launch({parameters: ['--no-motion']});
		await app.see('Choose a lab:');
		app.terminal.press('down', 'enter');
		await app.see('program.s, without a lesson');
		await app.pressTo('s', 1);
	});
});
