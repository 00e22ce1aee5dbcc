# Two threads of one process that hand the processor to each other.
#
#	void second(void)			// its rbx is marked, too
#	{
#		sched_yield();
#		write(1, "second\n", 7);
#		_exit(0);
#	}
#
#	int main(void)
#	{
#		clone(second, stack, …);
#		sched_yield();
#		write(1, "first\n", 6);
#		sched_yield();
#		exit_group(0);
#	}

	.set	CLONE_FLAGS, 0x10f00		# CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD

	.globl	_start
	.text
_start:
	movq	$first, %rbx			# a value that is easy to find again
	movl	$56, %eax			# clone is number 56
	movl	$CLONE_FLAGS, %edi		# share the memory and all else
	leaq	stack_top(%rip), %rsi		# the new thread's user stack
	xorl	%edx, %edx
	xorl	%r10d, %r10d
	xorl	%r8d, %r8d
	syscall					# C: clone(CLONE_FLAGS, stack_top, NULL, NULL, 0);
made:	testl	%eax, %eax			# C: == 0?
	jz	second_thread

	movl	$24, %eax			# sched_yield is number 24
	syscall					# C: sched_yield();
first_again:
	movl	$1, %eax
	movl	$1, %edi
	leaq	one(%rip), %rsi
	movl	$6, %edx
	syscall					# C: write(1, "first\n", 6);
	movl	$24, %eax
	syscall					# C: sched_yield();
	movl	$231, %eax
	xorl	%edi, %edi
	syscall					# C: exit_group(0);
	hlt					# nothing comes behind the end

second_thread:
	movq	$second, %rbx			# the second thread's mark
	movl	$24, %eax
	syscall					# C: sched_yield();
second_again:
	movl	$1, %eax
	movl	$1, %edi
	leaq	two(%rip), %rsi
	movl	$7, %edx
	syscall					# C: write(1, "second\n", 7);
	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: _exit(0);
	hlt

	.section .rodata
one:	.ascii	"first\n"
two:	.ascii	"second\n"

	.bss
	.balign	16
	.zero	4096
stack_top:
