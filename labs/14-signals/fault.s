# A load from nowhere, and a handler that is told of it. At the second fault the handler gives up.
#
#	void handler(int signal, siginfo_t *info, void *context)
#	{
#		if (faults++) _exit(1);
#	}
#
#	int main(void)
#	{
#		sigaction(SIGSEGV, &action, NULL);
#		char *place = (char *) nowhere;
#		exit(*place);
#	}

	.set	SIGSEGV, 11

	.globl	_start
	.text
_start:
	movl	$13, %eax
	movl	$SIGSEGV, %edi
	leaq	action(%rip), %rsi
	xorl	%edx, %edx
	movl	$8, %r10d
	syscall					# C: sigaction(SIGSEGV, &action, NULL);

	movq	$nowhere, %rbx			# C: char *place = (char *) nowhere;
load:	movzbl	(%rbx), %edi			# C: exit(*place);
	movl	$60, %eax
	syscall
	hlt					# nothing comes behind the end

handler:
	incl	faults(%rip)			# C: if (faults++)
	cmpl	$1, faults(%rip)
	jne	1f
	ret
1:	movl	$60, %eax			# C: 	_exit(1);
	movl	$1, %edi
	syscall
	hlt

restorer:
	movl	$15, %eax
	syscall					# C: rt_sigreturn();
	hlt

	.section .rodata
letter:	.ascii	"*"

	.data
action:	.quad	handler
	.quad	0x04000004			# SA_RESTORER | SA_SIGINFO
	.quad	restorer
	.quad	0

	.bss
	.balign	4
faults:	.zero	4
