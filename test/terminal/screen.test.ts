import {writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {TestTerminal, type LaunchOptions} from '../support/terminal.js';
import {buildFixture, type BuiltFixture} from './fixture/build.js';

let fixture: BuiltFixture;
const opened: TestTerminal[] = [];

beforeAll(() => {
	fixture = buildFixture();
});

afterEach(() => {
	for (const terminal of opened.splice(0)) {
		terminal.kill();
	}
});

afterAll(() => fixture.remove());

function launch(options?: LaunchOptions): TestTerminal {
	const terminal = TestTerminal.launch(process.execPath, [fixture.program], options);
	opened.push(terminal);
	return terminal;
}

async function launchReady(options?: LaunchOptions): Promise<TestTerminal> {
	const terminal = launch(options);
	await terminal.until('ready');
	return terminal;
}

const framesSent = (terminal: TestTerminal): number => terminal.raw.split('\u001B[?2026h').length - 1;

test('the first frame is painted before Ink, and Ink takes over without painting it again', async () => {
	const terminal = launch();
	await terminal.until('step 0 ready');
	expect(terminal.isAlternate).toBe(true);
	expect(terminal.cursor.isVisible).toBe(false);
	expect(terminal.title).toBe('fixture');
	expect(framesSent(terminal)).toBe(2);
	const [, first, second] = terminal.raw.split('\u001B[?2026h');
	expect(first).toContain('step 0 loading');
	expect(second.length).toBeLessThan(100);
});

test('a key changes only the cells that differ', async () => {
	const terminal = await launchReady();
	const before = terminal.raw.length;
	await terminal.pressUntil('s', 'step 1');
	expect(terminal.raw.length - before).toBeLessThan(100);
	expect(terminal.cell(1, 1).getFgColor()).toBe(3);
	expect(terminal.cell(119, 1).getChars()).toBe('│');
});

test('named keys, capitals and modified keys arrive as such', async () => {
	const terminal = await launchReady();
	terminal.press('up', 'S', 'tab', 'shift-tab', 'enter', 'space', 'backspace', 'delete', 'pagedown', '\u001B[1;5C', '\u001Bx', 'é');
	await terminal.until('keys up S tab shift-tab enter space backspace delete pagedown ctrl-right alt-x é');
});

test('keys pressed before the program is ready are kept, in order', async () => {
	const terminal = launch();
	terminal.press('s', 's', 'up', 's');
	await terminal.until(/step 3 ready/u);
	expect(terminal.text()).toContain('keys s s up s');
});

test('a burst of keys is counted to the last one, in few frames', async () => {
	const terminal = await launchReady();
	terminal.type('s'.repeat(500));
	await terminal.until('step 500');
	expect(framesSent(terminal)).toBeLessThan(50);
});

test('an escape sequence in pieces is one key', async () => {
	const terminal = await launchReady({env: {ESCDELAY: '3000'}});
	terminal.type('\u001B');
	terminal.type('[');
	terminal.type('A');
	await terminal.until(/keys up\b/u);
});

test('a lone Esc is a key', async () => {
	const terminal = await launchReady();
	await terminal.pressUntil('esc', 'keys esc');
	await terminal.pressUntil('up', 'keys esc up');
});

test('a sequence whose rest came while the program was busy is still one key', async () => {
	const unblock = path.join(fixture.folder, 'unblock');
	const terminal = await launchReady({env: {UNBLOCK: unblock}});
	terminal.type('b\u001B');
	await terminal.until(screen => screen.raw.includes('busy'));
	terminal.type('[B');
	writeFileSync(unblock, '');
	await terminal.until('keys b down');
});

test('a paste is one event, and its letters are no keys', async () => {
	const terminal = await launchReady();
	terminal.type('\u001B[200~qqq\rsS\u001B[201~s');
	await terminal.until('step 1');
	expect(terminal.text()).toContain(String.raw`pasted "qqq\nsS"`);
	expect(terminal.text()).toContain('keys paste s');
});

test('what a terminal says by itself is no key', async () => {
	const terminal = await launchReady();
	terminal.type('\u001B[I\u001B[?62;22c\u001B[<0;10;10M\u001B[24;80R\u001B]11;rgb:0000/0000/0000\u001B\\\u001BP>|xterm\u001B\\\u001B[Os');
	await terminal.until('step 1');
	expect(terminal.lines()[2]).toMatch(/keys s +│/u);
});

test('a menu of Ink gets each key by itself, even when they come together', async () => {
	const terminal = await launchReady();
	terminal.press('m', 'down', 'down', 'up', 'down', 'enter', 's');
	await terminal.until('chosen three');
	await terminal.until('step 1');
	expect(terminal.lines()[2]).toMatch(/keys m s +│/u);
});

test('a menu of Ink lies over the panes, and Esc closes it', async () => {
	const terminal = await launchReady();
	const before = terminal.lines()[8];
	await terminal.pressUntil('m', '❯ one');
	await terminal.pressUntil('esc', screen => !screen.text().includes('Menu'));
	expect(terminal.lines()[8]).toBe(before);
	await terminal.pressUntil('s', 'step 1');
});

test('a reserved key reaches the app while a menu has the focus', async () => {
	const terminal = await launchReady();
	await terminal.pressUntil('m', '❯ one');
	terminal.press('ctrl-c');
	expect(await terminal.exit).toEqual({code: 0, signal: 0});
});

test('a resize is followed, to too small and back', async () => {
	const terminal = await launchReady();
	terminal.resize(90, 28);
	await terminal.until('90x28 q quit');
	expect(terminal.cell(89, 0).getChars()).toBe('┐');
	expect(terminal.lines()[27]).toBe('90x28 q quit');
	terminal.resize(30, 8);
	await terminal.until('Too small: 30x8');
	expect(terminal.text().trim()).toBe('Too small: 30x8');
	terminal.resize(200, 60);
	await terminal.until('200x60 q quit');
	expect(terminal.cell(199, 1).getChars()).toBe('│');
	expect(terminal.cell(199, 58).getChars()).toBe('┘');
});

test('a resize is followed under CI too', async () => {
	const terminal = await launchReady({env: {CI: 'true'}});
	terminal.resize(90, 28);
	await terminal.until('90x28 q quit');
});
