# Stops itself, twice as a debugger would, and once with an instruction that is none.
#
#	int main(void)
#	{
#		__asm__("int3");
#		__builtin_trap();
#	}

	.globl	_start
	.text
_start:
	movl	$marker, %ebx
	movl	$marker, %ecx
point:	int3					# C: __asm__("int3");
behind:	incl	%ebx
last:	ud2					# C: __builtin_trap();
