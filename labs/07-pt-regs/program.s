# Puts a value of its own into every register, then makes a call that takes no argument.
#
#	int main(void)
#	{
#		getpid();
#		exit(0);
#	}

	.set	own, mark * 0x10000		# each value ends in digits that tell its register

	.globl	_start
	.text
_start:
	movq	$own + 0xd1, %rdi
	movq	$own + 0x51, %rsi
	movq	$own + 0xd2, %rdx
	movq	$lost, %rcx			# and one that can be anything
	movq	$own + 0x08, %r8
	movq	$own + 0x09, %r9
	movq	$own + 0x10, %r10
	movq	$own + 0x11, %r11
	movq	$own + 0xb1, %rbx
	movq	$own + 0xb2, %rbp
	movq	$own + 0x12, %r12
	movq	$own + 0x13, %r13
	movq	$own + 0x14, %r14
	movq	$own + 0x15, %r15
	movl	$39, %eax			# getpid is number 39
	syscall					# C: getpid();

after:	movl	$60, %eax			# exit is number 60
	xorl	%edi, %edi			# status 0
	syscall					# C: exit(0);
