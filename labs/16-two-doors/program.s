# The same call through two doors.
#
#	int main(void)
#	{
#		write(1, message, 5);			// by int $0x80
#		write(1, message, 5);			// by syscall
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	movq	$first, %rcx			# two values that are easy to find again
	movq	$second, %r11
	movl	$1, %eax			# write is number 1
	movl	$1, %edi			# file descriptor 1: standard output
	leaq	message(%rip), %rsi
	movl	$5, %edx
old_door:
	int	$0x80				# C: write(1, message, 5);
behind_old:
	movl	$1, %eax			# only rax must be set again
new_door:
	syscall					# C: write(1, message, 5);
behind_new:
	movl	$60, %eax			# exit is number 60
	xorl	%edi, %edi
	syscall					# C: exit(0);
	hlt					# nothing comes behind the end

	.section .rodata
message:
	.ascii	"knock"
