# job_control.s · processes that stop and go on
#
# A signal that stops a process stops all its threads: each is told, and the last to stop tells the parent. They run
# again when SIGCONT is sent, or to end.

	.text

# continue_threads(rbx: task that gets SIGCONT): threads of its process that have stopped run, those that were to stop do
# not; the parent is to be told, by whoever of them comes to user mode first.
continue_threads:
	pushq	%rbp
	movq	%rbx, %rbp
1:	andl	$~JOBCTL_PENDING_MASK, TASK_jobctl(%rbp)	# C: task_clear_jobctl_pending(t, JOBCTL_STOP_PENDING);
	cmpl	$TASK_STOPPED, TASK_state(%rbp)
	jne	2f
	movl	$TASK_INTERRUPTIBLE, TASK_state(%rbp)	# C: wake_up_state(t, __TASK_STOPPED);
	movq	%rbp, %rdi
	call	try_to_wake_up
2:	movq	%rbp, %rax
	call	next_thread
	movq	%rax, %rbp
	cmpq	%rbx, %rax
	jne	1b
	popq	%rbp
	movq	TASK_signal(%rbx), %rax
	movl	$(SIGNAL_CLD_CONTINUED | SIGNAL_STOP_CONTINUED), %ecx
	testl	$SIGNAL_STOP_STOPPED, SIGNAL_flags(%rax)	# C: if (signal->flags & SIGNAL_STOP_STOPPED) why |= SIGNAL_CLD_CONTINUED;
	jnz	3f
	movl	$(SIGNAL_CLD_STOPPED | SIGNAL_STOP_CONTINUED), %ecx
	cmpl	$0, SIGNAL_group_stop_count(%rax)	# C: else if (signal->group_stop_count) why |= SIGNAL_CLD_STOPPED;
	je	4f
3:	andl	$~SIGNAL_STOP_MASK, SIGNAL_flags(%rax)
	orl	%ecx, SIGNAL_flags(%rax)	# C: signal_set_stop_flags(signal, why | SIGNAL_STOP_CONTINUED);
	movl	$0, SIGNAL_group_stop_count(%rax)
	movl	$0, SIGNAL_group_exit_code(%rax)
4:	ret

# do_signal_stop(edi: the signal, if this thread is the first to stop; rbx: the current thread, r13: its signal_struct).
# Comes back when the thread runs again.
do_signal_stop:
	testl	$JOBCTL_STOP_PENDING, TASK_jobctl(%rbx)	# C: if (!(current->jobctl & JOBCTL_STOP_PENDING)) {
	jnz	2f
	testl	$SIGNAL_STOP_STOPPED, SIGNAL_flags(%r13)	# C: 	if (!(sig->flags & SIGNAL_STOP_STOPPED)) sig->group_exit_code = signr;
	jnz	1f
	movl	%edi, SIGNAL_group_exit_code(%r13)
1:	call	stop_threads			# C: }
2:	movl	$TASK_STOPPED, TASK_state(%rbx)	# C: set_special_state(TASK_STOPPED);
	call	task_participate_group_stop	# C: if (task_participate_group_stop(current)) notify = CLD_STOPPED;
	je	3f
	movl	$CLD_STOPPED, %edi		# C: if (notify) do_notify_parent_cldstop(current, false, notify);
	call	do_notify_parent_cldstop
3:	jmp	schedule			# C: schedule();

# stop_threads(rbx: the current thread, r13: its signal_struct): it and all others that run are to stop, and are counted.
stop_threads:
	pushq	%rbp
	orl	$JOBCTL_PENDING_MASK, TASK_jobctl(%rbx)	# C: task_set_jobctl_pending(current, signr | gstop);
	movl	$1, SIGNAL_group_stop_count(%r13)	# C: sig->group_stop_count++;
	movq	%rbx, %rbp
1:	movq	%rbp, %rax
	call	next_thread			# C: for_other_threads(current, t)
	movq	%rax, %rbp
	cmpq	%rbx, %rax
	je	2f
	testl	$(TASK_STOPPED | EXIT_ZOMBIE | EXIT_DEAD), TASK_state(%rbp)	# C: 	if (!task_is_stopped(t) && task_set_jobctl_pending(t, signr | gstop)) {
	jnz	1b
	orl	$JOBCTL_PENDING_MASK, TASK_jobctl(%rbp)
	incl	SIGNAL_group_stop_count(%r13)	# C: 		sig->group_stop_count++;
	movq	%rbp, %rdi
	xorl	%esi, %esi
	call	signal_wake_up			# C: 		signal_wake_up(t, 0); }
	jmp	1b
2:	popq	%rbp
	ret

# task_participate_group_stop(rbx: thread, r13: its signal_struct): it stops, or ends. Out: ZF = 0 if it was the last one
# that the others waited for.
task_participate_group_stop:
	movl	TASK_jobctl(%rbx), %eax
	andl	$~JOBCTL_PENDING_MASK, TASK_jobctl(%rbx)	# C: task_clear_jobctl_pending(task, JOBCTL_STOP_PENDING);
	testl	$JOBCTL_STOP_CONSUME, %eax	# C: if (!consume) return false;
	jz	1f
	decl	SIGNAL_group_stop_count(%r13)	# C: sig->group_stop_count--;
	jnz	2f
	testl	$SIGNAL_STOP_STOPPED, SIGNAL_flags(%r13)	# C: if (!sig->group_stop_count && !(sig->flags & SIGNAL_STOP_STOPPED)) {
	jnz	2f
	andl	$~SIGNAL_STOP_MASK, SIGNAL_flags(%r13)
	orl	$SIGNAL_STOP_STOPPED, SIGNAL_flags(%r13)	# C: 	signal_set_stop_flags(sig, SIGNAL_STOP_STOPPED); return true; }
1:	ret
2:	cmpl	%eax, %eax
	ret

# do_notify_parent_cldstop(edi: CLD_STOPPED or CLD_CONTINUED, rbx: a thread, r13: its signal_struct): the parent gets
# SIGCHLD, if it wants to know, and finds out if it waits for children.
do_notify_parent_cldstop:
	pushq	%r12
	movq	TASK_group_leader(%rbx), %rax	# C: tsk = tsk->group_leader;
	movq	TASK_real_parent(%rax), %r12	# C: parent = tsk->real_parent;
	testq	%r12, %r12
	jz	3f
	movq	TASK_sighand(%r12), %rax
	addq	$(SIGHAND_action + ((SIGCHLD - 1) << SA_SHIFT)), %rax
	cmpq	$SIG_IGN, SA_handler(%rax)	# C: if (sighand->action[SIGCHLD-1].sa.sa_handler != SIG_IGN &&
	je	2f
	testl	$SA_NOCLDSTOP, SA_flags(%rax)	# C: 	!(sighand->action[SIGCHLD-1].sa.sa_flags & SA_NOCLDSTOP))
	jnz	2f
	movl	$SIGCONT, %ecx			# C: case CLD_CONTINUED: info.si_status = SIGCONT;
	cmpl	$CLD_CONTINUED, %edi
	je	1f
	movl	SIGNAL_group_exit_code(%r13), %ecx	# C: case CLD_STOPPED: info.si_status = tsk->signal->group_exit_code & 0x7f;
	andl	$0x7f, %ecx
1:	movl	%edi, %esi
	movl	$SIGCHLD, %edi
	movl	TASK_tgid(%rbx), %edx
	movq	%r12, %r8
	movl	$1, %r9d
	call	send_signal_locked		# C: 	send_signal_locked(SIGCHLD, &info, parent, PIDTYPE_TGID);
2:	movq	TASK_signal(%r12), %rdi
	call	wake_up				# C: __wake_up_parent(tsk, parent);
3:	popq	%r12
	ret

# is_current_pgrp_orphaned(r13: the current thread's signal_struct). Out: ZF = 1 if nobody who could let its process group
# go on is left: no member has a parent in another group of the same session.
is_current_pgrp_orphaned:
	leaq	init_task(%rip), %rax
1:	movq	TASK_signal(%rax), %rcx		# C: do_each_pid_task(pgrp, PIDTYPE_PGID, p) {
	movl	SIGNAL_pgid(%rcx), %edx
	cmpl	SIGNAL_pgid(%r13), %edx
	jne	2f
	testl	$(EXIT_ZOMBIE | EXIT_DEAD), TASK_state(%rax)	# C: 	if (p->exit_state) continue;
	jnz	2f
	movq	TASK_real_parent(%rax), %rsi
	testq	%rsi, %rsi			# C: 	if (is_global_init(p->real_parent)) continue;
	jz	2f
	movq	TASK_signal(%rsi), %rsi
	cmpl	SIGNAL_pgid(%rsi), %edx		# C: 	if (task_pgrp(p->real_parent) != pgrp &&
	je	2f
	movl	SIGNAL_sid(%rcx), %edx
	cmpl	SIGNAL_sid(%rsi), %edx		# C: 	    task_session(p->real_parent) == task_session(p)) return 0; }
	je	3f
2:	movq	TASK_next(%rax), %rax
	leaq	init_task(%rip), %rcx
	cmpq	%rcx, %rax
	jne	1b
	ret
3:	testq	%rax, %rax
	ret

# exit_signals(rbx: the current thread, about to end): signals that it would have taken are left to the others, and it
# no longer counts among those that have yet to stop.
	.globl exit_signals
exit_signals:
	pushq	%r13
	movq	TASK_signal(%rbx), %r13
	testl	$SIGNAL_GROUP_EXIT, SIGNAL_flags(%r13)	# C: if (tsk->signal->flags & SIGNAL_GROUP_EXIT) return;
	jnz	1f
	movq	TASK_blocked(%rbx), %rdi
	notq	%rdi				# C: signotset(&unblocked);
	call	retarget_shared_pending		# C: retarget_shared_pending(tsk, &unblocked);
	testl	$JOBCTL_STOP_PENDING, TASK_jobctl(%rbx)
	jz	1f
	call	task_participate_group_stop	# C: if ((tsk->jobctl & JOBCTL_STOP_PENDING) && task_participate_group_stop(tsk))
	je	1f
	movl	$CLD_STOPPED, %edi		# C: 	do_notify_parent_cldstop(tsk, false, group_stop);
	call	do_notify_parent_cldstop
1:	popq	%r13
	ret
