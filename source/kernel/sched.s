# sched.s · who runs next, and the switch from one thread to another
#
# Interrupts are off in the kernel, but for the moment in which it waits for one because nobody can run. There is one
# CPU and one table of tasks; each task has a kernel stack of its own. The timer is asked for only when someone needs
# it: two tasks that share the CPU, or one that sleeps.

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
	call	context_switch			# C: 	context_switch(prev, next);
1:	popq	%rbx
	ret

# pick_next_task: the next task after the current one that can run, round and round. Out: rax.
pick_next_task:
	movq	%gs:current_task, %rax
	movl	$NR_TASKS, %ecx
1:	addq	$TASK_SIZE, %rax
	leaq	tasks_end(%rip), %rdx
	cmpq	%rdx, %rax
	jb	2f
	leaq	tasks(%rip), %rax
2:	cmpq	$0, TASK_pid(%rax)
	je	3f
	cmpl	$TASK_RUNNING, TASK_state(%rax)
	je	4f
3:	decl	%ecx
	jnz	1b
	# Nobody can run: wait for an interrupt, on the stack of whoever ran last, and look again.
	call	timer_program
	sti
	hlt
	cli
	jmp	pick_next_task
4:	ret

# context_switch(rdi: prev, rsi: next): the address space first, then the stack.
	.globl context_switch
context_switch:
	movq	TASK_cr3(%rsi), %rax
	cmpq	%rax, TASK_cr3(%rdi)
	je	1f
	movq	%rax, %cr3			# C: switch_mm(prev->mm, next->mm);
1:						# C: switch_to(prev, next);

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
	ret

# exit_to_user_mode_loop: before a return to user mode, as long as work is due.
	.globl exit_to_user_mode_loop
exit_to_user_mode_loop:
	movq	%gs:current_task, %rax
	testl	$TIF_NEED_RESCHED, TASK_flags(%rax)	# C: while (read_thread_flags() & EXIT_TO_USER_MODE_WORK)
	jz	1f
	call	schedule			# C: 	schedule();
	jmp	exit_to_user_mode_loop
1:	ret

# sysvec_apic_timer_interrupt: wakes who has slept long enough; the task that runs has had its share.
	.globl sysvec_apic_timer_interrupt
sysvec_apic_timer_interrupt:
	call	wake_sleepers
	movq	%gs:current_task, %rax
	orl	$TIF_NEED_RESCHED, TASK_flags(%rax)	# C: set_tsk_need_resched(current);
	ret

# read_clock: rax = the time in nanoseconds. On this machine a step takes one.
read_clock:
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	ret

# wake_sleepers: tasks whose time has come can run again.
wake_sleepers:
	call	read_clock
	leaq	tasks(%rip), %rcx
1:	movq	TASK_wake_at(%rcx), %rdx
	testq	%rdx, %rdx			# 0: it does not wait for the time
	jz	2f
	cmpq	%rax, %rdx
	ja	2f
	movq	$0, TASK_wake_at(%rcx)
	movl	$TASK_RUNNING, TASK_state(%rcx)
2:	addq	$TASK_SIZE, %rcx
	leaq	tasks_end(%rip), %rdx
	cmpq	%rdx, %rcx
	jb	1b
	ret

# timer_program: asks the timer for one interrupt when the first of these is due: the end of a share of the CPU, if
# two tasks want it; the time at which a sleeper wakes. Neither: the timer is switched off.
timer_program:
	pushq	%rbx
	pushq	%r12
	call	read_clock
	movq	%rax, %r8			# now
	movq	$-1, %r9			# steps until the first event; all ones: none
	xorl	%r10d, %r10d			# tasks that can run
	leaq	tasks(%rip), %rbx
1:	cmpq	$0, TASK_pid(%rbx)
	je	3f
	cmpl	$TASK_RUNNING, TASK_state(%rbx)
	jne	2f
	incl	%r10d
	jmp	3f
2:	movq	TASK_wake_at(%rbx), %rax
	testq	%rax, %rax
	jz	3f
	movl	$1, %ecx
	subq	%r8, %rax			# one that is due already wakes at once
	cmovbeq	%rcx, %rax
	cmpq	%r9, %rax
	cmovbq	%rax, %r9
3:	addq	$TASK_SIZE, %rbx
	leaq	tasks_end(%rip), %rax
	cmpq	%rax, %rbx
	jb	1b
	cmpl	$2, %r10d
	jb	4f
	movl	$TIME_SLICE, %eax
	cmpq	%r9, %rax
	cmovbq	%rax, %r9
4:	movl	$TIMER_LONGEST, %eax		# the timer's register has 32 bits; a longer sleep takes several goes
	cmpq	$-1, %r9
	je	5f
	cmpq	%rax, %r9
	cmovaq	%rax, %r9
	movl	%r9d, %eax
	jmp	6f
5:	xorl	%eax, %eax
6:	movl	$TIMER_ONCE_PORT, %edx
	outl	%eax, %dx
	popq	%r12
	popq	%rbx
	ret

# sched_yield()
	.globl __x64_sys_sched_yield
__x64_sys_sched_yield:
	call	schedule
	xorl	%eax, %eax
	ret

# nanosleep(req, rem): req is two 64-bit words, seconds and nanoseconds.
	.globl __x64_sys_nanosleep
__x64_sys_nanosleep:
	subq	$16, %rsp
	movq	PT_REGS_di(%rdi), %rsi
	movq	%rsp, %rdi
	movl	$16, %edx
	call	copy_from_user_checked		# C: if (get_timespec64(&tu, rqtp)) return -EFAULT;
	testq	%rax, %rax
	jnz	2f
	movq	(%rsp), %rax
	movq	8(%rsp), %rcx
	cmpq	$NSEC_PER_SEC, %rcx		# C: if (!timespec64_valid(&tu)) return -EINVAL;
	jae	3f
	testq	%rax, %rax
	js	3f
	movq	$SECONDS_LONGEST, %rdx
	cmpq	%rdx, %rax
	cmovaq	%rdx, %rax
	imulq	$NSEC_PER_SEC, %rax, %rax
	addq	%rcx, %rax
	jz	1f				# nothing to wait for
	movq	%rax, %r8
	call	read_clock
	addq	%r8, %rax
	movq	%gs:current_task, %rdx
	movq	%rax, TASK_wake_at(%rdx)
	movl	$TASK_INTERRUPTIBLE, TASK_state(%rdx)	# C: set_current_state(TASK_INTERRUPTIBLE);
	call	schedule			# C: schedule();
1:	xorl	%eax, %eax
	jmp	4f
2:	movq	$-EFAULT, %rax
	jmp	4f
3:	movq	$-EINVAL, %rax
4:	addq	$16, %rsp
	ret
