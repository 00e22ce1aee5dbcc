# Marks its registers and makes two calls: whatever the door does to them is seen.
#
#	int main(void)
#	{
#		write(1, "through\n", 8);
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	movq	$marker, %rbx			# marks, each another one
	leaq	1(%rbx), %rbp
	leaq	2(%rbx), %r12
	leaq	3(%rbx), %r13
	leaq	4(%rbx), %r14
	leaq	5(%rbx), %r15
	movl	$1, %eax			# write is number 1
	movl	$1, %edi			# file descriptor 1: standard output
	leaq	message(%rip), %rsi		# where the bytes are
	movl	$8, %edx			# how many
	syscall					# C: write(1, "through\n", 8);

	movl	$60, %eax			# exit is number 60
	xorl	%edi, %edi			# status 0
	syscall					# C: exit(0);
	ud2					# a door that leads nowhere comes here

	.section .rodata
message:
	.ascii	"through\n"
