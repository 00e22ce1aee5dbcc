# exit.s · the end of a thread, and of the process

	.text

# do_group_exit(edi: status as wait4 gives it: the exit code in bits 15:8, the signal in bits 6:0). Never returns. Ends the
# process with all its threads: the others find out on their way to user mode.
	.globl do_group_exit
do_group_exit:
	movq	%gs:current_task, %rax
	movq	TASK_signal(%rax), %rcx
	testl	$SIGNAL_GROUP_EXIT, SIGNAL_flags(%rcx)	# C: if (sig->flags & SIGNAL_GROUP_EXIT) exit_code = sig->group_exit_code;
	jnz	1f
	movq	SIGNAL_group_exec_task(%rcx), %rdx	# C: else if (sig->group_exec_task) exit_code = 0;
	testq	%rdx, %rdx
	jz	3f
	xorl	%edi, %edi
	jmp	2f
3:
	movl	%edi, SIGNAL_group_exit_code(%rcx)	# C: sig->group_exit_code = exit_code;
	movl	$SIGNAL_GROUP_EXIT, SIGNAL_flags(%rcx)	# C: sig->flags = SIGNAL_GROUP_EXIT;
	movq	%rax, %rdi
	call	zap_other_threads		# C: zap_other_threads(current);
	movq	%gs:current_task, %rax
	movq	TASK_signal(%rax), %rcx
1:	movl	SIGNAL_group_exit_code(%rcx), %edi
2:

# do_exit(edi: status). Never returns. Ends the current thread; the process ends with its last one.
	.globl do_exit
do_exit:
	movq	%gs:current_task, %rbx
	movl	%edi, TASK_exit_code(%rbx)	# C: tsk->exit_code = code;
	call	exit_signals			# C: exit_signals(tsk);
	call	mm_release			# C: exit_mm();
	movl	$HOST_exit_task, %eax		# C: exit_files(tsk); exit_fs(tsk);
	vmcall
	call	wake_up_changed_pipes
	movq	TASK_signal(%rbx), %rcx
	movq	TASK_group_leader(%rbx), %r12
	decl	SIGNAL_live(%rcx)		# C: group_dead = atomic_dec_and_test(&tsk->signal->live);
	jnz	1f
	# The status of a process is that of its end as a whole, or of its first thread.
	movl	TASK_exit_code(%r12), %eax
	testl	$SIGNAL_GROUP_EXIT, SIGNAL_flags(%rcx)
	cmovnzl	SIGNAL_group_exit_code(%rcx), %eax
	movl	%eax, SIGNAL_group_exit_code(%rcx)
	call	forget_original_parent
	movl	$EXIT_ZOMBIE, TASK_state(%rbx)
	call	exit_notify_group		# C: exit_notify(tsk, group_dead);
	cmpq	%r12, %rbx
	je	2f
	movl	$EXIT_DEAD, TASK_state(%rbx)	# the first thread stands for the process; this one is done with
	jmp	2f
1:	movl	$EXIT_ZOMBIE, TASK_state(%rbx)	# the first thread of a process outlives its own end: others are left
	cmpq	%r12, %rbx
	je	4f
	movl	$EXIT_DEAD, TASK_state(%rbx)
4:	movq	%rcx, %rdi			# a thread that starts another program waits for this
	call	wake_up
2:	call	nobody_alive
	call	schedule			# C: do_task_dead();
	ud2

# mm_release(rbx: task): what others were told they can wait for in its memory, and who waits to have the memory back.
	.globl mm_release
mm_release:
	call	exit_robust_list		# C: futex_cleanup(tsk);
	movq	TASK_clear_child_tid(%rbx), %rdi
	testq	%rdi, %rdi			# C: if (tsk->clear_child_tid) {
	jz	1f
	xorl	%eax, %eax
	call	put_user_4			# C: 	put_user(0, tsk->clear_child_tid);
	movq	TASK_clear_child_tid(%rbx), %rdi
	movl	$1, %esi
	call	futex_wake			# C: 	do_futex(tsk->clear_child_tid, FUTEX_WAKE, 1, NULL, NULL, 0, 0);
	movq	$0, TASK_clear_child_tid(%rbx)	# C: }
1:	movl	TASK_vfork(%rbx), %eax
	testl	%eax, %eax			# C: if (tsk->vfork_done) complete_vfork_done(tsk);
	jz	2f
	movl	$0, TASK_vfork(%rbx)
	movq	%rbx, %rdi
	call	wake_up
2:	ret

# forget_original_parent(rbx: the last thread of a process): its children get nobody as their parent; who of them has
# ended already is done with.
forget_original_parent:
	pushq	%r13
	pushq	%r14
	movq	TASK_group_leader(%rbx), %r13
1:	leaq	init_task(%rip), %r14
2:	movq	TASK_next(%r14), %r14
	cmpq	%r13, TASK_real_parent(%r14)
	jne	3f
	movq	$0, TASK_real_parent(%r14)	# C: t->real_parent = reaper;
	call	is_zombie_process
	jne	3f
	movq	%r14, %rdi
	call	release_task
	jmp	1b				# the ring has changed: once more from its beginning
3:	leaq	init_task(%rip), %rax
	cmpq	%rax, %r14
	jne	2b
	popq	%r14
	popq	%r13
	ret

# is_zombie_process(r14: task). Out: ZF = 1 if it is the first thread of a process that has ended with all its threads.
	.globl is_zombie_process
is_zombie_process:
	cmpl	$EXIT_ZOMBIE, TASK_state(%r14)
	jne	1f
	movq	TASK_signal(%r14), %rax
	cmpl	$0, SIGNAL_live(%rax)
1:	ret

# task_before(r14: task). Out: rax = the one whose next it is.
task_before:
	leaq	init_task(%rip), %rax
1:	cmpq	%r14, TASK_next(%rax)
	je	2f
	movq	TASK_next(%rax), %rax
	jmp	1b
2:	ret

# exit_notify_group(rbx: the last thread of a process, r12: its first): the parent is told, or nobody is and it is over.
exit_notify_group:
	pushq	%r13
	movq	TASK_real_parent(%r12), %r13
	movq	init_task+TASK_signal(%rip), %rax
	cmpq	%rax, TASK_signal(%r12)		# the first process of all stays to be looked at
	je	2f
	testq	%r13, %r13
	jz	1f
	movq	%r12, %rdi
	call	do_notify_parent		# C: autoreap = do_notify_parent(tsk, tsk->exit_signal);
	testl	%eax, %eax
	jz	2f
1:	movl	$EXIT_DEAD, TASK_state(%r12)	# C: if (autoreap) tsk->exit_state = EXIT_DEAD;
	cmpq	%r12, %rbx
	je	2f
	movq	%r12, %rdi
	call	release_task
2:	popq	%r13
	ret

# do_notify_parent(rdi: first thread of a process that has ended, r13: its parent). Out: eax = 1 if the parent does not
# want to know: then nobody will ask for the status.
do_notify_parent:
	pushq	%rbx
	pushq	%r14
	movq	%rdi, %rbx
	xorl	%r14d, %r14d
	movl	TASK_exit_signal(%rbx), %edi
	cmpl	$SIGCHLD, %edi
	jne	1f
	movq	TASK_sighand(%r13), %rax
	addq	$(SIGHAND_action + ((SIGCHLD - 1) << SA_SHIFT)), %rax
	testl	$SA_NOCLDWAIT, SA_flags(%rax)	# C: if (psig->action[SIGCHLD-1].sa.sa_flags & SA_NOCLDWAIT) autoreap = true;
	setnz	%r14b
	cmpq	$SIG_IGN, SA_handler(%rax)
	jne	1f
	movl	$1, %r14d			# C: if (handler == SIG_IGN) { autoreap = true; sig = 0; }
	xorl	%edi, %edi
1:	testl	%edi, %edi
	jz	2f
	movq	TASK_signal(%rbx), %rax
	movl	SIGNAL_group_exit_code(%rax), %ecx
	movl	$CLD_KILLED, %esi
	testl	$0x7f, %ecx			# C: info.si_status = tsk->exit_code & 0x7f; info.si_code = CLD_KILLED;
	jnz	3f
	movl	$CLD_EXITED, %esi		# C: info.si_code = CLD_EXITED; info.si_status = tsk->exit_code >> 8;
	shrl	$8, %ecx
3:	andl	$0xff, %ecx
	movl	TASK_tgid(%rbx), %edx
	movq	%r13, %r8
	movl	$1, %r9d
	call	send_signal_locked		# C: __send_signal_locked(sig, &info, tsk->parent, PIDTYPE_TGID, false);
2:	movq	TASK_signal(%r13), %rdi
	call	wake_up				# C: __wake_up_parent(tsk, tsk->parent);
	movl	%r14d, %eax
	popq	%r14
	popq	%rbx
	ret

# release_task(rdi: a task that has ended for good): out of the ring; its place, its page tables and its part in what it
# shared are given back. The processor must not stand on its page tables.
	.globl release_task
release_task:
	pushq	%rbx
	pushq	%r14
	movq	%rdi, %rbx
	movq	%rdi, %r14
	call	task_before
	movq	TASK_next(%rbx), %rdx
	movq	%rdx, TASK_next(%rax)		# C: list_del_rcu(&p->tasks);
	movq	TASK_sighand(%rbx), %rax
	decl	SIGHAND_count(%rax)		# C: __cleanup_sighand(sighand);
	movq	TASK_signal(%rbx), %rax
	decl	SIGNAL_count(%rax)		# C: put_signal_struct(sig);
	movl	TASK_pid(%rbx), %edi
	movq	$0, TASK_pid(%rbx)		# C: free_pid(pid);
	movl	$HOST_release_task, %eax	# C: mmdrop(mm);
	vmcall
	popq	%r14
	popq	%rbx
	ret

# nobody_alive: with the last task gone the machine has nothing left to run and switches itself off, with the status of
# the first process.
nobody_alive:
	leaq	init_task(%rip), %rax
	movq	%rax, %rdx
1:	testl	$(EXIT_ZOMBIE | EXIT_DEAD), TASK_state(%rax)
	jz	2f
	movq	TASK_next(%rax), %rax
	cmpq	%rdx, %rax
	jne	1b
power_off:
	leaq	init_task(%rip), %rax
	movq	TASK_signal(%rax), %rcx
	movl	SIGNAL_group_exit_code(%rcx), %eax
	movl	$POWER_PORT, %edx
	outl	%eax, %dx
3:	hlt
	jmp	3b
2:	ret

# nobody_left(eax: what the timer was told): the machine also switches itself off when the first process is gone and
# those that it has left behind wait for what will never come.
	.globl nobody_left
nobody_left:
	testl	%eax, %eax
	jnz	1f
	leaq	init_task(%rip), %rax
	movq	TASK_signal(%rax), %rcx
	cmpl	$0, SIGNAL_live(%rcx)
	je	power_off
1:	ret

# exit(code): ends the thread.
	.globl __x64_sys_exit
__x64_sys_exit:
	movzbl	PT_REGS_di(%rdi), %edi
	shll	$8, %edi
	jmp	do_exit				# C: do_exit((error_code & 0xff) << 8);

# exit_group(code): ends the process.
	.globl __x64_sys_exit_group
__x64_sys_exit_group:
	movzbl	PT_REGS_di(%rdi), %edi
	shll	$8, %edi
	jmp	do_group_exit			# C: do_group_exit((error_code & 0xff) << 8);
