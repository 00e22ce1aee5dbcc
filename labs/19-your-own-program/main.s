# What a compiler and a libc would make of a small C program: _start comes from the libc, which calls main.
#
#	int main(int argc, char **argv)
#	{
#		printf("%d words\n", argc);
#		return argc;
#	}

	.include "lib/start.s"

	.text
	.globl	main
main:
	pushq	%rbx
	movl	%edi, %ebx			# argc
	movl	%edi, %esi
	leaq	format(%rip), %rdi
	xorl	%eax, %eax			# no vector registers among the arguments
	call	printf				# C: printf("%d words\n", argc);
	movl	%ebx, %eax
	popq	%rbx
	ret					# C: return argc;

	.section .rodata
format:	.asciz	"%d words\n"
