import {afterEach, describe, expect, test} from 'vitest';
import {COMMANDS} from '../../source/view/commands.js';
import {GLYPHS} from '../../source/view/glyphs.js';
import {Keymap} from '../../source/view/keymap.js';
import {paneNamed, type PaneName, PANES} from '../../source/view/panes/index.js';
import {App, clears, SIZES} from './app.js';

afterEach(() => App.closeAll());

/** Resizes, and waits until title, panes and keys fill the screen exactly. */
async function resize(app: App, columns: number, rows: number): Promise<void> {
	app.terminal.resize(columns, rows);
	await app.see(() => app.rows.length === rows && (app.rows[0] ?? '').length === columns && /ring \d · \w+ $/u.test(app.rows[0] ?? '')
		&& (app.rows[1] ?? '').length === columns && /[┐╕┓╗]$/u.test(app.rows[1] ?? '') && (app.rows.at(-1) ?? '').startsWith(' Space next') && /^[└╘┗╚].*[┘╛┛╝]$/u.test(app.rows.at(rows < 30 ? -3 : -4) ?? ''));
	for (const {name} of PANES) app.pane(name);
}

test('a resize is followed live, between the smallest and a very large screen', async () => {
	const app = await App.inLab(80, 24);
	await app.toPage(4);
	const {step} = app;
	for (const [columns, rows] of [[250, 70], [80, 24], [120, 40], [250, 70], [100, 30], [80, 24]] as const) {
		await resize(app, columns, rows);
		expect(app.step).toBe(step);
		expect(app.page).toBe(4);
	}

	await app.move('s');
});

test('a screen that is too small says so, takes no harm, and the message goes away', async () => {
	const app = await App.inLab(80, 24);
	await app.toPage(2);
	for (const [columns, rows] of [[79, 24], [80, 23], [40, 10], [200, 5], [10, 3]] as const) {
		app.terminal.resize(columns, rows);
		const message = `Terminal too small: ${columns}x${rows}`;
		await app.see(() => app.rows.some(row => row.trim() === (columns > message.length ? message : `${message.slice(0, columns - 1)}…`)));
		expect(app.rows.filter(row => row !== '').length).toBeLessThanOrEqual(3);
	}

	await resize(app, 80, 24);
	expect(app.terminal.text()).toContain('One instruction, two rings');
});

test('keys still count while the screen is too small', async () => {
	const app = await App.inLab(80, 24);
	const {step = 0} = app;
	app.terminal.resize(60, 20);
	await app.see('Terminal too small: 60x20');
	app.terminal.press('s', 's');
	app.terminal.resize(80, 24);
	await app.see(() => app.step === step + 2);
});

describe.for(SIZES)('at %i by %i', ([columns, rows]) => {
	test('Tab, Shift+Tab and the digits choose panes, + gives one the whole screen', async () => {
		const app = await App.inLab(columns, rows);
		const names: readonly PaneName[] = ['lesson', 'registers', 'code', 'stacks', 'events', 'console', 'hardware', 'memory', 'flags'];
		for (const name of [...names.slice(1), names[0]]) await app.choose('tab', name);
		for (const name of [...names].reverse()) await app.choose('shift-tab', name);
		for (const [index, name] of names.entries()) {
			await app.choose(String(index + 1), name);
			await app.press('+', () => (app.rows[1] ?? '').startsWith(`┏━ ${index + 1} ${paneNamed(name).title}`) && (app.rows[1] ?? '').length === columns && (app.rows[1] ?? '').endsWith('┓'));
			expect(app.pane(name)).toHaveLength(rows - (rows < 30 ? 5 : 6));
			await app.press(index % 2 === 0 ? '+' : 'esc', () => app.pane('lesson') !== undefined && app.pane('code') !== undefined);
		}
	});

	test('? shows every key that there is, and goes away with Esc or ?', async () => {
		const app = await App.inLab(columns, rows);
		const before = app.terminal.text();
		await app.press('?', 'Keys');
		const place = (): readonly number[] => (/(\d+) to (\d+) of (\d+)/u.exec(app.rows[0] ?? '') ?? []).slice(1).map(Number);
		let seen = app.rows.slice(1, -1).join('\n');
		for (let [, last = 0, all = 0] = place(); last < all; [, last = 0, all = 0] = place()) {
			const before = app.rows[0];
			await app.press('down', () => app.rows[0] !== before);
			seen += `\n${app.rows.at(-2) ?? ''}`;
		}

		const words = seen.replaceAll(/\s+/gu, ' ');
		for (const command of COMMANDS) {
			expect(words).toContain(new Keymap().allShown(command, GLYPHS.unicode));
			expect(words).toContain(command.help);
		}

		await app.press('esc', '1 Lesson');
		expect(app.terminal.text()).toBe(before);
		await app.press('?', 'Keys');
		await app.press('?', '1 Lesson');
		expect(app.terminal.text()).toBe(before);
	});
});

test('scrolling ends at the end, and the first key back scrolls back', async () => {
	const app = await App.inLab();
	await app.choose('3', 'code');
	app.terminal.press(...Array.from({length: 8}, () => 'pagedown'));
	await app.see(() => /35 +.ascii .*\n +36$/u.test(app.paneText('code')));
	const end = app.paneText('code');
	await app.press('up', () => app.paneText('code') !== end);
	await app.press('down', () => app.paneText('code') === end);
});

test('m leads to the menu, and Enter back to where one was', async () => {
	const app = await App.inLab();
	await app.toPage(3);
	const step = await app.move('s');
	await app.press('m', 'Go on: The crossing');
	expect(app.terminal.text()).toContain('page 3 of 8');
	await app.press('enter', () => app.page === 3 && app.step === step);
	await app.press('esc', 'Go on: The crossing');
	await app.press('?', 'Keys');
	await app.press('esc', 'Go on: The crossing');
	await app.press('enter', () => app.page === 3 && app.step === step);
});

test('r begins again', async () => {
	const app = await App.inLab();
	const {step} = app;
	await app.toPage(5);
	await app.press('r', () => app.page === 1 && app.step === step);
	expect(app.ring).toBe(3);
});

test('a key that means nothing says where help is', async () => {
	const app = await App.inLab();
	await app.press('z', 'z does nothing here; ? shows all keys');
	await app.move('s');
	expect(app.notice).toBe('');
});

test('the screen is cleared once, and then only on a resize', async () => {
	const app = await App.inLab();
	const first = clears(app.terminal);
	await app.toPage(4);
	await app.choose('2', 'registers');
	await app.press('+', () => app.pane('lesson') === undefined);
	await app.press('+', () => app.pane('lesson') !== undefined);
	await app.press('?', 'Keys');
	await app.press('esc', '1 Lesson');
	for (let count = 0; count < 5; count++) await app.move('s');
	await app.press('m', 'Choose a lab:');
	await app.press('enter', () => app.page === 4);
	expect(clears(app.terminal)).toBe(first);
	await resize(app, 100, 30);
	expect(clears(app.terminal)).toBe(first + 1);
});

test('the first frame is painted before Ink, and Ink takes over without a change', async () => {
	const app = App.launch();
	await app.see('Choose a lab:');
	await app.press('?', 'Keys');
	const frames = app.terminal.raw.split('\u001B[?2026h');
	expect(frames).toHaveLength(3);
	expect(frames[1]).toContain('Choose a lab:');
});
