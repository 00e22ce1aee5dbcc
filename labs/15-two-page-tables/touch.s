# Touches two places: one that it may read, and one of the kernel’s.
#
#	int main(void)
#	{
#		char byte = *message;
#		byte = *(char *) place;
#	}

	.globl	_start
	.text
_start:
	leaq	message(%rip), %rbx		# C: char *where = message;
	movzbl	(%rbx), %eax			# C: char byte = *where;
	movabsq	$place, %rsi			# C: where = place;
peek:	movzbl	(%rsi), %eax			# C: byte = *where;
	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: exit(0);
	hlt					# nothing comes behind the end

	.data
message:
	.ascii	"here\n"
