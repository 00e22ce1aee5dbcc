import {test} from 'vitest';
import {expectBoth, signalProgram} from './both.js';

test('signals that are let through together are taken faults first and then by number, and the last one taken runs first', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler, SA_SIGINFO
	action SIGUSR2, handler, SA_SIGINFO, 0x8
	action SIGHUP, handler, SA_SIGINFO
	action SIGSEGV, handler, SA_SIGINFO
	action 40, handler, SA_SIGINFO
	action 34, handler, SA_SIGINFO
	mask SIG_BLOCK, 0x20200000c01
	mask SIG_BLOCK, -1
	raise SIGUSR2
	raise 40
	raise SIGSEGV
	raise 34
	raise SIGUSR1
	raise SIGHUP
	raise SIGHUP
	raise 40
	sys GETPID
	movl %eax, %edi
	movl $SIGUSR1, %esi
	movl $KILL, %eax
	syscall
	sys RT_SIGPENDING, pending, 8
	movq pending(%rip), %rax
	tell %rax
	mask SIG_SETMASK, 0
	answer`, `
handler:
	movq %rdi, %r15
	tell %rdi
	movl FRAME_info+8(%rsp), %eax
	tell %rax
	movq FRAME_sigmask(%rsp), %rax
	tell %rax
	sys RT_SIGPROCMASK, 0, 0, pending, 8
	movq pending(%rip), %rax
	tell %rax
	ret
	.data
	.balign 8
pending: .quad 0`), [
		0x82_0000_0e01n,
		40, 0xffff_fffan, 0x2_0000_0e09n, 0x82_0000_0e09n,
		40, 0xffff_fffan, 0x2_0000_0e09n, 0x82_0000_0e09n,
		34, 0xffff_fffan, 0xe09, 0x2_0000_0e09n,
		12, 0xffff_fffan, 0x601, 0xe09,
		10, 0xffff_fffan, 0x401, 0x601,
		10, 0, 0x401, 0x601,
		1, 0xffff_fffan, 0x400, 0x401,
		11, 0xffff_fffan, 0, 0x400,
		0,
	]);
});

test('a handler is interrupted by its own signal only with SA_NODEFER, and with SA_RESETHAND it runs once', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler, SA_NODEFER
	movl $3, %ebx
	raise SIGUSR1
	tell $100
	action SIGUSR1, handler
	movl $3, %ebx
	raise SIGUSR1
	tell $101
	action SIGUSR1, handler, SA_RESETHAND
	movl $1, %ebx
	raise SIGUSR1
	sys RT_SIGACTION, SIGUSR1, 0, old, 8
	movq old(%rip), %rax
	tell %rax
	movq old+8(%rip), %rax
	tell %rax
	raise SIGUSR1
	tell $103`, `
handler:
	tell %rbx
	decl FRAME_bx(%rsp)
	movl FRAME_bx(%rsp), %ebx
	testl %ebx, %ebx
	jz 1f
	raise SIGUSR1
1:	tell $50
	ret
	.data
	.balign 8
old: .zero 32`), [3, 2, 1, 50, 50, 50, 100, 3, 50, 2, 50, 1, 50, 101, 1, 50, 0, 0x8400_0000], 'SIGUSR1');
});

test('a handler without SA_RESTORER is SIGSEGV', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler
	movq $0, new_action+8(%rip)
	sys RT_SIGACTION, SIGUSR1, new_action, 0, 8
	raise SIGUSR1
	tell $1`, `
handler:
	tell $2
	ret`), [], 'SIGSEGV');
});

test('that SIGSEGV may be handled, and the program goes on behind the call', () => {
	expectBoth(signalProgram(`
	sys SIGALTSTACK, stack, 0
	action SIGSEGV, segv, SA_ONSTACK | SA_SIGINFO
	action SIGUSR1, handler
	movq $0, new_action+8(%rip)
	sys RT_SIGACTION, SIGUSR1, new_action, 0, 8
	raise SIGUSR1
	tell $1`, `
handler:
	tell $2
	ret
segv:
	tell %rdi
	movl FRAME_info+8(%rsp), %eax
	tell %rax
	movq FRAME_ax(%rsp), %rax
	tell %rax
	movq FRAME_trapno(%rsp), %rax
	tell %rax
	ret
	.data
	.balign 8
stack: .quad room, 0, 16384
	.bss
room: .zero 16384`), [11, 128, 0, 0, 1]);
});

test('a frame that cannot be written is SIGSEGV, wherever the stack pointer points', () => {
	expectBoth(signalProgram(`
	sys SIGALTSTACK, stack, 0
	action SIGSEGV, segv, SA_ONSTACK | SA_SIGINFO
	action SIGUSR1, handler, SA_SIGINFO
	movq %rsp, %rbx
	xorl %esp, %esp
	raise SIGUSR1
	movabsq $0x8000000000000000, %rsp
	raise SIGUSR1
	movabsq $0xffffffff81000000, %rsp
	raise SIGUSR1
	leaq _start(%rip), %rsp
	raise SIGUSR1
	movq $0x1000, %rsp
	raise SIGUSR1
	movq %rbx, %rsp
	tell $77`, `
handler:
	tell $2
	ret
segv:
	tell %rdi
	movl FRAME_info+8(%rsp), %eax
	tell %rax
	movq FRAME_info+16(%rsp), %rax
	tell %rax
	movq FRAME_ax(%rsp), %rax
	tell %rax
	movq FRAME_trapno(%rsp), %rax
	tell %rax
	movq FRAME_cr2(%rsp), %rax
	tell %rax
	ret
	.data
	.balign 8
stack: .quad room, 0, 16384
	.bss
room: .zero 16384`), [...Array.from({length: 5}, () => [11, 128, 0, 0, 0, 0]).flat(), 77]);
});

test('a fault whose own frame cannot be written ends the process', () => {
	expectBoth(signalProgram(`
	action SIGSEGV, segv, SA_SIGINFO
	movq $0x1000, %rsp
	movq (%rsp), %rax`, `
segv:
	exit 1`), [], 'SIGSEGV');
});

test('so does another signal’s whose SIGSEGV cannot have one either', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, segv, SA_SIGINFO
	action SIGSEGV, segv, SA_SIGINFO
	movl $GETTID, %eax
	syscall
	movq $0x1000, %rsp
	movl %eax, %edi
	movl $SIGUSR1, %esi
	movl $TKILL, %eax
	syscall
	exit 2`, `
segv:
	exit 1`), [], 'SIGSEGV');
});

test('a fault is taken before any other signal, even one of a lower number', () => {
	expectBoth(signalProgram(`
	sys SIGALTSTACK, stack, 0
	action SIGILL, handler
	action SIGTRAP, handler
	action SIGSEGV, handler, SA_ONSTACK
	mask SIG_BLOCK, 0x18
	raise SIGTRAP
	raise SIGILL
	movq %rsp, %rbx
	movq $0x1000, %rsp
	mask SIG_UNBLOCK, 0x18
	movq %rbx, %rsp
	answer`, `
handler:
	tell %rdi
	ret
	.data
	.balign 8
stack: .quad room, 0, 16384
	.bss
	.balign 64
room: .zero 16384`), [5, 11, 0]);
});

test('a fault whose signal is held back ends the process, handler or not', () => {
	expectBoth(signalProgram(`
	action SIGSEGV, handler
	mask SIG_BLOCK, 0x400
	tell $1
	movq 0x1000, %rax`, `
handler:
	tell $2
	ret`), [1], 'SIGSEGV');
});

test('so does one whose signal is ignored', () => {
	expectBoth(signalProgram(`
	action SIGFPE, SIG_IGN
	raise SIGFPE
	tell $1
	xorl %ecx, %ecx
	divl %ecx`), [1], 'SIGFPE');
});

test('without a handler each signal ends the process, stops it, or does nothing', () => {
	expectBoth(signalProgram(`
	movl $1, %ebx
1:	sys FORK
	testl %eax, %eax
	jz child
	movl %eax, kid(%rip)
	movl %eax, %edi
	leaq status(%rip), %rsi
	movl $2, %edx
	xorl %r10d, %r10d
	movl $WAIT4, %eax
	syscall
	movl status(%rip), %eax
	andl $~0x80, %eax
	cmpb $0x7f, %al
	jne 2f
	movl %eax, %ebp
	movl kid(%rip), %edi
	movl $SIGKILL, %esi
	movl $KILL, %eax
	syscall
	sys WAIT4, -1, 0, 0, 0
	movl %ebp, %eax
2:	tell %rax
	incl %ebx
	cmpl $64, %ebx
	jbe 1b`, `
child:	movl $GETTID, %eax
	syscall
	movl %eax, %edi
	movl %ebx, %esi
	movl $TKILL, %eax
	syscall
	exit 42
	.data
	.balign 8
kid: .long 0
status: .long 0`), [
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0x2a00, 0x2a00, 0x137f, 0x2a00, 0x2a00, 0x2a00, 0x2a00, 24, 25, 26, 27, 0x2a00, 29, 30, 31,
		...Array.from({length: 33}, (_, index) => index + 32),
	]);
});
