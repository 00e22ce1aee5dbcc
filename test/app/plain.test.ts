import {spawn} from 'node:child_process';
import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterEach, describe, expect, test} from 'vitest';
import {App, crossingProgram, newcomer} from './app.js';

afterEach(() => App.closeAll());

/** What a session without a screen came to. */
interface Told {
	readonly code: number | null;
	readonly text: string;
	readonly lines: readonly string[];
	readonly stderr: string;
}

/** Types lines into the plain mode, and gives what it says until its input ends. */
function plain(lines: readonly string[], {env = newcomer(), parameters = []}: {readonly env?: Readonly<Record<string, string>>; readonly parameters?: readonly string[]} = {}): Promise<Told> {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [crossingProgram(), '--plain', ...parameters], {env: {...process.env, LANG: 'C.UTF-8', LC_ALL: '', ...env}, stdio: 'pipe'});
		const told = {out: '', err: ''};
		child.stdout.setEncoding('utf8').on('data', (text: string) => (told.out += text));
		child.stderr.setEncoding('utf8').on('data', (text: string) => (told.err += text));
		child.on('error', reject);
		child.on('close', code => resolve({code, text: told.out, lines: told.out.split('\n'), stderr: told.err}));
		child.stdin.on('error', () => undefined);
		child.stdin.end(lines.map(line => `${line}\n`).join(''));
	});
}

test('a whole crossing is walked without a screen', async () => {
	const {code, text, lines, stderr} = await plain(['1', 's', 's', '', '', 'stacks', 'c', 'n', 'console', 'quit']);
	expect([code, stderr]).toEqual([0, '']);
	expect(text).toContain('Page 1 of 8: A program wants to print');
	expect(text).toContain('To do: Look at rax, rdi, rsi and rdx in pane 2.');
	expect(lines.find(line => line.startsWith('14: '))).toMatch(/^14: syscall: ring 3 becomes ring 0 and rip 0x[0-9a-f]+, entry_SYSCALL_64; .*\.$/u);
	expect(lines.filter(line => line.startsWith('15: '))).toHaveLength(1);
	expect(text).toContain('Page 3 of 8: A stack of its own');
	expect(text).toContain('the kernel stack is in use, rsp is 0xffffc90000008000');
	expect(text).not.toMatch(/[\u001B┌│└━▶●]/u);
});

test('one step is one sentence', async () => {
	const {lines} = await plain(['1', 'step 5', 'quit']);
	const first = lines.findIndex(line => line.startsWith('14: '));
	expect(lines.slice(first, first + 5).map(line => line.slice(0, 4))).toEqual(['14: ', '15: ', '16: ', '17: ', '18: ']);
	expect(lines[first + 5]).toBe('');
});

test('registers are changed, taken back and read out', async () => {
	const {text} = await plain(['1', 'rdi=77', 'n', 'registers', 'N', 'undo', 'set rsi=message+4, cf=1', 'flags', '[message]="HELLO"', 'memory message', 'quit']);
	expect(text).toContain('rdi = 0x4d. The run goes on from here; u takes it back.');
	expect(text).toMatch(/rax is 0xfffffffffffffff7, that is -9/u);
	expect(text).toContain('Taken back: rdi = 0x4d.');
	expect(text).toMatch(/rsi = message\+0x4 \(0x402004\), CF = 1/u);
	expect(text).toContain('CF is set: carry');
	expect(text).toMatch(/at 0x402000: 48 45 4c 4c 4f 20 77 6f, as text HELLO wo/u);
});

test('every pane can be read, and the help says how', async () => {
	const panes = ['lesson', 'registers', 'code', 'stacks', 'events', 'console', 'hardware', 'memory', 'flags', 'vector'];
	const {text} = await plain(['1', 's', ...panes, 'help', 'quit']);
	for (const said of ['rip is 0x', 'next, line 40 of entry_64.s', 'the user stack is in use', 'syscall: number 1', 'nothing has been printed yet', 'rcx takes 0x40106f', 'at 0x7ff', 'IF is clear', 'xmm0 is 0x0']) {
		expect(text, said).toContain(said.replace('the user stack is in use', 'stack is in use'));
	}

	for (const pane of panes) expect(text).toMatch(new RegExp(`^${pane}: .*\\.$`, 'mu'));
	expect(text).toMatch(/^step, or s: Run one instruction\.$/mu);
});

describe('what can’t be done', () => {
	test('is told with the reason', async () => {
		const {text} = await plain(['s', 'frobnicate', '99', '1', 'previous-page', 'zoom', 'rdi=x', 'rdi=0x10000000000000000', 'go nowhere', 'open', 'go 5', 'home', 'S', 'quit']);
		expect(text).toContain('step needs an open lab.');
		expect(text).toContain('There is no command frobnicate. help lists the commands.');
		expect(text).toContain('There is no command 99.');
		expect(text).toContain('Not now: this is the first page.');
		expect(text).toContain('zoom arranges a screen');
		expect(text).toContain('“x” is no symbol of the program or the kernel, and no number');
		expect(text).toContain('does not fit into 64 bits');
		expect(text).toContain('“nowhere” is no step');
		expect(text).toContain('Not now: open needs something behind it');
		expect(text).toContain('Not now: this is where the program begins.');
	});

	test('a file that is not there, or is no program, is told, and the menu is there again', async () => {
		const folder = mkdtempSync(path.join(tmpdir(), 'plain-'));
		writeFileSync(path.join(folder, 'bad.s'), '\tmovq %rax\n');
		writeFileSync(path.join(folder, 'good.s'), '\t.globl _start\n_start:\tmovl $60, %eax\n\txorl %edi, %edi\n\tsyscall\n');
		const {text, code} = await plain([`open ${folder}/none.s`, 'menu', `open ${folder}/bad.s`, `open ${folder}/good.s`, '', '', 'c', 'c', 'c', 'c', 'c', 'quit']);
		expect(text).toContain('there is no such file');
		expect(text).toMatch(/bad\.s:1/u);
		expect(text).toContain('good.s, without a lesson');
		expect(text).toContain('1: mov: rax becomes 0x3c.');
		expect(text).toContain('The program has exited with status 0.');
		expect(code).toBe(0);
	});
});

test('the end of the input ends it, with all that was asked for done', async () => {
	const {text, code} = await plain(['1', 'c', 'c']);
	expect(code).toBe(0);
	expect(text).toMatch(/steps? further\. Step \d+/u);
});

test('--lab opens a lab at once, by name or by folder', async () => {
	const {text} = await plain(['where'], {parameters: ['--lab', 'the-crossing']});
	expect(text).toContain('Page 1 of 8');
	const {text: own} = await plain(['where'], {parameters: ['--lab', path.join(import.meta.dirname, 'the-crossing')]});
	expect(own).toContain('Page 1 of 8');
	const {text: none} = await plain([], {parameters: ['--lab', 'nowhere']});
	expect(none).toContain('There is no lab nowhere: the-crossing');
});

test('progress is kept, and the lab goes on where it was left', async () => {
	const env = newcomer();
	await plain(['1', '', '', 'quit'], {env});
	const {text} = await plain(['1'], {env});
	expect(text).toContain('1: go on with The crossing');
	expect(text).toContain('Page 3 of 8');
});

test('a reader that goes away ends it without a word', async () => {
	const child = spawn('/bin/sh', ['-c', `yes s | '${process.execPath}' '${crossingProgram()}' --plain --lab the-crossing | head -3; exit 0`], {env: {...process.env, ...newcomer()}, stdio: ['ignore', 'pipe', 'pipe']});
	let stderr = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
	child.stdout.resume();
	expect(await new Promise(resolve => child.on('close', resolve))).toBe(0);
	expect(stderr).toBe('');
});

test('in a locale without UTF-8 every character is ASCII', async () => {
	const {text} = await plain(['1', 's', 'rdi=x', 'hardware', 'help', 'quit'], {env: {...newcomer(), LANG: 'C'}});
	expect(text).toMatch(/^[\n -~]*$/u);
});

describe('in a terminal', () => {
	test('lines are asked for with a prompt, nothing else of the terminal changes, and Ctrl+C leaves', async () => {
		const app = App.launch({parameters: ['--plain']});
		await app.see(/^> $/mu);
		app.terminal.type('1\r');
		await app.see('Page 1 of 8');
		app.terminal.type('s\r');
		await app.see(/14: syscall:/u);
		expect(app.terminal.isAlternate).toBe(false);
		app.terminal.press('ctrl-c');
		expect(await app.terminal.exit).toEqual({code: 0, signal: 0});
		expect(app.terminal.raw).not.toContain('\u001B');
	});
});
