import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, afterEach, describe, expect, test} from 'vitest';
import {App, crossingProgram, newcomer, PLACE} from './app.js';
import {command, field, markedRow, said} from './cards.js';

const folder = mkdtempSync(path.join(tmpdir(), 'comparing-'));

afterEach(() => App.closeAll());
afterAll(() => rmSync(folder, {recursive: true}));

const isClosed = (app: App): boolean => !app.terminal.text().includes('Comparison');

describe('compare', () => {
	test('sets the run before the last change against the run after; Enter goes to the first difference, Esc comes back', async () => {
		const app = await App.inLab(120, 60);
		await app.press(':', 'Command');
		await app.press('compare\r', () => said(app).includes('nothing was changed in this run'));
		await app.press('esc', () => field(app) === undefined);
		await app.set(PLACE.rdi, '77');
		const {step} = app;
		await command(app, 'compare', 'Comparison');
		expect(said(app)).toContain('A first run: exited with 0 B branch 1, rdi = 0x4d (on the screen): exited with 0');
		expect(said(app)).toMatch(/First write to memory that is different: ▶ behind step \d+, entry_64\.s:\d+ pushq %rdi pt_regs->di A 0x1 · B 0x4d/u);
		expect(said(app)).toMatch(/Where their ways part: behind step \d+, read_write\.s:\d+ js 1f/u);
		expect(said(app)).toContain('console A "hello world\\n" · B ""');
		expect(said(app)).toContain('result of call 1 write A 12 · B -9 (EBADF)');
		const goal = Number(/step (\d+)/u.exec(markedRow(app))?.[1]);
		await app.press('enter', () => app.step === goal && app.ring === 0 && isClosed(app));
		expect(app.register('rdi')).toBe(77n);
		await app.press('esc', () => app.step === step && !isClosed(app));
		await app.press('esc', () => isClosed(app));
	});

	test('runs a kernel without a line beside this one', async () => {
		const app = await App.inLab(120, 60);
		await command(app, 'compare without swapgs', 'Comparison');
		expect(said(app)).toContain('A this run (on the screen): exited with 0 B without swapgs: the kernel gave up (panic)');
		expect(said(app)).toMatch(/Lines that only one of them has: ▶ A step \d+, entry_64\.s:\d+ swapgs/u);
		await app.press('esc', () => isClosed(app));
		await app.press(':', 'Command');
		await app.press('compare without everything\r', () => said(app).includes('no line is named everything'));
	});

	test('tries another setting where the machine stands, and leaves the run as it is', async () => {
		const app = await App.inLab(120, 60);
		await command(app, 'compare set rdi=77', 'Comparison');
		expect(said(app)).toContain('B with rdi = 0x4d at step 13: exited with 0');
		await app.press('esc', () => isClosed(app));
		expect(app.register('rdi')).toBe(1n);
		await app.move('n');
		expect(app.register('rax')).toBe(12n);
	});

	test('of runs that go on and on says so, and is stopped by a key', async () => {
		const file = path.join(folder, 'on-and-on.s');
		writeFileSync(file, '\t.globl _start\n_start:\tmovl $1, %edi\n1:\tmovl $39, %eax\n\tsyscall\n\tjmp 1b\n');
		const app = App.launch({parameters: ['--no-motion', file], columns: 100, rows: 30});
		await app.see('step 0 of 0+');
		await app.press(':', 'Command');
		await app.press('compare set rdi=2', () => field(app) === 'compare set rdi=2');
		await app.press('enter', /Comparing, at step \d+/u);
		await app.press('esc', 'Stopped: nothing was found out.');
		await app.press('s', () => app.step === 1);
	});
});

describe('branches', () => {
	test('are named, listed, gone to with Enter and removed; what can be taken back goes with them', async () => {
		const app = await App.inLab(120, 60);
		await app.press(':', 'Command');
		await app.press('drop first run\r', () => said(app).includes('the first run can’t be removed'));
		await app.press('esc', () => field(app) === undefined);
		await app.set(PLACE.rdi, '77');
		await command(app, 'name seventy-seven', () => app.notice.includes('is called seventy-seven'));
		await command(app, 'branches', () => app.isChosen('branches'));
		expect(app.paneText('branches')).toMatch(/first run +steps 0 to \d+[^]*▶seventy-seven/u);
		await app.press('up', () => app.paneText('branches').includes('▶first run'));
		await app.press('enter', () => app.notice === 'On the screen is first run.' && app.register('rdi') === 1n);
		await app.press('u', 'Nothing has been changed.');
		await command(app, 'compare seventy-seven', 'Comparison');
		expect(said(app)).toContain('A seventy-seven, rdi = 0x4d: exited with 0 B first run (on the screen)');
		await app.press('esc', () => isClosed(app));
		await command(app, 'drop seventy-seven', () => app.notice === 'seventy-seven (rdi = 0x4d) is gone.');
		expect(app.paneText('branches')).toContain('Nothing has been changed');
	});

	test('that are gone to bring their changes along: u takes them back', async () => {
		const app = await App.inLab(120, 60);
		await app.set(PLACE.rdi, '77');
		await app.press('u', () => app.register('rdi') === 1n);
		await command(app, 'branches', () => app.isChosen('branches'));
		await app.press('down', () => app.paneText('branches').includes('▶branch 1'));
		await app.press('enter', () => app.notice === 'On the screen is branch 1.' && app.register('rdi') === 77n);
		await app.press('u', () => app.register('rdi') === 1n && app.notice.includes('Taken back: rdi = 0x4d'));
	});
});

test('without a screen it is all told in lines', () => {
	const input = ['1', 'who rdi', 'w', 'rdi=77', 'name changed', 'compare', 'compare set rdi=nobody', 'branches', 'drop changed', 'quit', ''].join('\n');
	const {status, stdout, stderr} = spawnSync(process.execPath, [crossingProgram(), '--plain'], {input, env: {...process.env, LANG: 'C.UTF-8', LC_ALL: '', ...newcomer()}, encoding: 'utf8'});
	expect([status, stderr]).toEqual([0, '']);
	expect(stdout).toMatch(/Who wrote rdi\?\nAt step 13 it is 0x1\. It was written by:\nstep 10: ring 3, movl \$1, %edi program\.s:24: set by the program: a number in the instruction/u);
	expect(stdout).toContain('Nothing is marked that somebody wrote');
	expect(stdout).toMatch(/A {2}first run\nB {2}changed, rdi = 0x4d\n\nFirst write to memory that is different: behind\n {2}A, B {2}step 24 {2}entry_64\.s:55 {2}pushq %rdi/u);
	expect(stdout).toContain('  result of call 1 write   A 12   B -9 (EBADF)');
	expect(stdout).toContain('“nobody” is no symbol');
	expect(stdout).toMatch(/now: changed: steps 13 to \d+, rdi = 0x4d/u);
	expect(stdout).toContain('changed (rdi = 0x4d) is gone; on the screen is the run that it was made from.');
});
