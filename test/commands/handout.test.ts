import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {command} from '../support/in-process.js';

const root = mkdtempSync(path.join(tmpdir(), 'handout-'));
afterAll(() => rmSync(root, {recursive: true}));

const LAB = `---
format: 1
title: Two_lines and *stars*
summary: a lab for paper
track: deep
minutes: 7
program: program.s
---

## One

A [[stack]] of \`rsp\`, see [that](lab:06), **now**; 2 < 3 and __init stay as they are.

- first
- second

\`\`\`yaml
task: Look at \`rax\`.
go: before syscall
mainline: arch/x86 does more.
predictions:
  - ask: What does rax hold?
    number: rax
  - ask: Which stack is it?
    choice: stack
    right: "Right. The program has not been left yet."
    choices:
      - is: user
        text: the program’s
      - is: thread
        text: the kernel’s
\`\`\`

## Two

Make it fail.

\`\`\`yaml
task: Set rdi to 77.
go: before syscall
goals:
  - goal: The call answers -EBADF.
    call: write
    result: -9
hints:
  - Look at rdi.
  - It is the first argument.
  - Set rdi to 77.
\`\`\`
`;

const SOLUTION = `format: 1
steps:
  - step: Two
    do:
      - set: rdi=77
      - keys: n
    explain: No file is open there.
`;

const PROGRAM = `	.globl _start
_start:	movl $1, %eax
	movl $1, %edi
	leaq message(%rip), %rsi
	movl $3, %edx
	syscall
	movl $60, %eax
	syscall
message:	.ascii "hi\\n"
`;

const lab = path.join(root, '00-paper');
mkdirSync(lab);
for (const [file, text] of [['lab.md', LAB], ['program.s', PROGRAM], ['solution.yaml', SOLUTION]] as const) writeFileSync(path.join(lab, file), text);

/** The part of a page between two of its lines. */
const between = (page: string, from: string, to = '\u0000'): string => `${page}\u0000`.slice(page.indexOf(from), `${page}\u0000`.indexOf(to)).trim();

describe('a handout', () => {
	test('has the steps with room for answers, and no answer', async () => {
		const {status, stdout, stderr} = await command('handout', lab);
		expect([status, stderr]).toEqual([0, '']);
		expect(between(stdout, '#', '## The way of the first call')).toBe(`# 00 · Two_lines and \\*stars\\*

*a lab for paper*

Deep track, 7 minutes.

## 1. One

A **stack** of \`rsp\`, see that, **now**; 2 \\< 3 and \\__init stay as they are.

- first
- second

> In mainline: arch/x86 does more.

**To do.** Look at \`rax\`.

**Question.** What does rax hold?

Answer: ______________________

**Question.** Which stack is it?

- [ ] the program’s
- [ ] the kernel’s

## 2. Two

Make it fail.

**To do.** Set rdi to 77.

- [ ] The call answers -EBADF.`);
	});

	test('has the answers of the machine and the worked solution, if they are asked for', async () => {
		const {stdout} = await command('handout', lab, '--solution');
		expect(stdout).toContain('Answer: ______________________\n\n**Answer.** 1.');
		expect(stdout).toContain('**Answer.** “the program’s”. The program has not been left yet.');
		expect(stdout).toContain('**Solution.**\n\n1. set rdi=77\n2. press n\n\nNo file is open there.');
	});

	test('draws the way of the first call as it was gone, with the saved registers', async () => {
		const {stdout} = await command('handout', lab);
		expect(between(stdout, '```text', 'The program’s registers')).toBe(`\`\`\`text
ring 3, the program                    ring 0, the kernel
✓ the program
✓ syscall ───────────────────────────▶ ✓ entry_SYSCALL_64
                                       ✓ the stack switch
                                       ✓ struct pt_regs
                                       ✓ do_syscall_64
                                       ✓ x64_sys_call
                                       ✓ the handler
                                       ✓ regs->ax
                                       ✓ the registers come back
▶ back in the program ◀─────────────── ✓ sysretq
                                         iretq (not this way)
\`\`\``);
		expect(stdout).toContain('\nffffc90000007fd0  orig_ax  0000000000000001\nffffc90000007fc8  di       0000000000000001\n');
	});

	test('tells each step of the way in a sentence, in lines that fit on paper', async () => {
		const {stdout} = await command('handout', lab);
		const told = between(stdout, '## The same, step by step').split('\n');
		expect(told.find(line => line.startsWith('5: '))).toMatch(/^5: syscall: ring 3 becomes ring 0 and rip 0x[0-9a-f]+, entry_SYSCALL_64;/u);
		expect(told.some(line => /^\d+: sysretq: back to ring 3/u.test(line))).toBe(true);
		expect(told.some(line => /^… \d+ steps of the handler are left out here\.$/u.test(line))).toBe(true);
		expect(Math.max(...told.map(line => line.length))).toBeLessThanOrEqual(96);
		const numbers = told.flatMap(line => /^(\d+): /.exec(line)?.[1] ?? []).map(Number);
		expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
	});
});

test('a lab of the package is found by its number, and one that begins at power-on shows the boot chain', async () => {
	expect((await command('handout', '06')).stdout).toMatch(/^# 06 · The stack switch\n/u);
	const {status, stdout} = await command('handout', '12');
	expect(status).toBe(0);
	if (stdout.includes('From power-on')) expect(stdout).toContain('└─ ✓ start_kernel');
});

describe('what can’t be printed is told with the remedy', () => {
	test.for([
		[['nowhere'], 2, 'there is no lab nowhere'],
		[['06', '--seed', 'x'], 2, '--seed: “x” is no number'],
	] as const)('%j', async ([words, code, message]) => {
		const {status, stderr} = await command('handout', ...words);
		expect([status, stderr.includes(message)]).toEqual([code, true]);
	});

	test('a folder of several labs, and a lab that is broken', async () => {
		const broken = path.join(root, '01-broken');
		mkdirSync(broken);
		writeFileSync(path.join(broken, 'lab.md'), '---\nformat: 1\n---\n');
		const several = await command('handout', root);
		expect([several.status, several.stderr]).toEqual([2, expect.stringContaining('holds 2 labs; name one of them: 00-paper, 01-broken')]);
		const {status, stderr} = await command('handout', broken);
		expect([status, stderr]).toEqual([65, expect.stringContaining('lab.md')]);
	});
});
