import {execFile} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterEach, describe, expect, test} from 'vitest';
import {programId, screenState, shellsOwn} from '../support/shell.js';
import {TestTerminal} from '../support/terminal.js';
import {App, crossingProgram, newcomer} from './app.js';

afterEach(() => App.closeAll());

/** A shell that says what became of the terminal's modes; they may be set back a moment after the program's end. */
const script = (command: string): string => `
echo BEFORE
before=$(stty -g)
sh -c 'echo PID=$$; exec "$@"' sh ${command}
echo "EXIT=$?"
for try in $(seq 200); do [ "$before" = "$(stty -g)" ] && break; sleep 0.02; done
[ "$before" = "$(stty -g)" ] && echo STTY_SAME || echo STTY_CHANGED
exec cat
`;

function launchInShell(env: Readonly<Record<string, string>> = newcomer()): App {
	return App.in(TestTerminal.launch('/bin/sh', ['-c', script(`'${process.execPath}' '${crossingProgram()}' --no-motion`)], {env}));
}

/** The newest state of the progress in a folder. */
function newest(folder: string): string {
	const name = existsSync(folder) ? readdirSync(folder).filter(each => each.endsWith('.json')).sort().at(-1) : undefined;
	return name === undefined ? '' : readFileSync(path.join(folder, name), 'utf8');
}

describe('kill -9', () => {
	test('leaves the terminal as it was: modes, screen, cursor', async () => {
		const app = launchInShell();
		await app.openLab();
		process.kill(programId(app.terminal), 'SIGKILL');
		await app.see('STTY_SAME');
		await app.see(() => !app.terminal.isAlternate);
		// The shell said so on the screen that was then given back.
		expect(app.terminal.raw).toContain('EXIT=137');
		expect(screenState(app.terminal)).toEqual(shellsOwn);
	});

	test('after a suspension too', async () => {
		const terminal = TestTerminal.launch('/bin/sh', ['-i'], {env: {...newcomer(), PS1: 'prompt> ', ENV: undefined}});
		const app = App.in(terminal);
		await app.see('prompt>');
		terminal.type(`stty -g; sh -c 'echo PID=$$; exec "${process.execPath}" "${crossingProgram()}"'\r`);
		await app.openLab();
		const [modes] = /\b[\da-f]+:[\da-f:]+\b/u.exec(terminal.raw) ?? [''];
		await app.press('ctrl-z', /Stopped|Suspended/u);
		terminal.type('fg\r');
		await app.see(() => terminal.isAlternate && app.page === 1);
		process.kill(programId(terminal), 'SIGKILL');
		await app.see(() => !terminal.isAlternate);
		terminal.type('stty -g\r');
		await app.see(() => terminal.raw.split(modes).length > 2);
		expect(screenState(terminal)).toEqual(shellsOwn);
	});

	test('loses nothing of the progress', async () => {
		const env = newcomer();
		const app = launchInShell(env);
		await app.openLab();
		await app.toPage(5);
		await expect.poll(() => newest(env.SYSCALL_LAB_HOME)).toContain('"at": "The table"');
		process.kill(programId(app.terminal), 'SIGKILL');
		await app.see('STTY_SAME');
		const next = App.launch({env, parameters: ['--no-motion']});
		await next.see('Go on: The crossing');
		await next.press('enter', () => next.page === 5);
	});
});

test('resizes in a storm end in a whole frame of the last size', {retry: 2, timeout: 60_000}, async () => {
	const app = await App.inLab(80, 24);
	await app.toPage(4);
	for (let turn = 0; turn < 5; turn++) {
		for (const [columns, rows] of [[81, 25], [250, 70], [40, 10], [120, 40], [10, 3], [200, 60], [79, 24], [80, 23], [300, 100]] as const) app.terminal.resize(columns, rows);
		if (turn % 2 === 0) app.terminal.press('s');
	}

	app.terminal.resize(100, 30);
	await expect.poll(() => app.rows.length === 30 && (app.rows[0] ?? '').length >= 99 && app.pane('code') !== undefined && (app.rows.at(-1) ?? '').startsWith(' Space next'), {timeout: 10_000}).toBe(true);
	expect(app.page).toBe(4);
	const before = app.terminal.text();
	app.terminal.press('ctrl-l');
	await app.see(() => app.terminal.raw.endsWith('\u001B[?2026l'));
	expect(app.terminal.text()).toBe(before);
});

test('an escape sequence in pieces is one key', async () => {
	const app = await App.inLab(120, 40, {env: {ESCDELAY: '3000'}});
	await app.choose('2', 'registers');
	for (const piece of ['\u001B', '[', 'B']) app.terminal.type(piece);
	await app.see(() => app.paneText('registers').includes('▶ rdi'));
	for (const piece of ['\u001B[', '5', '~']) app.terminal.type(piece);
	await app.see(() => app.paneText('registers').includes('▶ rax'));
	expect(app.page).toBe(1);
});

test('keys in a burst are followed to the last one, through fields and overlays', async () => {
	const app = await App.inLab();
	const {step = 0} = app;
	app.terminal.type('ss:set rdi=5\rss?\u001B[B');
	await app.see('Keys');
	app.terminal.press('esc');
	await app.see(() => app.step === step + 4);
	app.terminal.type('SSSS');
	await app.see(() => app.step === step);
});

test('what the terminal says by itself is no key', async () => {
	const app = await App.inLab();
	const {step = 0} = app;
	app.terminal.type('\u001B[I\u001B[?62;22c\u001B[<0;10;10M\u001B[24;80R\u001B]11;rgb:0000/0000/0000\u001B\\\u001BP>|xterm\u001B\\\u001B[Os');
	await app.see(() => app.step === step + 1);
	expect(app.notice).toBe('');
});

test('ctrl-l draws everything anew, and nothing else has changed', async () => {
	const app = await App.inLab();
	const before = app.terminal.text();
	const clears = (): number => app.terminal.raw.split('\u001B[2J').length;
	const cleared = clears();
	await app.press('ctrl-l', () => clears() === cleared + 1);
	expect(app.terminal.text()).toBe(before);
});

describe('progress that can’t be saved', () => {
	test('is told with a remedy, and the lab goes on', async () => {
		const home = mkdtempSync(path.join(tmpdir(), 'no-folder-'));
		writeFileSync(path.join(home, 'file'), '');
		const app = await App.inLab(120, 40, {env: {SYSCALL_LAB_HOME: path.join(home, 'file', 'progress')}});
		await app.see('Note');
		expect(app.terminal.text().replaceAll(/[\s┃]+/gu, ' ')).toContain('set SYSCALL_LAB_HOME to another folder');
		await app.press('space', () => app.page === 2 && !app.terminal.text().includes('Note'));
		await app.press('space', () => app.page === 3);
		expect(app.terminal.text()).not.toContain('SYSCALL_LAB_HOME');
		rmSync(home, {recursive: true});
	});
});

describe('a terminal that goes away', () => {
	test.for([['while it waits', []], ['while it plays', ['p']], ['while the guest runs', ['c', 'c']]] as const)('ends the program %s', async ([, keys]) => {
		const report = path.join(mkdtempSync(path.join(tmpdir(), 'hang-up-')), 'code');
		const command = `trap '' HUP; '${process.execPath}' '${crossingProgram()}' --no-motion; echo $? > ${report}.new; mv ${report}.new ${report}`;
		const app = App.in(TestTerminal.launch('/bin/sh', ['-c', command], {env: newcomer()}));
		await app.openLab();
		app.terminal.press(...keys);
		app.terminal.hangUp();
		await expect.poll(() => existsSync(report), {timeout: 10_000, interval: 20}).toBe(true);
		expect(readFileSync(report, 'utf8')).toBe('129\n');
	});
});

/** Processes whose parent is this one or one of its children, by their command lines. */
function children(pid: number): Promise<string> {
	return new Promise(resolve => {
		execFile('ps', ['-o', 'pid=,ppid=,args=', '-e'], (_, stdout) => resolve(stdout.split('\n').filter(line => line.trim().split(/\s+/u)[1] === String(pid)).join('\n')));
	});
}

test('nothing is left behind when the program ends', async () => {
	const app = launchInShell();
	await app.openLab();
	const pid = programId(app.terminal);
	const before = await children(pid);
	expect(before).toContain('read -r line');
	app.terminal.press('q');
	await app.see('STTY_SAME');
	expect(await children(pid)).toBe('');
	const watcher = Number(/\d+/u.exec(before)?.[0]);
	// One that has ended, but that nobody has asked after, has no command line any more.
	await expect.poll(() => existsSync(`/proc/${watcher}/cmdline`) && readFileSync(`/proc/${watcher}/cmdline`, 'utf8') !== '').toBe(false);
});
