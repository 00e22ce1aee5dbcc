# Two threads that give each other the CPU in the middle of a call.
#
#	int main(void)
#	{
#		if (clone(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD, stack_top, …) == 0)
#			for (;;)
#				sched_yield();
#		for (int left = 3; left > 0; left--)
#			sched_yield();
#		exit_group(0);
#	}

	.globl	_start
	.text
_start:
	movl	$56, %eax			# clone is number 56
	movl	$0x10f00, %edi			# a thread of this process, with the same memory
	leaq	stack_top(%rip), %rsi		# its user stack
	xorl	%edx, %edx
	syscall					# C: clone(…);
	testl	%eax, %eax
	jz	second

	movl	$3, %ebx			# C: int left = 3;
first:	movl	$24, %eax			# sched_yield is number 24
	syscall					# C: sched_yield();
first_on:
	decl	%ebx
	jnz	first
	movl	$231, %eax			# exit_group is number 231
	xorl	%edi, %edi
	syscall					# C: exit_group(0);

second:	movl	$24, %eax
	syscall					# C: sched_yield();
second_on:
	jmp	second

	.bss
	.balign	16
	.zero	1024
stack_top:
	.zero	16
