import {test} from 'vitest';
import {expectBoth, signalProgram} from './both.js';

test('a signal to a process goes to a thread that does not hold it back; one to a thread, to that thread alone', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler, SA_SIGINFO
	action SIGUSR2, handler, SA_SIGINFO
	sys GETPID
	movl %eax, me(%rip)
	movabsq $CLONE, %rax
	movl $0x10f00, %edi
	leaq room+8192(%rip), %rsi
	xorl %edx, %edx
	syscall
	testl %eax, %eax
	jz thread
	movl %eax, other(%rip)
	mask SIG_BLOCK, 0x200
1:	sys SCHED_YIELD
	cmpl $0, ready(%rip)
	je 1b
	# to the process: the other thread takes it
	movl me(%rip), %edi
	movl $SIGUSR1, %esi
	movl $KILL, %eax
	syscall
	movl $1, %ebx
	call await
	# to the other thread
	movl me(%rip), %edi
	movl other(%rip), %esi
	movl $SIGUSR2, %edx
	movl $TGKILL, %eax
	syscall
	movl $2, %ebx
	call await
	# to this thread, which holds it back
	raise SIGUSR1
	sys RT_SIGPENDING, old, 8
	movq old(%rip), %rax
	tell %rax
	# another process has no such thread
	movl other(%rip), %edi
	movl other(%rip), %esi
	movl $SIGUSR2, %edx
	movl $TGKILL, %eax
	syscall
	answer
	# the number of a thread stands for its process
	movl other(%rip), %edi
	movl $SIGUSR2, %esi
	movl $KILL, %eax
	syscall
	movl $3, %ebx
	call await
	movq seen(%rip), %rax
	tell %rax
	movq seen+8(%rip), %rax
	tell %rax
	movq seen+16(%rip), %rax
	tell %rax
	movl other(%rip), %edi
	movl $SIGTERM, %esi
	movl $TKILL, %eax
	syscall
1:	sys PAUSE
	jmp 1b`, `
await:	sys SCHED_YIELD
	cmpl %ebx, count(%rip)
	jne await
	ret
thread:	movl $1, ready(%rip)
1:	sys PAUSE
	jmp 1b
handler:
	movl %edi, %ebx
	shll $8, %ebx
	movl $GETTID, %eax
	syscall
	cmpl other(%rip), %eax
	sete %bl
	movzbl %bl, %ecx
	movl FRAME_info+8(%rsp), %eax
	shlq $32, %rax
	orq %rax, %rbx
	movl count(%rip), %ecx
	leaq seen(%rip), %rdx
	movq %rbx, (%rdx,%rcx,8)
	incl count(%rip)
	ret
	.data
	.balign 8
seen: .quad 0, 0, 0, 0
old: .quad 0
me: .long 0
other: .long 0
ready: .long 0
count: .long 0
	.bss
	.balign 16
room: .zero 8192`), [0x200, -3, 0xa01, 0xffff_fffa_0000_0c01n - 0x1_0000_0000_0000_0000n, 0xc01], 'SIGTERM');
});

test('a signal that no thread takes at first is taken by the one that lets it through', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler, SA_SIGINFO
	mask SIG_BLOCK, 0x200
	sys GETPID
	movl %eax, me(%rip)
	movabsq $CLONE, %rax
	movl $0x10f00, %edi
	leaq room+8192(%rip), %rsi
	xorl %edx, %edx
	syscall
	testl %eax, %eax
	jz thread
	movl %eax, other(%rip)
	movl me(%rip), %edi
	movl $SIGUSR1, %esi
	movl $KILL, %eax
	syscall
	answer
	movl $1, ready(%rip)
1:	sys SCHED_YIELD
	cmpl $1, count(%rip)
	jne 1b
	sys RT_SIGPENDING, old, 8
	movq old(%rip), %rax
	tell %rax`, `
thread:	sys SCHED_YIELD
	cmpl $0, ready(%rip)
	je thread
	mask SIG_UNBLOCK, 0x200
1:	sys PAUSE
	jmp 1b
handler:
	tell %rdi
	movl $GETTID, %eax
	syscall
	cmpl other(%rip), %eax
	sete %al
	movzbl %al, %eax
	tell %rax
	incl count(%rip)
	ret
	.data
	.balign 8
old: .quad 0
me: .long 0
other: .long 0
ready: .long 0
count: .long 0
	.bss
	.balign 16
room: .zero 8192`), [0, 10, 1, 0]);
});

test('a signal that a handler’s mask shuts out is left to another thread', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler, 0, 0x800
	action SIGUSR2, second
	sys GETPID
	movl %eax, me(%rip)
	movabsq $CLONE, %rax
	movl $0x10f00, %edi
	leaq room+8192(%rip), %rsi
	xorl %edx, %edx
	syscall
	testl %eax, %eax
	jz thread
	sys FORK
	testl %eax, %eax
	jz child
1:	sys PAUSE
	cmpl $3, seen(%rip)
	jne 1b
	tell seen(%rip)`, `
thread:	sys PAUSE
	jmp thread
child:	sys NANOSLEEP, a_while
	movl me(%rip), %edi
	movl $SIGUSR2, %esi
	movl $KILL, %eax
	syscall
	movl me(%rip), %edi
	movl me(%rip), %esi
	movl $SIGUSR1, %edx
	movl $TGKILL, %eax
	syscall
	exit
handler:
	lock orl $1, seen(%rip)
1:	sys SCHED_YIELD
	cmpl $3, seen(%rip)
	jne 1b
	ret
second:	lock orl $2, seen(%rip)
	ret
	.data
	.balign 8
me: .long 0
	.balign 8
seen: .quad 0
a_while: .quad 0, 200000000
	.bss
	.balign 16
room: .zero 8192`), [3]);
});

test('SIGCONT also reaches a thread that was to stop and has not stopped yet', () => {
	expectBoth(signalProgram(`
	sys PIPE, first
	sys PIPE, second
	sys FORK
	testl %eax, %eax
	jz child
	movl %eax, kid(%rip)
	movl first(%rip), %edi
	call read
	sys NANOSLEEP, a_while
	sys WAIT4, -1, status, 3, 0
	answer
	movl kid(%rip), %edi
	movl $SIGCONT, %esi
	movl $KILL, %eax
	syscall
	movl second+4(%rip), %edi
	call write
	sys WAIT4, -1, status, 0, 0
	movl status(%rip), %eax
	tell %rax`, `
# Its first thread cannot stop before the child that it has made with vfork ends, but is told to by the other one.
child:	movabsq $CLONE, %rax
	movl $0x10f00, %edi
	leaq room+8192(%rip), %rsi
	xorl %edx, %edx
	syscall
	testl %eax, %eax
	jz thread
	movl $VFORK, %eax
	syscall
	testl %eax, %eax
	jz grandchild
	exit 42
grandchild:
	movl second(%rip), %edi
	call read
	sys EXIT, 0
thread:	sys NANOSLEEP, a_while
	movl first+4(%rip), %edi
	call write
	raise SIGSTOP
1:	sys PAUSE
	jmp 1b
read:	movl $READ, %eax
	jmp 1f
write:	movl $WRITE, %eax
1:	leaq status(%rip), %rsi
	movl $1, %edx
	syscall
	ret
	.data
	.balign 8
first: .quad 0
second: .quad 0
kid: .long 0
status: .long 0
a_while: .quad 0, 200000000
	.bss
	.balign 16
room: .zero 8192`), [0, 0x2a00]);
});

test('SIGSTOP stops all threads of a process, SIGCONT lets them all go on, and SIGKILL ends them even while they are stopped', () => {
	expectBoth(signalProgram(`
	sys PIPE, ends
	sys FORK
	testl %eax, %eax
	jz child
	movl %eax, kid(%rip)
	sys WAIT4, -1, status, 2, 0
	call tellstatus
	movl kid(%rip), %edi
	movl $SIGCONT, %esi
	movl $KILL, %eax
	syscall
	sys WAIT4, -1, status, 8, 0
	call tellstatus
	movl ends+4(%rip), %edi
	leaq status(%rip), %rsi
	movl $1, %edx
	movl $WRITE, %eax
	syscall
	sys WAIT4, -1, status, 2, 0
	call tellstatus
	movl kid(%rip), %edi
	movl $SIGKILL, %esi
	movl $KILL, %eax
	syscall
	sys WAIT4, -1, status, 0, 0
	call tellstatus`, `
child:	movabsq $CLONE, %rax
	movl $0x10f00, %edi
	leaq room+8192(%rip), %rsi
	xorl %edx, %edx
	syscall
	testl %eax, %eax
	jz thread
	sys GETPID
	movl %eax, %edi
	movl $SIGSTOP, %esi
	movl $KILL, %eax
	syscall
1:	sys SCHED_YIELD
	jmp 1b
thread:	movl ends(%rip), %edi
	leaq status(%rip), %rsi
	movl $1, %edx
	movl $READ, %eax
	syscall
	raise SIGSTOP
	exit 9
tellstatus:
	subl kid(%rip), %eax
	answer
	movl status(%rip), %eax
	tell %rax
	ret
	.data
	.balign 8
kid: .long 0
	.balign 8
ends: .quad 0
status: .quad 0
	.bss
	.balign 16
room: .zero 8192`), [0, 0x137f, 0, 0xffff, 0, 0x137f, 0, 9]);
});
