# An instruction that the processor refuses.
#
#	int main(void)
#	{
#		__builtin_trap();
#	}

	.globl	_start
	.text
_start:
	movq	$mark, %rbx			# a value that is easy to find again
bad:	ud2					# C: __builtin_trap();
