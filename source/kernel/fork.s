# fork.s · new threads and new processes
#
# A new task is a copy of its maker: registers, signal mask, what it may do. What the two share is said by flags: a
# thread shares all but its kernel stack and its place in the table; a process made by fork shares nothing. The memory
# map is copied by the host, which answers with the new page tables.

	.text

# fork(), vfork(), clone(flags, newsp, parent_tid, child_tid, tls)
	.globl __x64_sys_fork
__x64_sys_fork:
	movl	$SIGCHLD, %esi			# C: return kernel_clone(.exit_signal = SIGCHLD);
	xorl	%edx, %edx
	movq	%rsp, %rcx			# nothing else is asked for
	jmp	kernel_clone

	.globl __x64_sys_vfork
__x64_sys_vfork:
	movl	$(CLONE_VFORK | CLONE_VM | SIGCHLD), %esi
	xorl	%edx, %edx
	movq	%rsp, %rcx
	jmp	kernel_clone

	.globl __x64_sys_clone
__x64_sys_clone:
	movl	PT_REGS_di(%rdi), %esi		# C: struct kernel_clone_args args = {.flags = …, .parent_tid = …, .child_tid = …,
	movq	PT_REGS_si(%rdi), %rdx		# C: 	.stack = newsp, .tls = tls};
	pushq	PT_REGS_r8(%rdi)
	pushq	PT_REGS_r10(%rdi)
	pushq	PT_REGS_dx(%rdi)
	movq	%rsp, %rcx
	call	kernel_clone			# C: return kernel_clone(&args);
	addq	$24, %rsp
	ret

# clone3(struct clone_args, its size) says the same in memory. What this kernel has no room for is refused: numbers that
# the caller chooses, and a structure longer than it knows (mainline takes one whose rest is zero).
	.globl __x64_sys_clone3
__x64_sys_clone3:
	pushq	%rbx
	subq	$CLONE_ARGS_SIZE, %rsp
	movq	%rdi, %rbx
	movq	%rsp, %rdi
	xorl	%eax, %eax
	movl	$(CLONE_ARGS_SIZE / 8), %ecx
	rep stosq
	movq	PT_REGS_si(%rbx), %rdx
	movq	$-E2BIG, %rax			# C: if (unlikely(usize > PAGE_SIZE)) return -E2BIG;
	cmpq	$CLONE_ARGS_SIZE, %rdx
	ja	9f
	movq	$-EINVAL, %rax			# C: if (unlikely(usize < CLONE_ARGS_SIZE_VER0)) return -EINVAL;
	cmpq	$CLONE_ARGS_SIZE_VER0, %rdx
	jb	9f
	movq	%rsp, %rdi
	movq	PT_REGS_di(%rbx), %rsi
	call	copy_from_user_checked		# C: err = copy_struct_from_user(&args, sizeof(args), uargs, usize);
	testq	%rax, %rax
	movq	$-EFAULT, %rax
	jnz	9f
	call	clone3_args_valid		# C: if (!clone3_args_valid(&kargs)) return -EINVAL;
	movq	$-EINVAL, %rax
	jc	9f
	pushq	CLONE_ARGS_tls(%rsp)
	pushq	(CLONE_ARGS_child_tid + 8)(%rsp)
	pushq	(CLONE_ARGS_parent_tid + 16)(%rsp)
	movl	(CLONE_ARGS_flags + 24)(%rsp), %esi
	orl	(CLONE_ARGS_exit_signal + 24)(%rsp), %esi
	movq	(CLONE_ARGS_stack + 24)(%rsp), %rdx
	addq	(CLONE_ARGS_stack_size + 24)(%rsp), %rdx
	movq	%rbx, %rdi
	movq	%rsp, %rcx
	call	kernel_clone			# C: return kernel_clone(&kargs);
	addq	$24, %rsp
9:	addq	$CLONE_ARGS_SIZE, %rsp
	popq	%rbx
	ret

# clone3_args_valid(8(%rsp): struct clone_args). Out: CF = 0 if it makes sense.
clone3_args_valid:
	leaq	8(%rsp), %rcx
	movq	CLONE_ARGS_flags(%rcx), %rax
	testl	$CSIGNAL, %eax			# C: if (kargs->flags & (CLONE_DETACHED | (CSIGNAL & (~CLONE_NEWTIME)))) return false;
	jnz	1f
	shrq	$32, %rax			# flags of which clone knows nothing: CLONE_CLEAR_SIGHAND, CLONE_INTO_CGROUP
	jnz	1f
	cmpq	$0, CLONE_ARGS_set_tid_size(%rcx)
	jne	1f
	cmpq	$_NSIG, CLONE_ARGS_exit_signal(%rcx)	# C: if (!valid_signal(args.exit_signal)) return -EINVAL;
	ja	1f
	testl	$(CLONE_THREAD | CLONE_PARENT), CLONE_ARGS_flags(%rcx)	# C: if ((kargs->flags & (CLONE_THREAD | CLONE_PARENT)) && kargs->exit_signal) return false;
	jz	2f
	cmpq	$0, CLONE_ARGS_exit_signal(%rcx)
	jne	1f
2:	cmpq	$0, CLONE_ARGS_stack(%rcx)	# C: if (kargs->stack == 0) { if (kargs->stack_size > 0) return false; }
	sete	%al
	cmpq	$0, CLONE_ARGS_stack_size(%rcx)	# C: else if (kargs->stack_size == 0) return false;
	sete	%dl
	cmpb	%al, %dl
	jne	1f
	clc
	ret
1:	stc
	ret

# kernel_clone(rdi: the maker's pt_regs, esi: flags, rdx: the new task's user stack, 0: where the maker's is, rcx: where
# its number goes in the maker's memory, where in its own, and its thread-local storage: as far as the flags ask for them).
# Out: rax = the new task's number, or minus an error number.
kernel_clone:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rdi, %r12
	movl	%esi, %r14d
	movq	%rcx, %r15
	movq	%gs:current_task, %r13
	call	check_clone_flags
	testq	%rax, %rax
	jnz	4f
	call	copy_process			# C: p = copy_process(NULL, trace, NUMA_NO_NODE, args);
	testq	%rax, %rax
	js	4f
	testl	$CLONE_PARENT_SETTID, %r14d	# C: if (clone_flags & CLONE_PARENT_SETTID)
	jz	1f
	movq	(%r15), %rdi
	movl	TASK_pid(%rbx), %eax
	call	put_user_4			# C: 	put_user(nr, args->parent_tid);
1:	call	wake_up_new_task		# C: wake_up_new_task(p);
	pushq	TASK_pid(%rbx)
	testl	$CLONE_VFORK, %r14d		# C: if (clone_flags & CLONE_VFORK)
	jz	3f
2:	cmpl	$0, TASK_vfork(%rbx)		# C: 	wait_for_vfork_done(p, &vfork);
	je	3f
	movq	TASK_signal(%r13), %rax		# C: 	if (fatal_signal_pending(current)) complete_vfork_done(child);
	testl	$SIGNAL_GROUP_EXIT, SIGNAL_flags(%rax)
	jnz	5f
	cmpq	$0, SIGNAL_group_exec_task(%rax)
	jne	5f
	movq	%rbx, TASK_wait_channel(%r13)	# other signals wait until the memory is the maker's own again
	movl	$TASK_INTERRUPTIBLE, TASK_state(%r13)
	call	schedule
	jmp	2b
5:	movl	$0, TASK_vfork(%rbx)
3:	popq	%rax				# C: return nr;
4:	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# check_clone_flags(r14d: flags). Out: rax = 0 or -EINVAL, -EPERM; edx is kept. Shared signals need shared memory, and
# threads need shared signals.
check_clone_flags:
	movq	$-EPERM, %rax
	testl	$CLONE_NAMESPACES, %r14d
	jnz	3f
	movq	$-EINVAL, %rax
	testl	$CLONE_PIDFD, %r14d		# there are no descriptors of processes here
	jnz	3f
	testl	$CLONE_THREAD, %r14d
	jz	1f
	testl	$CLONE_SIGHAND, %r14d		# C: if ((clone_flags & CLONE_THREAD) && !(clone_flags & CLONE_SIGHAND)) return ERR_PTR(-EINVAL);
	jz	3f
1:	testl	$CLONE_SIGHAND, %r14d
	jz	2f
	testl	$CLONE_VM, %r14d		# C: if ((clone_flags & CLONE_SIGHAND) && !(clone_flags & CLONE_VM)) return ERR_PTR(-EINVAL);
	jz	3f
2:	xorl	%eax, %eax
3:	ret

# copy_process(r12: pt_regs, r13: current, r14d: flags, r15: kernel_clone's other arguments, rdx: user stack). Out: rbx = the new task and rax = 0, or rax =
# minus an error number.
copy_process:
	pushq	%rdx
	leaq	tasks(%rip), %rbx		# C: p = dup_task_struct(current);
	movl	$1, %ecx
1:	cmpq	$0, TASK_pid(%rbx)
	je	2f
	addq	$TASK_SIZE, %rbx
	incl	%ecx
	cmpl	$NR_TASKS, %ecx
	jbe	1b
	movq	$-EAGAIN, %rax			# C: if (nr_threads >= max_threads) return ERR_PTR(-EAGAIN);
	jmp	9f
2:	pushq	%rcx
	call	alloc_pid			# C: pid = alloc_pid(p->nsproxy->pid_ns_for_children);
	pushq	%rax
	movl	%eax, %edi
	movl	%r14d, %esi
	movl	$HOST_fork_task, %eax		# C: copy_files(…); copy_mm(clone_flags, p);
	vmcall
	popq	%rdx
	popq	%rcx
	testq	%rax, %rax
	js	9f
	pushq	%rdx
	call	init_task_struct
	popq	TASK_pid(%rbx)			# the place is taken from here on
	call	copy_sighand
	call	copy_signal
	movq	(%rsp), %rdx
	call	copy_thread			# C: copy_thread(p, args);
	movq	TASK_next(%r13), %rax		# C: list_add_tail_rcu(&p->tasks, &init_task.tasks);
	movq	%rax, TASK_next(%rbx)
	movq	%rbx, TASK_next(%r13)
	xorl	%eax, %eax
9:	popq	%rdx
	ret

# alloc_pid: the next number. Out: eax.
alloc_pid:
	movl	next_pid(%rip), %eax
	incl	next_pid(%rip)
	ret

# build_cr3(rax: top-level table, edx: process). Out: rax = what cr3 gets. ecx is kept. With isolation the TLB tells address
# spaces apart by a number in cr3's low bits; it goes by the process's own.
	.globl build_cr3
build_cr3:
	.if CONFIG_ISOLATION
	pushq	%rcx
	pushq	%rax
	leal	-FIRST_PID(%rdx), %eax
	xorl	%edx, %edx
	movl	$NR_PCIDS, %ecx
	divl	%ecx
	popq	%rax
	leaq	KERNEL_PCID(%rax,%rdx), %rax
	popq	%rcx
	.endif
	ret

# init_task_struct(rbx: new task, r13: its maker, ecx: its place from 1, rax: its page tables, edx: its number): all fields
# but those of signals and registers.
init_task_struct:
	call	build_cr3			# C: p->mm = mm;
	testl	$CLONE_VM, %r14d
	cmovnzq	TASK_cr3(%r13), %rax		# the same memory has the same name to the TLB
	movq	%rax, TASK_cr3(%rbx)
	# The stack that belongs to the place: stacks lie THREAD_STRIDE apart, each above an unmapped guard.
	imulq	$THREAD_STRIDE, %rcx, %rcx
	movq	$VMALLOC_START, %rax
	addq	%rcx, %rax
	movq	%rax, TASK_stack(%rbx)
	movl	TASK_work(%r13), %eax
	movl	%eax, TASK_work(%rbx)
	xorl	%eax, %eax
	movl	%eax, TASK_state(%rbx)
	movl	%eax, TASK_flags(%rbx)
	movq	%rax, TASK_audit(%rbx)
	movq	%rax, TASK_wake_at(%rbx)
	movq	%rax, TASK_wait_channel(%rbx)
	movq	%rax, TASK_robust_list(%rbx)
	movq	%rax, TASK_restart_until(%rbx)
	movl	%eax, TASK_exit_code(%rbx)
	movl	$0, TASK_vfork(%rbx)
	testl	$CLONE_VFORK, %r14d
	jz	2f
	movl	$1, TASK_vfork(%rbx)
2:	xorl	%edx, %edx
	testl	$CLONE_CHILD_SETTID, %r14d	# C: p->set_child_tid = (clone_flags & CLONE_CHILD_SETTID) ? args->child_tid : NULL;
	cmovnzq	8(%r15), %rdx
	movq	%rdx, TASK_set_child_tid(%rbx)
	xorl	%edx, %edx
	testl	$CLONE_CHILD_CLEARTID, %r14d
	cmovnzq	8(%r15), %rdx
	movq	%rdx, TASK_clear_child_tid(%rbx)
	xorl	%edx, %edx			# C: rseq_fork(p, clone_flags);
	testl	$CLONE_VM, %r14d
	cmovzq	TASK_rseq(%r13), %rdx
	movq	%rdx, TASK_rseq(%rbx)
	movl	TASK_rseq_sig(%r13), %edx
	movl	%edx, TASK_rseq_sig(%rbx)
	ret

# copy_thread(rbx: new task, r12: its maker's pt_regs, r14d: flags, rdx: user stack or 0): the maker's registers, with 0
# as the answer; the first switch to it pops six registers and returns to ret_from_fork.
copy_thread:
	movq	%rdx, %rax
	movq	TASK_stack(%rbx), %rdx
	subq	$PT_REGS_SIZE, %rdx
	movq	%rdx, %rdi
	movq	%r12, %rsi
	movl	$(PT_REGS_SIZE / 8), %ecx
	rep movsq				# C: *childregs = *current_pt_regs();
	movq	$0, PT_REGS_ax(%rdx)		# C: childregs->ax = 0;
	testq	%rax, %rax
	jz	1f
	movq	%rax, PT_REGS_sp(%rdx)		# C: if (sp) childregs->sp = sp;
1:	leaq	ret_from_fork_asm(%rip), %rax
	movq	%rax, -8(%rdx)			# C: fork_frame->ret_addr = (unsigned long) ret_from_fork_asm;
	leaq	-56(%rdx), %rdi
	movq	%rdi, TASK_thread_sp(%rbx)
	xorl	%eax, %eax
	movl	$6, %ecx
	rep stosq
	fxsave64 TASK_fpu(%rbx)			# C: fpu_clone(p, clone_flags);
	rdfsbase %rax
	testl	$CLONE_SETTLS, %r14d		# C: if (clone_flags & CLONE_SETTLS) do_set_thread_area_64(p, ARCH_SET_FS, tls);
	cmovnzq	16(%r15), %rax
	movq	%rax, TASK_fsbase(%rbx)
	movl	$MSR_KERNEL_GS_BASE, %ecx
	rdmsr
	movl	%eax, TASK_gsbase(%rbx)
	movl	%edx, TASK_gsbase+4(%rbx)
	ret

# wake_up_new_task(rbx: new task): two can run now: the timer must see to their shares.
wake_up_new_task:
	movl	$TASK_RUNNING, TASK_state(%rbx)
	jmp	timer_program

# Where a new task begins, on its own kernel stack with its pt_regs on top; rax = the task that ran before.
	.globl ret_from_fork_asm, ret_from_fork
ret_from_fork_asm:
	movq	%rax, %rdi			# C: schedule_tail(prev);
	call	finish_task_switch
	movq	%gs:current_task, %rbx
	movq	TASK_set_child_tid(%rbx), %rdi
	testq	%rdi, %rdi
	jz	ret_from_fork
	movl	TASK_pid(%rbx), %eax
	call	put_user_4			# C: if (current->set_child_tid) put_user(task_pid_vnr(current), current->set_child_tid);
ret_from_fork:
	movq	%rsp, %rdi
	call	syscall_exit_to_user_mode	# C: syscall_exit_to_user_mode(regs);
	jmp	swapgs_restore_regs_and_return_to_usermode
