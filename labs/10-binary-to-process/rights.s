# Stores one byte where rdi points.
#
#	int main(void)
#	{
#		*p = 1;
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	leaq	cell(%rip), %rdi		# C: char *p = &cell;
store:	movb	$1, (%rdi)			# C: *p = 1;
	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: exit(0);

	.section .rodata
text:	.asciz	"read, and nothing else"

	.data
cell:	.byte	0
