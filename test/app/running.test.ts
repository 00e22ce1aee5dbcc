import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {expectRestored, launchInShell} from '../support/shell.js';
import {App, newcomer, packageWith} from './app.js';

/** A lab whose program never ends, in user mode or by making calls for ever. */
const lab = (title: string): string => `---
format: 1
title: ${title}
summary: a program that runs on and on
track: core
minutes: 1
program: program.s
---

## For ever

Press c.

\`\`\`yaml
task: Press c.
go: {to: start}
show: registers
\`\`\`

## Later

The program never gets here.

\`\`\`yaml
task: Stop it.
go: {to: after, event: exception}
show: registers
\`\`\`
`;

const spin = '\t.globl _start\n_start:\n\txorl %eax, %eax\n1:\tincq %rax\n\tjmp 1b\n';
const calls = '\t.globl _start\n_start:\n1:\tmovl $39, %eax\n\tsyscall\n\tincq %rbx\n\tjmp 1b\n';

let built: ReturnType<typeof packageWith>;

beforeAll(() => {
	built = packageWith([{name: 'a-spin', lab: lab('Spin'), program: spin}, {name: 'b-calls', lab: lab('Calls'), program: calls}, {name: 'c-broken', lab: lab('Broken'), program: '\tmovq %rax\n'}]);
});

afterEach(() => App.closeAll());
afterAll(() => built.remove());

const isRunning = (app: App): boolean => (app.rows[0] ?? '').includes('running, any key stops it');

async function launch(): Promise<App> {
	const app = App.launch({program: built.program, parameters: ['--no-motion']});
	await app.openLab(0);
	return app;
}

test.for(['s', 'space', 'q'])('a program that runs on and on is stopped by %s', async key => {
	const app = await launch();
	await app.press('c', () => isRunning(app));
	await app.press(key, 'Stopped. c runs on.');
	const {step = 0} = app;
	expect(step).toBeGreaterThan(1000);
	await app.pressTo('S', step - 1);
	await app.pressTo('s', step);
	await app.press('c', () => isRunning(app));
	await app.press('esc', 'Stopped. c runs on.');
	expect(app.step).toBeGreaterThan(step);
});

test('the screen goes on drawing while a program runs', async () => {
	const app = await launch();
	await app.choose('2', 'registers');
	await app.press('c', () => isRunning(app));
	for (let count = 0; count < 5; count++) {
		const before = app.register('rax') ?? 0n;
		await app.see(() => (app.register('rax') ?? 0n) > before);
	}

	app.terminal.resize(90, 30);
	await app.see(() => isRunning(app) && app.rows.length === 30 && (app.rows[1] ?? '').length === 90 && (app.rows.at(-1) ?? '').startsWith(' Space'));
});

test('Ctrl+C stops a running program first, and then leaves', async () => {
	const terminal = launchInShell([process.execPath, built.program], {env: newcomer()});
	const app = App.in(terminal);
	await app.openLab(0);
	await app.press('c', () => isRunning(app));
	await app.press('ctrl-c', 'Stopped. c runs on.');
	terminal.press('ctrl-c');
	await expectRestored(terminal, 0);
});

test('a page that the machine never comes to can be stopped, and the lesson goes on', async () => {
	const app = await launch();
	await app.press('space', () => isRunning(app));
	await app.press('x', 'Stopped. c runs on.');
	expect(app.page).toBe(2);
	await app.press('b', () => app.page === 1 && app.step === 0);
});

test('a program that makes calls for ever is stopped too', async () => {
	const app = App.launch({program: built.program});
	await app.see('Choose a lab:');
	app.terminal.press('down');
	await app.openLab(0);
	await app.press('space', () => isRunning(app));
	await app.press('x', 'Stopped. c runs on.');
	expect(app.step).toBeGreaterThan(1000);
	await app.press('home', () => app.step === 0);
});

test('Ctrl+Z in a running program suspends, and it goes on afterwards', async () => {
	const app = await launch();
	await app.press('c', () => isRunning(app));
	app.terminal.press('ctrl-z');
	await app.press('x', 'Stopped. c runs on.');
});

test('a lab that can not be read says why, and Esc leads back', async () => {
	const app = App.launch({program: built.program});
	await app.see('Choose a lab:');
	app.terminal.press('down', 'down', 'enter');
	await app.see(/program\.s:1/u);
	await app.press('m', 'Choose a lab:');
	await app.openLab(0);
});
