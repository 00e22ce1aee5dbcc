import {test} from 'vitest';
import {expectBoth, signalProgram} from './both.js';

test('an answer that looks like an interrupted call’s is left alone behind a handler', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler, 0, 0x800
	action SIGUSR2, second
	raise SIGUSR1
	answer`, `
handler:
	tell $1
	raise SIGUSR2
	movq $-512, FRAME_ax(%rsp)
	ret
second:	tell $2
	ret`), [1, 2, -512]);
});

test('a handler interrupts calls that wait; SA_RESTART makes read and wait4 again, but not nanosleep and pause', () => {
	expectBoth(signalProgram(`
	sys PIPE, ends
	sys GETPID
	movl %eax, me(%rip)
	action SIGUSR1, handler
	call interrupted_calls
	action SIGUSR1, handler, SA_RESTART
	call interrupted_calls`, `
# Four calls, each with a child that sends a signal while its parent waits.
interrupted_calls:
	sys FORK
	testl %eax, %eax
	jz writer
1:	movl ends(%rip), %edi
	leaq buffer(%rip), %rsi
	movl $8, %edx
	movl $READ, %eax
	syscall
	answer
	testq %rax, %rax
	js 1b
	sys WAIT4, -1, 0, 0, 0
	sys FORK
	testl %eax, %eax
	jz sender
	sys NANOSLEEP, ten_seconds, left
	answer
	movq left(%rip), %rax
	tell %rax
	sys WAIT4, -1, 0, 0, 0
	sys FORK
	testl %eax, %eax
	jz sender
	sys PAUSE
	answer
	sys WAIT4, -1, 0, 0, 0
	sys FORK
	testl %eax, %eax
	jz late_sender
	sys WAIT4, -1, status, 0, 0
	sarq $63, %rax
	answer
	movl status(%rip), %eax
	tell %rax
	sys WAIT4, -1, 0, 0, 0
	ret
writer:	call send
	sys NANOSLEEP, a_while
	movl ends+4(%rip), %edi
	leaq buffer(%rip), %rsi
	movl $8, %edx
	movl $WRITE, %eax
	syscall
	exit
sender:	call send
	exit
late_sender:
	call send
	sys NANOSLEEP, a_while
	exit 5
send:	sys NANOSLEEP, a_while
	movl me(%rip), %edi
	movl $SIGUSR1, %esi
	movl $KILL, %eax
	syscall
	ret
handler:
	movq FRAME_ax(%rsp), %rax
	tell %rax
	ret
	.data
	.balign 8
me: .long 0
status: .long 0
ends: .quad 0
buffer: .quad 0
a_while: .quad 0, 200000000
ten_seconds: .quad 10, 0
left: .quad 0, 0`), [
		-4, -4, 8, -4, -4, 9, -4, -4, -4, -1, 0,
		0, 8, -4, -4, 9, -4, -4, 61, 0, 0x500,
	]);
});
