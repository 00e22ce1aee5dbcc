import {test} from 'vitest';
import {expectBoth, signalProgram} from './both.js';

test('SIGSEGV says what went wrong where, in siginfo and in the frame, and its handler may mend the register and try again', () => {
	expectBoth(signalProgram(`
	action SIGSEGV, handler, SA_SIGINFO
	movq $0x7000, %rbx
	movl $5, %ecx
fault:
	movq (%rbx), %rax
	tell %rax
	movabsq $0x8000000000000000, %rbx
fault2:
	movq %rcx, (%rbx)
	movabsq $0xffffffff81000000, %rbx
fault3:
	movq %rcx, (%rbx)
	leaq _start(%rip), %rbx
fault4:
	movq %rcx, (%rbx)
	hlt
	nop`, `
handler:
	movq FRAME_info(%rsp), %rax
	tell %rax
	movq FRAME_info+8(%rsp), %rax
	tell %rax
	movq FRAME_info+16(%rsp), %rax
	cmpq $0x400000, %rax
	jb 1f
	cmpq $0x500000, %rax
	ja 1f
	subq $_start, %rax
1:	tell %rax
	movq FRAME_err(%rsp), %rax
	tell %rax
	movq FRAME_trapno(%rsp), %rax
	tell %rax
	movq FRAME_cr2(%rsp), %rax
	cmpq $0x400000, %rax
	jb 1f
	cmpq $0x500000, %rax
	ja 1f
	subq $_start, %rax
1:	tell %rax
	movq FRAME_flags(%rsp), %rax
	andl $0x10000, %eax
	tell %rax
	movq FRAME_ip(%rsp), %rax
	cmpb $0xf4, (%rax)
	jne 2f
	incq FRAME_ip(%rsp)
2:	leaq good(%rip), %rax
	movq %rax, FRAME_bx(%rsp)
	ret
	.data
	.balign 8
good: .quad 0x1234`), [
		11, 1, 0x7000, 4, 14, 0x7000, 0x10000, 0x1234,
		11, 128, 0, 0, 13, 0x7000, 0x10000,
		11, 1, -0x7f00_0000, 7, 14, -0x7f00_0000, 0x10000,
		11, 2, 0, 7, 14, 0, 0x10000,
		11, 128, 0, 0, 13, 0, 0x10000,
	]);
});

test('every exception has its signal, code, address, error code and vector, and a frame that shows the instruction or the one behind it', () => {
	expectBoth(signalProgram(`
	action SIGFPE, handler, SA_SIGINFO
	action SIGILL, handler, SA_SIGINFO
	action SIGTRAP, handler, SA_SIGINFO
	action SIGSEGV, handler, SA_SIGINFO
	action SIGBUS, handler, SA_SIGINFO
	leaq 1f(%rip), %r14
	movl $1, %eax
	cltd
	xorl %ecx, %ecx
	leaq .(%rip), %r13
	idivl %ecx
1:	leaq 1f(%rip), %r14
	leaq .(%rip), %r13
	ud2
1:	leaq 1f(%rip), %r14
	leaq .(%rip), %r13
	int3
1:	leaq 1f(%rip), %r14
	leaq .(%rip), %r13
	pushq $0x102
	popfq
	nop
	nop
1:	leaq 1f(%rip), %r14
	leaq .(%rip), %r13
	cli
1:	leaq 1f(%rip), %r14
	leaq .(%rip), %r13
	movabsq $0x8000000000000000, %rbp
	movq (%rbp), %rax
1:	leaq 1f(%rip), %r14
	leaq .(%rip), %r13
	int $0x20
1:	leaq 1f(%rip), %r14
	leaq .(%rip), %r13
	pushq $0x1f00
	ldmxcsr (%rsp)
	popq %rax
	xorps %xmm0, %xmm0
	divps %xmm0, %xmm0
1:	leaq 1f(%rip), %r14
	leaq .(%rip), %r13
	pushq $0x37b
	fldcw (%rsp)
	popq %rax
	fld1
	fldz
	fdivrp
	fwait
1:	leaq 1f(%rip), %r14
	leaq .(%rip), %r13
	pushfq
	orl $0x40000, (%rsp)
	popfq
	movl 1(%rsp), %eax
1:	tell $99`, `
handler:
	movq FRAME_info(%rsp), %rax
	tell %rax
	movl FRAME_info+8(%rsp), %eax
	tell %rax
	movq FRAME_info+16(%rsp), %rax
	testq %rax, %rax
	jz 1f
	subq %r13, %rax
1:	tell %rax
	movq FRAME_err(%rsp), %rax
	tell %rax
	movq FRAME_trapno(%rsp), %rax
	tell %rax
	movq FRAME_cr2(%rsp), %rax
	tell %rax
	movq FRAME_ip(%rsp), %rax
	subq %r13, %rax
	tell %rax
	movq FRAME_flags(%rsp), %rax
	andl $0x50100, %eax
	tell %rax
	movq %r14, FRAME_ip(%rsp)
	movq $0x202, FRAME_flags(%rsp)
	ret
	.data`), [
		8, 1, 7, 0, 0, 0, 7, 0x10000,
		4, 2, 7, 0, 6, 0, 7, 0x10000,
		5, 128, 0, 0, 3, 0, 8, 0,
		5, 2, 14, 0, 1, 0, 14, 0x100,
		11, 128, 0, 0, 13, 0, 7, 0x10000,
		7, 128, 0, 0, 12, 0, 17, 0x10000,
		11, 128, 0, 258, 13, 0, 7, 0x10000,
		8, 7, 20, 0, 19, 0, 20, 0x10000,
		8, 3, 22, 0, 16, 0, 22, 0x10000,
		7, 1, 0, 0, 17, 0, 16, 0x50000,
		99,
	]);
});

test('a program that sets the trap flag gets SIGTRAP behind each instruction, but none in the handler', () => {
	expectBoth(signalProgram(`
	action SIGTRAP, handler, SA_SIGINFO
	xorl %ebx, %ebx
	pushq $0x302
	popfq
	nop
	nop
	movl $GETPID, %eax
	syscall
	nop
	pushq $0x202
	popfq
	tell %rbx`, `
handler:
	incl FRAME_bx(%rsp)
	movl FRAME_info+8(%rsp), %eax
	tell %rax
	movq FRAME_ip(%rsp), %rax
	subq $_start, %rax
	movq FRAME_info+16(%rsp), %rcx
	subq FRAME_ip(%rsp), %rcx
	tell %rcx
	ret`), [2, 0, 2, 0, 2, 0, 2, 0, 2, 0, 2, 0, 6]);
});
