# What the second process becomes. Its data lie where the first program has its own.
#
#	int main(void)
#	{
#		write(1, "child\n", 6);
#		exit(code);
#	}

	.globl	_start
	.text
_start:
	movl	$1, %eax
	movl	$1, %edi
	leaq	message(%rip), %rsi
	movl	$6, %edx
	syscall					# C: write(1, "child\n", 6);

	movl	$60, %eax
	movl	$code, %edi
	syscall					# C: exit(code);

	.section .rodata
	.byte	0
	.data
message:
	.ascii	"child\n\n\n"
