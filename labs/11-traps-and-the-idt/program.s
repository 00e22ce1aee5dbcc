# Divides, then loads: both can fault, by what is in the registers.
#
#	int main(void)
#	{
#		unsigned quotient = 1000 / n;
#		return *p;
#	}

	.globl	_start
	.text
_start:
	movl	$7, %ecx			# C: unsigned n = 7;
	leaq	cell(%rip), %rbx		# C: long *p = &cell;
	movl	$1000, %eax
	xorl	%edx, %edx
divide:	divl	%ecx				# C: quotient = 1000 / n;
load:	movq	(%rbx), %rdi			# C: return *p;
	movl	$60, %eax
	syscall

	.section .rodata
cell:	.quad	0
