# Runs into an instruction that there is not.
#
#	int main(void)
#	{
#		__builtin_trap();
#	}

	.globl	_start
	.text
_start:
	xorl	%eax, %eax
bad:	ud2					# C: __builtin_trap();
