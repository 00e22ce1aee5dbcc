# One call, with values of its own in two registers that the call will need for itself.
#
#	int main(void)
#	{
#		long kept = …, other = …;
#		write(1, "one instruction\n", 16);
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	movl	$1, %eax			# write is number 1
	movl	$1, %edi			# file descriptor 1: standard output
	leaq	message(%rip), %rsi		# where the bytes are
	movl	$16, %edx			# how many
	movq	$kept, %rcx			# C: long kept = …;
	movq	$other, %r11			# C: long other = …;
	stc					# and one flag that is set: CF
	syscall					# C: write(1, "one instruction\n", 16);

after:	movl	$60, %eax			# exit is number 60
	xorl	%edi, %edi			# status 0
	syscall					# C: exit(0);

	.section .rodata
message:
	.ascii	"one instruction\n"
