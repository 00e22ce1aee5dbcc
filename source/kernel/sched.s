# sched.s · who runs next, and the switch from one thread to another
#
# Interrupts are off in the kernel, but for the moment in which it waits for one because nobody can run. There is one
# CPU and one ring of tasks, linked by TASK_next, which begins at init_task; each task has a kernel stack of its own. The
# timer is asked for only when someone needs it: two tasks that share the CPU, or one that sleeps.

	.text

# schedule(): gives the CPU to the next task that can run. Comes back when the caller's turn has come again.
	.globl schedule
schedule:
	pushq	%rbx
	movq	%gs:current_task, %rbx		# C: prev = current;
	andl	$~TIF_NEED_RESCHED, TASK_flags(%rbx)
	call	pick_next_task			# C: next = pick_next_task();
	movq	%rax, %rsi
	pushq	%rsi
	call	timer_program
	popq	%rsi
	cmpq	%rbx, %rsi			# C: if (next != prev)
	je	1f
	movq	%rbx, %rdi
	call	context_switch			# C: 	prev = context_switch(prev, next);
	movq	%rax, %rdi
	call	finish_task_switch		# C: 	finish_task_switch(prev);
1:	popq	%rbx
	ret

# pick_next_task: the next task behind the current one that can run, round and round. Out: rax.
pick_next_task:
	movq	%gs:current_task, %rdx
	movq	%rdx, %rax
1:	movq	TASK_next(%rax), %rax
	cmpl	$TASK_RUNNING, TASK_state(%rax)
	je	2f
	cmpq	%rdx, %rax			# back at the current one, and it cannot run either?
	jne	1b
	call	cpu_idle
	jmp	pick_next_task
2:	ret

# cpu_idle: nobody can run: waits for an interrupt, on the stack of whoever ran last.
cpu_idle:
	call	timer_program
	call	nobody_left			# the first process is gone, and nothing will ever happen?
	sti
	hlt
	cli
	ret

# context_switch(rdi: prev, rsi: next): the address space first, then the stack. Out, on next's stack: rax = the task
# that ran before.
	.globl context_switch
context_switch:
	movq	TASK_cr3(%rsi), %rax
	cmpq	%rax, TASK_cr3(%rdi)
	je	1f
	movq	%rax, %cr3			# C: switch_mm(prev->mm, next->mm);
1:						# C: switch_to(prev, next, prev);

# __switch_to_asm(rdi: prev, rsi: next): what C expects to be kept goes onto the old stack and comes from the new one.
	.globl __switch_to_asm
__switch_to_asm:
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, TASK_thread_sp(%rdi)
	movq	TASK_thread_sp(%rsi), %rsp	# from here on the other thread's kernel stack
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp

# __switch_to(rdi: prev, rsi: next): the registers that belong to a thread, and the variables that name it.
	.globl __switch_to
__switch_to:
	fxsave64 TASK_fpu(%rdi)			# C: switch_fpu_prepare(prev);
	fxrstor64 TASK_fpu(%rsi)
	rdfsbase %rax				# C: save_fsgs(prev);
	movq	%rax, TASK_fsbase(%rdi)
	movq	TASK_fsbase(%rsi), %rax		# C: load_fsgs(next);
	wrfsbase %rax
	movl	$MSR_KERNEL_GS_BASE, %ecx	# the user's GS base waits there while the kernel runs
	rdmsr
	movl	%eax, TASK_gsbase(%rdi)
	movl	%edx, TASK_gsbase+4(%rdi)
	movl	TASK_gsbase(%rsi), %eax
	movl	TASK_gsbase+4(%rsi), %edx
	wrmsr
	movq	%rsi, %gs:current_task		# C: current = next;
	movq	TASK_stack(%rsi), %rax
	.globl update_task_stack
update_task_stack:
	movq	%rax, %gs:cpu_current_top_of_stack	# C: cpu_current_top_of_stack = task_top_of_stack(next);
	.if CONFIG_ENTRY_STACK == 0
	movq	%rax, %gs:cpu_tss_rw + TSS_sp0	# C: load_sp0(task_top_of_stack(next));
	.endif
	movq	%rdi, %rax			# C: return prev;
	ret

# finish_task_switch(rdi: prev): a task that has ended for good is given up only now that nobody stands on its stack
# and its page tables.
	.globl finish_task_switch
finish_task_switch:
	cmpl	$EXIT_DEAD, TASK_state(%rdi)	# C: if (prev->state == TASK_DEAD)
	je	release_task			# C: 	put_task_struct(prev);
	ret

# wait_on(rdi: channel): sleeps until wake_up is called with the same channel, or a signal comes. A signal that is there
# already lets nobody sleep.
	.globl wait_on
wait_on:
	movq	%gs:current_task, %rdx
	testl	$TIF_SIGPENDING, TASK_flags(%rdx)	# C: if (signal_pending(current)) return;
	jnz	1f
	movq	%rdi, TASK_wait_channel(%rdx)		# C: prepare_to_wait(wq, &wait, TASK_INTERRUPTIBLE);
	movl	$TASK_INTERRUPTIBLE, TASK_state(%rdx)
	call	schedule				# C: schedule();
	movq	%gs:current_task, %rdx
	movq	$0, TASK_wait_channel(%rdx)		# C: finish_wait(wq, &wait);
	movq	$0, TASK_wake_at(%rdx)
1:	ret

# wake_up(rdi: channel): whoever waits for it can run again.
	.globl wake_up
wake_up:
	movl	$NR_TASKS, %esi

# wake_up_nr(rdi: channel, esi: how many at most). Out: eax = how many there were.
	.globl wake_up_nr
wake_up_nr:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	movq	%rdi, %r12
	movl	%esi, %r13d
	xorl	%r14d, %r14d
	leaq	init_task(%rip), %rbx
1:	cmpl	%r13d, %r14d
	jae	3f
	cmpq	%r12, TASK_wait_channel(%rbx)
	jne	2f
	cmpl	$TASK_INTERRUPTIBLE, TASK_state(%rbx)
	jne	2f
	movq	$0, TASK_wait_channel(%rbx)
	movq	%rbx, %rdi
	call	try_to_wake_up
	incl	%r14d
2:	movq	TASK_next(%rbx), %rbx
	leaq	init_task(%rip), %rax
	cmpq	%rax, %rbx
	jne	1b
3:	movl	%r14d, %eax
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# try_to_wake_up(rdi: task): it can run again, if it was waiting; two that can run need the timer.
	.globl try_to_wake_up
try_to_wake_up:
	cmpl	$TASK_INTERRUPTIBLE, TASK_state(%rdi)
	jne	1f
	movl	$TASK_RUNNING, TASK_state(%rdi)
	movq	$0, TASK_wake_at(%rdi)
	jmp	timer_program
1:	ret

# exit_to_user_mode_loop(rdi: pt_regs): before a return to user mode, as long as work is due.
	.globl exit_to_user_mode_loop
exit_to_user_mode_loop:
	pushq	%rbx
	movq	%rdi, %rbx
1:	movq	%gs:current_task, %rax
	movl	TASK_flags(%rax), %ecx
	testl	$EXIT_TO_USER_MODE_WORK, %ecx	# C: while (ti_work & EXIT_TO_USER_MODE_WORK) {
	jz	4f
	testl	$TIF_NEED_RESCHED, %ecx		# C: 	if (ti_work & _TIF_NEED_RESCHED)
	jz	2f
	call	schedule			# C: 		schedule();
	call	rseq_preempt
	jmp	1b
2:	testl	$TIF_SIGPENDING, %ecx		# C: 	if (ti_work & _TIF_SIGPENDING)
	jz	3f
	movq	%rbx, %rdi
	call	arch_do_signal_or_restart	# C: 		arch_do_signal_or_restart(regs);
	jmp	1b
3:	andl	$~TIF_NOTIFY_RESUME, TASK_flags(%rax)
	movq	%rbx, %rdi
	call	rseq_handle_notify_resume	# C: 	if (ti_work & _TIF_NOTIFY_RESUME) resume_user_mode_work(regs);
	jmp	1b				# C: }
4:	popq	%rbx
	ret

# sched_yield()
	.globl __x64_sys_sched_yield
__x64_sys_sched_yield:
	call	schedule
	xorl	%eax, %eax
	ret
