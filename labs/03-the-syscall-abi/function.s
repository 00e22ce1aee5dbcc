# Calls a function, with a value in rbx that is needed behind it.
#
#	long sum(const long *p, long n)
#	{
#		long total = 0;
#		do
#			total += *p++;
#		while (--n != 0);
#		return total;
#	}

	.globl	_start
	.text
_start:
	movl	$keep, %ebx			# C: long kept = keep;
	movl	$keep, %ecx
	leaq	numbers(%rip), %rdi
	movl	$3, %esi
calling:
	call	sum				# C: long total = sum(numbers, 3);
called:
	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: exit(0);

sum:
	pushq	%rbx				# its caller may need it
	xorl	%eax, %eax
	movq	%rsi, %rcx			# this one need not be kept
1:	movq	(%rdi), %rbx
	addq	%rbx, %rax			# C: total += *p++;
	addq	$8, %rdi
	decq	%rcx
	jnz	1b				# C: while (--n != 0);
	popq	%rbx
	ret

	.section .rodata
	.balign	8
numbers:
	.quad	10, 20, 30
