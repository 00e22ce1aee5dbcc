import {test} from 'vitest';
import {expectBoth, signalProgram} from './both.js';

test('a parent is told of its children’s ends by SIGCHLD; if it ignores it or says SA_NOCLDWAIT, nothing is left to wait for', () => {
	expectBoth(signalProgram(`
	
	sys GETPID
	movl %eax, me(%rip)
	action SIGCHLD, handler, SA_SIGINFO
	mask SIG_BLOCK, 0x10000
	sys FORK
	testl %eax, %eax
	jz child
	movl %eax, kid(%rip)
	sys RT_SIGSUSPEND, status, 8
	answer
	mask SIG_UNBLOCK, 0x10000
	sys WAIT4, -1, status, 0, 0
	subl kid(%rip), %eax
	answer
	movl status(%rip), %eax
	tell %rax
	# killed by a signal
	sys FORK
	testl %eax, %eax
	jz child2
	movl %eax, kid(%rip)
	mask SIG_BLOCK, 0x10000
	movl kid(%rip), %edi
	movl $SIGTERM, %esi
	movl $KILL, %eax
	syscall
	answer
	sys WAIT4, -1, status, 0, 0
	movl status(%rip), %eax
	tell %rax
	mask SIG_UNBLOCK, 0x10000
	# ignored: no zombie
	action SIGCHLD, SIG_IGN
	sys FORK
	testl %eax, %eax
	jz child
	sys WAIT4, -1, status, 0, 0
	answer
	action SIGCHLD, handler, SA_SIGINFO | SA_NOCLDWAIT
	mask SIG_BLOCK, 0x10000
	sys FORK
	testl %eax, %eax
	jz child
	movl %eax, kid(%rip)
	sys WAIT4, -1, status, 0, 0
	answer
	mask SIG_UNBLOCK, 0x10000
	tell $1000`, `
child:	exit 42
child2:	sys PAUSE
	exit 1
handler:
	tell %rdi
	leaq FRAME_info(%rsp), %rbx
	movl $4, %ebp
1:	movq (%rbx), %rax
	cmpl $2, %ebp
	jne 2f
	subl kid(%rip), %eax
	movl %eax, %eax
2:	tell %rax
	addq $8, %rbx
	decl %ebp
	jnz 1b
	ret
	.data
	.balign 8
me: .long 0
kid: .long 0
status: .quad 0`), [17, 17, 1, 0, 42, -4, 0, 0x2a00, 0, 15, 17, 17, 2, 0, 15, -10, -10, 17, 17, 1, 0, 42, 1000]);
});

test('what the frames of a new process say of the last exception is its maker’s', () => {
	expectBoth(signalProgram(`
	action SIGSEGV, fault
	action SIGUSR1, handler
	movq 0x1234, %rax
	sys FORK
	testl %eax, %eax
	jz child
	sys WAIT4, -1, 0, 0, 0
	sys FORK
	testl %eax, %eax
	jz child
	sys WAIT4, -1, 0, 0, 0`, `
child:	raise SIGUSR1
	xorl %ecx, %ecx
	divl %ecx
fault:	addq $8, FRAME_ip(%rsp)
	ret
handler:
	movq FRAME_trapno(%rsp), %rax
	tell %rax
	movq FRAME_err(%rsp), %rax
	tell %rax
	movq FRAME_cr2(%rsp), %rax
	tell %rax
	ret`), [14, 4, 0x1234, 14, 4, 0x1234]);
});

test('another program starts without handlers and alternate stack, but with the mask, with what was ignored, and with the signals that wait', () => {
	expectBoth(signalProgram(`
	sys UNLINK, name
	sys OPEN, name, 0x241, 0755
	movq %rax, %rdi
	movl $program, %esi
	movl $program_end - program, %edx
	movl $WRITE, %eax
	movl %edi, %ebx
	syscall
	movl %ebx, %edi
	movl $CLOSE, %eax
	syscall
	action SIGUSR1, handler, SA_SIGINFO | SA_NODEFER, 0x10
	action SIGUSR2, SIG_IGN, SA_RESTART, 0x10
	sys SIGALTSTACK, stack, 0
	mask SIG_BLOCK, 0x200
	raise SIGUSR1
	sys EXECVE, name, arguments, 0
	answer`, `
handler:
	ret
	.data
	.balign 8
name:	.asciz "/tmp/syscall-lab-signal-test"
	.balign 8
arguments: .quad name, 0
stack:	.quad room, 0, 4096
	# An executable file of one segment.
	.balign 8
program:
	.byte 0x7f, 'E', 'L', 'F', 2, 1, 1, 0
	.quad 0
	.short 2, 62
	.long 1
	.quad 0x10000 + (program_code - program)
	.quad 64, 0
	.long 0
	.short 64, 56, 1, 0, 0, 0
	.long 1, 5
	.quad 0, 0x10000, 0x10000
	.quad program_end - program, program_end - program, 0x1000
program_code:
	movq 8(%rsp), %rdi
	movl $UNLINK, %eax
	syscall
	subq $32, %rsp
	.irp signal, SIGUSR1, SIGUSR2
	movl $RT_SIGACTION, %eax
	movl $\\signal, %edi
	xorl %esi, %esi
	movq %rsp, %rdx
	movl $8, %r10d
	syscall
	movq (%rsp), %rax
	tell %rax
	movq 8(%rsp), %rax
	tell %rax
	movq 16(%rsp), %rax
	tell %rax
	movq 24(%rsp), %rax
	tell %rax
	.endr
	movl $RT_SIGPROCMASK, %eax
	xorl %edi, %edi
	xorl %esi, %esi
	movq %rsp, %rdx
	movl $8, %r10d
	syscall
	movq (%rsp), %rax
	tell %rax
	movl $RT_SIGPENDING, %eax
	movq %rsp, %rdi
	movl $8, %esi
	syscall
	movq (%rsp), %rax
	tell %rax
	movl $SIGALTSTACK, %eax
	xorl %edi, %edi
	movq %rsp, %rsi
	syscall
	movq (%rsp), %rax
	tell %rax
	movq 8(%rsp), %rax
	tell %rax
	movq 16(%rsp), %rax
	tell %rax
	# What was held back is delivered now, without a handler.
	movq $0x200, (%rsp)
	movl $RT_SIGPROCMASK, %eax
	movl $SIG_UNBLOCK, %edi
	movq %rsp, %rsi
	xorl %edx, %edx
	movl $8, %r10d
	syscall
	tell %rax
program_end:
	.bss
room: .zero 4096`), [0, 0, 0, 0, 1, 0, 0, 0, 0x200, 0x200, 0, 2, 0], 'SIGUSR1');
});

test('a signal may be sent to a process that has ended until its parent has asked for the status', () => {
	expectBoth(signalProgram(`
	sys FORK
	testl %eax, %eax
	jz child
	movl %eax, %ebx
	sys NANOSLEEP, a_while
	movl %ebx, %edi
	xorl %esi, %esi
	movl $KILL, %eax
	syscall
	answer
	movl %ebx, %edi
	movl $SIGTERM, %esi
	movl $KILL, %eax
	syscall
	answer
	movl %ebx, %edi
	movl $SIGTERM, %esi
	movl $TKILL, %eax
	syscall
	answer
	sys WAIT4, -1, status, 0, 0
	movl status(%rip), %eax
	tell %rax
	movl %ebx, %edi
	xorl %esi, %esi
	movl $KILL, %eax
	syscall
	answer`, `
child:	exit 3
	.data
status: .long 0
	.balign 8
a_while: .quad 0, 200000000`), [0, 0, 0, 0x300, -3]);
});

test('a child inherits handlers, mask and alternate stack, but no signals that wait; a thread has no alternate stack', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler
	action SIGUSR2, SIG_IGN
	sys SIGALTSTACK, stack, 0
	mask SIG_BLOCK, 0x200
	raise SIGUSR1
	sys FORK
	testl %eax, %eax
	jz child
	sys WAIT4, -1, 0, 0, 0
	sys RT_SIGPENDING, old, 8
	movq old(%rip), %rax
	tell %rax`, `
child:	sys RT_SIGPENDING, old, 8
	movq old(%rip), %rax
	tell %rax
	sys RT_SIGPROCMASK, 0, 0, old, 8
	movq old(%rip), %rax
	tell %rax
	raise SIGUSR2
	sys SIGALTSTACK, 0, old
	movq old+16(%rip), %rax
	tell %rax
	mask SIG_UNBLOCK, 0x200
	raise SIGUSR1
	movabsq $CLONE, %rax
	movl $0x10f00, %edi
	leaq room+8192(%rip), %rsi
	xorl %edx, %edx
	syscall
	testl %eax, %eax
	jz thread
1:	sys SCHED_YIELD
	cmpl $0, done(%rip)
	je 1b
	exit 0
thread:	sys SIGALTSTACK, 0, old
	movl old+8(%rip), %eax
	tell %rax
	movl $1, done(%rip)
	sys EXIT, 0
handler:
	tell %rdi
	ret
	.data
	.balign 8
done: .quad 0
stack: .quad room, 0, 4096
old: .zero 32
	.bss
	.balign 64
room: .zero 8192`), [0, 0x200, 4096, 10, 2, 0x200]);
});
