# fork.s · new threads
#
# A thread shares its maker's address space; its kernel stack and its place in the table of tasks are its own.

	.text

# clone(flags, newsp, parent_tid, child_tid, tls): threads only, so CLONE_VM must be set.
	.globl __x64_sys_clone
__x64_sys_clone:
	movq	PT_REGS_di(%rdi), %rax
	testl	$CLONE_VM, %eax
	jz	1f
	jmp	copy_process			# C: return kernel_clone(&args);
1:	movq	$-ENOSYS, %rax			# a second address space is more than this kernel can make
	ret

# copy_process(rdi: the maker's pt_regs). Out: rax = the new thread's id, or -EAGAIN if the table is full.
copy_process:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	movq	%rdi, %r12
	movq	%gs:current_task, %r13
	leaq	tasks(%rip), %rbx		# C: p = dup_task_struct(current);
	xorl	%ecx, %ecx
1:	cmpq	$0, TASK_pid(%rbx)
	je	2f
	addq	$TASK_SIZE, %rbx
	incl	%ecx
	cmpl	$NR_TASKS, %ecx
	jb	1b
	movq	$-EAGAIN, %rax
	jmp	5f

2:	# The stack that belongs to the place in the table: stacks lie THREAD_STRIDE apart, each above an unmapped guard.
	incl	%ecx
	imulq	$THREAD_STRIDE, %rcx, %rcx
	movq	$VMALLOC_START, %rax
	addq	%rcx, %rax
	movq	%rax, TASK_stack(%rbx)
	movq	TASK_cr3(%r13), %rdx
	movq	%rdx, TASK_cr3(%rbx)
	movl	TASK_tgid(%r13), %edx
	movl	%edx, TASK_tgid(%rbx)
	movl	TASK_work(%r13), %edx
	movl	%edx, TASK_work(%rbx)
	movq	$0, TASK_audit(%rbx)
	movq	$0, TASK_wake_at(%rbx)
	movl	$0, TASK_flags(%rbx)
	fxsave64 TASK_fpu(%rbx)

	# C: copy_thread(p, args): the maker's pt_regs, with 0 as the answer and a stack of its own.
	leaq	-PT_REGS_SIZE(%rax), %rdi
	movq	%rdi, %rdx
	movq	%r12, %rsi
	movl	$(PT_REGS_SIZE / 8), %ecx
	rep movsq
	movq	$0, PT_REGS_ax(%rdx)
	movq	PT_REGS_si(%r12), %rax
	testq	%rax, %rax
	jz	3f
	movq	%rax, PT_REGS_sp(%rdx)
3:	# The first switch to it pops six registers and returns to ret_from_fork.
	leaq	ret_from_fork(%rip), %rax
	movq	%rax, -8(%rdx)
	xorl	%eax, %eax
	movq	%rax, -16(%rdx)
	movq	%rax, -24(%rdx)
	movq	%rax, -32(%rdx)
	movq	%rax, -40(%rdx)
	movq	%rax, -48(%rdx)
	movq	%rax, -56(%rdx)
	subq	$56, %rdx
	movq	%rdx, TASK_thread_sp(%rbx)

	rdfsbase %rax
	testl	$CLONE_SETTLS, PT_REGS_di(%r12)
	cmovnzq	PT_REGS_r8(%r12), %rax
	movq	%rax, TASK_fsbase(%rbx)
	movq	$0, TASK_gsbase(%rbx)
	movq	next_pid(%rip), %rax		# C: pid = alloc_pid();
	incq	next_pid(%rip)
	movq	%rax, TASK_pid(%rbx)
	movl	$TASK_RUNNING, TASK_state(%rbx)	# C: wake_up_new_task(p);
	testl	$CLONE_PARENT_SETTID, PT_REGS_di(%r12)
	jz	4f
	pushq	%rax
	movq	PT_REGS_dx(%r12), %rdi
	call	put_user_4			# C: put_user(nr, args->parent_tid);
	popq	%rax
4:	# Two can run now: the timer must see to their shares.
	pushq	%rax
	call	timer_program
	popq	%rax				# C: return nr;
5:	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# Where a new thread begins, on its own kernel stack with its pt_regs on top.
	.globl ret_from_fork
ret_from_fork:
	call	exit_to_user_mode_loop
	jmp	swapgs_restore_regs_and_return_to_usermode
