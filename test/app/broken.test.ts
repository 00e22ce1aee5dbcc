import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, afterEach, describe, expect, test} from 'vitest';
import {entryText} from '../support/entries.js';
import {App, cli} from './app.js';
import {command, said} from './cards.js';

afterEach(() => App.closeAll());
const folder = mkdtempSync(path.join(tmpdir(), 'broken-'));
afterAll(() => rmSync(folder, {recursive: true}));

const PROGRAM = `	.globl _start
_start:	movl $1, %eax
	movl $1, %edi
	leaq message(%rip), %rsi
	movl $3, %edx
	syscall
	movl $60, %eax
	xorl %edi, %edi
	syscall
	.data
message: .ascii "hi\\n"
`;

/** A program of one's own, in the app. */
async function inProgram(columns = 120, rows = 40): Promise<App> {
	const file = path.join(folder, 'mine.s');
	writeFileSync(file, PROGRAM);
	const app = App.launch({program: cli, parameters: ['--no-motion'], columns, rows});
	await app.see('Choose a lab:');
	app.terminal.press('o');
	await app.see('open ');
	app.terminal.type(`${file}\r`);
	await app.see(() => app.step === 0);
	return app;
}

const closed = (app: App): boolean => !/What broke first\?|The door under attack/u.test(app.terminal.text());

/** The panes that a machine's state is seen in. */
const state = (app: App): readonly string[] => (['registers', 'stacks', 'code'] as const).map(name => app.paneText(name));

describe('what broke first', () => {
	test('is told of a kernel without a line, and Enter goes there and Esc comes back', async () => {
		const app = await inProgram();
		await command(app, 'without swapgs', /begins again: without swapgs/u);
		await app.press('s', () => app.step === 1);
		const before = state(app);
		await command(app, 'broken', () => said(app).includes('Left out of this kernel'));
		expect(said(app)).toContain('What broke first?');
		expect(said(app)).toMatch(/The first promise that was broken: ▶ step 6 movq %rsp, %gs:cpu_tss_rw \+ TSS_sp2 entry_64\.s:\d+: “Where the kernel reaches memory through GS, GS has the kernel’s base\.” But the GS base is 0x0/u);
		expect(said(app)).toMatch(/The first exception in the kernel: step 6 .*#DF In the end: the kernel gave up \(panic\)\./u);
		expect(app.step).toBe(1);
		await app.press('enter', () => closed(app) && app.step === 6);
		expect(app.ring).toBe(0);
		expect(app.paneText('code')).toMatch(/▶ *\d+ +movq\s+%rsp, %gs:cpu_tss_rw/u);
		await app.press('esc', () => app.step === 1 && !closed(app));
		await app.press('esc', () => closed(app));
		expect(state(app)).toEqual(before);
	});

	test('is nothing on the whole kernel, and the program goes on as it was', async () => {
		const app = await inProgram(80, 24);
		await command(app, 'broken', () => said(app).includes('No promise that the kernel makes was broken in this run'));
		expect(said(app)).toContain('In the end: exited with 0.');
		await app.press('esc', () => closed(app));
		expect(app.step).toBe(0);
	});
});

describe('an attack on the door', () => {
	test('is held off by the kernel’s own', async () => {
		const app = await inProgram();
		await command(app, 'attack plain garbage-rsp', () => said(app).includes('The door under attack: 2 of 2 held off'));
		expect(said(app)).toContain('No attack got through. Attack by attack: plain held. Writes a line and exits. garbage-rsp held.');
		await app.press('esc', () => closed(app));
		await command(app, 'attack nobody', 'here is no attack nobody: plain, marked-registers');
	});

	test('gets through an entry path of one’s own, and the promise that it broke is named', async () => {
		const file = path.join(folder, 'door.s');
		writeFileSync(file, entryText([['\tpushq\t%rdi', '\tpushq\t%rsi']]));
		const app = await inProgram();
		await command(app, `entry ${file}`, 'The program begins again: the entry path is that of');
		const before = state(app);
		await command(app, 'attack plain marked-registers gs-base', () => said(app).includes('The door under attack:'));
		expect(said(app)).toContain('The first that got through: plain');
		expect(said(app)).toContain('“The struct pt_regs holds every register of the program as SYSCALL found it.” But');
		await app.press('esc', () => closed(app));
		expect(state(app)).toEqual(before);
		expect(app.step).toBe(0);
		writeFileSync(file, entryText([['\tpushq\t%rdi', '\tpushq\t%nonsense']]));
		await command(app, 'entry', /door\.s:\d+/u);
		expect(app.step).toBe(0);
		await app.press('esc', () => !(app.rows.at(-1) ?? '').includes('Esc leave it'));
		writeFileSync(file, entryText());
		await command(app, 'entry', 'The program begins again');
		await command(app, 'attack plain', () => said(app).includes('1 of 1 held off'));
	}, 90_000);
});
