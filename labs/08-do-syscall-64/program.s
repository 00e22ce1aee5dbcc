# Makes the same call four times.
#
#	int main(void)
#	{
#		for (int i = 4; i != 0; i--)
#			write(1, "hello\n", 6);
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	movl	$4, %ebx			# C: int i = 4;
again:	movl	$1, %eax			# write is number 1
	movl	$1, %edi			# file descriptor 1: standard output
	leaq	message(%rip), %rsi		# where the bytes are
	movl	$6, %edx			# how many
	syscall					# C: write(1, "hello\n", 6);
	decl	%ebx
	jnz	again				# C: while (--i != 0)

	movl	$60, %eax			# exit is number 60
	xorl	%edi, %edi			# status 0
	syscall					# C: exit(0);

	.section .rodata
message:
	.ascii	"hello\n"
