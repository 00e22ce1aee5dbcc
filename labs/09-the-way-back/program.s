# Makes a call; behind it there are two ways to go on, and the program knows of one.
#
#	int main(void)
#	{
#		write(1, "back\n", 5);
#		exit(0);
#	elsewhere:
#		exit(7);
#	}

	.globl	_start
	.text
_start:
	movl	$1, %eax			# write is number 1
	movl	$1, %edi			# file descriptor 1: standard output
	leaq	message(%rip), %rsi		# where the bytes are
	movl	$5, %edx			# how many
	syscall					# C: write(1, "back\n", 5);
after:	movl	$60, %eax			# exit is number 60
second:	xorl	%edi, %edi			# status 0
	syscall					# C: exit(0);

elsewhere:
	movl	$60, %eax
	movl	$7, %edi			# status 7
	syscall					# C: exit(7);

	.section .rodata
message:
	.ascii	"back\n"
