import {afterAll, describe, expect, test} from 'vitest';
import {cli, ProgramFolder} from '../support/cli.js';
import {HELLO, program} from '../support/programs.js';

const folder = new ProgramFolder();
afterAll(() => folder.remove());

const hello = folder.file(HELLO, 'hello.s');
const compare = (...flags: readonly string[]): ReturnType<typeof cli> => cli('compare', ...flags);

describe.concurrent('compare', {timeout: 120_000}, () => {
	test('says that nothing is different, and ends with 0', async () => {
		expect(await compare(hello)).toMatchObject({status: 0, stderr: '', stdout: `A  ${hello}\nB  ${hello}\n\nNo difference: both runs did the same, instruction for instruction.\n`});
		expect(await compare(hello, '--a', 'rcx=1', '--b', 'rcx=0x8000000000000000')).toMatchObject({status: 0, stderr: ''});
	});

	test('says where another register shows first, where the ways part and what it leads to, and ends with 1', async () => {
		const {status, stdout, stderr} = await compare(hello, '--b', 'rdi=77');
		expect([status, stderr]).toEqual([1, '']);
		const lines = stdout.split('\n');
		expect(lines.slice(0, 2)).toEqual([`A  ${hello}`, `B  ${hello}, rdi = 0x4d before call 1`]);
		expect(stdout).toMatch(/First write to memory that is different: behind\n {2}A, B {2}step \d+ {2}entry_64\.s:55 {2}pushq %rdi # pt_regs->di\n {2}pt_regs->di {3}A 0x1 {3}B 0x4d\n/);
		expect(stdout).toMatch(/Where their ways part: behind\n {2}A, B {2}step \d+ {2}\S+:\d+ /);
		expect(stdout).toContain('\nResults of calls\n  result of call 1 write   A 12   B -9 (EBADF)\n');
	});

	test('takes symbols, flags and memory, and the call before which they are set', async () => {
		const two = folder.file(program('sys 1, 1, message, 5\nsys 1, 1, message, 5', '.data\nmessage: .ascii "hello"'));
		const {stdout} = await compare(two, '--b', '[message]="HE", cf=1', '--at', '2');
		expect(stdout).toContain('  console   A "hellohello"   B "helloHEllo"\n');
	});

	test('says what breaks first on a kernel without a line', async () => {
		const {status, stdout} = await compare(hello, '--without', 'swapgs');
		expect(status).toBe(1);
		expect(stdout).toContain(`B  ${hello}, without swapgs\n`);
		expect(stdout).toMatch(/Lines that only one of them has \(the first time that they were run\)\n {2}A {2}step \d+ {2}entry_64\.s:41 {2}swapgs/);
		expect(stdout).toContain('How they end\n  outcome   A exited with 0   B ');
	});

	test('compares kernels that are built otherwise, and two programs', async () => {
		expect((await compare(hello, '--isolation')).stdout).toContain('SWITCH_TO_KERNEL_CR3 %rsp');
		expect((await compare(hello, '--entry-stack', 'off')).stdout).toContain('events “stack-switch”');
		const other = folder.file(HELLO.replace('message, 12', 'message, 5'), 'other.s');
		expect((await compare(hello, other)).stdout).toContain('  console   A "hello world\\n"   B "hello"\n');
	});

	test('prints one JSON object', async () => {
		const {status, stdout} = await compare(hello, '--b', 'rdi=77', '--json');
		const found = JSON.parse(stdout) as Record<string, unknown>;
		expect([status, stdout.trim().split('\n').length]).toEqual([1, 1]);
		expect(found).toMatchObject({
			different: true,
			a: {title: hello, outcome: {kind: 'exited', status: 0}, console: 'hello world\n'},
			b: {title: `${hello}, rdi = 0x4d before call 1`, console: ''},
			first: {memory: {kind: 'memory', a: {rip: expect.stringMatching(/^0xffffffff81/) as unknown, source: {file: 'entry_64.s'}}, values: [{what: 'pt_regs->di', a: '0x1', b: '0x4d'}]}, path: {kind: 'path'}},
			oneSided: [],
			clock: {a: 0, b: 0},
		});
		expect(found.differences).toContainEqual({area: 'result', what: 'result of call 1 write', a: '12', b: '-9 (EBADF)', steps: {a: expect.any(Number) as unknown, b: expect.any(Number) as unknown}});
		expect(JSON.parse((await compare(hello, '--json')).stdout)).toMatchObject({different: false, differences: [], first: {}});
	});

	test.each<[string, readonly string[], number, string]>([
		['no file', [], 2, 'needs FILE'],
		['a file that is not there', ['absent.s'], 2, 'absent.s'],
		['a third file', [hello, hello, hello], 2, 'is more'],
		['a register that there is not', [hello, '--b', 'foo=1'], 2, 'syscall-lab: --b: “foo” can’t be changed'],
		['a symbol that there is not', [hello, '--a', 'rsi=nowhere'], 2, 'syscall-lab: --a: “nowhere” is no symbol'],
		['memory that is not mapped', [hello, '--b', '[0x10]=41'], 2, 'nothing is mapped at 0x10'],
		['a call that never comes', [hello, '--b', 'rdi=1', '--at', '9'], 2, 'call number 9 never came'],
		['a line that the kernel has not', [hello, '--without', 'nonsense'], 2, 'the kernel has no line named nonsense'],
		['kernels that can’t be built', [hello, '--isolation', '--entry-stack', 'off'], 2, '--isolation needs the entry stack'],
		['a program that does not assemble', [folder.file('.globl _start\n_start: foo')], 65, ':2:'],
	])('refuses %s', async (_, flags, status, message) => {
		const ended = await compare(...flags);
		expect([ended.status, ended.stdout]).toEqual([status, '']);
		expect(ended.stderr).toContain(message);
	});

	test('leaves runs that do not end', async () => {
		const loop = folder.file(program('again: jmp again'));
		const {status, stdout} = await compare(loop, '--max-steps', '5000', '--without', 'clear-ebx');
		expect([status, stdout]).toEqual([0, expect.stringContaining('No difference')]);
	});
});
