import {describe, expect, test} from 'vitest';
import {differencesAlong, differencesToEnd, hurry, ODD_SLICES, Pair} from '../../support/emitted-compare.js';
import {emittedGuest, UserPlace} from '../../support/emitted-guest.js';
import {bootText} from '../../support/machines.js';

hurry({slice: 97, metBefore: 1, wantedBefore: 300});

/** Instructions that read or write at rdi, which moves on by the bytes given. */
const ACCESSES = ([
	['movb (%rdi), %al', 1], ['movw (%rdi), %ax', 2], ['movl (%rdi), %eax', 4], ['movq (%rdi), %rax', 8],
	['movb %al, (%rdi)', 1], ['movw %ax, (%rdi)', 2], ['movl %eax, (%rdi)', 4], ['movq %rax, (%rdi)', 8],
	['addl %eax, (%rdi)', 4], ['adcq (%rdi), %rbx', 8], ['incw (%rdi)', 2], ['shlq %cl, (%rdi)', 8], ['rclb $3, (%rdi)', 1],
	['xchgl %eax, (%rdi)', 4], ['xaddq %rax, (%rdi)', 8], ['cmpxchgl %ebx, (%rdi)', 4], ['cmpxchg8b (%rdi)', 8], ['btsl $5, (%rdi)', 4],
	['movzwl (%rdi), %ebx', 2], ['movslq (%rdi), %rbx', 4], ['cmovbl (%rdi), %ebx', 4], ['setc (%rdi)', 1],
	['pushq (%rdi)\npopq %rbx', 8], ['pushq $5\npopq (%rdi)', 8],
	['movq %rdi, %rsi\nlodsq', 8], ['pushq %rdi\nstosl\npopq %rdi', 4], ['pushq %rdi\nscasw\npopq %rdi', 2], ['movups (%rdi), %xmm1', 16], ['movups %xmm2, (%rdi)', 16],
	['movq %rsp, %rbp\nleaq 8(%rdi), %rsp\npushq %rax\nmovq %rbp, %rsp', 8], ['movq %rsp, %rbp\nmovq %rdi, %rsp\npopq %rax\nmovq %rbp, %rsp', 8],
	['imulq (%rdi), %rbx', 8], ['mull (%rdi)', 4], ['bsfq (%rdi), %rbx', 8], ['testb $7, (%rdi)', 1], ['cmpq $-5, (%rdi)', 8], ['notl (%rdi)', 4], ['negq (%rdi)', 8],
] as const).map(([text, stride]) => ({name: text.replaceAll('\n', '; '), text, stride}));

/** A loop in ring 3 around one access: flags are set before it and asked for behind it, and registers change on either side. */
const walking = (access: string, first: bigint, stride: number): string => `
	.section .user,"ax"
user:	movq $${first}, %rdi
1:	incq %r8
	addq %r8, %r9
	leaq (%r9,%r8,4), %rax
	subl %r8d, %ebx
	${access}
	adcq $0, %r10
	decl %r11d
	xorl %r11d, %ebx
	addq $${stride}, %rdi
	js 2f
	jmp 1b
2:	int3
`;

const END_OF_DATA = UserPlace.DATA + 0x8000n;

describe('A loop that walks off its last page', () => {
	test.each(ACCESSES)('faults in the same state: $name', ({text: access, stride}) => {
		const text = `start: to_user user\n${walking(access, END_OF_DATA - 0x700n * BigInt(stride) - 0x10n, stride)}`;
		const pair = new Pair(engine => emittedGuest(engine, text));
		expect(pair.runAll([1000, 65, 3001, 50_000])).toEqual([]);
		expect(pair.direct.cpu.stopped).toEqual({kind: 'power-off', status: 14});
	});

	test.each(ACCESSES)('across the border, too: $name', ({text: access, stride}) => {
		const text = `start: to_user user\n${walking(access, END_OF_DATA - 0x500n * BigInt(stride) - 3n, stride)}`;
		expect(differencesToEnd(engine => emittedGuest(engine, text), [777, 64, 20_000])).toEqual([]);
	});
});

describe('An access', () => {
	test.each(ACCESSES)('across two pages does the same as on one: $name', ({text: access}) => {
		// From 40 bytes before a page's end to 24 behind it, byte by byte, over and over.
		const text = `start: to_user user
	.section .user,"ax"
user:	movl $3, %ecx
3:	movl $64, %r12d
	movq $(USER_DATA + 0x1000 - 40), %rdi
1:	imulq $0x1234567, %r9, %rax
	incq %r9
	addl %r9d, %ebx
	${access}
	adcq %rax, %r10
	movq $(USER_DATA + 0x1000), %rsi
	xorq -8(%rsi), %r10
	incq %rdi
	decl %r12d
	jnz 1b
	jmp 3b
`;
		expect(differencesAlong(engine => emittedGuest(engine, text), [...ODD_SLICES, 7777])).toEqual([]);
	});
});

/** Makes the page at USER_DATA + 0x2000 unwritable before ring 3 begins, and writable again when it is written to. */
const readOnly = (user: string): string => `
start:	movabsq	$entry_of_page, %rbx
	andq	$~2, (%rbx)
	invlpg	USER_DATA + 0x2000
	to_user user
vector_14:
	pushq	%rax
	movabsq	$entry_of_page, %rax
	xorq	$2, (%rax)
	movq	%cr2, %rax
	invlpg	(%rax)
	incq	faults(%rip)
	popq	%rax
	leaq	8(%rsp), %rsp
	iretq
	.data
faults:	.quad 0
${user}
`;

describe('A page that may not be written', () => {
	test.each(ACCESSES)('is met in the middle of a loop, and written once its handler allows it: $name', ({text: access, stride}) => {
		const text = readOnly(walking(access, UserPlace.DATA + 0x2000n - 0x120n * BigInt(stride), stride));
		const entries = {entry_of_page: UserPlace.DATA + 0x2000n};
		const found = differencesAlong(engine => emittedGuest(engine, text, {entries}), [399, 1, 2000, 1, 1, 1, 1500]);
		expect(found).toEqual([]);
	});
});

/** A loop that faults now and then; the handler goes on behind the instruction, at r15. */
const faulting = (body: string, handlers = 'vector_0: vector_6: vector_4: vector_3: vector_1: vector_5: vector_7: vector_16: vector_19:'): string => `
start:	to_user user
${handlers}
	pushq	$0
vector_12: vector_13: vector_14: vector_17:
	incq	faults(%rip)
	movq	%r15, 8(%rsp)
	leaq	8(%rsp), %rsp
	iretq
	.data
faults:	.quad 0
	.section .user,"ax"
user:	leaq 2f(%rip), %r15
1:	incq %r8
	addq %r8, %r9
	leaq (%r9,%r8,2), %rax
	cmpq %r8, %r9
	${body}
	adcq %rax, %r10
2:	sbbq %r9, %r11
	rclq $1, %r12
	jmp 1b
`;

const FAULTS: readonly (readonly [what: string, text: string])[] = [
	['#DE by zero', 'movl %r8d, %ecx\nandl $7, %ecx\nxorl %edx, %edx\ndivl %ecx'],
	['#DE by a quotient too large', 'movq %r8, %rdx\nandl $3, %edx\nmovl $2, %ecx\ndivq %rcx'],
	['#DE of the smallest number by -1', 'movl $0x80000000, %eax\nsubl %r8d, %eax\ntestb $1, %r8b\nje 3f\nmovl $0x80000000, %eax\n3: cltd\nmovl $-1, %ecx\nidivl %ecx'],
	['#DE with a divisor in memory', 'movq $USER_DATA, %rbx\nmovl %r8d, %ecx\nandl $1, %ecx\nmovb %cl, 8(%rbx)\nmovzbl %al, %eax\nidivb 8(%rbx)'],
	['#UD', 'addl $5, %ebx\nud2'],
	['#GP of a privileged instruction', 'addl $5, %ebx\ncli'],
	['#GP of an address that is not canonical', 'movabsq $0x7ffffffffff0, %rbx\nmovl %r8d, %ecx\nandl $31, %ecx\nmovl (%rbx,%rcx,4), %eax'],
	['#GP of a jump that is not canonical', 'movabsq $0x8000000000000000, %rbx\ntestb $3, %r8b\njne 4f\njmp *%rbx\n4: nop'],
	['#GP of a call that is not canonical', 'movabsq $0x8000000000000000, %rbx\ntestb $3, %r8b\njne 4f\ncall *%rbx\n4: nop'],
	['#GP of a return that is not canonical', 'leaq 4f(%rip), %rbx\nmovl %r8d, %ecx\nandl $1, %ecx\nshlq $50, %rcx\norq %rcx, %rbx\npushq %rbx\nret\n4: pushq $0\npopq %rcx\nmovq $USER_STACK, %rsp'],
	['#GP of data that must be aligned', 'movq $USER_DATA, %rbx\nmovl %r8d, %ecx\nandl $15, %ecx\ncmpxchg16b (%rbx,%rcx)'],
	['#GP of a selector', 'movl %r8d, %ecx\nandl $1, %ecx\nleal (%rcx,%rcx,4), %ecx\nmovl %ecx, %ds'],
	['#SS', 'movabsq $0x7ffffffffff8, %rbp\nmovl %r8d, %ecx\nandl $3, %ecx\nmovq (%rbp,%rcx,8), %rbx'],
	['#PF of a fetch', 'movl $0x123000, %ebx\ntestb $3, %r8b\njne 4f\ncall *%rbx\n4: movq $USER_STACK, %rsp'],
	['#PF of a fetch from data', 'movl $USER_DATA, %ebx\ntestb $3, %r8b\njne 4f\njmp *%rbx\n4:'],
	['#PF of a page of the kernel', 'movabsq $KERNEL_BASE, %rbx\nincl (%rbx)'],
	['#PF of code that is written', 'leaq 4f(%rip), %rbx\n4: incl (%rbx)'],
	['#PF of a push', 'movl %r8d, %ecx\nandl $1, %ecx\nshll $20, %ecx\nmovq %rsp, %rbp\nsubq %rcx, %rsp\nleaq 5f(%rip), %r15\npushq %rax\n5: movq %rbp, %rsp\nleaq 2f(%rip), %r15'],
	['#PF of a call', 'movl %r8d, %ecx\nandl $1, %ecx\nshll $20, %ecx\nmovq %rsp, %rbp\nsubq %rcx, %rsp\nleaq 5f(%rip), %r15\ncall 5f\n5: movq %rbp, %rsp\nleaq 2f(%rip), %r15'],
	['#PF of enter', 'movl %r8d, %ecx\nandl $1, %ecx\nshll $20, %ecx\nmovq %rsp, %r13\nsubq %rcx, %rsp\nleaq 5f(%rip), %r15\nenter $16, $1\n5: movq %r13, %rsp\nleaq 2f(%rip), %r15'],
	['#PF of leave', 'movl %r8d, %ecx\nandl $1, %ecx\nleaq -8(%rsp), %rbp\nshll $20, %ecx\naddq %rcx, %rbp\nmovq %rsp, %r13\nleave\nmovq %r13, %rsp'],
	['#PF of the second of two words', 'movq $USER_DATA, %rsi\nmovl $0x10, %edi\nmovsq'],
	['#PF in the middle of a repetition', 'movq $(USER_DATA + 0x7fe0), %rdi\nmovl %r8d, %ecx\nandl $63, %ecx\nrep stosb\nstc'],
	['a breakpoint', 'int3\ncmc'],
	['two faults in a block', 'leaq 4f(%rip), %r15\nincl 0x10\n4: leaq 2f(%rip), %r15\naddq $3, %r14\nincl 0x20'],
];

describe('A hot loop is left and gone on with in the same states at', () => {
	test.each(FAULTS)('%s', (_, body) => {
		const text = faulting(body);
		expect(differencesAlong(engine => emittedGuest(engine, text), [...ODD_SLICES, 30_000, ...ODD_SLICES])).toEqual([]);
	});
});

describe('Under the kernel', () => {
	test('a system call whose argument is on a page that is not there ends alike, over and over', () => {
		const text = `
	.globl _start
_start:	leaq data+0x1000(%rip), %r12
1:	movl %r13d, %ecx
	andl $31, %ecx
	movl $1, %eax
	movl $1, %edi
	leaq -16(%r12), %rsi
	movl %ecx, %edx
	syscall
	addq %rax, %r14
	incl %r13d
	cmpl $300, %r13d
	jb 1b
	movl $60, %eax
	movl %r14d, %edi
	syscall
	.bss
	.balign 4096
data:	.zero 0x1000
`;
		expect(differencesToEnd(engine => bootText(text, {engine, populate: false}), [...ODD_SLICES, 50_000])).toEqual([]);
	});

	test('pages come in one after the other while a hot loop walks over them', () => {
		const text = `
	.globl _start
_start:	leaq data(%rip), %rdi
	movl $0x20000, %ecx
1:	addb %cl, (%rdi)
	incq %rdi
	decl %ecx
	jnz 1b
	movl $60, %eax
	xorl %edi, %edi
	syscall
	.bss
data:	.zero 0x20000
`;
		expect(differencesToEnd(engine => bootText(text, {engine, populate: false}), [...ODD_SLICES, 50_000])).toEqual([]);
	});
});
