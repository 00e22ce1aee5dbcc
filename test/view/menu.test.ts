import {EventEmitter} from 'node:events';
import xterm, {type Terminal} from '@xterm/headless';
import {render} from 'ink';
import {createElement} from 'react';
import {expect, test} from 'vitest';
import type {LabEntry} from '../../source/lab/catalogue.js';
import {InkStdin} from '../../source/terminal/ink-streams.js';
import {App} from '../../source/ui/app.js';
import {Store} from '../../source/view/app-state.js';
import {menuLimit, paintMenu} from '../../source/view/menu.js';
import {isTooSmall, paintTooSmall} from '../../source/view/screen.js';
import {encode, type Theme, themeFor} from '../../source/view/theme.js';

const entry = (title: string, summary: string, minutes = 15): LabEntry => ({folder: `/${title}`, name: title, title, summary, minutes});

const LABS: Readonly<Record<string, readonly LabEntry[]>> = {
	none: [],
	one: [entry('The crossing', 'one write, from user mode into the kernel and back')],
	'long texts': [entry('t'.repeat(90), 's'.repeat(300)), entry('漢字'.repeat(20), '👩‍👩‍👧 한국어 e\u0301'.repeat(20), 0)],
	'more than fit': Array.from({length: 90}, (_, index) => entry(`Lab ${index}`, 'a lab')),
};

/** What Ink writes for the app, as the last whole frame. */
async function inkFrame(labs: readonly LabEntry[], width: number, height: number, theme: Theme): Promise<readonly string[]> {
	let frame = '';
	const stdout = Object.assign(new EventEmitter(), {isTTY: true, columns: width, rows: height, write(text: string) {
		if (text.includes('\n')) frame = text;
		return true;
	}});
	const store = new Store({labs, width, height, theme});
	const instance = render(createElement(App, {store, onOpen: () => undefined}), {
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
		if (cell === undefined || ((cell.getChars() || ' ') === ' ' && cell.isInverse() === 0)) return ' ';
		return `${cell.getChars()}${cell.getFgColor()}/${cell.getBgColor()}/${cell.isBold()}${cell.isDim()}${cell.isInverse()}`;
	}).join('|'));
}

test.for(Object.keys(LABS))('the menu that is painted first is what Ink paints then: %s', async name => {
	const labs = LABS[name];
	for (const [width, height] of [[80, 24], [120, 40], [250, 70]] as const) {
		const theme = themeFor('ansi', 'unicode');
		const first = paintMenu(labs, 0, width, height, theme.glyphs).map(row => encode(row, theme));
		expect(first).toHaveLength(height);
		expect(await cells(await inkFrame(labs, width, height, theme), width, height)).toEqual(await cells(first, width, height));
	}
});

test('so is the message on a screen that is too small', async () => {
	const theme = themeFor('none', 'ascii');
	for (const [width, height] of [[60, 20], [20, 5], [79, 24]] as const) {
		expect(isTooSmall(width, height)).toBe(true);
		const first = paintTooSmall(width, height).map(row => encode(row, theme));
		expect(await cells(await inkFrame([], width, height, theme), width, height)).toEqual(await cells(first, width, height));
	}
});

test('the list of a menu leaves room for head and keys', () => {
	for (const height of [24, 40, 70]) expect(menuLimit(height, 80)).toBeLessThan(height - 8);
});
