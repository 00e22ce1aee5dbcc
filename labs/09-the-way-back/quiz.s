# Makes a call with six arguments, though it takes three, and with a descriptor that is not open.
#
#	int main(void)
#	{
#		syscall(SYS_write, fd, "hello world\n", 12, fourth, 5, 6);
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	movq	$own, %rbx			# a value that the program keeps for later
	movl	$fd, %edi			# a file descriptor that nobody has opened
	leaq	message(%rip), %rsi		# where the bytes are
	movl	$12, %edx			# how many
	movl	$fourth, %r10d			# what would be the fourth argument
	movl	$5, %r8d
	movl	$6, %r9d
	movl	$1, %eax			# write is number 1
	cmpl	$7, %eax			# sets flags: 1 is below 7
	syscall					# C: write(fd, "hello world\n", 12);

	movl	$60, %eax			# exit is number 60
	xorl	%edi, %edi			# status 0
	syscall					# C: exit(0);

	.section .rodata
message:
	.ascii	"hello world\n"
