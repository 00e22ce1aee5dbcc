# force_signal.s · signals that a thread brings upon itself, and the set of those that it holds back
#
# An instruction that faults cannot be gone past: its signal is delivered even if the program holds it back or ignores it.

	.text

# force_sig_fault(edi: signal, esi: si_code, rdx: address): for the current thread. Returns; the signal is delivered on
# the way to user mode.
	.globl force_sig_fault
force_sig_fault:
	xorl	%ecx, %ecx			# C: handler = HANDLER_CURRENT
	jmp	force_sig_fault_to_task

# force_fatal_sig_fault: the same, past all handlers: the process ends.
	.globl force_fatal_sig_fault
force_fatal_sig_fault:
	movl	$1, %ecx			# C: handler = HANDLER_SIG_DFL
force_sig_fault_to_task:
	subq	$SIGQUEUE_SIZE, %rsp
	call	prepare_siginfo
	movq	%rdx, SI_addr(%rsp)		# C: info.si_addr = addr;
	movq	%rsp, %rdi
	movl	%ecx, %esi
	call	force_sig_info_to_task
	addq	$SIGQUEUE_SIZE, %rsp
	ret

# force_sig(edi: signal): as the kernel itself sends it, to the current thread.
	.globl force_sig
force_sig:
	movl	$SI_KERNEL, %esi		# C: info.si_code = SI_KERNEL;
	xorl	%edx, %edx
	jmp	force_sig_fault

# force_sigsegv(edi: a signal whose handler cannot be run): SIGSEGV, and no second try for its own handler.
	.globl force_sigsegv
force_sigsegv:
	movl	%edi, %eax
	movl	$SIGSEGV, %edi
	movl	$SI_KERNEL, %esi
	xorl	%edx, %edx
	cmpl	$SIGSEGV, %eax			# C: if (sig == SIGSEGV) force_fatal_sig(SIGSEGV); else force_sig(SIGSEGV);
	je	force_fatal_sig_fault
	jmp	force_sig_fault

# force_sig_info_to_task(rdi: record, esi: 1 to go past the handler): to the current thread. A signal that is held back
# or ignored gets its default action again, which ends the process.
force_sig_info_to_task:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	movq	%rdi, %r13
	movl	%esi, %r12d
	movq	%gs:current_task, %rbx
	movl	SI_signo(%r13), %esi
	leal	-1(%rsi), %ecx
	movq	%rbx, %rdi
	call	task_action			# C: action = &t->sighand->action[sig-1];
	movq	TASK_blocked(%rbx), %rdx
	btrq	%rcx, %rdx			# C: blocked = sigismember(&t->blocked, sig);
	jc	1f
	cmpq	$SIG_IGN, SA_handler(%rax)	# C: ignored = action->sa.sa_handler == SIG_IGN;
	je	1f
	testl	%r12d, %r12d			# C: if (blocked || ignored || (handler != HANDLER_CURRENT)) {
	jz	2f
1:	movq	$SIG_DFL, SA_handler(%rax)	# C: 	action->sa.sa_handler = SIG_DFL;
	movq	%rdx, TASK_blocked(%rbx)	# C: 	sigdelset(&t->blocked, sig); }
2:	movq	%r13, %rdi
	movq	%rbx, %rsi
	xorl	%edx, %edx
	call	__send_signal_locked		# C: ret = send_signal_locked(sig, info, t, PIDTYPE_PID);
	testl	$TIF_SIGPENDING, TASK_flags(%rbx)	# it may have been there before, held back
	jnz	3f
	movq	%rbx, %rdi
	xorl	%esi, %esi
	call	signal_wake_up			# C: if (!task_sigpending(t)) signal_wake_up(t, 0);
3:	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# recalc_sigpending(rdi: task): whether it has a signal to see to before it goes on in user mode.
	.globl recalc_sigpending
recalc_sigpending:
	call	recalc_sigpending_tsk		# C: if (!recalc_sigpending_tsk(current))
	jnz	1f
	andl	$~TIF_SIGPENDING, TASK_flags(%rdi)	# C: 	clear_thread_flag(TIF_SIGPENDING);
1:	ret

# recalc_sigpending_tsk(rdi: task). Out: ZF = 0 if it has, and then TIF_SIGPENDING is set. rdi is kept.
recalc_sigpending_tsk:
	testl	$JOBCTL_PENDING_MASK, TASK_jobctl(%rdi)	# C: if ((t->jobctl & JOBCTL_PENDING_MASK) ||
	jnz	1f
	movq	TASK_signal(%rdi), %rcx
	movq	TASK_pending+PENDING_signal(%rdi), %rax	# C: 	PENDING(&t->pending, &t->blocked) ||
	orq	SIGNAL_shared_pending+PENDING_signal(%rcx), %rax	# C: 	PENDING(&t->signal->shared_pending, &t->blocked))
	movq	TASK_blocked(%rdi), %rdx
	notq	%rdx
	testq	%rax, %rdx
	jz	2f
1:	orl	$TIF_SIGPENDING, TASK_flags(%rdi)	# C: 	set_tsk_thread_flag(t, TIF_SIGPENDING);
2:	ret

# set_current_blocked(rdi: set): the current thread holds these back from now on, but for those that nobody can.
	.globl set_current_blocked
set_current_blocked:
	andq	$~SIG_KERNEL_ONLY_MASK, %rdi	# C: sigdelsetmask(newset, sigmask(SIGKILL) | sigmask(SIGSTOP));

# __set_current_blocked(rdi: set without SIGKILL and SIGSTOP). What another thread could take instead is left to it.
	.globl __set_current_blocked
__set_current_blocked:
	pushq	%rbx
	movq	%gs:current_task, %rbx
	movq	TASK_blocked(%rbx), %rax
	movq	%rdi, TASK_blocked(%rbx)	# C: tsk->blocked = *newset;
	notq	%rax
	andq	%rax, %rdi			# C: sigandnsets(&newblocked, newset, &current->blocked);
	testl	$TIF_SIGPENDING, TASK_flags(%rbx)	# C: if (task_sigpending(tsk))
	jz	1f
	call	retarget_shared_pending		# C: 	retarget_shared_pending(tsk, &newblocked);
1:	movq	%rbx, %rdi
	call	recalc_sigpending		# C: recalc_sigpending();
	popq	%rbx
	ret

# retarget_shared_pending(rbx: thread, rdi: signals that it takes no more): the other threads of its process that can
# take those of them that wait are told.
retarget_shared_pending:
	pushq	%r12
	pushq	%r13
	movq	TASK_signal(%rbx), %r12
	andq	SIGNAL_shared_pending+PENDING_signal(%r12), %rdi	# C: sigandsets(&retarget, &tsk->signal->shared_pending.signal, which);
	movq	%rdi, %r12
	movq	%rbx, %r13
1:	testq	%r12, %r12			# C: if (sigisemptyset(&retarget)) return;
	jz	2f
	movq	%r13, %rax
	call	next_thread			# C: for_other_threads(tsk, t) {
	movq	%rax, %r13
	cmpq	%rbx, %rax
	je	2f
	testl	$(EXIT_ZOMBIE | EXIT_DEAD), TASK_state(%r13)	# C: 	if (t->flags & PF_EXITING) continue;
	jnz	1b
	movq	TASK_blocked(%r13), %rax
	andq	%r12, %rax			# C: 	sigandsets(&retarget, &retarget, &t->blocked);
	cmpq	%rax, %r12			# C: 	if (!has_pending_signals(&retarget, &t->blocked)) continue;
	je	1b
	movq	%rax, %r12
	testl	$TIF_SIGPENDING, TASK_flags(%r13)	# C: 	if (!task_sigpending(t)) signal_wake_up(t, 0); }
	jnz	1b
	movq	%r13, %rdi
	xorl	%esi, %esi
	call	signal_wake_up
	jmp	1b
2:	popq	%r13
	popq	%r12
	ret
