import {test} from 'vitest';
import {expectBoth, signalProgram} from './both.js';

test('a handler with SA_ONSTACK runs on the alternate stack, which cannot be changed meanwhile; with SS_AUTODISARM it can', () => {
	expectBoth(signalProgram(`
	sys SIGALTSTACK, 0, old
	answer
	call tellold
	action SIGUSR1, handler, SA_SIGINFO | SA_ONSTACK
	raise SIGUSR1
	sys SIGALTSTACK, stack, old
	answer
	call tellold
	sys SIGALTSTACK, 0, old
	call tellold
	raise SIGUSR1
	action SIGUSR1, handler, SA_SIGINFO
	raise SIGUSR1
	sys SIGALTSTACK, small, old
	answer
	sys SIGALTSTACK, wrong, old
	answer
	sys SIGALTSTACK, wrong2, old
	answer
	sys SIGALTSTACK, 1, old
	answer
	sys SIGALTSTACK, stack, 1
	answer
	sys SIGALTSTACK, 0, 1
	answer
	sys SIGALTSTACK, 0, 0
	answer
	sys SIGALTSTACK, onstack, old
	answer
	sys SIGALTSTACK, 0, old
	call tellold
	sys SIGALTSTACK, disarm, old
	answer
	sys SIGALTSTACK, 0, old
	call tellold
	action SIGUSR1, handler, SA_SIGINFO | SA_ONSTACK
	raise SIGUSR1
	sys SIGALTSTACK, 0, old
	call tellold
	sys SIGALTSTACK, disable, old
	answer
	sys SIGALTSTACK, 0, old
	call tellold
	raise SIGUSR1`, `
tellold:
	movq old(%rip), %rax
	call tellroom
	movq old+8(%rip), %rax
	tell %rax
	movq old+16(%rip), %rax
	tell %rax
	ret
tellroom:
	leaq room(%rip), %rcx
	cmpq %rcx, %rax
	jb 1f
	leaq room+16384(%rip), %rdx
	cmpq %rdx, %rax
	ja 1f
	subq %rcx, %rax
1:	tell %rax
	ret
handler:
	tell $-1
	leaq room(%rip), %rax
	leaq room+16384(%rip), %rcx
	xorl %edx, %edx
	cmpq %rax, %rsp
	jb 1f
	cmpq %rcx, %rsp
	ja 1f
	incl %edx
1:	tell %rdx
	movq FRAME_ss_sp(%rsp), %rax
	call tellroom
	movl FRAME_ss_flags(%rsp), %eax
	tell %rax
	movq FRAME_ss_size(%rsp), %rax
	tell %rax
	sys SIGALTSTACK, 0, old
	call tellold
	sys SIGALTSTACK, stack, 0
	answer
	tell $-2
	ret
	.data
	.balign 8
stack: .quad room, 0, 16384
small: .quad room, 0, 2047
wrong: .quad room, 3, 16384
wrong2: .quad room, 0x40000000, 16384
onstack: .quad room, 1, 16384
disarm: .quad room, 0x80000000, 16384
disable: .quad room, 2, 16384
old: .quad 0, 0, 0
	.bss
	.balign 64
room: .zero 16384`), [
		0, 0, 2, 0,
		-1, 0, 0, 0, 0, 0, 2, 0, 0, -2,
		0, 0, 0, 16384,
		0, 0, 16384,
		-1, 1, 0, 0, 16384, 0, 1, 16384, -1, -2,
		-1, 0, 0, 0, 16384, 0, 0, 16384, 0, -2,
		-12, -22, -22, -14, -14, -14, 0, 0,
		0, 0, 16384,
		0, 0, 0x8000_0000, 16384,
		-1, 1, 0, 0x8000_0000, 16384, 0, 2, 0, 0, -2,
		0, 0, 16384,
		0, 0, 2, 0,
		-1, 0, 0, 2, 0, 0, 2, 0, 0, -2,
	]);
});

test('a handler that would leave the alternate stack at its lower end is SIGSEGV', () => {
	expectBoth(signalProgram(`
	sys SIGALTSTACK, stack, 0
	action SIGUSR1, handler, SA_ONSTACK | SA_NODEFER
	raise SIGUSR1`, `
handler:
	tell $1
	leaq room+1024(%rip), %rsp
	raise SIGUSR1
	exit 3
	.data
	.balign 8
stack: .quad room, 0, 16384
	.bss
	.balign 64
	.zero 16384
room: .zero 16384`), [1], 'SIGSEGV');
});

test('a program that runs on the alternate stack itself has handlers below its own data there, but with SS_AUTODISARM at the top', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler, SA_ONSTACK
	leaq room+4096(%rip), %rbx
	movq %rsp, %rbp
	sys SIGALTSTACK, plain, 0
	answer
	movq %rbx, %rsp
	raise SIGUSR1
	sys SIGALTSTACK, 0, old
	tell old+8(%rip)
	sys SIGALTSTACK, disarm, 0
	answer
	movq %rbp, %rsp
	sys SIGALTSTACK, disarm, 0
	answer
	movq %rbx, %rsp
	raise SIGUSR1
	sys SIGALTSTACK, 0, old
	tell old+8(%rip)
	sys SIGALTSTACK, plain, 0
	answer
	movq %rbp, %rsp`, `
handler:
	cmpq %rbx, %rsp
	sbbq %rax, %rax
	tell %rax
	ret
	.data
	.balign 8
plain: .quad room, 0, 16384
disarm: .quad room, 0x80000000, 16384
old: .quad 0, 0, 0
	.bss
	.balign 64
room: .zero 16384`), [0, -1, 1, -1, 0, 0, 0x8000_0000, 0]);
});

test('a second handler runs below the first one, and not at the top of the stack again', () => {
	expectBoth(signalProgram(`
	sys SIGALTSTACK, stack, 0
	action SIGUSR1, handler, SA_ONSTACK | SA_NODEFER
	action SIGUSR2, handler2, SA_ONSTACK
	raise SIGUSR1
	answer`, `
handler:
	movq %rsp, %rbx
	raise SIGUSR2
	ret
handler2:
	subq %rsp, %rbx
	sarq $12, %rbx
	tell %rbx
	ret
	.data
	.balign 8
stack: .quad room, 0, 16384
	.bss
	.balign 64
	.zero 16384
room: .zero 16384`), [0, 0]);
});
