# signal.s · sending a signal
#
# A signal is sent by putting it into a set: that of one thread, or that of its process, from which any of the threads
# may take it. Whoever is to take it gets TIF_SIGPENDING and is woken; the rest happens on its own way to user mode
# (get_signal.s). Interrupts are off in the kernel and there is one CPU, so no lock is needed.
#
# Within this file: rbx = the task sent to, r12d = the signal, r13 = its record (a siginfo_t's first SIGQUEUE_SIZE bytes),
# r14d = 1 if it goes to the whole process, r15 = the signal's bit.

	.text

# send_signal_locked(edi: signal, esi: si_code, edx: number of the sending process or of the child, rcx: what else there
# is to say: a child's status, a value; r8: task, r9d: 1 for its whole process, 0 for this thread). Out: rax as
# __send_signal_locked has it.
	.globl send_signal_locked
send_signal_locked:
	subq	$SIGQUEUE_SIZE, %rsp
	call	prepare_siginfo
	movl	%edx, SI_pid(%rsp)
	movq	%rcx, SI_value(%rsp)
	cmpl	$SI_KERNEL, %esi		# the kernel is no user
	je	1f
	movl	$USER_ID, SI_uid(%rsp)
1:	movq	%rsp, %rdi
	movq	%r8, %rsi
	movl	%r9d, %edx
	call	__send_signal_locked
	addq	$SIGQUEUE_SIZE, %rsp
	ret

# prepare_siginfo(edi: signal, esi: si_code; above the return address: room for a record): a record of these and zeros.
# Only rax and r10 are changed.
prepare_siginfo:
	leaq	8(%rsp), %r10
	xorl	%eax, %eax
	.rept	SIGQUEUE_SIZE / 8
	movq	%rax, (%r10)
	addq	$8, %r10
	.endr
	movl	%edi, 8+SI_signo(%rsp)
	movl	%esi, 8+SI_code(%rsp)
	ret

# __send_signal_locked(rdi: record, rsi: task, edx: 1 for its whole process). Out: rax = 0, also for a signal that is
# ignored or there already; -EAGAIN if a real-time signal finds no room.
	.globl __send_signal_locked
__send_signal_locked:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rdi, %r13
	movq	%rsi, %rbx
	movl	%edx, %r14d
	movl	SI_signo(%rdi), %r12d
	leal	-1(%r12), %ecx
	xorl	%r15d, %r15d
	btsq	%rcx, %r15			# C: sigmask(sig)
	call	prepare_signal			# C: if (!prepare_signal(sig, t, force)) goto ret;
	je	4f
	leaq	TASK_pending(%rbx), %rdi	# C: pending = (type != PIDTYPE_PID) ? &t->signal->shared_pending : &t->pending;
	testl	%r14d, %r14d
	jz	1f
	movq	TASK_signal(%rbx), %rdi
	addq	$SIGNAL_shared_pending, %rdi
1:	cmpl	$SIGRTMIN, %r12d		# C: if (legacy_queue(pending, sig)) goto ret;
	jae	2f
	testq	%r15, PENDING_signal(%rdi)
	jnz	4f
	cmpl	$SIGKILL, %r12d			# C: if (sig == SIGKILL) goto out_set;
	je	3f
2:	movq	%rdi, %rdx
	movq	%r13, %rsi
	call	sigqueue_append
	movq	%rdx, %rdi
	testl	%eax, %eax
	jnz	3f
	cmpl	$SIGRTMIN, %r12d		# C: if (sig >= SIGRTMIN && info->si_code != SI_USER) return -EAGAIN;
	jb	3f
	movq	$-EAGAIN, %rax
	cmpl	$SI_USER, SI_code(%r13)
	jne	5f
3:	orq	%r15, PENDING_signal(%rdi)	# C: sigaddset(&pending->signal, sig);
	call	complete_signal			# C: complete_signal(sig, t, type);
4:	xorl	%eax, %eax
5:	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# prepare_signal: what a signal does the moment it is sent: signals that stop a process and the one that lets it go on
# drop each other. Out: ZF = 1 if there is nothing to deliver.
prepare_signal:
	movq	TASK_signal(%rbx), %rax
	testl	$SIGNAL_GROUP_EXIT, SIGNAL_flags(%rax)	# C: if (signal->flags & SIGNAL_GROUP_EXIT) return false;
	jnz	3f
	movq	%rbx, %rdi
	movl	$(1 << (SIGCONT - 1)), %esi
	testq	$SIG_KERNEL_STOP_MASK, %r15	# C: if (sig_kernel_stop(sig)) flush_sigqueue_mask(p, sigmask(SIGCONT), …);
	jnz	1f
	cmpl	$SIGCONT, %r12d			# C: else if (sig == SIGCONT) {
	jne	2f
	call	continue_threads
	movq	%rbx, %rdi
	movl	$SIG_KERNEL_STOP_MASK, %esi	# C: 	flush_sigqueue_mask(p, SIG_KERNEL_STOP_MASK, …); }
1:	call	flush_process_signals
2:	jmp	sig_ignored			# C: return !sig_ignored(p, sig, force);
3:	cmpl	%eax, %eax
	ret

# sig_ignored. Out: ZF = 1 if the signal is to be dropped. One that is held back never is: it may have a handler by the
# time it is let through. Nor is one whose task is traced: the tracer wants to know of it (get_signal.s).
sig_ignored:
	movq	TASK_blocked(%rbx), %rax	# C: if (sigismember(&t->blocked, sig) || sigismember(&t->real_blocked, sig)) return false;
	orq	TASK_real_blocked(%rbx), %rax
	testq	%r15, %rax
	jnz	1f
	cmpl	$SIGKILL, %r12d			# C: if (t->ptrace && sig != SIGKILL) return false;
	je	2f
	cmpq	$0, tasks_traced(%rip)
	jne	1f
2:	movq	%rbx, %rdi
	movl	%r12d, %esi
	call	task_action			# C: return sig_task_ignored(t, sig, force);
	movq	%r15, %rdx

# sig_handler_ignored(rax: action, rdx: the signal's bit). Out: ZF = 1 if such a signal is dropped.
sig_handler_ignored:
	cmpq	$SIG_IGN, SA_handler(%rax)	# C: return handler == SIG_IGN ||
	je	1f
	cmpq	$SIG_DFL, SA_handler(%rax)	# C: 	(handler == SIG_DFL && sig_kernel_ignore(sig));
	jne	1f
	testq	$~SIG_KERNEL_IGNORE_MASK, %rdx
1:	ret

# task_action(rdi: task, esi: signal). Out: rax = its action. rsi is changed.
task_action:
	movq	TASK_sighand(%rdi), %rax
	decl	%esi
	shlq	$SA_SHIFT, %rsi
	leaq	SIGHAND_action(%rax,%rsi), %rax	# C: &t->sighand->action[sig - 1]
	ret

# complete_signal: finds a thread that can take the signal, and wakes it. If the signal ends the process, all its
# threads are told at once.
complete_signal:
	pushq	%rbp
	movq	%rbx, %rbp			# C: t = p;
1:	movq	%rbp, %rdi
	call	wants_signal			# C: if (wants_signal(sig, t)) …
	je	2f
	testl	%r14d, %r14d			# C: else if (type == PIDTYPE_PID) return;
	jz	5f
	movq	%rbp, %rax
	call	next_thread			# C: t = next_thread(t);
	movq	%rax, %rbp
	cmpq	%rbx, %rax			# C: if (t == signal->curr_target) return;
	jne	1b
	jmp	5f
2:	testq	$(SIG_KERNEL_IGNORE_MASK | SIG_KERNEL_STOP_MASK | SIG_KERNEL_COREDUMP_MASK), %r15
	jnz	3f				# C: if (sig_fatal(p, sig) && (sig == SIGKILL || !p->ptrace) && !sigismember(&t->real_blocked, sig) && !sig_kernel_coredump(sig)) {
	cmpl	$SIGKILL, %r12d
	je	6f
	cmpq	$0, tasks_traced(%rip)
	jne	3f
6:
	testq	%r15, TASK_real_blocked(%rbp)
	jnz	3f
	movq	%rbx, %rdi
	movl	%r12d, %esi
	call	task_action
	cmpq	$SIG_DFL, SA_handler(%rax)
	jne	3f
	movq	%r13, %rdi
	movq	TASK_signal(%rbx), %rcx
	call	note_death
	movl	$SIGNAL_GROUP_EXIT, SIGNAL_flags(%rcx)	# C: 	signal->flags = SIGNAL_GROUP_EXIT;
	movl	%r12d, SIGNAL_group_exit_code(%rcx)	# C: 	signal->group_exit_code = sig;
	movl	$0, SIGNAL_group_stop_count(%rcx)	# C: 	signal->group_stop_count = 0;
	movq	%rbx, %rdi
	call	kill_thread			# C: 	for_each_thread(p, t) { sigaddset(&t->pending.signal, SIGKILL); signal_wake_up(t, 1); }
	movq	%rbx, %rdi
	popq	%rbp
	jmp	zap_other_threads		# C: 	return; }
3:	movq	%rbp, %rdi
	xorl	%esi, %esi
	cmpl	$SIGKILL, %r12d
	sete	%sil
	call	signal_wake_up			# C: signal_wake_up(t, sig == SIGKILL);
5:	popq	%rbp
	ret

# note_death(rdi: record, rcx: signal_struct): what is going to end the process, for whoever looks at it afterwards. A
# fault has an address; a signal that somebody has sent has none.
	.globl note_death
note_death:
	movl	SI_signo(%rdi), %eax
	movl	%eax, SIGNAL_death_signo(%rcx)
	movl	SI_code(%rdi), %eax
	movl	%eax, SIGNAL_death_code(%rcx)
	testl	%eax, %eax
	movl	$0, %eax
	jle	1f
	movq	SI_addr(%rdi), %rax
1:	movq	%rax, SIGNAL_death_addr(%rcx)
	ret

# wants_signal(rdi: thread). Out: ZF = 1 if it can take the signal now. rdi is kept.
wants_signal:
	testq	%r15, TASK_blocked(%rdi)	# C: if (sigismember(&p->blocked, sig)) return false;
	jnz	1f
	testl	$(EXIT_ZOMBIE | EXIT_DEAD), TASK_state(%rdi)	# C: if (p->flags & PF_EXITING) return false;
	jnz	1f
	cmpl	$SIGKILL, %r12d			# C: if (sig == SIGKILL) return true;
	je	1f
	testl	$TASK_STOPPED, TASK_state(%rdi)	# C: if (task_is_stopped_or_traced(p)) return false;
	jnz	1f
	cmpq	%gs:current_task, %rdi		# C: return task_curr(p) || !task_sigpending(p);
	je	1f
	testl	$TIF_SIGPENDING, TASK_flags(%rdi)
1:	ret

# signal_wake_up(rdi: task, esi: 1 to wake it even if it has been stopped): it has a signal to see to.
	.globl signal_wake_up
signal_wake_up:
	orl	$TIF_SIGPENDING, TASK_flags(%rdi)	# C: set_tsk_thread_flag(t, TIF_SIGPENDING);
	testl	%esi, %esi
	jz	1f
	cmpl	$TASK_STOPPED, TASK_state(%rdi)
	jne	1f
	movl	$TASK_INTERRUPTIBLE, TASK_state(%rdi)
1:	jmp	try_to_wake_up			# C: wake_up_state(t, state | TASK_INTERRUPTIBLE);

# zap_other_threads(rdi: task): all other threads of its process are to end.
	.globl zap_other_threads
zap_other_threads:
	pushq	%rbx
	pushq	%rbp
	movq	%rdi, %rbx
	movq	TASK_signal(%rdi), %rax
	movl	$0, SIGNAL_group_stop_count(%rax)	# C: p->signal->group_stop_count = 0;
	movq	%rdi, %rax
1:	call	next_thread			# C: for_other_threads(p, t)
	movq	%rax, %rbp
	cmpq	%rbx, %rax
	je	2f
	movq	%rax, %rdi
	call	kill_thread
	movq	%rbp, %rax
	jmp	1b
2:	popq	%rbp
	popq	%rbx
	ret

# kill_thread(rdi: thread): it will end on its way to user mode, and is sent there.
kill_thread:
	andl	$~JOBCTL_PENDING_MASK, TASK_jobctl(%rdi)	# C: task_clear_jobctl_pending(t, JOBCTL_PENDING_MASK);
	testl	$(EXIT_ZOMBIE | EXIT_DEAD), TASK_state(%rdi)	# C: if (t->exit_state) continue;
	jnz	1f
	orq	$(1 << (SIGKILL - 1)), TASK_pending+PENDING_signal(%rdi)	# C: sigaddset(&t->pending.signal, SIGKILL);
	movl	$1, %esi
	jmp	signal_wake_up			# C: signal_wake_up(t, 1);
1:	ret
