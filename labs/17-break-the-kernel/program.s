# Three calls by a program that has put a mark into a register, to find it again where it should not be.
#
#	int main(void)
#	{
#		write(1, "still here\n", 11);
#		getpid();
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	movq	$marker, %rbx			# C: register long mine = marker;

	movl	$1, %eax			# write is number 1
	movl	$1, %edi			# file descriptor 1: standard output
	leaq	message(%rip), %rsi		# where the bytes are
	movl	$11, %edx			# how many
	syscall					# C: write(1, "still here\n", 11);
	pushq	%rbx				# the first use of the stack behind the call
	popq	%rbx

	movl	$39, %eax			# getpid is number 39
	syscall					# C: getpid();

	movl	$60, %eax			# exit is number 60
	xorl	%edi, %edi			# status 0
	syscall					# C: exit(0);

	.section .rodata
message:
	.ascii	"still here\n"
