# force_signal.s · signals that a thread brings upon itself
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
