# Two threads that ask for nothing: each only counts.
#
#	int main(void)
#	{
#		clone(count, stack, …);
#		for (long counter = 0; counter < 6000; counter++);
#		exit_group(0);
#	}

	.globl	_start
	.text
_start:
	movl	$56, %eax
	movl	$0x10f00, %edi
	leaq	stack_top(%rip), %rsi
	xorl	%edx, %edx
	xorl	%r10d, %r10d
	xorl	%r8d, %r8d
	syscall					# C: clone(CLONE_FLAGS, stack_top, NULL, NULL, 0);
made:	testl	%eax, %eax			# C: == 0?
	jz	second_loop

first_loop:
	incq	%rbx				# C: for (counter = 0; counter < 6000; counter++);
	cmpq	$6000, %rbx
	jb	first_loop
	movl	$231, %eax
	xorl	%edi, %edi
	syscall					# C: exit_group(0);
	hlt					# nothing comes behind the end

second_loop:
	incq	%rbx				# C: for (counter = 0; counter < 6000; counter++);
	cmpq	$6000, %rbx
	jb	second_loop
	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: _exit(0);
	hlt

	.bss
	.balign	16
	.zero	4096
stack_top:
