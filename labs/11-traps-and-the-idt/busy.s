# Two processes that only count. Neither asks the kernel for anything while it does.
#
#	int main(void)
#	{
#		fork();
#		for (long n = rounds; n != 0; n--)
#			;
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	movl	$57, %eax
	syscall					# C: fork();
	movl	$rounds, %ecx			# C: long n = rounds;
count:	decq	%rcx				# C: while (--n != 0);
	jnz	count
	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: exit(0);
