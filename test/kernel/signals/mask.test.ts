import {test} from 'vitest';
import {expectBoth, signalProgram} from './both.js';

test('rt_sigaction keeps the flags that it knows and every signal of the mask but SIGKILL and SIGSTOP, and refuses what is wrong', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, 0x123456, -1, -1
	answer
	sys RT_SIGACTION, SIGUSR1, 0, old, 8
	answer
	call tellold
	sys RT_SIGACTION, 0, new_action, 0, 8
	answer
	sys RT_SIGACTION, 65, new_action, 0, 8
	answer
	sys RT_SIGACTION, -1, new_action, 0, 8
	answer
	sys RT_SIGACTION, 64, new_action, old, 8
	answer
	sys RT_SIGACTION, SIGKILL, new_action, 0, 8
	answer
	sys RT_SIGACTION, SIGSTOP, new_action, 0, 8
	answer
	sys RT_SIGACTION, SIGKILL, 0, old, 8
	answer
	call tellold
	sys RT_SIGACTION, SIGUSR1, new_action, 0, 4
	answer
	sys RT_SIGACTION, SIGUSR1, new_action, 0, 16
	answer
	sys RT_SIGACTION, SIGUSR1, 1, 0, 8
	answer
	sys RT_SIGACTION, SIGUSR1, 0, 1, 8
	answer
	sys RT_SIGACTION, SIGUSR1, new_action, 1, 8
	answer
	sys RT_SIGACTION, 0x10000000a, new_action, 0, 8
	answer
	sys RT_SIGACTION, 65, 1, 0, 8
	answer
	sys RT_SIGACTION, 65, 1, 0, 4
	answer
	mask SIG_BLOCK, 0x8200
	raise SIGUSR1
	sys RT_SIGPENDING, old, 8
	call tellold
	action SIGUSR1, SIG_IGN
	sys RT_SIGPENDING, old, 8
	call tellold
	raise SIGUSR1
	sys RT_SIGPENDING, old, 8
	call tellold
	mask SIG_UNBLOCK, 0x200
	raise SIGUSR1
	action SIGURG, 0x1234
	mask SIG_BLOCK, 0x400000
	raise SIGURG
	sys RT_SIGPENDING, old, 8
	call tellold
	action SIGURG, SIG_DFL
	sys RT_SIGPENDING, old, 8
	call tellold`, `
tellold:
	movq old(%rip), %rax
	tell %rax
	movq old+8(%rip), %rax
	tell %rax
	movq old+16(%rip), %rax
	cmpq $0x1000, %rax
	jb 1f
	subq $restorer, %rax
1:	tell %rax
	movq old+24(%rip), %rax
	tell %rax
	ret
	.data
	.balign 8
old: .zero 32`), [
		0, 0, 0x12_3456, 0xdc00_0807, 0, -0x4_0101,
		-22, -22, -22, 0, -22, -22, 0, 0, 0, 0, 0,
		-22, -22, -14, -14, -14, 0, -14, -22,
		512, 0, 0, 0, 0, 0, 0, 0, 512, 0, 0, 0, 0x40_0000, 0, 0, 0, 0, 0, 0, 0,
	]);
});

test('rt_sigprocmask blocks, unblocks and sets, and refuses what is wrong, as do its relatives', () => {
	expectBoth(signalProgram(`
	mask SIG_BLOCK, -1
	answer
	call tellmask
	mask SIG_UNBLOCK, 0xf
	call tellmask
	mask SIG_BLOCK, 0x3
	call tellmask
	mask SIG_SETMASK, 0x1234567812345678
	call tellmask
	mask 3, 1
	answer
	mask -1, 1
	answer
	sys RT_SIGPROCMASK, 77, 0, 0, 8
	answer
	sys RT_SIGPROCMASK, 77, 0, old, 8
	answer
	sys RT_SIGPROCMASK, 0, 1, 0, 8
	answer
	sys RT_SIGPROCMASK, 0, new_mask, 1, 8
	answer
	sys RT_SIGPROCMASK, 0, new_mask, 0, 4
	answer
	sys RT_SIGPROCMASK, 0, 0, 0, 16
	answer
	sys RT_SIGPROCMASK, 0, 0xffffffff81000000, 0, 8
	answer
	sys RT_SIGPENDING, old, 9
	answer
	sys RT_SIGPENDING, 1, 8
	answer
	sys RT_SIGPENDING, 1, 0
	answer
	movq $-1, old(%rip)
	sys RT_SIGPENDING, old, 3
	answer
	movq old(%rip), %rax
	tell %rax
	sys RT_SIGSUSPEND, old, 4
	answer
	sys RT_SIGSUSPEND, 1, 8
	answer
	sys RT_SIGTIMEDWAIT, old, 0, 0, 4
	answer
	sys RT_SIGTIMEDWAIT, 1, 0, 0, 8
	answer
	sys RT_SIGTIMEDWAIT, old, 0, 1, 8
	answer
	sys RT_SIGTIMEDWAIT, old, 0, badtime, 8
	answer
	sys RT_SIGTIMEDWAIT, old, 0, notime, 8
	answer
	sys RESTART_SYSCALL
	answer`, `
tellmask:
	sys RT_SIGPROCMASK, 0, 0, old, 8
	movq old(%rip), %rax
	tell %rax
	ret
	.data
	.balign 8
old: .quad 0
badtime: .quad 0, 1000000000
notime: .quad 0, 0`), [
		0, -0x4_0101, -0x4_0110, -0x4_010d, 0x1234_5678_1230_5678n,
		-22, -22, 0, 0, -14, -14, -22, -22, -14,
		-22, -14, 0, 0, -0x100_0000,
		-22, -14, -22, -14, -14, -22, -11, -4,
	]);
});

test('rt_sigsuspend waits with another mask; the handler runs under it, and the old one is back behind it', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler
	action SIGUSR2, handler2
	mask SIG_BLOCK, 0xa00
	raise SIGUSR1
	raise SIGUSR2
	sys RT_SIGSUSPEND, set, 8
	answer
	sys RT_SIGPROCMASK, 0, 0, old, 8
	movq old(%rip), %rax
	tell %rax
	sys RT_SIGPENDING, old, 8
	movq old(%rip), %rax
	tell %rax`, `
handler:
	tell %rdi
	movq FRAME_sigmask(%rsp), %rax
	tell %rax
	movq FRAME_oldmask(%rsp), %rax
	tell %rax
	movq FRAME_ax(%rsp), %rax
	tell %rax
	sys RT_SIGPROCMASK, 0, 0, old, 8
	movq old(%rip), %rax
	tell %rax
	ret
handler2:
	tell $-12
	ret
	.data
	.balign 8
set: .quad 0x800
old: .quad 0`), [10, 0xa00, 0xa00, -4, 0xa00, -4, 0xa00, 0x800]);
});

test('rt_sigtimedwait takes a signal that waits, sleeps until one comes or the time is over, and is interrupted by others', () => {
	expectBoth(signalProgram(`
	action SIGUSR2, handler
	mask SIG_BLOCK, 0x200
	raise SIGUSR1
	sys RT_SIGTIMEDWAIT, set, info, 0, 8
	answer
	call tellinfo
	sys RT_SIGTIMEDWAIT, set, info, time, 8
	answer
	sys GETPID
	movl %eax, me(%rip)
	sys FORK
	testl %eax, %eax
	jz child
	movl %eax, kid(%rip)
	sys RT_SIGTIMEDWAIT, set, info, 0, 8
	answer
	movl info+16(%rip), %eax
	subl kid(%rip), %eax
	tell %rax
	sys RT_SIGTIMEDWAIT, set, 0, longtime, 8
	answer
	sys RT_SIGTIMEDWAIT, set, 1, longtime, 8
	answer
	sys WAIT4, -1, 0, 0, 0
	# not held back and ignored by default: nobody sees it
	sys FORK
	testl %eax, %eax
	jz child2
	sys RT_SIGTIMEDWAIT, urgent, info, longtime, 8
	answer
	# held back, it is not ignored: not even while it is waited for
	mask SIG_BLOCK, 0x400000
	sys FORK
	testl %eax, %eax
	jz child2
	sys RT_SIGTIMEDWAIT, urgent, info, longtime, 8
	answer
	sys RT_SIGPROCMASK, 0, 0, old, 8
	movq old(%rip), %rax
	tell %rax`, `
child:	sys NANOSLEEP, time
	movl me(%rip), %edi
	movl $SIGUSR1, %esi
	movl $KILL, %eax
	syscall
	sys NANOSLEEP, time
	movl me(%rip), %edi
	movl $SIGUSR2, %esi
	movl $KILL, %eax
	syscall
	sys NANOSLEEP, time
	movl me(%rip), %edi
	movl $SIGUSR1, %esi
	movl $KILL, %eax
	syscall
	exit 0
child2:	sys NANOSLEEP, time
	movl me(%rip), %edi
	movl $SIGURG, %esi
	movl $KILL, %eax
	syscall
	exit 0
tellinfo:
	movq info(%rip), %rax
	tell %rax
	movq info+8(%rip), %rax
	tell %rax
	movq info+120(%rip), %rax
	tell %rax
	ret
handler:
	tell %rdi
	movq FRAME_sigmask(%rsp), %rax
	tell %rax
	ret
	.data
	.balign 8
set: .quad 0x200
urgent: .quad 0x400000
old: .quad 0
time: .quad 0, 200000000
longtime: .quad 1, 800000000
me: .long 0
kid: .long 0
info: .zero 120
	.quad 1`), [
		10, 10, 0xffff_fffan, 0, -11,
		10, 0, 12, 0x200, -4, -14,
		-11, 23, 0x40_0200,
	]);
});
