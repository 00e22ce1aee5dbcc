import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {App, packageWith} from './app.js';

const LAB = `---
format: 1
title: Questions
summary: a lab that asks
track: core
minutes: 1
program: program.s
---

## What will be

Read it.

\`\`\`yaml
task: Answer.
go: before syscall
show: registers
predictions:
  - ask: Where will rsp point right behind \`syscall\`?
    choice: stack after syscall[next]
    choices:
      - is: user
        text: into the program’s stack
      - is: thread
        text: into a stack of the kernel’s
        because: No instruction has loaded rsp yet.
  - ask: What will rcx hold?
    number: rcx after syscall[next]
\`\`\`

## What is to be done

Make the call fail.

\`\`\`yaml
task: Set rdi to 77 and run on.
go: before syscall
may-change: [rdi]
goals:
  - goal: The call answers -EBADF.
    call: write
    result: -9
hints:
  - Look at the first argument.
  - It is in rdi.
  - Set rdi to 77.
\`\`\`

## In which order

Think.

\`\`\`yaml
task: Put them in order.
go: after stack-switch
show: stacks
predictions:
  - ask: In which order do these come?
    order-of: push
    by: slot
    from: after stack-switch
    to: before pt_regs
    only: [ss, sp, flags]
\`\`\`
`;

const SOLUTION = `format: 1
steps:
  - step: What is to be done
    do:
      - set: rdi=77
      - go: after sysret
`;

const PROGRAM = `	.globl _start
_start:	movl $1, %eax
	movl $1, %edi
	leaq message(%rip), %rsi
	movl $3, %edx
	syscall
	movl $60, %eax
	xorl %edi, %edi
	syscall
message:	.ascii "hi\\n"
`;

let built: ReturnType<typeof packageWith>;

beforeAll(() => {
	built = packageWith([{name: '01-questions', lab: LAB, program: PROGRAM, solution: SOLUTION}]);
});

afterEach(() => App.closeAll());
afterAll(() => built.remove());

async function launch(columns = 120, rows = 40): Promise<App> {
	const app = App.launch({program: built.program, parameters: ['--no-motion'], columns, rows});
	await app.see('Choose a lab:');
	await app.press('enter', 'What will be');
	await app.see(() => app.page === 1 && app.step === 4);
	return app;
}

const lesson = (app: App): string => app.paneText('lesson').replaceAll(/\s+/gu, ' ');

/** The row of an answer in the field. */
const optionOf = (app: App, text: string): string => new RegExp(`[┃║] +(?:▶ )?(\\d) +${text}`, 'u').exec(app.terminal.text())?.[1] ?? '';

describe.for([[80, 24], [120, 40]] as const)('at %i by %i', ([columns, rows]) => {
	test('a question is answered with the arrows, and the lesson says what the answer was worth', async () => {
		const app = await launch(columns, rows);
		expect(lesson(app)).toContain('? 1/2 Where will rsp point right behind syscall? a answers it');
		expect(app.rows.at(-1)).toContain('a answer');
		await app.press('a', 'into the program’s stack');
		await app.press(`${optionOf(app, 'into the program')}\r`, () => lesson(app).includes('Right:'));
		expect(lesson(app)).toContain('? 2/2 What will rcx hold?');
		await app.press('a', 'a number: hex, decimal');
		await app.press('zzz\r', 'is no symbol of the program or the kernel');
		app.terminal.press('backspace', 'backspace', 'backspace');
		await app.press('0x10\r', () => lesson(app).includes('It was 0x'));
		expect(app.rows.at(-1)).not.toContain('a answer');
		await app.press('space', () => app.page === 2);
	});
});

test('a wrong answer is explained', async () => {
	const app = await launch();
	await app.press('a', 'into the program’s stack');
	await app.press(`${optionOf(app, 'into a stack of the kernel')}\r`, () => lesson(app).includes('No instruction has loaded rsp yet. It was “into the program’s stack”.'));
	await app.see('The machine does something else');
});

test('the first Space says what is left to do, the second goes on all the same', async () => {
	const app = await launch();
	await app.press('space', 'A question is open; a answers it. Go on once more to leave it so.');
	expect(app.page).toBe(1);
	await app.press('space', () => app.page === 2);
	await app.press('space', 'The goals of this page are still open. Go on once more to leave it so.');
	await app.press('space', () => app.page === 3);
});

test('goals are checked, hints come one by one, and what does not belong to the page is refused', async () => {
	const app = await launch();
	app.terminal.press('space');
	await app.see('A question is open');
	await app.press('space', () => app.page === 2);
	expect(lesson(app)).toContain('○ The call answers -EBADF.');
	await app.press('x', 'Not yet: the lesson says why.');
	expect(lesson(app)).toMatch(/[○✗] The call answers -EBADF\./u);
	await app.press('h', () => lesson(app).includes('Hint 1 of 3 Look at the first argument.'));
	await app.press('h', () => lesson(app).includes('Hint 2 of 3'));
	await app.press(':', 'Command');
	await app.press('set rsi=0\r', 'This step is not about rsi');
	app.terminal.press('esc');
	await app.see(() => !app.terminal.text().includes('Esc leave it'));
	await app.press(':', 'Command');
	await app.press('set rdi=77\r', () => app.register('rdi') === 77n);
	await app.press('n', () => app.ring === 3 && app.register('rax') === BigInt.asUintN(64, -9n));
	await app.press('x', 'All goals are met.');
	expect(lesson(app)).toContain('✓ The call answers -EBADF.');
	await app.press('space', () => app.page === 3);
	// What was changed is not in the run of the next page.
	await app.press('home', () => app.step === 0);
});

test('the solution is shown only after a question', async () => {
	const app = await launch();
	await app.press('space', 'A question is open');
	await app.press('space', () => app.page === 2);
	await app.press(':', 'Command');
	await app.press('solution ', 'go on by myself');
	await app.press('yes\r', () => lesson(app).includes('How it can be done:'));
	expect(lesson(app)).toContain('rdi=77');
});

test('an order is typed as numbers', async () => {
	const app = await launch();
	for (const page of [2, 3]) {
		app.terminal.press('space');
		await app.see(/Go on once more/u);
		await app.press('space', () => app.page === page);
	}

	await app.press('a', 'the numbers in their order');
	await app.press('1 1 2\r', 'put all 3 in order, each once');
	app.terminal.press(...Array.from({length: 5}, () => 'backspace'));
	const order = ['ss', 'sp', 'flags'].map(name => optionOf(app, name)).join(' ');
	await app.press(`${order}\r`, () => lesson(app).includes('Right: ss, sp, flags'));
});
