# A program that sends itself a signal, and has a handler for it.
#
#	void handler(int signal, siginfo_t *info, void *context)
#	{
#	}
#
#	int main(void)
#	{
#		sigaction(SIGUSR1, &action, NULL);
#		kill(getpid(), SIGUSR1);
#		exit(0);
#	}

	.set	SIGUSR1, 10
	.set	SA_FLAGS, 0x04000004		# SA_RESTORER | SA_SIGINFO

	.globl	_start
	.text
_start:
	movl	$13, %eax			# rt_sigaction is number 13
	movl	$SIGUSR1, %edi
	leaq	action(%rip), %rsi
	xorl	%edx, %edx
	movl	$8, %r10d			# bytes of a set of signals
	syscall					# C: sigaction(SIGUSR1, &action, NULL);

	movq	$first, %rbx			# two values that the program still needs:
	movq	$kept, -8(%rsp)			# one in a register, one below rsp
	movl	$39, %eax
	syscall					# C: getpid()
	movl	%eax, %edi
	movl	$SIGUSR1, %esi
	movl	$62, %eax			# kill is number 62
	syscall					# C: kill(getpid(), SIGUSR1);
behind:	movq	-8(%rsp), %r12			# is it still there?

	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: exit(0);
	hlt					# nothing comes behind the end

# In: rdi = signal, rsi = siginfo_t, rdx = ucontext_t. A function like any other, but nobody has called it.
handler:
	xorl	%ebx, %ebx			# it may well use registers
	pushq	%rbx				# and its stack
	popq	%rbx
	ret

# Where the handler returns to; in C programs the library has this.
restorer:
	movl	$15, %eax			# rt_sigreturn is number 15
	syscall					# C: rt_sigreturn();
	hlt

	.data
action:	.quad	handler				# C: struct sigaction action = {.sa_sigaction = handler,
	.quad	SA_FLAGS			# C: 	.sa_flags = SA_SIGINFO};
	.quad	restorer
	.quad	0
