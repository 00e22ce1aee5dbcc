import {test} from 'vitest';
import {expectBoth, signalProgram} from './both.js';

test('a parent is told when a child stops and goes on, by wait4 and by SIGCHLD, which SA_NOCLDSTOP leaves out', () => {
	expectBoth(signalProgram(`
	sys PIPE, ends
	action SIGCHLD, handler, SA_SIGINFO
	mask SIG_BLOCK, 0x10000
	sys FORK
	testl %eax, %eax
	jz child
	movl %eax, kid(%rip)
	sys WAIT4, -1, status, 2, 0
	call tellstatus
	call sigchld
	sys WAIT4, -1, status, 3, 0
	answer
	movl kid(%rip), %edi
	movl $SIGCONT, %esi
	movl $KILL, %eax
	syscall
	answer
	sys WAIT4, -1, status, 8, 0
	call tellstatus
	call sigchld
	movl ends+4(%rip), %edi
	leaq set(%rip), %rsi
	movl $1, %edx
	movl $WRITE, %eax
	syscall
	sys WAIT4, -1, status, 2, 0
	call tellstatus
	call sigchld
	movl kid(%rip), %edi
	movl $SIGTERM, %esi
	movl $KILL, %eax
	syscall
	movl $SIGCONT, %esi
	movl $KILL, %eax
	syscall
	sys WAIT4, -1, status, 0, 0
	call tellstatus
	call sigchld
	# a stopped process is killed without a continue
	action SIGCHLD, handler, SA_SIGINFO | SA_NOCLDSTOP
	sys FORK
	testl %eax, %eax
	jz child3
	movl %eax, kid(%rip)
	sys WAIT4, -1, status, 2, 0
	call tellstatus
	sys RT_SIGPENDING, status, 8
	movl status(%rip), %eax
	tell %rax
	movl kid(%rip), %edi
	movl $SIGKILL, %esi
	movl $KILL, %eax
	syscall
	sys WAIT4, -1, status, 0, 0
	call tellstatus
	call sigchld`, `
child:	raise SIGSTOP
	raise SIGTSTP
	action SIGTERM, term, 0
	movl ends(%rip), %edi
	leaq set(%rip), %rsi
	movl $1, %edx
	movl $READ, %eax
	syscall
	raise SIGSTOP
	exit 42
child3:	raise SIGSTOP
	exit 42
term:	exit 43
tellstatus:
	subl kid(%rip), %eax
	answer
	movl status(%rip), %eax
	tell %rax
	ret
sigchld:
	movq $0x10000, set(%rip)
	sys RT_SIGTIMEDWAIT, set, info, 0, 8
	answer
	movl info+8(%rip), %eax
	tell %rax
	movl info+16(%rip), %eax
	subl kid(%rip), %eax
	tell %rax
	movl info+24(%rip), %eax
	tell %rax
	ret
handler:
	tell $999
	ret
	.data
	.balign 8
me: .long 0
kid: .long 0
status: .quad 0
set: .quad 0
ends: .quad 0
info: .zero 128`), [
		0, 0x137f, 17, 5, 0, 19, 0, 0,
		0, 0xffff, 17, 6, 0, 18, 0, 0x137f, 17, 5, 0, 19,
		0, 0x2b00, 17, 6, 0, 18,
		0, 0x137f, 0, 0, 9, 17, 2, 0, 9,
	]);
});

test('SIGTSTP stops a process whose group has a parent to wake it; a sleep that was stopped goes on until its time', () => {
	expectBoth(signalProgram(`
	sys FORK
	testl %eax, %eax
	jz child
	movl %eax, kid(%rip)
	sys WAIT4, -1, status, 2, 0
	call tellstatus
	call continue
	sys WAIT4, -1, status, 8, 0
	call tellstatus
	# the child sleeps now: stop it, let it go on; the sleep goes on, too
	sys NANOSLEEP, time
	movl kid(%rip), %edi
	movl $SIGSTOP, %esi
	movl $KILL, %eax
	syscall
	sys WAIT4, -1, status, 2, 0
	call tellstatus
	call continue
	sys WAIT4, -1, status, 0, 0
	call tellstatus`, `
child:	sys SETPGID, 0, 0
	raise SIGTSTP
	sys NANOSLEEP, time2, remain
	answer
	exit 42
continue:
	movl kid(%rip), %edi
	movl $SIGCONT, %esi
	movl $KILL, %eax
	syscall
	ret
tellstatus:
	subl kid(%rip), %eax
	answer
	movl status(%rip), %eax
	tell %rax
	ret
	.data
	.balign 8
kid: .long 0
status: .quad 0
time: .quad 0, 200000000
time2: .quad 0, 600000000
remain: .quad 0, 0`), [0, 0x147f, 0, 0xffff, 0, 0x137f, 0, 0, 0x2a00]);
});

test('a read that is stopped is made again when the process goes on', () => {
	expectBoth(signalProgram(`
	sys PIPE, ends
	sys FORK
	testl %eax, %eax
	jz child
	movl %eax, kid(%rip)
	sys NANOSLEEP, time
	movl kid(%rip), %edi
	movl $SIGSTOP, %esi
	movl $KILL, %eax
	syscall
	sys WAIT4, -1, status, 2, 0
	call tellstatus
	movl kid(%rip), %edi
	movl $SIGCONT, %esi
	movl $KILL, %eax
	syscall
	sys NANOSLEEP, time
	movl ends+4(%rip), %edi
	leaq time(%rip), %rsi
	movl $3, %edx
	movl $WRITE, %eax
	syscall
	answer
	sys WAIT4, -1, status, 0, 0
	call tellstatus`, `
child:	movl ends(%rip), %edi
	leaq buffer(%rip), %rsi
	movl $8, %edx
	xorl %eax, %eax
	syscall
	answer
	exit 42
tellstatus:
	subl kid(%rip), %eax
	answer
	movl status(%rip), %eax
	tell %rax
	ret
	.data
	.balign 8
kid: .long 0
status: .quad 0
ends: .quad 0
buffer: .quad 0
time: .quad 0, 200000000`), [0, 0x137f, 3, 3, 0, 0x2a00]);
});
