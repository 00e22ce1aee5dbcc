import {execFile} from 'node:child_process';
import process from 'node:process';
import {afterEach, describe, expect, test} from 'vitest';
import {App, clears, cli} from './app.js';

afterEach(() => App.closeAll());

const sgrParameters = (raw: string): readonly string[] => [...raw.matchAll(/\u001B\[([\d;]*)m/gu)].flatMap(([, parameters]) => parameters.split(';'));

/** Foreground and background colours, as SGR parameters. */
const isColour = (parameter: string): boolean => /^(?:[34][0-8]|9[0-7]|10[0-7])$/u.test(parameter);

test('keys typed before the app is ready are kept, in order', async () => {
	const app = App.launch();
	app.terminal.type('\r   s');
	await app.see(() => app.page === 4 && app.step !== undefined);
	const {step} = app;
	await app.pressTo('S', (step ?? 0) - 1);
	await app.press('b', () => app.page === 3);
	await app.press('space', () => app.page === 4 && app.step === (step ?? 0) - 1);
});

test('keys typed while a lab is being opened are for the lab', async () => {
	const app = App.launch();
	await app.see('Choose a lab:');
	app.terminal.type('\r2\u001B[B\r');
	await app.press('55\r', () => app.register('rdi') === 55n);
});

test('q typed before the app is ready ends it', async () => {
	const app = App.launch();
	app.terminal.type('q');
	expect(await app.terminal.exit).toEqual({code: 0, signal: 0});
});

describe('colours', () => {
	test('are the 16 of the terminal', async () => {
		const app = await App.inLab();
		await app.toPage(2);
		const parameters = sgrParameters(app.terminal.raw);
		expect(parameters.some(isColour)).toBe(true);
		expect(parameters.filter(parameter => parameter === '38' || parameter === '48')).toEqual([]);
	});

	test.for([
		['NO_COLOR', {env: {NO_COLOR: '1'}}],
		['--no-color', {parameters: ['--no-color']}],
		['FORCE_COLOR=0', {env: {FORCE_COLOR: '0'}}],
	] as const)('are not used with %s; weight, reversal and marks tell the same', async ([, options]) => {
		const app = App.launch(options);
		await app.openLab();
		await app.toPage(2);
		expect(app.paneText('registers')).toMatch(/^ ●rcx /mu);
		expect(app.rows[0]).toContain('ring 0 · KERNEL');
		await app.choose('2', 'registers');
		expect(sgrParameters(app.terminal.raw).filter(isColour)).toEqual([]);
		expect(sgrParameters(app.terminal.raw)).toContain('7');
	});
});

test.for([['LANG=C', {LANG: 'C'}], ['LC_ALL=C', {LC_ALL: 'C'}], ['no locale', {LANG: undefined}], ['TERM=linux', {TERM: 'linux'}]] as const)('%s: every character is ASCII', async ([, env]) => {
	const app = App.launch({columns: 80, rows: 24, env});
	const expectAscii = (): void => expect(app.terminal.text()).toMatch(/^[\n -~]*$/u);
	await app.see('Choose a lab:');
	expectAscii();
	await app.press('enter', 'A program wants to print');
	expectAscii();
	for (let page = 2; page <= 8; page++) {
		await app.press('space', new RegExp(`${page} of 8.*step`, 'u'));
		expectAscii();
	}

	await app.press('space', 'This was the last page');
	for (const pane of ['2', '4', '5', '6', '7', '8', '9']) {
		await app.press(pane, new RegExp(`#- ${pane} `, 'u'));
		expectAscii();
	}

	await app.press(':', 'Command');
	expectAscii();
	app.terminal.press('esc');
	await app.see(() => !app.terminal.text().includes('Command'));

	await app.press('?', 'Keys');
	expectAscii();
	expect(app.terminal.raw).toMatch(/^[\u0000-~]*$/u);
});

/** Runs the program without a terminal. */
function run(command: string): Promise<{readonly code: number; readonly stdout: string; readonly stderr: string}> {
	return new Promise(resolve => {
		execFile('/bin/sh', ['-c', command], {env: {...process.env, TERM: 'xterm'}}, (error, stdout, stderr) => resolve({code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr}));
	});
}

const program = `'${process.execPath}' '${cli}'`;

test.for([
	['output into a pipe', `${program} | cat; exit 2`, ''],
	['input from a file', `${program} < /dev/null`, 'Standard input is not a terminal.'],
	['closed input', `${program} <&-`, 'Standard input is not a terminal.'],
	['closed input and output', `${program} <&- >&-`, 'Standard input is not a terminal.'],
])('%s: one line says what to run instead, exit code 2', async ([, command, message]) => {
	const {code, stdout, stderr} = await run(command);
	expect(code).toBe(2);
	expect(stdout).toBe('');
	expect(stderr).toContain(message);
	expect(stderr).toMatch(/^syscall-lab: [^\n]* To run a program without a screen: syscall-lab run FILE\.s\n$/u);
});

test('output that is no terminal is refused though input is one', async () => {
	const app = App.in((await import('../support/terminal.js')).TestTerminal.launch('/bin/sh', ['-c', `${program} > /dev/null; echo "EXIT=$?"`]));
	await app.see('EXIT=2');
	expect(app.terminal.text()).toContain('Standard output is not a terminal.');
});

test('TERM=dumb starts the plain mode and says why', async () => {
	const app = App.launch({env: {TERM: 'dumb'}});
	await app.see('quit leaves.');
	expect(app.terminal.text()).toContain('The terminal cannot move its cursor (TERM=dumb), so this is the plain mode.');
	app.terminal.type('quit\r');
	expect(await app.terminal.exit).toEqual({code: 0, signal: 0});
	expect(app.terminal.raw).not.toContain('\u001B');
});

test.for([[40, 10], [79, 24], [80, 23]] as const)('a screen of %i by %i is too small from the beginning, until it grows', async ([columns, rows]) => {
	const app = App.launch({columns, rows});
	await app.see(`Terminal too small: ${columns}x${rows}`);
	expect(clears(app.terminal)).toBe(2);
	app.terminal.resize(80, 24);
	await app.openLab();
});
