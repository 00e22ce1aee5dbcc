# fork_signal.s · what a new task has of its maker's signals, processes and families
#
# Called by copy_process: rbx = the new task, r12 = the maker's pt_regs, r13 = the maker, r14d = the flags of clone. The
# two structures that tasks may share lie in tables with as many places as there are tasks, so that there is always one.

	.text

# copy_sighand: what becomes of each signal: shared, or a copy.
copy_sighand:
	testl	$CLONE_SIGHAND, %r14d
	jz	1f
	movq	TASK_sighand(%r13), %rax	# C: if (clone_flags & CLONE_SIGHAND) refcount_inc(&current->sighand->count);
	incl	SIGHAND_count(%rax)
	movq	%rax, TASK_sighand(%rbx)
	ret
1:	leaq	sighands(%rip), %rax		# C: sig = kmem_cache_alloc(sighand_cachep, GFP_KERNEL);
2:	cmpl	$0, SIGHAND_count(%rax)
	je	3f
	addq	$SIGHAND_SIZE, %rax
	jmp	2b
3:	movq	%rax, TASK_sighand(%rbx)
	movq	%rax, %rdi
	movq	TASK_sighand(%r13), %rsi
	movl	$(SIGHAND_SIZE / 8), %ecx
	rep movsq				# C: memcpy(sig->action, current->sighand->action, sizeof(sig->action));
	movl	$1, SIGHAND_count(%rax)
	ret

# copy_signal: the structure of the process, shared by its threads; mask, alternate stack and family of the new task.
copy_signal:
	movq	TASK_blocked(%r13), %rax
	movq	%rax, TASK_blocked(%rbx)
	xorl	%eax, %eax
	movq	%rax, TASK_pending+PENDING_signal(%rbx)	# C: init_sigpending(&p->pending);
	movl	%eax, TASK_pending+PENDING_count(%rbx)
	movq	%rax, TASK_real_blocked(%rbx)
	movl	%eax, TASK_jobctl(%rbx)
	movl	%eax, TASK_restore_sigmask(%rbx)
	movq	TASK_trap_nr(%r13), %rax	# C: memcpy(&p->thread, &current->thread, …): the maker's last exception, too
	movq	%rax, TASK_trap_nr(%rbx)
	movq	TASK_error_code(%r13), %rax
	movq	%rax, TASK_error_code(%rbx)
	movq	TASK_cr2(%r13), %rax
	movq	%rax, TASK_cr2(%rbx)
	call	copy_altstack
	testl	$CLONE_THREAD, %r14d
	jz	1f
	movq	TASK_signal(%r13), %rax		# C: if (clone_flags & CLONE_THREAD) {
	movq	%rax, TASK_signal(%rbx)
	incl	SIGNAL_live(%rax)
	incl	SIGNAL_count(%rax)
	movl	TASK_tgid(%r13), %eax
	movl	%eax, TASK_tgid(%rbx)		# C: 	p->tgid = current->tgid;
	movl	$-1, TASK_exit_signal(%rbx)	# C: 	p->exit_signal = -1;
	movq	TASK_group_leader(%r13), %rax
	movq	%rax, TASK_group_leader(%rbx)	# C: 	p->group_leader = current->group_leader;
	movq	TASK_real_parent(%r13), %rax
	movq	%rax, TASK_real_parent(%rbx)	# C: }
	ret

1:	leaq	signals(%rip), %rax		# C: sig = kmem_cache_zalloc(signal_cachep, GFP_KERNEL);
2:	cmpl	$0, SIGNAL_count(%rax)
	je	3f
	addq	$SIGNAL_SIZE, %rax
	jmp	2b
3:	movq	%rax, TASK_signal(%rbx)
	movq	%rax, %rdx
	movq	%rax, %rdi
	xorl	%eax, %eax
	movl	$(SIGNAL_SIZE / 8), %ecx
	rep stosq
	movl	$1, SIGNAL_live(%rdx)
	movl	$1, SIGNAL_count(%rdx)
	movq	TASK_signal(%r13), %rcx
	movl	SIGNAL_pgid(%rcx), %eax		# the new process belongs to its maker's group and session
	movl	%eax, SIGNAL_pgid(%rdx)
	movl	SIGNAL_sid(%rcx), %eax
	movl	%eax, SIGNAL_sid(%rdx)
	movl	TASK_pid(%rbx), %eax
	movl	%eax, TASK_tgid(%rbx)		# C: p->tgid = p->pid;
	movq	%rbx, TASK_group_leader(%rbx)	# C: p->group_leader = p;
	movl	%r14d, %eax
	andl	$CSIGNAL, %eax
	movl	%eax, TASK_exit_signal(%rbx)	# C: p->exit_signal = args->exit_signal;
	movq	TASK_group_leader(%r13), %rax
	testl	$CLONE_PARENT, %r14d		# C: if (clone_flags & CLONE_PARENT) p->real_parent = current->real_parent;
	cmovnzq	TASK_real_parent(%r13), %rax
	movq	%rax, TASK_real_parent(%rbx)	# C: else p->real_parent = current;
	ret

# copy_altstack: a task that shares its maker's memory, but for vfork, must not run handlers on the same stack.
copy_altstack:
	movl	%r14d, %ecx
	andl	$(CLONE_VM | CLONE_VFORK), %ecx
	cmpl	$CLONE_VM, %ecx			# C: if ((clone_flags & (CLONE_VM|CLONE_VFORK)) == CLONE_VM) sas_ss_reset(p);
	je	sas_ss_reset
	movq	TASK_sas_ss_sp(%r13), %rax
	movq	%rax, TASK_sas_ss_sp(%rbx)
	movq	TASK_sas_ss_size(%r13), %rax
	movq	%rax, TASK_sas_ss_size(%rbx)
	movl	TASK_sas_ss_flags(%r13), %eax
	movl	%eax, TASK_sas_ss_flags(%rbx)
	ret

# sas_ss_reset(rbx: task): no alternate signal stack.
	.globl sas_ss_reset
sas_ss_reset:
	movq	$0, TASK_sas_ss_sp(%rbx)
	movq	$0, TASK_sas_ss_size(%rbx)
	movl	$SS_DISABLE, TASK_sas_ss_flags(%rbx)
	ret
