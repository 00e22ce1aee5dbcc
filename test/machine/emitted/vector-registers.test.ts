import {describe, expect, test} from 'vitest';
import {differencesAlong, hurry, ODD_SLICES} from '../../support/emitted-compare.js';
import {emittedGuest} from '../../support/emitted-guest.js';
import {randomGuest} from '../../support/emitted-programs.js';

hurry({slice: 97, metBefore: 1, wantedBefore: 300});

const SLICES = [...ODD_SLICES, 10_000, ...ODD_SLICES];

describe('A random program of vector instructions passes through the same states on both backends', () => {
	test.each([1, 2, 3, 4, 5, 6, 7, 8])('%i', seed => {
		const text = randomGuest(5000 + seed, {vectors: true, statements: 16, faults: seed % 2 === 0, ...(seed % 3 === 0 ? {period: 777} : {})});
		expect(differencesAlong(engine => emittedGuest(engine, text), [...SLICES, 40_000])).toEqual([]);
	});
});

/** A hot loop of ring 3 around some vector instructions; faults end at the handlers, which go on at r15 if not at the same place again. */
const loop = (handlers: string, vectors: string): string => `
start:	to_user begin
${handlers}
skip:	incq faults(%rip)
	movq %r15, (%rsp)
	iretq
skip_with_code:
	leaq 8(%rsp), %rsp
	jmp skip
	.data
faults:	.quad 0
	.section .user,"ax"
begin:	movq $USER_DATA, %rdi
	leaq 2f(%rip), %r15
1:	incq %r8
	addq %r8, %r9
	movl %r8d, %eax
	andl $31, %eax
	cmpl $7, %eax
	${vectors}
	adcq $0, %r10
2:	movq %xmm1, %rax
	xorq %rax, %r11
	rclq $1, %r11
	jmp 1b
`;

const WORK = `movq %r8, %xmm0
	punpcklqdq %xmm0, %xmm0
	paddq %xmm0, %xmm1
	pshufd $0x1b, %xmm1, %xmm2
	movdqu %xmm2, (%rdi,%rax)
	pcmpgtw (%rdi), %xmm2
	pmovmskb %xmm2, %ecx
	addq %rcx, %r10`;

describe('Vector instructions in a hot loop', () => {
	test.each([
		['fault where their data is not aligned', 'vector_13: jmp skip_with_code', `movaps %xmm1, (%rdi,%rax)\n${WORK}`],
		['fault where the data that they read is not aligned', 'vector_13: jmp skip_with_code', `paddb 0x10(%rdi,%rax), %xmm1\n${WORK}`],
		['fault where there is no page', 'vector_14: jmp skip_with_code', `shll $10, %eax\nmovups 0x1000(%rdi,%rax), %xmm1\nmovups %xmm1, 0x700(%rdi,%rax)\nmovl $3, %eax\n${WORK}`],
		['fault across the end of the last page', 'vector_14: jmp skip_with_code', `movups 0x7fe0(%rdi,%rax), %xmm3\nmovups %xmm1, 0x7fe0(%rdi,%rax)\n${WORK}`],
		['fault for the second half alone', 'vector_14: jmp skip_with_code', `movhps 0x7ff0(%rdi,%rax), %xmm1\nmovlps %xmm1, 0x7ff0(%rdi,%rax)\n${WORK}`],
		['lie across two pages', '', `movups 0xff0(%rdi,%rax), %xmm3\nmovups %xmm1, 0xff0(%rdi,%rax)\n${WORK}`],
		['fault for an address that is not canonical', 'vector_13: jmp skip_with_code', `movabsq $0x7fffffffffe0, %rsi\ncmpl $9, %eax\njne 4f\nmovups 8(%rsi,%rax), %xmm1\n4: ${WORK}`],
		['raise numeric exceptions that are not masked', 'vector_19: jmp skip', `movl $0x1d80, 0x100(%rdi)\nldmxcsr 0x100(%rdi)\ncvtsi2sd %eax, %xmm3\nmovsd %xmm3, %xmm4\ndivsd %xmm3, %xmm4\n${WORK}`],
		['note numeric exceptions that are masked', '', `cvtsi2sd %eax, %xmm3\ndivsd %xmm3, %xmm1\nsqrtsd %xmm1, %xmm4\nucomisd %xmm4, %xmm3\n${WORK}`],
		['are mixed with those of MMX registers and of the x87', '', `movq %r8, %mm1\npaddw %mm1, %mm2\nmovq2dq %mm2, %xmm3\nemms\nfildl (%rdi)\nfistpl 8(%rdi)\n${WORK}`],
		['find their registers switched off now and then', `vector_7: clts\n incq %r12\n iretq\nvector_3: movq %cr0, %rbx\n btcq $3, %rbx\n movq %rbx, %cr0\n iretq`, `jne 4f\nint3\n4: movl $3, %eax\n${WORK}`],
		['find their registers switched off in the middle of a block', `vector_7: clts\n incq %r12\n iretq\nvector_3: movq %cr0, %rbx\n orl $8, %ebx\n movq %rbx, %cr0\n iretq`, `pxor %xmm1, %xmm4\nint3\npaddd %xmm4, %xmm1\nmovl $3, %eax\n${WORK}`],
		['find them not known to the system', `vector_6: movq %cr4, %rbx\n btsq $9, %rbx\n movq %rbx, %cr4\n incq %r12\n iretq\nvector_3: movq %cr4, %rbx\n btrq $9, %rbx\n movq %rbx, %cr4\n iretq`, `jne 4f\nint3\n4: movl $3, %eax\n${WORK}`],
		['find them emulated', `vector_6: movq %cr0, %rbx\n btrq $2, %rbx\n movq %rbx, %cr0\n incq %r12\n iretq\nvector_3: movq %cr0, %rbx\n btsq $2, %rbx\n movq %rbx, %cr0\n iretq`, `jne 4f\nint3\n4: movl $3, %eax\n${WORK}`],
	])('%s', (_, handlers, vectors) => {
		const text = loop(handlers, vectors);
		expect(differencesAlong(engine => emittedGuest(engine, text), SLICES)).toEqual([]);
	});
});
