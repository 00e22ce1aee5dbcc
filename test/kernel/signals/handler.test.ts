import {expect, test} from 'vitest';
import {expectBoth, runOurs, signalProgram} from './both.js';

test('a handler gets the signal’s number, the siginfo and the context in registers, rax zero and an aligned stack', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler, SA_SIGINFO
	movabsq $0x1122334455667788, %rbx
	raise SIGUSR1
	answer`, `
handler:
	tell %rdi
	subq %rsp, %rsi
	tell %rsi
	subq %rsp, %rdx
	tell %rdx
	tell %rax
	tell %rbx
	movq %rsp, %rax
	andl $15, %eax
	tell %rax
	ret`), [10, 312, 8, 0, 0x1122_3344_5566_7788n, 8, 0]);
});

test('the frame lies below the red zone, and the floating-point state between them at a multiple of 64', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler
	movl $15, %ebx
1:	movabsq $0x5a5a5a5a5a5a5a5a, %rax
	movq %rax, -8(%rsp)
	movq %rax, -128(%rsp)
	movq %rsp, %r15
	raise SIGUSR1
	tell -8(%rsp)
	tell -128(%rsp)
	subq $8, %rsp
	decl %ebx
	jnz 1b`, `
handler:
	movq FRAME_fpstate(%rsp), %rax
	movq %rax, %rcx
	subq %rsp, %rax
	tell %rax
	andl $63, %ecx
	tell %rcx
	leaq -128-512(%r15), %rax
	cmpq %rax, FRAME_fpstate(%rsp)
	sbbq %rax, %rax
	tell %rax
	ret`), Array.from({length: 15}, () => [456, 0, -1, 0x5a5a_5a5a_5a5a_5a5an, 0x5a5a_5a5a_5a5a_5a5an]).flat().map((word, index) => (index % 5 === 2 ? word : word)));
});
