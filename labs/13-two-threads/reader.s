# One thread waits for a line from the console, the other counts meanwhile.
#
#	int main(void)
#	{
#		clone(count, stack, …);
#		long count = read(0, line, sizeof line);
#		exit_group(count);
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
	testl	%eax, %eax
	jz	second_loop

	xorl	%eax, %eax			# read is number 0
	xorl	%edi, %edi			# file descriptor 0: standard input
	leaq	line(%rip), %rsi
	movl	$16, %edx
	syscall					# C: read(0, line, sizeof line);
	movl	%eax, %edi
	movl	$231, %eax
	syscall					# C: exit_group(count);
	hlt					# nothing comes behind the end

second_loop:
	incq	%rbx				# C: for (counter = 0; counter < 4000; counter++);
	cmpq	$4000, %rbx
	jb	second_loop
	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: _exit(0);
	hlt

	.bss
line:	.zero	16
	.balign	16
	.zero	4096
stack_top:
