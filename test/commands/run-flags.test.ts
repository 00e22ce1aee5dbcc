import {afterAll, describe, expect, test, vi} from 'vitest';
import {STOP_EXAMPLES} from '../../source/commands/rows/run.js';
import {ProgramFolder} from '../support/cli.js';
import {command} from '../support/in-process.js';
import {HELLO, program} from '../support/programs.js';

// Each test starts programs, several at a time.
vi.setConfig({testTimeout: 120_000});

const folder = new ProgramFolder();
afterAll(() => folder.remove());

const run = (text: string, ...flags: readonly string[]): ReturnType<typeof command> => command('run', folder.file(text), ...flags);

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

describe('a program’s surroundings', () => {
	test('argv is the path and what stands behind --', async () => {
		const file = folder.file(LISTS);
		expect((await command('run', file, '--', 'one', '--json', '', 'über', '--')).stdout).toBe(`${file}\none\n--json\n\nüber\n--\nNONE\nNONE\n`);
		expect((await command('run', file, '--')).stdout).toBe(`${file}\nNONE\nNONE\n`);
		expect((await command('run', '--', file, 'x')).stdout).toBe(`${file}\nx\nNONE\nNONE\n`);
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

describe('the kernel as it is wanted', () => {
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
		// The kernel has no stack, and says so or not even that.
		const {status, stdout} = await run(HELLO, '--without', 'stack-switch');
		expect([70, 73]).toContain(status);
		expect(stdout).not.toContain('hello world');
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

describe('what is printed at the end', () => {
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
		const [plain, counted] = await Promise.all([command('run', file, '--json'), command('run', file, '--json', '--stats')]);
		expect(counted.stdout).toBe(plain.stdout);
		expect(counted.stderr).toMatch(/^steps .*\n {2}boot .*\n {2}program .*\n {2}kernel /);
	});
});

describe('--stop ends the run', () => {
	const SPIN = program('sys 1, 1, text, 3\nmovl $70000, %ecx\nspin: loop spin\nmovq $9, cell\nnear: movl $77, %ebx\nbehind: sys 60, 5', '.data\ncell: .quad 3\ntext: .ascii "abc"');
	const lineOf = (label: string): number => SPIN.split('\n').findIndex(line => line.startsWith(`${label}:`)) + 1;

	test.each([
		['syscall=write', '“syscall=write”: SYSCALL at FILE:12: number 1 (write),', 'in the kernel at entry_64.s:', ''],
		['at behind', '“at behind”: behind comes next (FILE:', 'in the program at FILE:', 'abc'],
		['write cell', '“write cell:8”: 8 bytes were written at cell: 0x3 → 0x9,', `in the program at FILE:${lineOf('near')}`, 'abc'],
		['rbx=77', '“rbx=0x4d”: rbx became 0x4d (it was 0x0),', 'in the program at FILE:', 'abc'],
		['console=bc', '“console=bc”: the console shows “bc”,', 'in the kernel at console.s:', 'abc'],
		['step 60000', '“step 60000”: ', `in the program at FILE:${lineOf('spin')} (spin), rip 0x4`, 'abc'],
	])('%s', async (condition, reason, place, output) => {
		const file = folder.file(SPIN);
		const {status, stdout, stderr} = await command('run', file, '--stop', condition);
		expect([status, stdout]).toEqual([76, output]);
		const [first, ...registers] = stderr.replaceAll(file, 'FILE').trimEnd().split('\n');
		expect(first.startsWith(`syscall-lab: stopped by ${reason}`), first).toBe(true);
		expect(first).toContain(place);
		expect(registers.length).toBe(6);
	});

	test('by a line of the file, named with or without its folder, and by the first of several conditions', async () => {
		const file = folder.file(SPIN);
		const [first, second] = await Promise.all([command('run', file, '--stop', `at ${file}:${lineOf('near')}`), command('run', file, '--stop', 'rbx=77', '--stop', `at ${file.split('/').at(-1)}:${lineOf('near')}`)]);
		expect([first.status, first.stderr]).toEqual([76, second.stderr]);
		expect(first.stderr).toContain(`${file}:${lineOf('near')} (near)`);
	});

	test('and says so where none became true', async () => {
		expect(await run(SPIN, '--stop', 'exception', '--stop', 'rbx=78')).toMatchObject({status: 5, stdout: 'abc', stderr: 'syscall-lab: the program has exited with 5, and no condition of --stop became true\n'});
	});

	test('behind a setting, of which it sees what comes of it', async () => {
		const {status, stdout, stderr} = await run(SPIN, '--stop', 'rbx=77', '--set', 'rdx=2');
		expect([status, stdout]).toEqual([76, 'ab']);
		expect(stderr).toContain('rbx became 0x4d');
		expect((await run(SPIN, '--stop', 'syscall', '--set', 'rdx=2', '--at', '2')).stderr).toContain('number 1 (write)');
	});

	test('with the reason in the line that ends JSON output', async () => {
		const {stdout} = await run(SPIN, '--stop', 'rbx=77', '--json');
		const lines = stdout.trimEnd().split('\n').map(line => JSON.parse(line) as {readonly kind: string; readonly step: number});
		expect(lines.at(-1)).toMatchObject({kind: 'exit', stop: 'stopped', message: '“rbx=0x4d”: rbx became 0x4d (it was 0x0)', stdout: 'abc', regs: {rbx: '0x4d'}});
	});

	test.each([['foo', '“foo”: this is no stop. A stop is one of: ring, '], ['at nowhere', '“nowhere” is no symbol '], ['at hello.s:99', '“at hello.s:99”: no instruction comes from line 99 of hello.s. ']])('%s is refused', async (condition, message) => {
		const {status, stdout, stderr} = await run(SPIN, '--stop', condition);
		expect([status, stdout]).toEqual([2, '']);
		expect(stderr.startsWith(`syscall-lab: --stop: ${message}`), stderr).toBe(true);
	});

	test('each condition that the help names can be set', async () => {
		const known = program('main: nop', '.data\nmessage: .quad 0');
		const results = await Promise.all(STOP_EXAMPLES.map(condition => run(known, '--stop', condition)));
		expect(results.map(({status}) => [0, 76].includes(status ?? -1))).toEqual(STOP_EXAMPLES.map(() => true));
	});
});
