# Tries to print a letter without the kernel, as the kernel itself does it; the lines behind that ask the kernel.

	.globl	_start
	.text
_start:
	movb	$letter, %al
	movl	$0x3f8, %edx			# the serial port
try:
	outb	%al, %dx			# C has no word for it: a byte for a device

ask:
	movl	$1, %eax
	movl	$1, %edi
	leaq	letter_byte(%rip), %rsi
	movl	$1, %edx
	syscall					# C: write(1, &letter, 1);

	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: exit(0);

	.section .rodata
letter_byte:
	.byte	letter
