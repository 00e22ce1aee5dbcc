import {describe, expect, test} from 'vitest';
import {differencesAlong, differencesToEnd, hurry, ODD_SLICES} from '../../support/emitted-compare.js';
import {emittedGuest} from '../../support/emitted-guest.js';
import {bootText} from '../../support/machines.js';

hurry({slice: 97, metBefore: 1, wantedBefore: 300});

const SLICES = [...ODD_SLICES, 20_000, ...ODD_SLICES];
const compare = (text: string): string[] => differencesAlong(engine => emittedGuest(engine, text), SLICES);

/** A handler that notes where it came in, when, and what the flags and the counter of the loop were. */
const HANDLER = `
vector_32:
	incq ticks(%rip)
	movq (%rsp), %r14
	xorq %r14, %r13
	rolq $7, %r13
	addq 16(%rsp), %r13
	pushq %rax
	pushq %rdx
	rdtsc
	addq %rax, %r13
	popq %rdx
	popq %rax
	imulq $31, %r13, %r13
	addq %r8, %r13
	iretq
	.data
ticks:	.quad 0
room:	.zero 64
	.text
`;

/** Some work with flags, memory and a branch. */
const WORK = `incq %r8
	addq %r8, %r9
	adcq %r9, %r10
	movq %r10, -8(%rsp)
	subl $77, %r9d
	js 7f
	xorq -8(%rsp), %r11
7:	rclq $1, %r11`;

const PERIODS = [1, 2, 3, 7, 16, 63, 64, 65, 97, 98, 399, 400, 401, 1000, 4097];

describe('The timer interrupts a hot loop at the same steps', () => {
	test.each(PERIODS)('of ring 3, every %i', period => {
		expect(compare(`
start:	timer_every ${period}
	to_user 1f
${HANDLER}
	.section .user,"ax"
1:	${WORK}
	jmp 1b
`)).toEqual([]);
	});

	test.each(PERIODS)('of ring 0, every %i', period => {
		expect(compare(`
start:	timer_every ${period}
	sti
1:	${WORK}
	jmp 1b
${HANDLER}
`)).toEqual([]);
	});

	test('once, asked for again by the handler, after more steps each time', () => {
		expect(compare(`
start:	movw $0x44, %dx
	movl $50, %eax
	outl %eax, %dx
	to_user 1f
vector_32:
	incq %r12
	movl %r12d, %eax
	andl $0x3ff, %eax
	addl $5, %eax
	movw $0x44, %dx
	outl %eax, %dx
	iretq
	.section .user,"ax"
1:	${WORK}
	jmp 1b
`)).toEqual([]);
	});

	test('that writes and reads the timer itself', () => {
		expect(compare(`
start:	sti
1:	${WORK}
	testb $15, %r8b
	jnz 1b
	movw $0x44, %dx
	inl %dx, %eax
	addq %rax, %r12
	movl %r8d, %eax
	andl $0xff, %eax
	addl $1, %eax
	outl %eax, %dx
	jmp 1b
${HANDLER}
`)).toEqual([]);
	});
});

describe('Interrupts wait', () => {
	const around = (before: string, after: string, period: number): string => `
start:	timer_every ${period}
	sti
1:	${before}
	${WORK}
	${after}
	incq %r12
	jmp 1b
${HANDLER}
`;

	test.each([
		['between cli and sti', 'cli', 'sti'],
		['for the instruction after sti', 'cli', 'sti\nincq %r15'],
		['for the instruction after sti, which is cli', 'cli', 'sti\ncli\nsti\nnop'],
		['between pushes of flags', 'pushfq\ncli', 'popfq'],
		['for a popfq that clears IF, and one that sets it', 'pushq $2\npopfq', 'pushq $0x202\npopfq'],
		['for an iretq that clears IF', 'movq %rsp, %rax\npushq $0x18\npushq %rax\npushq $2\npushq $0x10\nleaq 3f(%rip), %rax\npushq %rax\niretq\n3: nop', 'sti\nnop'],
		['for the instruction after a write to ss', 'movl $0x18, %eax\nmovl %eax, %ss', 'incq %r15'],
		['while cr8 holds them back', 'movl $3, %eax\nmovq %rax, %cr8', 'xorl %eax, %eax\nmovq %rax, %cr8'],
	])('%s', (_, before, after) => {
		for (const period of [3, 16, 29, 64, 401]) expect(compare(around(before, after, period))).toEqual([]);
	});
});

describe('A processor that waits', () => {
	test.each([5, 64, 399, 1001])('is woken every %i steps between hot loops', period => {
		expect(compare(`
start:	timer_every ${period}
1:	sti
	hlt
	movl $20, %r12d
2:	${WORK}
	decl %r12d
	jnz 2b
	jmp 1b
${HANDLER}
`)).toEqual([]);
	});

	test('stands still for ever with interrupts off', () => {
		const text = `
start:	movl $900, %r12d
2:	${WORK}
	decl %r12d
	jnz 2b
	hlt
`;
		const found = differencesAlong(engine => emittedGuest(engine, text), [...ODD_SLICES, 1, 5, 1000]);
		expect(found).toEqual([]);
	});
});

test('A hot loop reads the same times', () => {
	expect(compare(`
start:	sti
1:	${WORK}
	rdtsc
	shlq $32, %rdx
	orq %rdx, %rax
	xorq %rax, %r13
	rdtscp
	addq %rax, %r13
	jmp 1b
${HANDLER}
`)).toEqual([]);
});

/** Two threads in loops of their own that never make a call: only the timer takes the CPU from them. */
const TWO_THREADS = `
	.globl _start
_start:	movl $56, %eax
	movl $0x10f00, %edi
	leaq stack_top(%rip), %rsi
	xorl %edx, %edx
	syscall
	testl %eax, %eax
	jz other
one:	${WORK}
	incq mine(%rip)
	movq yours(%rip), %rax
	addq %rax, %r12
	jmp one
other:	${WORK}
	incq yours(%rip)
	movq mine(%rip), %rax
	xorq %rax, %r12
	pushfq
	popq %rbx
	jmp other
	.data
	.balign 8
mine:	.quad 0
yours:	.quad 0
	.bss
	.balign 16
	.zero 1024
stack_top: .zero 16
`;

describe('Under the kernel', () => {
	test('two threads are preempted at the same steps', () => {
		expect(differencesAlong(engine => bootText(TWO_THREADS, {engine}), [...ODD_SLICES, 100_000, ...ODD_SLICES, 100_000])).toEqual([]);
	});

	test('two processes are preempted at the same steps, and one waits for the other', () => {
		const text = `
	.globl _start
_start:	movl $57, %eax
	syscall
	testl %eax, %eax
	jz child
	movl $20000, %ebx
1:	${WORK}
	decl %ebx
	jnz 1b
	movl $61, %eax
	movl $-1, %edi
	xorl %esi, %esi
	xorl %edx, %edx
	xorl %r10d, %r10d
	syscall
	movl %r9d, %edi
	movl $60, %eax
	syscall
child:	movl $30000, %ebx
2:	${WORK}
	decl %ebx
	jnz 2b
	movl $60, %eax
	movl $3, %edi
	syscall
`;
		expect(differencesToEnd(engine => bootText(text, {engine}), [...ODD_SLICES, 100_000])).toEqual([]);
	});

	test('a program sleeps between hot loops', () => {
		const text = `
	.globl _start
_start:	movl $30, %r12d
1:	movl $200, %ebx
2:	${WORK}
	decl %ebx
	jnz 2b
	movl $35, %eax
	leaq time(%rip), %rdi
	xorl %esi, %esi
	syscall
	decl %r12d
	jnz 1b
	movl $60, %eax
	xorl %edi, %edi
	syscall
	.data
time:	.quad 0, 12345
`;
		expect(differencesToEnd(engine => bootText(text, {engine}), [...ODD_SLICES, 20_000])).toEqual([]);
	});

	test('a program reads what is typed while it runs', () => {
		const text = `
	.globl _start
_start:	movl $0, %eax
	xorl %edi, %edi
	leaq room(%rip), %rsi
	movl $7, %edx
	syscall
	testl %eax, %eax
	jle 3f
	addq room(%rip), %r9
	movl $50, %ebx
2:	${WORK}
	decl %ebx
	jnz 2b
	jmp _start
3:	movl $60, %eax
	xorl %edi, %edi
	syscall
	.bss
room:	.zero 64
`;
		expect(differencesToEnd(engine => bootText(text, {engine, input: Buffer.from('some words that are read a few bytes at a time\n'.repeat(20))}), [...ODD_SLICES, 20_000])).toEqual([]);
	});
});
