# A call, so that there are two sides to look at.
#
#	int main(void)
#	{
#		write(1, message, 5);
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	movl	$1, %eax			# write is number 1
	movl	$1, %edi			# file descriptor 1: standard output
	leaq	message(%rip), %rsi
	movl	$5, %edx
	syscall					# C: write(1, message, 5);
	movl	$60, %eax			# exit is number 60
	xorl	%edi, %edi
	syscall					# C: exit(0);
	hlt					# nothing comes behind the end

	.data
message:
	.ascii	"here\n"
