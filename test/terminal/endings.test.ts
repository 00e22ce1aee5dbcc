import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {expectRestored, launchInShell, programId, screenState, shellsOwn} from '../support/shell.js';
import {TestTerminal} from '../support/terminal.js';
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

function opening(terminal: TestTerminal): TestTerminal {
	opened.push(terminal);
	return terminal;
}

async function launchReady(): Promise<TestTerminal> {
	const terminal = opening(launchInShell([process.execPath, fixture.program]));
	await terminal.until('ready');
	return terminal;
}

/** The shell has the terminal again: what is typed before that may still be read by the program that ends. */
const atPrompt = (screen: TestTerminal): boolean => !screen.isAlternate && screen.text().trimEnd().endsWith('prompt>');

/** An interactive shell, which has jobs. */
async function launchJobShell(): Promise<TestTerminal> {
	const terminal = opening(TestTerminal.launch('/bin/sh', ['-i'], {cwd: fixture.folder, env: {PS1: 'prompt> ', ENV: undefined}}));
	await terminal.until('prompt>');
	return terminal;
}

test.for([
	['q', 'q', 0],
	['Ctrl+C', 'ctrl-c', 0],
	['process.exit in a key handler', 'E', 3],
] as const)('%s leaves the terminal as it was', async ([, key, code]) => {
	const terminal = await launchReady();
	terminal.press(key);
	await expectRestored(terminal, code);
	expect(terminal.title).toBe('');
});

test.for([
	['an error that nothing caught', 'X', 'thrown in a key handler'],
	['a rejection that nothing caught', 'R', 'rejected and not caught'],
	['an error in a component', 'SSS', 'thrown in a component'],
] as const)('%s is printed after the terminal is given back, with code 70', async ([, key, message]) => {
	const terminal = await launchReady();
	terminal.press(key);
	await expectRestored(terminal, 70);
	expect(terminal.text()).toContain(`Error: ${message}`);
	expect(terminal.text()).toMatch(/app-\w+\.js:\d+/u);
});

test.for([
	['SIGTERM', 143],
	['SIGHUP', 129],
	['SIGINT', 130],
	['SIGQUIT', 131],
] as const)('%s leaves the terminal as it was, with code %i', async ([signal, code]) => {
	const terminal = await launchReady();
	process.kill(programId(terminal), signal);
	await expectRestored(terminal, code);
});

test('a signal before Ink is loaded leaves the terminal as it was', async () => {
	const terminal = opening(launchInShell([process.execPath, fixture.program]));
	await terminal.until(screen => screen.raw.includes('loading'));
	process.kill(programId(terminal), 'SIGTERM');
	await expectRestored(terminal, 143);
});

test('Ctrl+Z gives the terminal to the shell, and fg takes it again', async () => {
	const terminal = await launchJobShell();
	terminal.type(`${process.execPath} cli.js\r`);
	await terminal.until('ready');
	await terminal.pressUntil('s', 'step 1');
	await terminal.pressUntil('ctrl-z', /Stopped|Suspended/u);
	expect(screenState(terminal)).toEqual(shellsOwn);
	terminal.resize(100, 30);
	terminal.type('echo $((40 + 2))\r');
	await terminal.until('42');
	terminal.type('fg\r');
	await terminal.until(/step 1[^]*100x30 q quit/u);
	expect(screenState(terminal)).toEqual({alternateScreen: true, cursor: false, autowrap: false, bracketedPaste: true, synchronized: false});
	await terminal.pressUntil('s', 'step 2');
	await terminal.pressUntil('q', atPrompt);
	terminal.type('echo $((50 + 5))\r');
	await terminal.until('55');
});

test('Ctrl+Z under npm stops npm and its shell too', async () => {
	writeFileSync(path.join(fixture.folder, 'package.json'), JSON.stringify({scripts: {start: `"${process.execPath}" cli.js`}}));
	const terminal = await launchJobShell();
	terminal.type('npm start\r');
	await terminal.until('ready');
	await terminal.pressUntil('ctrl-z', /Stopped|Suspended/u);
	expect(screenState(terminal)).toEqual(shellsOwn);
	terminal.type('echo $((40 + 2))\r');
	await terminal.until('42');
	terminal.type('fg\r');
	await terminal.until('step 0 ready');
	await terminal.pressUntil('s', 'step 1');
	await terminal.pressUntil('q', atPrompt);
	terminal.type('echo $((50 + 5))\r');
	await terminal.until('55');
});

test('Ctrl+Z where no shell could continue the program changes nothing', async () => {
	const terminal = opening(TestTerminal.launch(process.execPath, [fixture.program]));
	await terminal.until('ready');
	terminal.press('ctrl-z', 's');
	await terminal.until('step 1');
	expect(terminal.isAlternate).toBe(true);
});

test('SIGTSTP from elsewhere and SIGSTOP without a warning are recovered from', async () => {
	const terminal = await launchJobShell();
	terminal.type(`sh -c 'echo PID=$$; exec "${process.execPath}" cli.js'\r`);
	const timesTaken = () => terminal.raw.split('\u001B[?1049h').length - 1;
	const timesStopped = () => terminal.raw.split(/Stopped|Suspended/u).length - 1;
	for (const [index, signal] of (['SIGTSTP', 'SIGSTOP'] as const).entries()) {
		await terminal.until(`step ${index} ready`);
		process.kill(programId(terminal), signal);
		await terminal.until(() => timesStopped() === index + 1);
		// SIGSTOP leaves no time to set the modes back: Enter is not yet a line end to the shell.
		terminal.type('fg\n');
		await terminal.until(() => timesTaken() === index + 2);
		await terminal.pressUntil('s', `step ${index + 1} ready`);
		expect(terminal.lines()[39]).toBe('120x40 q quit');
	}
});

test.for([
	['while it loads', 'loading', ''],
	['while it waits', 'ready', ''],
	['while it paints', 'step 3', 'w'],
] as const)('a terminal that goes away ends the program with code 129, %s', async ([when, seen, key]) => {
	const report = path.join(fixture.folder, when.replaceAll(' ', '-'));
	const command = `trap '' HUP; "${process.execPath}" "${fixture.program}"; echo $? > ${report}.new; mv ${report}.new ${report}`;
	const terminal = opening(TestTerminal.launch('/bin/sh', ['-c', command]));
	terminal.press(key);
	await terminal.until(screen => screen.raw.includes(seen) || screen.text().includes(seen));
	terminal.hangUp();
	await expect.poll(() => existsSync(report) && readFileSync(report, 'utf8'), {timeout: 4000, interval: 5}).toBe('129\n');
});
