/** A person's own C program in the app, and stopped from the keyboard without it. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {copyFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterAll, expect, test, vi} from 'vitest';
import {CLI} from '../support/cli.js';
import {type KeyOrText, TestTerminal} from '../support/terminal.js';
import {lacks, Programs} from './support.js';

vi.setConfig({testTimeout: 120_000});

const programs = new Programs();
const terminals: TestTerminal[] = [];
afterAll(() => {
	for (const terminal of terminals) terminal.kill();
	programs.remove();
});

/** The DEC private mode that is on within a frame. */
const SYNCHRONIZED = 2026;

const PATIENCE = {timeout: 40_000};

/** The built program in a terminal, with somebody who has never used it. */
class Learner {
	readonly terminal: TestTerminal;

	constructor(...parameters: readonly string[]) {
		this.terminal = TestTerminal.launch(process.execPath, [CLI, '--no-motion', ...parameters], {columns: 120, rows: 40, env: {SYSCALL_LAB_HOME: path.join(programs.folder, 'progress')}, cwd: programs.folder});
		terminals.push(this.terminal);
	}

	get text(): string {
		return this.terminal.lines().join('\n');
	}

	async see(expected: RegExp): Promise<void> {
		await this.terminal.until(() => this.shows(expected), PATIENCE);
	}

	async press(key: KeyOrText, expected: RegExp | (() => boolean)): Promise<void> {
		await this.terminal.pressUntil(key, () => (typeof expected === 'function' ? expected() : this.shows(expected)), PATIENCE);
	}

	/** Whether something is on the screen, and no frame half drawn. */
	private shows(expected: RegExp): boolean {
		return !this.terminal.isModeSet(SYNCHRONIZED) && expected.test(this.text);
	}

	/** Types a command of the app. */
	async command(text: string, expected: RegExp): Promise<void> {
		this.terminal.type(`:${text}\r`);
		await this.see(expected);
	}

	private get step(): string {
		return /step \d+ of/u.exec(this.terminal.lines()[0])?.[0] ?? '';
	}

	/** Out of functions, one after the other, until something is seen. */
	async finishUntil(expected: string): Promise<void> {
		for (let count = 0; count < 20 && !this.text.includes(expected); count++) {
			const {step} = this;
			await this.press('f', () => this.step !== step);
		}

		expect(this.text).toContain(expected);
	}
}

test.skipIf(lacks('musl') !== undefined).each([['on the command line', true], ['with :open', false]])('a C program is opened %s; from main’s printf it is followed into the kernel and back', async (_, atOnce) => {
	const file = programs.make('hello', 'musl', '-O0');
	copyFileSync(path.join(import.meta.dirname, 'hello.c'), path.join(programs.folder, 'hello.c'));
	const learner = new Learner(...(atOnce ? [file] : []));
	if (!atOnce) {
		await learner.see(/Choose a lab/u);
		await learner.command(`open ${file}`, /Code · _start/u);
	}

	await learner.see(/Code · _start[^]*xor/u);
	await learner.command('stop at main', /is set: at main/u);
	await learner.command('next-stop', /main comes next/u);
	expect(learner.text).toMatch(/Code · .*hello\.c[^]*▶ +3 int main\(void\)/u);
	await learner.command('stop at printf', /is set: at printf/u);
	await learner.command('next-stop', /printf comes next/u);
	await learner.command('stop syscall=writev', /is set: syscall=writev/u);
	await learner.command('next-stop', /ring 0 · KERNEL[^]*entry_64\.s[^]*SYSCALL at \w+\+0x/u);
	await learner.press('s', /▶ +\d+ +swapgs/u);
	await learner.press('f', /ring 3 · user[^]*Code · \w+\+\d+[^]*hello world/u);
	await learner.finishUntil('hello.c ');
	expect(learner.text).toMatch(/ring 3 · user[^]*▶ +4 {2,}printf\("hello world\\n"\);|ring 3 · user[^]*▶ +5 {2,}return 0;/u);
});

test.skipIf(lacks('static') !== undefined)('a C program that runs on is stopped by Ctrl+C, and said to be at a line', async () => {
	const file = programs.make('spin', 'static');
	const child = spawn(process.execPath, [CLI, 'run', '--max-steps', '100000000000', '--strace', file], {stdio: ['ignore', 'ignore', 'pipe']});
	let told = '';
	child.stderr.on('data', (chunk: Buffer) => {
		told += chunk.toString();
		// The last call before the loop: a moment later the program runs in it.
		if (told.includes('mprotect(') && !told.includes('stopped')) setTimeout(() => child.kill('SIGINT'), 500);
	});
	const [status] = await once(child, 'close') as [number | null];
	expect(status).toBe(130);
	expect(told).toMatch(/syscall-lab: stopped by Ctrl\+C \(SIGINT\) after [\d,]+ steps, in the program at \S*spin\.c:[45] \((?:spin|main)(?:\+0x[\da-f]+)?\), rip 0x[\da-f]+\nrax +0x/u);
});
