# Goes into the kernel twice: once by a call, once by an instruction that is none.
#
#	int main(void)
#	{
#		write(1, "by LSTAR\n", 9);
#		__builtin_trap();
#	}

	.globl	_start
	.text
_start:
	movl	$1, %eax
	movl	$1, %edi
	leaq	message(%rip), %rsi
	movl	$9, %edx
	syscall					# C: write(1, "by LSTAR\n", 9);
last:	ud2					# C: __builtin_trap();

	.section .rodata
message:
	.ascii	"by LSTAR\n"
