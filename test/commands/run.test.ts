import {execFileSync, spawn} from 'node:child_process';
import {createReadStream} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {exitCodeOf} from '../../source/commands/exit-codes.js';
import {CLI, cli, ProgramFolder} from '../support/cli.js';
import {command} from '../support/in-process.js';
import {program} from '../support/programs.js';

// Each test starts programs, several at a time.
vi.setConfig({testTimeout: 120_000});

const folder = new ProgramFolder();
afterAll(() => folder.remove());

/** The program that every guide begins with. */
const HELLO = `
	.globl _start
_start:
	mov $1,%eax; mov $1,%edi; lea msg(%rip),%rsi; mov $12,%edx; syscall
	mov $60,%eax; xor %edi,%edi; syscall
msg:	.ascii "hello world\\n"
`;

/** Runs a program with the built command. */
const run = (text: string, ...flags: readonly string[]): ReturnType<typeof cli> => cli('run', folder.file(text), ...flags);

/** The same in this process. */
const inside = (text: string, ...flags: readonly string[]): ReturnType<typeof command> => command('run', folder.file(text), ...flags);

describe.concurrent('a program runs', () => {
	test('hello world prints and exits as on Linux', async () => {
		expect(await run(HELLO)).toMatchObject({status: 0, stdout: 'hello world\n', stderr: ''});
	});

	test('the exit status is the program’s', async () => {
		expect(await run(program('sys 60, 42'))).toMatchObject({status: 42, stdout: '', stderr: ''});
	});

	test('a signal’s number is added to 128, and the signal is named', async () => {
		expect(await run(program('nop\nud2'))).toMatchObject({status: 132, stdout: '', stderr: 'syscall-lab: killed by SIGILL (si_code 2, address 0x401001)\n'});
		expect(await run(program('sys 1, 1, text, 3\nmovl 0, %eax', 'text: .ascii "abc"'))).toMatchObject({
			status: 139, stdout: 'abc', stderr: 'syscall-lab: killed by SIGSEGV (si_code 1, address 0x0)\n',
		});
	});

	test('bytes come out as they are', async () => {
		const {bytes, status} = await run(program('sys 1, 1, data, 256', '.data\ndata: .set value, 0\n.rept 256\n.byte value\n.set value, value + 1\n.endr'));
		expect([status, bytes]).toEqual([0, Buffer.from(Array.from({length: 256}, (_, byte) => byte))]);
	});

	test('much output comes out complete', async () => {
		const {status, bytes} = await run(program('movl $300, %r12d\nagain: sys 1, 1, data, 2000\ndecl %r12d\njnz again', '.data\ndata: .fill 1999, 1, \'x\'\n.byte 10'));
		expect([status, bytes.length]).toEqual([0, 600_000]);
		expect(bytes.equals(Buffer.from(`${'x'.repeat(1999)}\n`.repeat(300)))).toBe(true);
	});

	test('a program that is still printing at the step limit has printed what it could', async () => {
		const {status, stdout, stderr} = await run(program('again: sys 1, 1, text, 3\njmp again', 'text: .ascii "ab\\n"'), '--max-steps', '150000');
		expect([status, stderr]).toEqual([71, 'syscall-lab: not finished after 150000 steps; give a higher --max-steps to let it go on\n']);
		expect(stdout.length).toBeGreaterThan(1000);
		expect(stdout.replaceAll('ab\n', '').length).toBeLessThan(3);
	});

	test('an endless loop ends at the limit', async () => {
		expect(await run(program('jmp .'), '--max-steps=50000')).toMatchObject({status: 71, stdout: ''});
		expect(await run(program('jmp .'), '--max-steps=1')).toMatchObject({status: 71, stdout: ''});
	});

	test('what this machine does not do is named with its address', async () => {
		const {status, stderr} = await run(program('pushq $0x23\nleaq 1f(%rip), %rax\npushq %rax\nlretq\n1: nop'));
		expect([status, stderr]).toEqual([72, 'syscall-lab: not implemented: RETF at 0x40100a leaves 64-bit mode\n']);
	});
});

test('each outcome has its exit code', () => {
	const signal = {number: 11, name: 'SIGSEGV', code: 1, address: 0n};
	expect([
		exitCodeOf({kind: 'exited', status: 3}), exitCodeOf({kind: 'killed', signal}), exitCodeOf({kind: 'panic'}), exitCodeOf({kind: 'step-limit', steps: 1}),
		exitCodeOf({kind: 'not-implemented', message: ''}), exitCodeOf({kind: 'triple-fault', message: ''}), exitCodeOf({kind: 'waits'}),
	]).toEqual([3, 139, 70, 71, 72, 73, 74]);
});

describe('registers are set right before a call', () => {
	const results = async (text: string, ...flags: readonly string[]): Promise<number[]> => {
		const {stdout} = await inside(text, '--json', ...flags);
		const events = stdout.trim().split('\n').map(line => JSON.parse(line) as {readonly kind: string; readonly value: string});
		return events.filter(({kind}) => kind === 'result').map(({value}) => Number(BigInt.asIntN(64, BigInt(value))));
	};

	test.each([
		['rax=9999', -38],
		['rdi=77', -9],
		['rsi=0', -14],
		['rsp=0x1234', 12],
		['rsp=0x8000000000000000', 12],
		['rax=0x27', 42],
		['rax=39', 42],
		['rax=0b100111', 42],
		['rax=\'\\\'\'', 42],
		['%rax=39', 42],
		['RAX=39', 42],
		['rax = 39', 42],
		[' rax=1 , rdx=0x5', 5],
		['rdx=5,rdi=2', 5],
		['rdx=-1', -14],
		['rax=-1', -38],
		['rdi=0xffffffff_00000001', 12],
		['rflags=0', 12],
		['rflags=0x40ed7', 12],
	])('--set %s gives %i', async (setting, result) => {
		expect((await results(HELLO, '--set', setting))[0]).toBe(result);
	});

	test('--set may be given more than once, and in both forms', async () => {
		expect((await results(HELLO, '--set', 'rdi=2', '--set=rdx=3'))[0]).toBe(3);
	});

	test('the last setting of a register counts', async () => {
		expect((await results(HELLO, '--set', 'rdx=2,rdx=3'))[0]).toBe(3);
	});

	test('--at says before which call', async () => {
		const text = program('sys 39\nsys 1, 1, text, 3\nsys 39\nsys 1, 1, text, 3', 'text: .ascii "abc"');
		expect(await results(text)).toEqual([42, 3, 42, 3]);
		expect(await results(text, '--set', 'rax=9999')).toEqual([-38, 3, 42, 3]);
		expect(await results(text, '--at', '2', '--set', 'rdi=77')).toEqual([42, -9, 42, 3]);
		expect(await results(text, '--set', 'rax=9999', '--at=3')).toEqual([42, 3, -38, 3]);
		expect(await inside(text, '--set', 'rdi=9', '--at', '5')).toMatchObject({status: 9, stdout: 'abcabc', stderr: ''});
	});

	test('a call that never comes is said to', async () => {
		expect(await inside(HELLO, '--set', 'rdi=9', '--at', '3')).toEqual({
			status: 0, signal: null, stdout: 'hello world\n', bytes: Buffer.from('hello world\n'), stderr: 'syscall-lab: call number 3 never came, so nothing was set; give a lower --at\n',
		});
	});

	test('rip may be set: the call is not made then', async () => {
		const text = program('sys 1, 1, text, 3\nsys 60, 5', 'text: .ascii "abc"');
		const {stdout} = await inside(text, '--json');
		const [first] = stdout.split('\n').filter(line => line.includes('"syscall"')).map(line => JSON.parse(line) as {readonly rcx: string});
		expect(await inside(text, '--set', `rip=${first.rcx}`)).toMatchObject({status: 5, stdout: ''});
	});

	test('a call in a later slice of a long run is found', async () => {
		const text = program('movl $150000, %ecx\n1: loop 1b\nsys 39\nmovl $120000, %ecx\n1: loop 1b\nsys 60, 1');
		expect(await inside(text, '--set', 'rdi=6', '--at', '2')).toMatchObject({status: 6});
	});
});

describe('what students write assembles', () => {
	test.each([
		['line ends of Windows', HELLO.replaceAll('\n', '\r\n')],
		['a byte order mark', `\uFEFF${HELLO}`],
		['no line end at the end', HELLO.trimEnd()],
		['tabs, spaces and comments of all kinds', `/* a block\n   comment */\n.globl _start # a line\n_start: mov $1, %eax // another\n\t mov $1 , %edi /* inside */ \n lea msg( %rip ) , %rsi\n mov $12,%edx\n syscall ; mov $60,%eax\n xor %edi,%edi\n syscall\nmsg: .ascii "hello world\\n"`],
		['macros, repetitions, local labels and alignments', `.macro call3 nr, a, b, c\n mov $\\nr, %eax\n mov $\\a, %edi\n lea \\b(%rip), %rsi\n mov $\\c, %edx\n syscall\n.endm\n.globl _start\n.align 16\n_start: mov $3, %ecx\n1: dec %ecx\n jnz 1b\n jmp 2f\n.p2align 4\n.space 8\n2: call3 1, 1, msg, 12\n mov $60, %eax\n xor %edi, %edi\n syscall\n.section .rodata\n.balign 8\nmsg: .ascii "hello "\n.rept 1\n.ascii "world"\n.endr\n.byte 10\n.zero 3\n.skip 2`],
		['Intel syntax', `.intel_syntax noprefix\n.globl _start\n_start:\n mov eax, 1\n mov edi, 1\n lea rsi, [rip+msg]\n mov edx, 12\n syscall\n mov eax, 60\n xor edi, edi\n syscall\n.data\nmsg: .ascii "hello world\\n"`],
		['symbols and expressions', `.globl _start\n.equ SYS_write, 1\n.set len, end - msg\n_start: mov $SYS_write, %eax\n mov $SYS_write * 2 - 1, %edi\n mov $msg, %rsi\n mov $len, %edx\n syscall\n mov $60, %eax\n xor %edi, %edi\n syscall\n.section .rodata\nmsg: .string "hello world\\n"\n.set end, . - 1`],
	])('with %s', async (_what, text) => {
		expect(await inside(text)).toMatchObject({status: 0, stdout: 'hello world\n', stderr: ''});
	});

	test('an included file is found beside the program', async () => {
		folder.file('message: .ascii "included\\n"\n', 'message.inc');
		expect(await inside(program('sys 1, 1, message, 9', '.include "message.inc"'))).toMatchObject({status: 0, stdout: 'included\n'});
	});
});

describe('a program that does not assemble ends with 65 and says where', () => {
	test.each([
		['an unknown instruction', '.globl _start\n_start: nop\n frob %rax', ['3:2: There is no instruction frob.; Check its spelling and its size suffix.']],
		['an unknown directive', '.globl _start\n_start: nop\n\t.bogus 1', ['3:2: The directive .bogus is not known here.; ']],
		['an undefined symbol', '.globl _start\n_start: call nowhere', ['2:1: The symbol nowhere is not defined.; ']],
		['several mistakes', '.globl _start\n_start: mov %rax\n frob\n nop', ['2:1: mov needs more operands.', '3:2: There is no instruction frob.; ']],
		['no _start', 'main: ret', ['1: Nothing defines _start, where the program begins.; ']],
		['data alone', '.data\nx: .quad 1', ['1: Nothing defines _start, where the program begins.; ']],
		['the dialect of NASM', 'section .text\nglobal _start\n_start:\n mov rax, 60\n syscall', ['1:1: This is how NASM names a section.; ', '2:1: This is how NASM declares a symbol.; ', '4:2: This line is in Intel syntax, and AT&T syntax is expected.; ']],
	])('%s', async (_what, text, messages) => {
		const file = folder.file(text);
		const {status, stdout, stderr} = await command('run', file);
		expect([status, stdout]).toEqual([65, '']);
		const lines = stderr.trimEnd().split('\n');
		expect(lines.length).toBe(messages.length);
		for (const [index, message] of messages.entries()) expect(lines[index].startsWith(`${file}:${message}`)).toBe(true);
	});

	test('only the first twenty of many mistakes are printed', async () => {
		const {status, stderr} = await inside(`.globl _start\n_start: nop\n${'frob\n'.repeat(500)}`);
		expect(status).toBe(65);
		expect(stderr.trimEnd().split('\n').length).toBe(21);
		expect(stderr).toMatch(/\n… and 480 more\n$/);
	});

	test('with --json nothing but the message is printed', async () => {
		expect(await inside('frob', '--json')).toMatchObject({status: 65, stdout: ''});
	});
});

describe.concurrent('unusual ways to run', () => {
	test('a path with spaces and letters of other languages', async () => {
		await mkdir(path.join(folder.path, 'über uns'), {recursive: true});
		expect(await cli('run', folder.file(HELLO, 'über uns/mein Programm.s'))).toMatchObject({status: 0, stdout: 'hello world\n'});
	});

	test('a name that begins with a dash, behind two dashes', async () => {
		folder.file(HELLO, '-dash.s');
		const child = spawn(process.execPath, [CLI, 'run', '--', '-dash.s'], {cwd: folder.path, stdio: ['ignore', 'pipe', 'inherit']});
		expect(await output(child.stdout)).toBe('hello world\n');
	});

	test.skipIf(process.platform === 'win32')('a named pipe as the file', async () => {
		const pipe = path.join(folder.path, 'pipe.s');
		execFileSync('mkfifo', [pipe]);
		const child = spawn('sh', ['-c', 'cat > "$0"', pipe], {stdio: ['pipe', 'ignore', 'inherit']});
		child.stdin.end(HELLO);
		expect(await cli('run', pipe)).toMatchObject({status: 0, stdout: 'hello world\n'});
	});
});

/** Everything that comes out of a stream. */
async function output(stream: NodeJS.ReadableStream | ReturnType<typeof createReadStream>): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(Buffer.from(chunk as Buffer));
	return Buffer.concat(chunks).toString();
}
