import {afterAll, describe, expect, test} from 'vitest';
import {cli, ProgramFolder} from '../support/cli.js';
import {HELLO, program} from '../support/programs.js';

const folder = new ProgramFolder();
afterAll(() => folder.remove());

const run = (text: string, ...flags: readonly string[]): ReturnType<typeof cli> => cli('run', folder.file(text), ...flags);

/** Prints each string of argv and envp in a line of its own, then the word NONE for each list's end. */
const LISTS = program(`
	leaq	8(%rsp), %rbx
	movl	$2, %r12d
next:	movq	(%rbx), %rsi
	addq	$8, %rbx
	testq	%rsi, %rsi
	jz	ended
	xorl	%edx, %edx
1:	cmpb	$0, (%rsi, %rdx)
	je	2f
	incq	%rdx
	jmp	1b
2:	movl	$1, %eax
	movl	$1, %edi
	syscall
	sys	1, 1, newline, 1
	jmp	next
ended:	sys	1, 1, none, 5
	decl	%r12d
	jnz	next`, 'none: .ascii "NONE"\nnewline: .byte 10');

describe.concurrent('a program’s surroundings', () => {
	test('argv is the path and what stands behind --', async () => {
		const file = folder.file(LISTS);
		expect((await cli('run', file, '--', 'one', '--json', '', 'über', '--')).stdout).toBe(`${file}\none\n--json\n\nüber\n--\nNONE\nNONE\n`);
		expect((await cli('run', file, '--')).stdout).toBe(`${file}\nNONE\nNONE\n`);
		expect((await cli('run', '--', file, 'x')).stdout).toBe(`${file}\nx\nNONE\nNONE\n`);
	});

	test('the environment is what --env says, and nothing of ours; the last value of a name counts', async () => {
		const {stdout} = await run(LISTS, '--env', 'LANG=C', '--env=A=1', '--env', 'A=', '--env', 'Q="x = y"');
		expect(stdout.split('\n').slice(1)).toEqual(['NONE', 'LANG=C', 'A=', 'Q="x = y"', 'NONE', '']);
	});

	test('the seed decides what is random', async () => {
		// AT_RANDOM's first byte: behind argv and envp, the auxiliary vector is looked through for type 25.
		const text = program(`
	movq	(%rsp), %rcx
	leaq	24(%rsp, %rcx, 8), %rbx
1:	cmpq	$25, (%rbx)
	leaq	16(%rbx), %rbx
	jne	1b
	movq	-8(%rbx), %rsi
	movl	$1, %eax
	movl	$1, %edi
	movl	$16, %edx
	syscall`);
		const [first, again, other, hexadecimal] = await Promise.all([['--seed', '1'], ['--seed=1'], ['--seed', '-1'], ['--seed', '0xffffffffffffffff']].map(async flags => (await run(text, ...flags)).bytes.toString('hex')));
		expect(first).toMatch(/^[\da-f]{32}$/);
		expect([again, other === first, hexadecimal]).toEqual([first, false, other]);
	});

	test('--memory is how much there is', async () => {
		const text = `${program('sys 60, 5')}.bss\n.skip 8388608`;
		expect(await run(text, '--memory', '4')).toMatchObject({status: 65, stdout: ''});
		expect(await run(text, '--memory', '16')).toMatchObject({status: 5, stderr: ''});
		expect(await run(HELLO, '--memory', '4')).toMatchObject({status: 0, stdout: 'hello world\n', stderr: ''});
	});
});

describe.concurrent('the kernel as it is wanted', () => {
	const kinds = async (text: string, ...flags: readonly string[]): Promise<readonly string[]> =>
		(await run(text, '--json', ...flags)).stdout.trimEnd().split('\n').map(line => (JSON.parse(line) as {readonly kind: string}).kind);

	test('isolation changes the page tables on the way', async () => {
		expect((await kinds(HELLO, '--isolation', 'on')).filter(kind => kind === 'cr3').length).toBeGreaterThan((await kinds(HELLO)).filter(kind => kind === 'cr3').length);
		expect(await run(HELLO, '--isolation=on')).toMatchObject({status: 0, stdout: 'hello world\n'});
	});

	test('without the entry stack an exception arrives on the thread’s stack', async () => {
		const stacks = async (...flags: readonly string[]): Promise<readonly string[]> => {
			const lines = (await run(program('ud2'), '--json', ...flags)).stdout.split('\n');
			const from = lines.findIndex(line => line.includes('"kind":"exception"'));
			return lines.slice(from).filter(line => line.includes('"stack-switch"')).map(line => (JSON.parse(line) as {readonly stack: string}).stack);
		};
		expect((await stacks())[0]).toBe('entry');
		expect((await stacks('--entry-stack', 'on'))[0]).toBe('entry');
		expect((await stacks('--entry-stack', 'off'))[0]).toBe('thread');
	});

	test('a line left out breaks what it is for', async () => {
		expect((await run(HELLO, '--without', 'stack-switch')).status).toBe(73);
		expect((await run(program('sys 39\nmovl %r12d, %edi\nmovl $60, %eax\nsyscall'), '--without=push-r12', '--without', 'push-r13')).status).not.toBe(0);
	});

	test('the filter answers with an error, by name or number, or kills', async () => {
		const text = program('sys 1, 1, text, 3\nmovl %eax, %edi\nnegl %edi\nmovl $60, %eax\nsyscall', 'text: .ascii "abc"');
		expect(await run(text, '--seccomp', 'write=errno:EACCES')).toMatchObject({status: 13, stdout: ''});
		expect(await run(text, '--seccomp', '1=errno:77')).toMatchObject({status: 77, stdout: ''});
		expect(await run(text, '--seccomp', '9999=kill, write=errno:EWOULDBLOCK')).toMatchObject({status: 11});
		expect(await run(text, '--seccomp=9999=kill', '--seccomp=0x1=kill')).toMatchObject({status: 159, stdout: ''});
		expect((await run(text, '--seccomp', '2=kill')).stdout).toBe('abc');
	});
});

describe.concurrent('what is printed at the end', () => {
	test('--audit prints each call with its arguments and its answer', async () => {
		const ended = await run(program('sys 1, 1, text, 3\nsys 1, 77, 0, 0x10\nsys 9999', 'text: .ascii "abc"'), '--audit');
		expect([ended.status, ended.stdout]).toEqual([0, 'abc']);
		const lines = ended.stderr.trimEnd().split('\n').map(line => line.replace(/a1=\w+ (?=a2=3)/, 'a1=TEXT '));
		expect(lines).toEqual([
			'audit: pid=42 syscall=1 (write) a0=1 a1=TEXT a2=3 a3=0 exit=3',
			'audit: pid=42 syscall=1 (write) a0=4d a1=0 a2=10 a3=0 exit=-9 (EBADF)',
			'audit: pid=42 syscall=9999 (no such call) a0=0 a1=0 a2=0 a3=0 exit=-38 (ENOSYS)',
			'audit: pid=42 syscall=60 (exit) a0=0 a1=0 a2=0 a3=0 exit=0',
		]);
	});

	test('--audit says how many calls its trail has lost', async () => {
		const {stderr} = await run(program('movl $100, %ebx\n1: sys 39\ndecl %ebx\njnz 1b'), '--audit', '--isolation', 'on');
		const lines = stderr.trimEnd().split('\n');
		expect([lines.length, lines[0], lines[1], lines.at(-1)]).toEqual([
			65, 'audit: 37 earlier calls are lost: the trail keeps the last 64',
			'audit: pid=42 syscall=39 (getpid) a0=0 a1=0 a2=0 a3=0 exit=42', 'audit: pid=42 syscall=60 (exit) a0=0 a1=0 a2=0 a3=0 exit=0',
		]);
	});

	test('--stats counts steps by ring, calls and exceptions', async () => {
		const {status, stdout, stderr} = await run(program('sys 39\nsys 39\nsys 1, 77, 0, 1\nsys 9999\nud2'), '--stats');
		expect([status, stdout]).toEqual([132, '']);
		const [killed, ...lines] = stderr.trimEnd().split('\n');
		expect(killed).toMatch(/killed by SIGILL/);
		const [steps, boot, user, kernel] = lines.slice(0, 4).map(line => Number(/[\d,]+/.exec(line)?.[0].replaceAll(',', '')));
		// Four calls of five instructions each; ud2 counts as tried.
		expect([boot + user + kernel, user]).toEqual([steps, 21]);
		expect(lines.slice(4)).toEqual(['system calls  4: getpid 2, write 1, number 9999 1', 'exceptions    1: #UD 1', 'interrupts    0']);
	});

	test('--stats beside --json leaves the lines as they are', async () => {
		const file = folder.file(HELLO);
		const [plain, counted] = await Promise.all([cli('run', file, '--json'), cli('run', file, '--json', '--stats')]);
		expect(counted.stdout).toBe(plain.stdout);
		expect(counted.stderr).toMatch(/^steps .*\n {2}boot .*\n {2}program .*\n {2}kernel /);
	});
});
