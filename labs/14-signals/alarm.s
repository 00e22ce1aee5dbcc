# An alarm goes off while the program waits: in a read from a pipe, then in a sleep.
#
#	void handler(int signal)
#	{
#		write(ends[1], "x", 1);		// now the pipe is no longer empty
#	}
#
#	int main(void)
#	{
#		sigaction(SIGALRM, &action, NULL);
#		pipe(ends);
#		setitimer(ITIMER_REAL, &soon, NULL);
#		read(ends[0], &byte, 1);
#		setitimer(ITIMER_REAL, &soon, NULL);
#		nanosleep(&second, NULL);
#		exit(0);
#	}

	.set	SIGALRM, 14

	.globl	_start
	.text
_start:
	movl	$13, %eax			# rt_sigaction
	movl	$SIGALRM, %edi
	leaq	action(%rip), %rsi
	xorl	%edx, %edx
	movl	$8, %r10d
	syscall					# C: sigaction(SIGALRM, &action, NULL);
	movl	$22, %eax			# pipe
	leaq	ends(%rip), %rdi
	syscall					# C: pipe(ends);
	movl	$38, %eax			# setitimer
	xorl	%edi, %edi
	leaq	soon(%rip), %rsi
	xorl	%edx, %edx
	syscall					# C: setitimer(ITIMER_REAL, &soon, NULL);

	xorl	%eax, %eax			# read
	movl	ends(%rip), %edi
	leaq	byte(%rip), %rsi
	movl	$1, %edx
waiting:
	syscall					# C: read(ends[0], &byte, 1);
read_done:
	movq	%rax, %r12			# its answer

	movl	$38, %eax
	xorl	%edi, %edi
	leaq	soon(%rip), %rsi
	xorl	%edx, %edx
	syscall					# C: setitimer(ITIMER_REAL, &soon, NULL);
	movl	$35, %eax			# nanosleep
	leaq	second(%rip), %rdi
	xorl	%esi, %esi
	syscall					# C: nanosleep(&second, NULL);
sleep_done:
	movq	%rax, %r13			# its answer
	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: exit(0);
	hlt					# nothing comes behind the end

handler:
	movl	$1, %eax
	movl	ends+4(%rip), %edi
	leaq	letter(%rip), %rsi
	movl	$1, %edx
	syscall					# C: write(ends[1], "x", 1);
	ret

restorer:
	movl	$15, %eax
	syscall					# C: rt_sigreturn();
	hlt

	.section .rodata
letter:	.ascii	"x"
	.balign	8
soon:	.quad	0, 0				# once only,
	.quad	0, 20				# in 20 microseconds
second:	.quad	1, 0				# one second

	.data
action:	.quad	handler
flags:	.quad	0x04000000			# SA_RESTORER; SA_RESTART would be 0x10000000
	.quad	restorer
	.quad	0

	.bss
ends:	.zero	8
byte:	.zero	1
