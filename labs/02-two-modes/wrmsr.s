# Tries to lead every system call of the computer to a line of its own.

	.globl	_start
	.text
_start:
	leaq	mine(%rip), %rax
	movq	%rax, %rdx
	shrq	$32, %rdx			# the address, in two halves
	movl	$0xc0000082, %ecx		# the register with the kernel's door
try:
	wrmsr					# C has no word for it: edx and eax go into register ecx

	movl	$39, %eax
	syscall					# C: getpid();
mine:
	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: exit(0);
