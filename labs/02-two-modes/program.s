# Asks for its own privilege level, then prints a letter as programs do.
#
#	int main(void)
#	{
#		int level = cs & 3;
#		write(1, &letter, 1);
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	xorl	%eax, %eax
	movl	%cs, %eax			# everybody may read it
mask:
	andl	$3, %eax			# C: int level = cs & 3;
masked:
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
