# Makes a call, and then uses the stack.
#
#	int main(void)
#	{
#		write(1, "still here\n", 11);
#		return later();
#	}

	.globl	_start
	.text
_start:
	movl	$1, %eax			# write is number 1
	movl	$1, %edi			# file descriptor 1: standard output
	leaq	message(%rip), %rsi		# where the bytes are
	movl	$11, %edx			# how many
	syscall					# C: write(1, "still here\n", 11);

use:	pushq	%rax				# the first use of rsp by the program itself
	popq	%rdi
	movl	$60, %eax			# exit is number 60
	syscall					# C: exit(11);

	.section .rodata
message:
	.ascii	"still here\n"
