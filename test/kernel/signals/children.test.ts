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
