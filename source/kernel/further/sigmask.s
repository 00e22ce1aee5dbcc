# sigmask.s · the signals that a thread holds back
#
# A signal that is sent while a thread holds it back waits in its queue, or in that of its process. Sets of signals are
# eight bytes here, and a call says so in sigsetsize: another size is refused.

	.text

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

# set_user_sigmask(rdi: user address of a set, or 0: none; rsi: its size): until the call is over the thread holds these back
# instead. Out: rax = 0, -EINVAL or -EFAULT.
	.globl set_user_sigmask
set_user_sigmask:
	xorl	%eax, %eax
	testq	%rdi, %rdi			# C: if (!umask) return 0;
	jz	1f
	movq	$-EINVAL, %rax
	cmpq	$SIGSET_SIZE, %rsi		# C: if (sigsetsize != sizeof(sigset_t)) return -EINVAL;
	jne	1f
	call	get_user_8			# C: if (copy_from_user(&kmask, umask, sizeof(sigset_t))) return -EFAULT;
	testq	%rax, %rax
	jnz	1f
	movq	%gs:current_task, %rcx
	movl	$1, TASK_restore_sigmask(%rcx)	# C: set_restore_sigmask();
	movq	TASK_blocked(%rcx), %rax
	movq	%rax, TASK_saved_sigmask(%rcx)	# C: current->saved_sigmask = current->blocked;
	movq	%rdx, %rdi
	call	set_current_blocked		# C: set_current_blocked(&kmask);
	xorl	%eax, %eax
1:	ret

# restore_saved_sigmask(): such a call is over without a handler.
	.globl restore_saved_sigmask
restore_saved_sigmask:
	movq	%gs:current_task, %rdx
	movq	TASK_saved_sigmask(%rdx), %rdi
	cmpl	$0, TASK_restore_sigmask(%rdx)	# C: if (test_and_clear_restore_sigmask())
	movl	$0, TASK_restore_sigmask(%rdx)
	jne	__set_current_blocked		# C: 	__set_current_blocked(&current->saved_sigmask);
	ret

# rt_sigprocmask(how, set, oldset, sigsetsize)
	.globl __x64_sys_rt_sigprocmask
__x64_sys_rt_sigprocmask:
	pushq	%rbx
	pushq	%r12
	movq	%rdi, %rbx
	movq	$-EINVAL, %rax			# C: if (sigsetsize != sizeof(sigset_t)) return -EINVAL;
	cmpq	$SIGSET_SIZE, PT_REGS_r10(%rbx)
	jne	9f
	movq	%gs:current_task, %rcx
	movq	TASK_blocked(%rcx), %r12	# C: old_set = current->blocked;
	movq	PT_REGS_si(%rbx), %rdi
	testq	%rdi, %rdi			# C: if (nset) {
	jz	5f
	call	get_user_8			# C: 	if (copy_from_user(&new_set, nset, sizeof(sigset_t))) return -EFAULT;
	testq	%rax, %rax
	jnz	9f
	movq	%rdx, %rdi
	movl	PT_REGS_di(%rbx), %ecx
	movq	$-EINVAL, %rax			# C: 	error = sigprocmask(how, &new_set, NULL);
	cmpl	$SIG_UNBLOCK, %ecx
	jb	2f
	je	3f
	cmpl	$SIG_SETMASK, %ecx
	jne	9f
	jmp	4f
2:	orq	%r12, %rdi			# C: 	case SIG_BLOCK: sigorsets(&newset, &tsk->blocked, set);
	jmp	4f
3:	notq	%rdi
	andq	%r12, %rdi			# C: 	case SIG_UNBLOCK: sigandnsets(&newset, &tsk->blocked, set);
4:	call	set_current_blocked		# C: }
5:	movq	PT_REGS_dx(%rbx), %rdi
	movq	%r12, %rax
	testq	%rdi, %rdi			# C: if (oset && copy_to_user(oset, &old_set, sizeof(sigset_t))) return -EFAULT;
	jz	8f
	call	put_user_8
	jmp	9f
8:	xorl	%eax, %eax
9:	popq	%r12
	popq	%rbx
	ret

# rt_sigpending(set, sigsetsize): which signals wait because they are held back. A smaller size is served, too.
	.globl __x64_sys_rt_sigpending
__x64_sys_rt_sigpending:
	movq	PT_REGS_si(%rdi), %rdx
	movq	$-EINVAL, %rax
	cmpq	$SIGSET_SIZE, %rdx		# C: if (sigsetsize > sizeof(*uset)) return -EINVAL;
	ja	1f
	movq	PT_REGS_di(%rdi), %rdi
	movq	%gs:current_task, %rcx
	movq	TASK_signal(%rcx), %rax
	movq	SIGNAL_shared_pending+PENDING_signal(%rax), %rax
	orq	TASK_pending+PENDING_signal(%rcx), %rax	# C: sigorsets(set, &current->pending.signal, &current->signal->shared_pending.signal);
	andq	TASK_blocked(%rcx), %rax	# C: sigandsets(set, &current->blocked, set);
	pushq	%rax
	movq	%rsp, %rsi
	call	copy_to_user_checked		# C: if (copy_to_user(uset, &set, sigsetsize)) return -EFAULT;
	popq	%rcx
	testq	%rax, %rax
	jz	1f
	movq	$-EFAULT, %rax
1:	ret
