# sigwait.s · calls that wait for a signal

	.text

# rt_sigsuspend(mask, sigsetsize): waits for a signal with another mask; the old one is back behind the handler.
	.globl __x64_sys_rt_sigsuspend
__x64_sys_rt_sigsuspend:
	movq	$-EINVAL, %rax
	cmpq	$SIGSET_SIZE, PT_REGS_si(%rdi)	# C: if (sigsetsize != sizeof(sigset_t)) return -EINVAL;
	jne	1f
	movq	PT_REGS_di(%rdi), %rdi
	call	get_user_8			# C: if (copy_from_user(&newset, unewset, sizeof(newset))) return -EFAULT;
	testq	%rax, %rax
	jnz	1f
	movq	%gs:current_task, %rcx
	movq	TASK_blocked(%rcx), %rax
	movq	%rax, TASK_saved_sigmask(%rcx)	# C: current->saved_sigmask = current->blocked;
	movq	%rdx, %rdi
	call	set_current_blocked		# C: set_current_blocked(set);
	call	wait_for_signal
	movl	$1, TASK_restore_sigmask(%rdx)	# C: set_restore_sigmask();
1:	ret

# pause(): waits for a signal that has a handler, or ends the process.
	.globl __x64_sys_pause
__x64_sys_pause:
# wait_for_signal(). Out: rax = -ERESTARTNOHAND, rdx = the current task.
wait_for_signal:
	movq	%gs:current_task, %rdx
	testl	$TIF_SIGPENDING, TASK_flags(%rdx)	# C: while (!signal_pending(current)) {
	jnz	1f
	movl	$TASK_INTERRUPTIBLE, TASK_state(%rdx)	# C: 	__set_current_state(TASK_INTERRUPTIBLE);
	call	schedule			# C: 	schedule(); }
	jmp	wait_for_signal
1:	movq	$-ERESTARTNOHAND, %rax		# C: return -ERESTARTNOHAND;
	ret

# rt_sigtimedwait(set, info, timeout, sigsetsize): takes a signal of the set, which the thread holds back as a rule.
	.globl __x64_sys_rt_sigtimedwait
__x64_sys_rt_sigtimedwait:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	subq	$SIGQUEUE_SIZE, %rsp
	movq	%rdi, %rbx
	movq	$-EINVAL, %rax			# C: if (sigsetsize != sizeof(sigset_t)) return -EINVAL;
	cmpq	$SIGSET_SIZE, PT_REGS_r10(%rbx)
	jne	9f
	movq	PT_REGS_di(%rbx), %rdi
	call	get_user_8			# C: if (copy_from_user(&these, uthese, sizeof(these))) return -EFAULT;
	testq	%rax, %rax
	jnz	9f
	movq	%rdx, %r12
	andq	$~SIG_KERNEL_ONLY_MASK, %r12	# C: sigdelsetmask(&mask, sigmask(SIGKILL) | sigmask(SIGSTOP));
	notq	%r12				# C: signotset(&mask);
	movq	$-1, %r13			# C: timeout = KTIME_MAX;
	movq	PT_REGS_dx(%rbx), %rdi
	testq	%rdi, %rdi
	jz	1f
	call	get_timespec64			# C: if (get_timespec64(&ts, uts)) return -EFAULT;
	testq	%rax, %rax
	jnz	9f
	movq	%rdx, %r13
1:	movq	%r12, %rdi
	movq	%rsp, %rsi
	call	dequeue_signal			# C: sig = dequeue_signal(&mask, info, &type);
	testl	%eax, %eax
	jnz	2f
	movq	$-EAGAIN, %rax
	testq	%r13, %r13			# C: if (!sig && timeout)
	jz	9f
	call	sigtimedwait_sleep
	pushq	%rax
	movq	%r12, %rdi
	leaq	8(%rsp), %rsi
	call	dequeue_signal			# C: 	sig = dequeue_signal(&mask, info, &type);
	popq	%rdx
	testl	%eax, %eax
	cmovzq	%rdx, %rax			# C: if (!sig) return ret ? -EINTR : -EAGAIN;
	jz	9f
2:	movq	PT_REGS_si(%rbx), %rdi
	testq	%rdi, %rdi
	jz	9f
	movl	%eax, %r12d
	movq	%rsp, %rsi
	call	copy_siginfo_to_user		# C: if (copy_siginfo_to_user(uinfo, &info)) ret = -EFAULT;
	testq	%rax, %rax
	cmovzq	%r12, %rax
9:	addq	$SIGQUEUE_SIZE, %rsp
	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# sigtimedwait_sleep(r12: the signals not waited for, r13: nanoseconds, or -1: for ever). While it sleeps the thread lets
# the signals through that it waits for, so that they wake it. Out: rax = -EAGAIN if the time is over, else -EINTR.
sigtimedwait_sleep:
	pushq	%rbx
	movq	%gs:current_task, %rbx
	cmpq	$-1, %r13
	je	1f
	call	read_clock
	addq	%rax, %r13			# when it is over
	movq	%r13, TASK_wake_at(%rbx)
1:	movq	TASK_blocked(%rbx), %rax
	movq	%rax, TASK_real_blocked(%rbx)	# C: tsk->real_blocked = tsk->blocked;
	andq	%r12, %rax
	movq	%rax, TASK_blocked(%rbx)	# C: sigandsets(&tsk->blocked, &tsk->blocked, &mask);
	movq	%rbx, %rdi
	call	recalc_sigpending		# C: recalc_sigpending();
	testl	$TIF_SIGPENDING, TASK_flags(%rbx)
	jnz	2f
	movl	$TASK_INTERRUPTIBLE, TASK_state(%rbx)	# C: __set_current_state(TASK_INTERRUPTIBLE);
	call	schedule			# C: ret = schedule_hrtimeout_range(to, tsk->timer_slack_ns, HRTIMER_MODE_REL);
2:	movq	$0, TASK_wake_at(%rbx)
	movq	TASK_real_blocked(%rbx), %rdi
	call	__set_current_blocked		# C: __set_task_blocked(tsk, &tsk->real_blocked);
	movq	$0, TASK_real_blocked(%rbx)	# C: sigemptyset(&tsk->real_blocked);
	call	read_clock
	cmpq	%r13, %rax
	movq	$-EINTR, %rax
	jb	3f
	movq	$-EAGAIN, %rax
3:	popq	%rbx
	ret
