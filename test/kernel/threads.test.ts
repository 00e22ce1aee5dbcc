import {expect, test} from 'vitest';
import {ADDRESSES, SCHEDULING, SIZES} from '../../source/kernel/constants.js';
import type {KernelOptions} from '../../source/kernel/kernel.js';
import {Run} from '../support/machines.js';

/** A second thread with a stack of its own; both go on at their labels. */
const twoThreads = (maker: string, made: string, data = ''): string => `
	.globl _start
_start:	movl $56, %eax
	movl $0x10f00, %edi
	leaq stack_top(%rip), %rsi
	xorl %edx, %edx
	syscall
	testl %eax, %eax
	jz made
${maker}
made:
${made}
	.data
	.balign 8
${data}
	.bss
	.balign 16
	.zero 1024
stack_top:
	.zero 16
`;

const print = (label: string): string => `
	movl $1, %eax
	movl $1, %edi
	leaq ${label}(%rip), %rsi
	movl $1, %edx
	syscall`;

const exit = (number: number, status: number): string => `
	movl $${number}, %eax
	movl $${status}, %edi
	syscall`;

const TURNS = twoThreads(
	`	movl $3, %ebx
1:	${print('a')}
	movl $24, %eax
	syscall
	decl %ebx
	jnz 1b
	${exit(60, 3)}`,
	`	movl $3, %ebx
2:	${print('b')}
	movl $24, %eax
	syscall
	decl %ebx
	jnz 2b
	${exit(60, 4)}`,
	'a: .ascii "A"\nb: .ascii "B"\n',
);

test('two threads that yield take turns, and the process ends with its first thread’s status', () => {
	const run = new Run(TURNS);
	expect([run.output, run.end]).toEqual(['ABABAB', 'exited with 3']);
});

test('the entry code goes to the stack of the thread that runs, and two threads never share one', () => {
	const tops = new Run(TURNS).events('stack-switch').filter(({from, stack}) => stack === 'thread' && from < ADDRESSES.TASK_SIZE_MAX).map(({to}) => to);
	const stride = BigInt(SIZES.THREAD_STRIDE);
	expect([...new Set(tops)].sort()).toEqual([ADDRESSES.VMALLOC_START + stride, ADDRESSES.VMALLOC_START + 2n * stride]);
});

test('clone answers the new thread’s number to its maker and 0 to the thread, whose stack pointer is the one asked for', () => {
	const run = new Run(twoThreads(exit(60, 0), exit(60, 0)));
	const [first] = run.events('result').filter(({nr}) => nr === 56);
	expect(first.value).toBe(43n);
	const entry = run.events('iret').find(({cpl}) => cpl === 3) ?? run.events('sysret').find(({rsp}) => rsp === run.address('stack_top'));
	expect(entry?.rsp).toBe(run.address('stack_top'));
	expect(run.registersAt((entry?.step ?? 0) + 1).general.rax).toBe(0n);
});

test('threads of one process have one pid and numbers of their own', () => {
	const run = new Run(twoThreads(`
	movl $39, %eax
	syscall
	movl $186, %eax
	syscall
	${exit(60, 0)}`, `
	movl $39, %eax
	syscall
	movl $186, %eax
	syscall
	${exit(60, 0)}`));
	const values = (nr: number): bigint[] => run.events('result').filter(event => event.nr === nr).map(({value}) => value).sort();
	expect([values(39), values(186)]).toEqual([[42n, 42n], [42n, 43n]]);
});

/** Each thread counts until the other has set its flag: they must be interrupted to get on. */
const SPINNING = twoThreads(
	`	movl $1, mine(%rip)
1:	cmpl $0, yours(%rip)
	je 1b
	${exit(231, 7)}`,
	`	movl $25000, %ecx
2:	loop 2b
	movl $1, yours(%rip)
3:	jmp 3b`,
	'mine: .long 0\nyours: .long 0\n',
);

test('a thread that never yields is interrupted by the timer when its share of the CPU is over', () => {
	const run = new Run(SPINNING);
	expect(run.end).toBe('exited with 7');
	const times = run.events('interrupt').map(({step}) => step);
	expect(times.length).toBeGreaterThan(2);
	for (const [index, time] of times.slice(1).entries()) expect(time - times[index]).toBeGreaterThanOrEqual(SCHEDULING.TIME_SLICE);
});

test('a program with one thread is never interrupted', () => {
	expect(new Run(`.globl _start\n_start: movl $100000, %ecx\n1: loop 1b\n${exit(60, 0)}`).events('interrupt')).toEqual([]);
});

test('registers, flags and floating-point state of a thread survive the other one', () => {
	const mark = (value: number): string => `
	movl $${value}, %ebx
	movq %rbx, %xmm7
	wrfsbase %rbx
	movl $20000, %ecx
9:	loop 9b
	movq %xmm7, %rdx
	rdfsbase %rsi
	cmpl $${value}, %ebx
	jne bad
	cmpl $${value}, %edx
	jne bad
	cmpl $${value}, %esi
	jne bad`;
	const run = new Run(twoThreads(`${mark(11)}\n1:	cmpl $0, done(%rip)\n	je 1b\n${exit(231, 0)}\nbad:${exit(231, 1)}`, `${mark(22)}\n	movl $1, done(%rip)\n2:	jmp 2b`, 'done: .long 0\n'));
	expect(run.end).toBe('exited with 0');
});

test('nanosleep lets time pass without instructions, and the other threads run meanwhile', () => {
	const sleep = (nanoseconds: number): string => `
	movl $35, %eax
	leaq time(%rip), %rdi
	movq $0, (%rdi)
	movq $${nanoseconds}, 8(%rdi)
	xorl %esi, %esi
	syscall`;
	const program = twoThreads(`${sleep(500_000_000)}\n${print('a')}\n${exit(231, 0)}`, `${print('b')}\n${exit(60, 0)}`, 'time: .quad 0, 0\na: .ascii "A"\nb: .ascii "B"\n');
	const run = new Run(program);
	expect(run.output).toBe('BA');
	expect(run.recording.machine.steps).toBeLessThan(20_000);
	expect(run.recording.machine.cpu.clock).toBeGreaterThan(500_000_000n);
});

test('nanosleep refuses times that are none, and addresses that are not the program’s', () => {
	const run = new Run(`.globl _start
_start:	leaq time(%rip), %rdi
	xorl %esi, %esi
	movl $35, %eax
	syscall
	movl $35, %eax
	xorl %edi, %edi
	syscall
	${exit(60, 0)}
	.data
time:	.quad 0, 1000000000`);
	expect(run.results).toEqual([-22, -14]);
});

test('threads without end meet -EAGAIN when the table is full', () => {
	const run = new Run(`.globl _start
_start:	movl $30, %ebx
1:	movl $56, %eax
	movl $0x10f00, %edi
	leaq stack_top(%rip), %rsi
	xorl %edx, %edx
	syscall
	testl %eax, %eax
	jz 2f
	decl %ebx
	jnz 1b
	${exit(231, 0)}
2:	jmp 2b
	.bss
	.zero 64
stack_top: .zero 16`);
	const results = run.results;
	expect(results.filter(result => result > 0)).toHaveLength(SCHEDULING.NR_TASKS - 1);
	expect(new Set(results.filter(result => result < 0))).toEqual(new Set([-11]));
});

test.each<[string, KernelOptions]>([['isolation', {isolation: true}], ['the entry stack off', {entryStack: false}]])('with %s two threads take turns just the same', (_, kernel) => {
	const yielding = new Run(TURNS, {kernel});
	expect([yielding.output, yielding.end]).toEqual(['ABABAB', 'exited with 3']);
	expect(new Run(SPINNING, {kernel}).end).toBe('exited with 7');
});
