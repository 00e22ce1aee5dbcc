# One line of C, and everything below it.
#
#	#include <stdio.h>
#
#	int main(void)
#	{
#		printf("hello world\n");
#		return 0;
#	}

	.globl	main
	.text
main:
	subq	$8, %rsp			# functions expect a stack that is aligned to 16
	leaq	message(%rip), %rdi
	xorl	%eax, %eax			# no floating-point numbers among the arguments
	call	printf				# C: printf("hello world\n");
printed:
	xorl	%eax, %eax			# C: return 0;
	addq	$8, %rsp
	ret

	.section .rodata
message:
	.asciz	"hello world\n"

	.include "lib/start.s"
