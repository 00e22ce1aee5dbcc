import {expect, test} from 'vitest';
import {IMPLEMENTED, syscallCases} from '../../source/kernel/implemented.js';
import {NR_SYSCALLS, syscallName, syscallNumber} from '../../source/kernel/syscall-table.js';
import {Run} from '../support/machines.js';
import {program} from '../support/programs.js';

test.each([
	['39', 39, 42],
	['0x100000027, whose upper half is ignored', 0x1_0000_0027n, 42],
	['0xffffffff00000027', 0xffff_ffff_0000_0027n, 42],
	['9999', 9999, -38],
	['the size of the table', NR_SYSCALLS, -38],
	['one below the size of the table', NR_SYSCALLS - 1, -38],
	['101, a call that this kernel does not have', 101, -38],
	['335, a number that Linux has not given out', 335, -38],
	['-1', -1, -38],
	['-2', -2, -38],
	['0x80000001', 0x8000_0001n, -38],
	['0x7fffffff', 0x7fff_ffff, -38],
	['0x40000027, the x32 bit', 0x4000_0027, -38],
])('number %s is answered as on Linux', (_what, number, result) => {
	const run = new Run(program(`sys ${number}`));
	expect(run.results).toEqual([result]);
	expect(run.end).toBe('exited with 0');
});

test('-1 reaches no handler at all: the answer is what the entry code left in ax', () => {
	const run = new Run(program('sys -1'));
	expect(run.events('dispatch').map(({handler}) => handler)).toEqual(['__x64_sys_exit']);
	expect(run.results).toEqual([-38]);
});

test('a number within the table goes through the dispatch, one beyond it does not', () => {
	const run = new Run(program('sys 101\nsys 9999\nsys 39'));
	expect(run.events('dispatch').map(({nr, name, handler}) => [nr, name, handler])).toEqual([
		[101, 'ptrace', '__x64_sys_ni_syscall'],
		[9999, 'ni_syscall', '__x64_sys_ni_syscall'],
		[39, 'getpid', '__x64_sys_getpid'],
		[60, 'exit', '__x64_sys_exit'],
	]);
});

test('the events carry the number as a signed int', () => {
	const run = new Run(program('sys 0x80000001\nsys -1\nsys 0x100000027'));
	expect(run.events('syscall').map(({nr}) => nr)).toEqual([-0x7fff_ffff, -1, 39, 60]);
	expect(run.events('pt_regs').map(({fields}) => fields.orig_ax)).toEqual([0x8000_0001n, 0xffff_ffff_ffff_ffffn, 0x1_0000_0027n, 60n]);
	expect(run.events('result').map(({nr}) => nr)).toEqual([-0x7fff_ffff, -1, 39]);
});

test.each([['exit', 60], ['exit_group', 231]])('%s ends the process with the low byte of its argument', (_name, number) => {
	const statuses = [0, 1, 255, 256, 257, 0x1_0000_002an, -1, 0x8000_0000_0000_0007n];
	expect(statuses.map(status => new Run(program(`sys ${number}, ${status}`)).end)).toEqual([0, 1, 255, 0, 1, 42, 255, 7].map(status => `exited with ${status}`));
});

test('a program that makes many calls gets an answer to each', () => {
	const run = new Run(program('xorl %ebx, %ebx\nmovl $500, %r12d\nagain: movl $39, %eax\nsyscall\naddq %rax, %rbx\ndecl %r12d\njnz again\nsys 60, 7'));
	expect([run.results.length, new Set(run.results), run.end]).toEqual([500, new Set([42]), 'exited with 7']);
	expect(run.registersAt(run.events('syscall').at(-1)?.step ?? 0).general.rbx).toBe(500n * 42n);
});

test.each([
	['read', 0], ['write', 1], ['mmap', 9], ['rt_sigreturn', 15], ['pread64', 17], ['getpid', 39], ['clone', 56], ['execve', 59], ['exit', 60],
	['ptrace', 101], ['arch_prctl', 158], ['gettid', 186], ['futex', 202], ['exit_group', 231], ['openat', 257], ['pipe2', 293], ['seccomp', 317],
	['getrandom', 318], ['statx', 332], ['rseq', 334], ['pidfd_send_signal', 424], ['clone3', 435], ['futex_waitv', 449], ['mseal', 462],
])('%s has the number %i', (name, number) => {
	expect([syscallNumber(name), syscallName(number)]).toEqual([number, name]);
});

test('numbers that were not given out have no name', () => {
	expect([-1, 335, 423, 463, NR_SYSCALLS, 512].map(syscallName)).toEqual([undefined, undefined, undefined, undefined, undefined, undefined]);
	expect(() => syscallNumber('no_such_call')).toThrow('no system call is named no_such_call');
});

test('the dispatch has one case for each call that the kernel carries out', () => {
	expect([...syscallCases().matchAll(/je\t__x64_sys_(\w+)/g)].map(([, name]) => name)).toEqual([...IMPLEMENTED]);
});
