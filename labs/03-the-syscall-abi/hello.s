# The same call with everything in its place.

	.globl	_start
	.text
_start:
	movl	$1, %eax			# write is number 1
	movl	$1, %edi			# standard output
	leaq	message(%rip), %rsi
	movl	$12, %edx
	syscall					# C: write(1, message, 12);

	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: exit(0);

	.section .rodata
message:
	.ascii	"hello world\n"
