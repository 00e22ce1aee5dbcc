# get_signal.s · taking a signal, on the way to user mode
#
# Called by exit_to_user_mode_loop as long as TIF_SIGPENDING is set. A signal without a handler is dealt with here: it is
# dropped, stops the process or ends it. One with a handler gets a frame on the program's stack (signal_frame.s). A call
# that was cut short answers EINTR, or is made again: then the program goes on two bytes earlier, at its SYSCALL.

	.text

# arch_do_signal_or_restart(rdi: pt_regs)
	.globl arch_do_signal_or_restart
arch_do_signal_or_restart:
	pushq	%rbx
	pushq	%r12
	subq	$KSIG_SIZE, %rsp
	movq	%rdi, %rbx
	movq	%rsp, %r12			# C: struct ksignal ksig;
	call	get_signal			# C: if (get_signal(&ksig)) {
	testl	%eax, %eax
	jz	1f
	call	handle_signal			# C: 	handle_signal(&ksig, regs);
	jmp	5f				# C: 	return; }
1:	cmpl	$-1, PT_REGS_orig_ax(%rbx)	# C: if (syscall_get_nr(current, regs) != -1) {
	je	4f
	movq	PT_REGS_ax(%rbx), %rax		# C: 	switch (syscall_get_error(current, regs)) {
	cmpq	$-ERESTARTNOHAND, %rax
	je	2f
	cmpq	$-ERESTARTSYS, %rax
	je	2f
	cmpq	$-ERESTARTNOINTR, %rax
	je	2f
	cmpq	$-ERESTART_RESTARTBLOCK, %rax
	jne	4f
	movq	$__NR_restart_syscall, PT_REGS_ax(%rbx)	# C: 	case -ERESTART_RESTARTBLOCK: regs->ax = get_nr_restart_syscall(regs);
	jmp	3f
2:	movq	PT_REGS_orig_ax(%rbx), %rax
	movq	%rax, PT_REGS_ax(%rbx)		# C: 		regs->ax = regs->orig_ax;
3:	subq	$SYSCALL_LENGTH, PT_REGS_ip(%rbx)	# C: 		regs->ip -= 2; } }
4:	call	restore_saved_sigmask		# C: restore_saved_sigmask();
5:	addq	$KSIG_SIZE, %rsp
	popq	%r12
	popq	%rbx
	ret

# get_signal(r12: room for struct ksignal). Out: eax = the signal, and there its record and its action; 0 if there is
# none that has a handler. Does not come back if the process is to end.
get_signal:
	pushq	%rbx
	pushq	%r13
	pushq	%r14
	movq	%gs:current_task, %rbx
	movq	TASK_signal(%rbx), %r13
1:	call	notify_continued		# C: relock:
	movl	$SIGKILL, %r14d
	testl	$SIGNAL_GROUP_EXIT, SIGNAL_flags(%r13)	# C: if ((signal->flags & SIGNAL_GROUP_EXIT) || signal->group_exec_task) goto fatal;
	jnz	do_group_exit_signal
	cmpq	$0, SIGNAL_group_exec_task(%r13)
	jne	do_group_exit_signal
	testl	$JOBCTL_STOP_PENDING, TASK_jobctl(%rbx)	# C: if ((current->jobctl & JOBCTL_STOP_PENDING) && do_signal_stop(0)) goto relock;
	jz	2f
	call	do_signal_stop
	jmp	1b
2:	leaq	KSIG_info(%r12), %rdi
	call	dequeue_synchronous_signal	# C: signr = dequeue_synchronous_signal(&ksig->info);
	testl	%eax, %eax
	jnz	3f
	movq	TASK_blocked(%rbx), %rdi
	leaq	KSIG_info(%r12), %rsi
	call	dequeue_signal			# C: if (!signr) signr = dequeue_signal(&current->blocked, &ksig->info, &type);
3:	movl	%eax, %r14d
	testl	%eax, %eax			# C: if (!signr) break;
	jz	5f
	movl	%eax, %esi
	movq	%rbx, %rdi
	call	task_action			# C: ka = &sighand->action[signr-1];
	cmpq	$SIG_IGN, SA_handler(%rax)	# C: if (ka->sa.sa_handler == SIG_IGN) continue;
	jne	6f
	call	ptrace_signal
	jmp	1b
6:
	cmpq	$SIG_DFL, SA_handler(%rax)	# C: if (ka->sa.sa_handler != SIG_DFL) {
	jne	4f
	call	do_default_action
	jmp	1b
4:	leaq	KSIG_ka(%r12), %rdi
	movq	%rax, %rsi
	movl	$(1 << (SA_SHIFT - 3)), %ecx
	rep movsq				# C: 	ksig->ka = *ka;
	testl	$SA_RESETHAND, SA_flags(%rax)	# C: 	if (ka->sa.sa_flags & SA_ONESHOT) ka->sa.sa_handler = SIG_DFL;
	jz	5f
	movq	$SIG_DFL, SA_handler(%rax)	# C: 	break; }
5:	movl	%r14d, %eax			# C: return signr > 0;
	popq	%r14
	popq	%r13
	popq	%rbx
	ret

# notify_continued(rbx: the current thread, r13: its signal_struct): the parent is told that the process goes on, or that
# it had all but stopped.
notify_continued:
	movl	$CLD_CONTINUED, %edi
	testl	$SIGNAL_CLD_CONTINUED, SIGNAL_flags(%r13)
	jnz	1f
	movl	$CLD_STOPPED, %edi
	testl	$SIGNAL_CLD_STOPPED, SIGNAL_flags(%r13)
	jz	2f
1:	andl	$~SIGNAL_CLD_MASK, SIGNAL_flags(%r13)	# C: signal->flags &= ~SIGNAL_CLD_MASK;
	jmp	do_notify_parent_cldstop	# C: do_notify_parent_cldstop(current, false, why);
2:	ret

# do_default_action(r14d: a signal without a handler, r12: struct ksignal, rbx and r13 as above): nothing, a stop, or the
# end of the process; then it does not come back.
do_default_action:
	leal	-1(%r14), %ecx
	xorl	%edx, %edx
	btsq	%rcx, %rdx
	testq	$SIG_KERNEL_IGNORE_MASK, %rdx	# C: if (sig_kernel_ignore(signr)) continue;
	jnz	ptrace_signal
	testq	$SIG_KERNEL_STOP_MASK, %rdx	# C: if (sig_kernel_stop(signr)) {
	jz	2f
	cmpl	$SIGSTOP, %r14d			# C: 	if (signr != SIGSTOP && is_current_pgrp_orphaned()) goto relock;
	je	1f
	call	is_current_pgrp_orphaned
	je	3f
1:	movl	%r14d, %edi
	jmp	do_signal_stop			# C: 	if (do_signal_stop(signr)) goto relock; }
2:	leaq	KSIG_info(%r12), %rdi
	movq	%r13, %rcx
	call	note_death
do_group_exit_signal:
	movl	%r14d, %edi			# C: fatal:
	jmp	do_group_exit			# C: do_group_exit(signr);
3:	ret

# ptrace_signal(r12: struct ksignal): the current task has taken a signal that changes nothing. A tracer hears of it
# here; in mainline it hears of every signal before it is known what becomes of it, and the task waits meanwhile.
ptrace_signal:
	ret

# handle_signal(rbx: pt_regs, r12: struct ksignal): makes the program go on in the handler.
handle_signal:
	cmpl	$-1, PT_REGS_orig_ax(%rbx)	# C: if (syscall_get_nr(current, regs) != -1) {
	je	4f
	movq	PT_REGS_ax(%rbx), %rax		# C: 	switch (syscall_get_error(current, regs)) {
	cmpq	$-ERESTART_RESTARTBLOCK, %rax
	je	2f
	cmpq	$-ERESTARTNOHAND, %rax
	je	2f
	cmpq	$-ERESTARTNOINTR, %rax
	je	3f
	cmpq	$-ERESTARTSYS, %rax
	jne	4f
	testl	$SA_RESTART, KSIG_ka+SA_flags(%r12)	# C: 	case -ERESTARTSYS: if (!(ksig->ka.sa.sa_flags & SA_RESTART))
	jnz	3f
2:	movq	$-EINTR, PT_REGS_ax(%rbx)	# C: 		regs->ax = -EINTR;
	jmp	4f
3:	movq	PT_REGS_orig_ax(%rbx), %rax
	movq	%rax, PT_REGS_ax(%rbx)		# C: 		regs->ax = regs->orig_ax;
	subq	$SYSCALL_LENGTH, PT_REGS_ip(%rbx)	# C: 		regs->ip -= 2; } }

4:	movq	%rbx, %rdi
	call	rseq_handle_notify_resume	# C: rseq_signal_deliver(ksig, regs);
	call	setup_rt_frame			# C: failed = (setup_rt_frame(ksig, regs) < 0);
	testq	%rax, %rax			# C: if (!failed) {
	jnz	5f
	andq	$~(X86_EFLAGS_DF | X86_EFLAGS_RF | X86_EFLAGS_TF), PT_REGS_flags(%rbx)	# C: 	regs->flags &= ~(X86_EFLAGS_DF|X86_EFLAGS_RF|X86_EFLAGS_TF);
	fxrstor64 init_fpstate(%rip)		# C: 	fpu__clear_user_states(fpu); }
	jmp	signal_delivered		# C: signal_setup_done(failed, ksig, stepping);
5:	movl	KSIG_info+SI_signo(%r12), %edi
	jmp	force_sigsegv

# signal_delivered(r12: struct ksignal): while the handler runs, its signal and those of its mask are held back.
signal_delivered:
	pushq	%rbx
	movq	%gs:current_task, %rbx
	movl	$0, TASK_restore_sigmask(%rbx)	# C: clear_restore_sigmask();
	movq	TASK_blocked(%rbx), %rdi
	orq	KSIG_ka+SA_mask(%r12), %rdi	# C: sigorsets(&blocked, &current->blocked, &ksig->ka.sa.sa_mask);
	testl	$SA_NODEFER, KSIG_ka+SA_flags(%r12)	# C: if (!(ksig->ka.sa.sa_flags & SA_NODEFER))
	jnz	1f
	movl	KSIG_info+SI_signo(%r12), %ecx
	decl	%ecx
	btsq	%rcx, %rdi			# C: 	sigaddset(&blocked, ksig->sig);
1:	call	set_current_blocked		# C: set_current_blocked(&blocked);
	testl	$SS_AUTODISARM, TASK_sas_ss_flags(%rbx)	# C: if (current->sas_ss_flags & SS_AUTODISARM) sas_ss_reset(current);
	jz	2f
	call	sas_ss_reset
2:	popq	%rbx
	ret
