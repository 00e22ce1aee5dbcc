import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {wanted} from '../../source/lab/goals/wanted.js';
import {front, goalOf, LabsFolder, page, PROGRAM, Stand} from './labs.js';

const labs = new LabsFolder();
afterAll(() => labs.remove());

const LAB = `${front()}${page('go: before syscall')}`;

/** A program on the machine, where its first call comes next; without branches, as proofs have it. */
const stand = (program = PROGRAM, lab = LAB): Stand => new Stand(labs.bench({lab, program}, {branches: false}));

describe('goals, on a run that is over', () => {
	let over: Stand;
	beforeAll(() => {
		over = stand().go();
	});

	test.each([
		['{value: rdi before syscall, is: 1}', 'met: `rdi before syscall` was 1.'],
		['{value: rdi before syscall, is: [2, 3]}', 'unmet: `rdi before syscall` was 1; wanted: 2 or 3.'],
		['{value: rdi before syscall, is-not: 1}', 'unmet: `rdi before syscall` was 1; wanted: not 1.'],
		['{value: IF after syscall, is: 0}', 'met: `IF after syscall` was 0.'],
		['{value: cpl after syscall, is: 3}', 'unmet: `cpl after syscall` was 0; wanted: 3.'],
		['{value: regs->dx before pt_regs, at-least: 6, at-most: 6}', 'met: `regs->dx before pt_regs` was 6.'],
		['{value: regs->dx before pt_regs, above: 6}', 'unmet: `regs->dx before pt_regs` was 6; wanted: above 6.'],
		['{value: "text[message, 5] before syscall", is: \'"hello"\'}', 'met: `text[message, 5] before syscall` was "hello".'],
		['{value: stack after syscall, is: thread}', 'unmet: `stack after syscall` was "user"; wanted: `thread`.'],
		['{value: "u64[0] before syscall", is: 1}', 'unmet: That can’t be told: nothing is mapped at 0x0.'],
		['{holds: rsp after sysret == rsp before syscall}', 'met: `rsp after sysret == rsp before syscall`: so it was.'],
		['{holds: rax after sysret == 7}', 'unmet: `rax after sysret == 7` does not hold: 6 on the left, 7 on the right.'],
		['{call: write}', 'met: write was called.'],
		['{call: write, arguments: {fd: 1, count: 6}}', 'met: write was called with these arguments.'],
		['{call: write, arguments: {rdi: 1, buf: message}, result: 6}', 'met: write answered 6.'],
		['{call: write, arguments: {fd: 2}}', 'unmet: write was called, but rdi (fd) was 1, not `2`.'],
		['{call: write, result: error}', 'unmet: write answered 6. Wanted: an error.'],
		['{call: getpid, result: success}', 'met: getpid answered 42.'],
		['{call: any, nth: 2, result: 42}', 'met: getpid answered 42.'],
		['{call: any, nth: last}', 'met: exit was called.'],
		['{call: exit, result: 0}', 'pending: exit has not answered yet.'],
		['{call: 9999}', 'unmet: The run is over without 9999: it made write, getpid, exit.'],
		['{call: read}', 'unmet: The run is over without read: it made write, getpid, exit.'],
		['{console: "hello\\n"}', 'met: The console shows "hello\\n".'],
		['{console: hello}', 'unmet: The console shows "hello\\n"; wanted: "hello".'],
		['{console-contains: ell}', 'met: The console shows "hello\\n".'],
		['{console-contains: world}', 'unmet: The console shows "hello\\n"; wanted: a text with "world" in it.'],
		['{exception: PF}', 'unmet: No #PF was raised as asked: none so far.'],
		['{signal: SIGSEGV}', 'unmet: The program exited with 0; wanted: SIGSEGV.'],
		['{exit: 0}', 'met: The program exited with 0.'],
		['{exit: 3}', 'unmet: The program exited with 0; wanted: exit status `3`.'],
		['{path: sysret}', 'met: write left the kernel by SYSRET.'],
		['{path: iret, nth: 2}', 'unmet: getpid left the kernel by SYSRET, not by IRET.'],
		['{written: regs->ip before pt_regs, by: pushq %rcx}', 'met: `regs->ip before pt_regs` was written by `pushq %rcx` in entry_SYSCALL_64.'],
		['{written: rcx after syscall, by: hardware}', 'met: `rcx after syscall` was written by the processor itself in call.'],
		['{written: regs->ip before pt_regs, by: _start}', 'unmet: `regs->ip before pt_regs` was written by `pushq %rcx` in entry_SYSCALL_64, not by `_start`.'],
		['{written: regs->di before pt_regs, from: rdi}', 'met: `regs->di before pt_regs` came by way of regs->di, rdi.'],
		['{written: cs before syscall, by: hardware}', 'unmet: That can’t be told: there is no register cs whose values can be followed: there are rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15, rip, rflags and xmm0 to xmm15.'],
		['{written: steps, by: hardware}', 'unmet: That can’t be told: there is no register steps whose values can be followed: there are rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15, rip, rflags and xmm0 to xmm15.'],
		['{steps: all, from: before syscall, to: after syscall, is: 1}', 'met: From `before syscall` to `after syscall` there were 1 instructions.'],
		['{steps: ring 3, from: before syscall, to: "after syscall[2]", is: 3}', 'met: From `before syscall` to `after syscall[2]` there were 3 instructions in ring 3.'],
		['{event: swapgs}', 'met: swapgs happened 5 times.'],
		['{event: push, of: ip, count: 3}', 'met: push of ip happened 3 times.'],
		['{event: syscall, of: write, count: 2}', 'unmet: syscall of write happened once; wanted: 2 times.'],
		['{differs: result.value, from: unedited}', 'unmet: `result.value` was 6 here and 6 there.'],
		['{same: [result.value, rax after sysret], as: unedited}', 'met: `result.value` was 6 here and 6 there, `rax after sysret` was 6 here and 6 there.'],
		['{differs: result.value, from: {set: rdi=77}}', 'met: `result.value` was 6 here and -9 (EBADF) there.'],
		['{same: rsp after stack-switch, as: {kernel: {isolation: true}}}', 'met: `rsp after stack-switch` was 0xffffc90000008000 here and 0xffffc90000008000 there.'],
		['{first-difference: register, at: __x64_sys_write, from: {set: rdi=77}}', 'met: The runs first differ in a register behind `movl PT_REGS_di(%rdi), %edi` in __x64_sys_write+0x1: rdi was 0x1 here and 0x4d there.'],
		['{first-difference: memory, at: "pushq  %rdi", from: {set: rdi=77}}', 'met: The runs first differ in memory behind `pushq %rdi` in entry_SYSCALL_64_after_hwframe+0x1: pt_regs->di was 0x1 here and 0x4d there.'],
		['{first-difference: path, at: __x64_sys_write, from: unedited}', 'unmet: The two runs do not differ in the instructions that they run.'],
		['{all: [{exit: 0}, {path: sysret}]}', 'met: The program exited with 0. write left the kernel by SYSRET.'],
		['{all: [{exit: 0}, {path: iret}]}', 'unmet: write left the kernel by SYSRET, not by IRET.'],
		['{any: [{exit: 1}, {path: sysret}]}', 'met: write left the kernel by SYSRET.'],
		['{any: [{exit: 1}, {path: iret}]}', 'unmet: The program exited with 0; wanted: exit status `1`. write left the kernel by SYSRET, not by IRET.'],
		['{not: {exit: 1}}', 'met: The program exited with 0; wanted: exit status `1`.'],
	])('%s: %s', (yaml, sentence) => {
		expect(over.verdict(yaml)).toBe(sentence);
	});

	test('the author’s own sentences stand in place of the usual ones, with values worked out', () => {
		const yaml = 'call: write\nresult: 6\nmet: "rax came back as ${rax after sysret}."\nunmet: "rdi was ${rdi before syscall}, pid ${result[getpid].value}, and ${u64[0]}."';
		expect(over.verdict(yaml)).toBe('met: rax came back as 6.');
		expect(over.verdict(yaml.replace('result: 6', 'result: 7'))).toBe('unmet: rdi was 1, pid 42, and (not yet known).');
	});
});

test.each([
	['{value: rax after sysret, is: 6}', 'The run has not come past the sysret yet.'],
	['{holds: rax at end == 6}', 'The run has not come to its end yet.'],
	['{value: rip at behind, is: 1}', 'The run has not come to behind yet.'],
	['{call: write}', 'No write has been made yet.'],
	['{console: "hello\\n"}', 'The console is empty so far; wanted: "hello\\n".'],
	['{exception: PF}', 'No #PF was raised as asked: none so far.'],
	['{signal: SIGSEGV}', 'The run has not come to its end yet.'],
	['{path: sysret}', 'The run has not come past the sysret yet.'],
	['{event: syscall}', 'syscall happened not at all so far.'],
	['{event: exception, count: 0}', 'exception happened not at all so far; wanted: not at all.'],
	['{not: {exit: 0}}', 'The run has not come to its end yet.'],
	['{any: [{exit: 0}, {value: rdi, is: 7}]}', 'The run has not come to its end yet. `rdi` was 1; wanted: 7.'],
])('where the run has not come far enough, %s is open: %s', (yaml, sentence) => {
	expect(stand().verdict(yaml)).toBe(`pending: ${sentence}`);
});

describe('what a call’s error was about', () => {
	test.each([
		['rdi=77', 'EBADF', 'write answered -9 (EBADF, Bad file descriptor): rdi was 77: no such descriptor is open for that.'],
		['rsi=0', 'EFAULT', 'write answered -14 (EFAULT, Bad address): rsi was 0x0: nothing of the program’s is mapped there.'],
		['rsi=0xffffc90000008000', 'EFAULT', 'write answered -14 (EFAULT, Bad address): rsi was 0xffffc90000008000: that is no address of the program’s half.'],
	])('%s gives %s', (changes, error, sentence) => {
		const run = stand().set(changes).go();
		expect(run.verdict(`{call: write, result: -${error}}`)).toBe(`met: ${sentence}`);
		expect(run.verdict('{call: write, result: 6}')).toBe(`unmet: ${sentence} Wanted: \`6\`.`);
	});

	test.each([
		['rax=9999', 'call 9999 answered -38 (ENOSYS, Function not implemented): eax was 9999: no call has that number.'],
		['rax=321', 'bpf answered -38 (ENOSYS, Function not implemented): this kernel does not carry out bpf.'],
	])('%s: a number without a call behind it', (changes, sentence) => {
		expect(stand().set(changes).go().verdict('{call: any, nth: 1, result: -ENOSYS}')).toBe(`met: ${sentence}`);
	});
});

test('exceptions are told by vector, place, address, error code and ring, and what they came to', () => {
	const run = stand('\t.globl _start\n_start: nop\nload: movq 0x10, %rax\n', `${front()}${page('go: start')}`).go();
	expect(run.verdict('{exception: PF, at: load, address: 0x10, error-code: 4, ring: 3}')).toBe('met: The processor raised #PF at load in ring 3, error code 0x4, cr2 0x10.');
	expect(run.verdict('{exception: PF, ring: 0}')).toBe('unmet: No #PF was raised as asked: it was #PF at load in ring 3, error code 0x4, cr2 0x10.');
	expect(run.verdict('{exception: "#GP"}')).toBe('unmet: No #GP was raised as asked: it was #PF at load in ring 3, error code 0x4, cr2 0x10.');
	expect(run.verdict('{signal: SIGSEGV, code: SEGV_MAPERR, address: 0x10}')).toBe('met: SIGSEGV killed the program (si_code 1, address 0x10).');
	expect(run.verdict('{signal: SIGSEGV, code: SEGV_ACCERR}')).toBe('unmet: SIGSEGV killed the program (si_code 1, address 0x10); wanted: SIGSEGV.');
	expect(run.verdict('{exit: 0}')).toBe('unmet: SIGSEGV killed the program (si_code 1, address 0x10); wanted: exit status `0`.');
});

test('a saved rip that differs from rcx makes the call leave by IRET', () => {
	const run = stand().go({to: 'before', event: 'result', nth: 1}).set('[rbx+128]:8=behind+5').go();
	expect(run.verdict('{path: iret}')).toBe('met: write left the kernel by IRET.');
});

const TWO_THREADS = `	.globl _start
_start:	movl $56, %eax
	movl $0x100, %edi
	leaq stack(%rip), %rsi
	xorl %edx, %edx
	xorl %r10d, %r10d
	xorl %r8d, %r8d
	syscall
	testq %rax, %rax
	jz child
	movl $24, %eax
	syscall
	movl $24, %eax
	syscall
	movl $231, %eax
	xorl %edi, %edi
	syscall
child:	movl $39, %eax
	syscall
	movl $60, %eax
	syscall
	.bss
	.balign 16
	.zero 4096
stack:
`;

test('calls of two threads keep their own answers apart', () => {
	const run = stand(TWO_THREADS, `${front()}${page('go: start')}`).go();
	expect(run.verdict('{call: getpid, result: 43}')).toBe('met: getpid answered 43.');
	expect(run.verdict('{call: sched_yield, nth: 1, result: 0}')).toBe('met: sched_yield answered 0.');
	expect(run.verdict('{call: sched_yield, nth: 2, result: 0}')).toBe('met: sched_yield answered 0.');
	expect(run.verdict('{call: sched_yield, nth: 3, result: 0}')).toBe('unmet: The run is over without 3. sched_yield: it made clone, sched_yield, getpid, exit, exit_group.');
});

test.each([
	['{value: rdi before syscall, is: closed, above: 3}', '`rdi before syscall` is 50 and above 3'],
	['{holds: cpl == 0}', '`cpl == 0`'],
	['{call: write, nth: 1, arguments: {fd: 1}, result: -EBADF}', 'the first write with `fd = 1` answers `-EBADF`'],
	['{call: any}', 'a system call is made'],
	['{console: ""}', 'the console stays empty'],
	['{console-contains: x}', 'the console shows "x"'],
	['{exception: GP, at: load, ring: 3}', 'the processor raises #GP at `load` in ring 3'],
	['{signal: SIGSEGV, code: 1}', 'SIGSEGV kills the program with si_code `1`'],
	['{exit: 3}', 'the program exits with `3`'],
	['{path: iret}', 'the call leaves the kernel by IRET'],
	['{written: regs->ip, by: pushq %rcx}', '`regs->ip` is written by `pushq %rcx`'],
	['{written: regs->ip, from: [rcx, hardware]}', '`regs->ip` comes from `rcx`, `hardware`'],
	['{steps: ring 0, from: after syscall, to: after sysret, below: 500}', 'from `after syscall` to `after sysret` the instructions in ring 0 are below 500'],
	['{event: syscall, of: write, count: 2}', 'syscall of write happens 2 times'],
	['{differs: rax, from: unedited}', '`rax` differs from the unedited run'],
	['{same: rax, as: {set: rdi=1}}', '`rax` is as in another run'],
	['{first-difference: path, at: here, from: unedited}', 'the two runs first differ in their path at `here`'],
	['{all: [{exit: 0}, {not: {exit: 1}}]}', 'the program exits with `0`, and not: the program exits with `1`'],
	['{any: [{exit: 0}, {exit: 1}]}', 'the program exits with `0`, or the program exits with `1`'],
])('%s asks that %s', (yaml, words) => {
	expect(wanted(goalOf(yaml), new Map([['closed', 50n]]))).toBe(words);
});
