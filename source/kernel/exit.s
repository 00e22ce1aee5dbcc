# exit.s · the end of a thread, and of the process

	.text

# do_exit(edi: status as wait4 would give it: the exit code in bits 15:8, the signal in bits 6:0). Never returns.
# Ends the current thread; the process ends with its last one, with the first thread's status.
	.globl do_exit
do_exit:
	movq	%gs:current_task, %rbx
	movl	%edi, TASK_exit_code(%rbx)
	movq	$0, TASK_pid(%rbx)		# its place in the table is free, and it will not run again
	leaq	tasks(%rip), %rax
	movl	$NR_TASKS, %ecx
1:	cmpq	$0, TASK_pid(%rax)
	jne	2f
	addq	$TASK_SIZE, %rax
	decl	%ecx
	jnz	1b
	leaq	init_task(%rip), %rax
	movl	TASK_exit_code(%rax), %edi
	jmp	do_group_exit
2:	call	schedule			# C: do_task_dead();
	ud2

# do_group_exit(edi: status): ends the process with all its threads. Never returns. With its only process gone, the
# machine has nothing left to run and switches itself off.
	.globl do_group_exit
do_group_exit:
	movl	%edi, %eax
	movl	$POWER_PORT, %edx
	outl	%eax, %dx
1:	hlt
	jmp	1b
