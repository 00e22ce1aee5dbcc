# A call to the kernel, from a program that does not look after its stack pointer.
#
#	int main(void)
#	{
#		_writegsbase_u64(own_base);
#		write(1, "still here\n", 11);
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	movl	$own_base, %eax
	wrgsbase %rax				# C: _writegsbase_u64(own_base);

	movl	$1, %eax			# write is number 1
	movl	$1, %edi			# file descriptor 1: standard output
	leaq	message(%rip), %rsi		# where the bytes are
	movl	$11, %edx			# how many
	syscall					# C: write(1, "still here\n", 11);

	movl	$60, %eax			# exit is number 60
	xorl	%edi, %edi			# status 0
	syscall					# C: exit(0);

	.section .rodata
message:
	.ascii	"still here\n"
