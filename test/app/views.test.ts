import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, afterEach, describe, expect, test} from 'vitest';
import {App, newcomer} from './app.js';

const folder = mkdtempSync(path.join(tmpdir(), 'views-'));
const calls = path.join(folder, 'calls.s');
writeFileSync(calls, `	.globl _start
_start:	movl $1, %eax
	movl $1, %edi
	leaq message(%rip), %rsi
	movl $6, %edx
	syscall
	movl $39, %eax
	syscall
	movl $60, %eax
	xorl %edi, %edi
	syscall
	.data
message: .ascii "hello\\n"
`);

afterEach(() => App.closeAll());
afterAll(() => rmSync(folder, {recursive: true}));

/** The program of these tests, without a lesson. */
async function launch(columns = 120, rows = 40): Promise<App> {
	const app = App.launch({columns, rows, parameters: ['--no-motion'], env: newcomer()});
	await app.see('Choose a lab:');
	await app.press('o', 'Esc leave it');
	await app.press(`${calls}\r`, () => app.step === 0);
	return app;
}

/** Types a command. */
async function type(app: App, command: string, expected: Parameters<App['see']>[0]): Promise<void> {
	await app.press(':', 'Command');
	await app.press(`${command}\r`, expected);
}

describe.for([[80, 24], [120, 40], [200, 60]] as const)('at %i by %i', ([columns, rows]) => {
	test('/ finds a word, which is explained in three sentences, and Esc leads back step by step', async () => {
		const app = await App.inLab(columns, rows);
		const before = app.terminal.text();
		await app.press('/', 'A word, a system call by name or number');
		await app.press('swapg', /▶ swapgs +word: The instruction that exchanges the GS base/u);
		await app.press('enter', '━ swapgs ━');
		await app.see(/┃ See +gs and k_gs in the registers pane/u);
		await app.press('esc', '> swapg');
		await app.press('esc', () => app.terminal.text() === before);
	});

	test('every view and every pane is shown, and each frame is whole', async () => {
		const app = await launch(columns, rows);
		await app.press('c', () => app.ring === 0);
		for (const [view, pane] of [['processor', 'hardware'], ['memory', 'memory'], ['tables', 'tables'], ['calls', 'strace'], ['diagrams', 'path'], ['crossing', 'registers']] as const) {
			await app.press('v', `View: ${view}.`);
			expect(app.pane(pane), view).toBeDefined();
		}

		for (const pane of ['strace', 'calls', 'path', 'boot', 'walk', 'maps', 'process', 'tables', 'system', 'tasks'] as const) {
			await type(app, `show ${pane}`, () => app.isChosen(pane));
			expect(app.paneText(pane).trim()).not.toBe('');
		}
	});
});

test('/ leads to a call’s row, to code, to memory, and to a lab', async () => {
	const app = await launch();
	await app.press('/', 'Search');
	await app.press('39', /▶ getpid +system call: 39/u);
	await app.press('enter', '━ getpid, system call 39 ━');
	await app.press('esc', '> 39');
	await app.press('esc', () => !app.terminal.text().includes('Search'));
	await app.press('/', 'Search');
	await app.press('do_syscall_64', /▶ do_syscall_64/u);
	await app.press('enter', () => app.isChosen('code') && app.terminal.text().includes('syscall_64.s'));
	expect(app.paneText('code')).toMatch(/^◆ +\d+ /mu);
	await app.press('/', 'Search');
	await app.press('message', /▶ message +symbol/u);
	await app.press('enter', () => app.isChosen('memory') && app.paneText('memory').includes('hello'));
	await app.press('/', 'Search');
	await app.press('the-cross', /▶ the-crossing +lab: The crossing/u);
	await app.press('enter', 'A program wants to print');
});

test('/ works in the menu, where a call is a card and a name needs a machine', async () => {
	const app = App.launch();
	await app.see('Choose a lab:');
	await app.press('/', 'Search');
	await app.press('openat', /▶ openat/u);
	await app.press('enter', '━ openat, system call 257 ━');
	await app.see('EFAULT');
	await app.press('esc', '> openat');
	await app.press('esc', () => !app.terminal.text().includes('Search'));
	// The menu has its keys again.
	await app.press('enter', 'A program wants to print');
});

test('what is found by nothing is said, and the text stays', async () => {
	const app = await launch();
	await app.press('/', 'Search');
	await app.press('qqqzz', 'Nothing is called qqqzz');
	await app.press('enter', 'Nothing is called qqqzz');
	expect(app.terminal.text()).toContain('> qqqzz');
	await app.press('esc', () => !app.terminal.text().includes('Search'));
	expect(app.step).toBe(0);
});

test('the calls are listed as strace writes them, the running one marked, and Enter goes to one', async () => {
	const app = await launch();
	await type(app, 'view calls', 'View: calls');
	await app.see(() => app.paneText('strace').includes('No system call has been made yet.'));
	await app.press('c', () => app.paneText('strace').trim() === '● write(1, "hello\\n", 6 …' && app.ring === 0);
	await app.press('f', () => app.ring === 3);
	expect(app.paneText('strace')).toContain('  write(1, "hello\\n", 6) = 6');
	await app.press('end', () => app.ring === 3);
	await app.press('n', () => app.step !== undefined);
	await app.press('n', () => app.paneText('strace').includes('getpid() = 42'));
	await type(app, 'show strace', () => app.isChosen('strace'));
	await app.press('up', /▶ write/u);
	expect(app.rows.at(-1)).toContain('Enter go there');
	await app.press('enter', () => app.ring === 0 && app.step === 5);
	expect(app.paneText('strace')).toMatch(/^▶ write\(1, "hello\\n", 6 …$/mu);
	expect(app.paneText('strace')).toMatch(/^ +getpid/mu);
});

test('a walk is asked for by an address, and follows the memory pane’s mark', async () => {
	const app = await launch(200, 60);
	await type(app, 'walk message', () => app.isChosen('walk') && app.paneText('walk').includes('PML4'));
	const first = /^.(0x[0-9a-f]+)/u.exec(app.paneText('walk'))?.[1] ?? '';
	expect(BigInt(first) % 0x1000n).toBe(0n);
	await app.press('+', /ring 3 read +allowed/u);
	expect(app.paneText('walk')).toMatch(/ring 3 fetch +refused/u);
	await app.press('+', () => app.pane('lesson') !== undefined);
	await type(app, 'view memory', () => app.pane('memory') !== undefined);
	await app.choose('8', 'memory');
	await app.press('down', () => app.pane('walk') === undefined || app.paneText('walk').includes(`0x${(BigInt(first) + 8n).toString(16)}`));
	await type(app, 'show walk', () => app.isChosen('walk') && app.paneText('walk').includes(`0x${(BigInt(first) + 8n).toString(16)}`));
	await type(app, 'walk nowhere_at_all', 'is no symbol of the program or the kernel');
});

test('Enter explains an entry of a table with all its fields', async () => {
	const app = await launch(120, 40);
	await type(app, 'show tables', () => app.isChosen('tables'));
	expect(app.rows.at(-1)).toContain('Enter explain');
	for (let count = 0; count < 6; count++) app.terminal.press('down');
	await app.see(/▶0x10 /u);
	await app.press('enter', '0x10, __KERNEL_CS: 64-bit code, DPL 0.');
	await app.see(/┃ DPL \[46:45\] +0x0: For ring 0\./u);
	await app.press('esc', () => !app.terminal.text().includes('DPL [46:45]'));
});

test('marking an event shows its instruction and what it did; Enter goes there', async () => {
	const app = await launch(200, 60);
	await app.press('c', () => app.ring === 0);
	await app.press('f', () => app.ring === 3);
	const step = app.step;
	await app.choose('5', 'events');
	await app.press('up', () => app.paneText('code').includes('◆'));
	expect(app.step).toBe(step);
	expect(app.terminal.text()).toMatch(/7 Hardware · step \d+/u);
	await app.press('enter', () => app.step !== step);
	expect(app.paneText('code')).not.toContain('◆');
});

test('marking an instruction in the code shows what it did, and Enter goes to where it ran', async () => {
	const app = await launch(200, 60);
	await app.press('c', () => app.ring === 0);
	await app.press('s', () => app.step === 6);
	await app.press('s', () => app.step === 7);
	await app.choose('3', 'code');
	await app.press('up', () => /^◆ +\d+ +swapgs/mu.test(app.paneText('code')));
	expect(app.terminal.text()).toContain('7 Hardware · step 7');
	await app.press('enter', () => app.step === 6);
	expect(app.paneText('code')).toMatch(/^▶ +\d+ +swapgs/mu);
});

test('i shows Intel’s syntax with the line as it is written below it, and goes back', async () => {
	const app = await launch();
	const before = app.paneText('code');
	await app.press('i', /▶ +\d+ +mov eax, 1/u);
	expect(app.paneText('code')).toContain('movl $1, %eax');
	expect(app.terminal.text()).toMatch(/3 Code · \S*calls\.s,/u);
	await app.press('i', () => app.paneText('code') === before);
});

test('the narrator’s sentence stands below the panes at every size', async () => {
	const app = await launch(80, 24);
	await app.press('s', /run .*● mov: rax becomes 0x1\./u);
	app.terminal.resize(120, 40);
	await app.see(/^ ● mov: rax becomes 0x1\./mu);
});

test('the table of calls is searched', async () => {
	const app = await launch();
	await type(app, 'calls sleep', () => app.isChosen('calls') && app.paneText('calls').includes('nanosleep'));
	expect(app.terminal.text()).toContain('System calls · found by sleep');
	await app.press('enter', '━ nanosleep, system call 35 ━');
	await app.press('esc', () => !app.terminal.text().includes('system call 35'));
	await type(app, 'calls', () => app.paneText('calls').includes('read'));
});

test('in the plain mode all of it is told in words', async () => {
	const app = App.launch({parameters: ['--plain', '--lab', 'the-crossing']});
	await app.see(/^> $/mu);
	for (const [line, said] of [
		['strace', 'no system call has been made yet'], ['s', '14: syscall'], ['strace', 'running: write(1, "hello world\\n", 12 …'], ['path', 'entry_SYSCALL_64, the machine is here'], ['boot', 'a syscall fires, the machine is here'],
		['walk message', 'PML4: '], ['walk', 'ring 3 fetch'], ['process', '[stack]'], ['tables', 'the top of the entry stack'], ['search swapgs', 'exchanges the GS base'], ['search 39', 'getpid, system call 39:'], ['calls write', 'now: 1 write'],
	] as const) {
		app.terminal.type(`${line}\r`);
		await app.see(terminal => terminal.text().replaceAll(/\s+/g, ' ').includes(said.replaceAll(/\s+/g, ' ')));
	}
});
