# One request to the kernel, and the end.
#
#	int main(void)
#	{
#		write(1, "hello world\n", 12);
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	# Marked values: they are easy to find again on the kernel's stack.
	movq	$0x1111111111111111, %rbx
	movq	$0x2222222222222222, %rbp
	movq	$0x8888888888888888, %r8
	movq	$0x9999999999999999, %r9
	movq	$0xaaaaaaaaaaaaaaaa, %r10
	movq	$0xcccccccccccccccc, %r12
	movq	$0xdddddddddddddddd, %r13
	movq	$0xeeeeeeeeeeeeeeee, %r14
	movq	$0xffffffffffffffff, %r15

	movl	$1, %eax			# write is number 1
	movl	$1, %edi			# descriptor 1: standard output
	leaq	message(%rip), %rsi		# where the bytes are
	movl	$12, %edx			# how many
	syscall					# C: write(1, "hello world\n", 12);

	movl	$60, %eax			# exit is number 60
	xorl	%edi, %edi			# status 0
	syscall					# C: exit(0);

	.section .rodata
message:
	.ascii	"hello world\n"
