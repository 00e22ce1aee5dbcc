import process from 'node:process';
import {afterEach, describe, expect, test} from 'vitest';
import {expectRestored, launchInShell, programId, screenState, shellsOwn} from '../support/shell.js';
import {TestTerminal} from '../support/terminal.js';
import {App, clears, crossingProgram, newcomer, SIZES} from './app.js';

afterEach(() => App.closeAll());

function launch(columns = 120, rows = 40): App {
	return App.in(launchInShell([process.execPath, crossingProgram()], {columns, rows, env: newcomer()}));
}

async function launchInLab(): Promise<App> {
	const app = launch();
	await app.openLab();
	return app;
}

describe.for(SIZES)('at %i by %i', ([columns, rows]) => {
	test('leaving the menu leaves the terminal as it was', async () => {
		const app = launch(columns, rows);
		await app.see('Choose a lab:');
		app.terminal.press(columns === 80 ? 'ctrl-c' : 'q');
		await expectRestored(app.terminal, 0);
	});
});

test.for([['q'], ['ctrl-c'], ['2', 'enter', 'ctrl-c'], ['?', 'q'], ['+', 'q']])('in the lab %s… leaves the terminal as it was', async keys => {
	const app = await launchInLab();
	app.terminal.press(...keys);
	await expectRestored(app.terminal, 0);
	expect(app.terminal.title).toBe('');
});

test.for([['SIGTERM', 143], ['SIGHUP', 129], ['SIGINT', 130], ['SIGQUIT', 131]] as const)('%s leaves the terminal as it was, with code %i', async ([signal, code]) => {
	const app = await launchInLab();
	process.kill(programId(app.terminal), signal);
	await expectRestored(app.terminal, code);
});

test('a signal while the app is being loaded leaves the terminal as it was', async () => {
	const app = launch();
	await app.see('Choose a lab:');
	process.kill(programId(app.terminal), 'SIGTERM');
	await expectRestored(app.terminal, 143);
});

test('Ctrl+Z gives the terminal to the shell, and fg takes it again, after a resize too', async () => {
	const terminal = TestTerminal.launch('/bin/sh', ['-i'], {env: {...newcomer(), PS1: 'prompt> ', ENV: undefined}});
	const app = App.in(terminal);
	await app.see('prompt>');
	terminal.type(`'${process.execPath}' '${crossingProgram()}' --no-motion\r`);
	await app.openLab();
	await app.toPage(4);
	const before = terminal.text();
	const {step} = app;
	const cleared = clears(terminal);
	await app.press('ctrl-z', /Stopped|Suspended/u);
	expect(screenState(terminal)).toEqual(shellsOwn);
	terminal.type('echo $((40 + 2))\r');
	await app.see('42');
	terminal.type('fg\r');
	await app.see(() => terminal.isAlternate && app.step === step);
	await app.see(() => terminal.text() === before);
	// The session clears the screen that it takes, the first frame clears what may have been written since.
	expect(clears(terminal)).toBe(cleared + 2);
	await app.press('ctrl-z', () => !terminal.isAlternate && (terminal.raw.match(/Stopped|Suspended/gu) ?? []).length === 2);
	terminal.resize(90, 30);
	terminal.type('fg\r');
	await app.see(() => terminal.isAlternate && app.page === 4 && (app.rows[1] ?? '').length === 90 && app.rows.at(-1)?.startsWith(' Space') === true);
	await app.move('S');
	await app.press('q', () => !terminal.isAlternate && terminal.text().trimEnd().endsWith('prompt>'));
	terminal.type('echo $((50 + 5))\r');
	await app.see('55');
});

test('Ctrl+Z works in the menu too', async () => {
	const terminal = TestTerminal.launch('/bin/sh', ['-i'], {env: {...newcomer(), PS1: 'prompt> ', ENV: undefined}});
	const app = App.in(terminal);
	await app.see('prompt>');
	terminal.type(`'${process.execPath}' '${crossingProgram()}' --no-motion\r`);
	await app.see('Choose a lab:');
	await app.press('ctrl-z', /Stopped|Suspended/u);
	terminal.type('fg\r');
	await app.see(() => terminal.isAlternate);
	await app.openLab();
	await app.press('q', () => !terminal.isAlternate && terminal.text().trimEnd().endsWith('prompt>'));
});
