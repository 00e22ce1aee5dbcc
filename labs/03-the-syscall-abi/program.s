# A call to the kernel, with nothing right about it: number, descriptor, address and count are all wrong.

	.globl	_start
	.text
_start:
	movl	$39, %eax			# getpid is number 39
	movl	$junk, %edi
	leaq	other(%rip), %rsi
	movl	$4, %edx
	syscall					# C: meant is write(1, message, 12);

	movl	$60, %eax			# exit is number 60
	xorl	%edi, %edi
	syscall					# C: exit(0);

	.section .rodata
other:
	.ascii	"something else\n"
message:
	.ascii	"hello world\n"
