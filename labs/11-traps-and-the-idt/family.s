# A child that divides by zero, and a parent that learns of it.
#
#	int main(void)
#	{
#		pid_t pid = fork();
#		if (pid == 0)
#			return 1 / 0;
#		wait4(pid, &status, 0, NULL);
#		write(1, "still here\n", 11);
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	movl	$57, %eax
	syscall					# C: pid_t pid = fork();
	testl	%eax, %eax
	jnz	parent
	xorl	%ecx, %ecx
	movl	$1, %eax
	xorl	%edx, %edx
	divl	%ecx				# C: return 1 / 0;

parent:	movl	%eax, %edi
	leaq	status(%rip), %rsi
	xorl	%edx, %edx
	xorl	%r10d, %r10d
	movl	$61, %eax
	syscall					# C: wait4(pid, &status, 0, NULL);
	movl	$1, %eax
	movl	$1, %edi
	leaq	message(%rip), %rsi
	movl	$11, %edx
	syscall					# C: write(1, "still here\n", 11);
	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: exit(0);

	.section .rodata
message:
	.ascii	"still here\n"

	.data
status:	.long	0
