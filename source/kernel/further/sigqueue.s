# sigqueue.s · signals that wait to be taken
#
# struct sigpending holds a set of signals, bit n-1 for signal n, and behind it what is known of them: PENDING_count
# records in the order in which they came, each the part of a siginfo_t that says something. A signal may be in the set
# without a record: SIGKILL, which needs none, and those for which there was no room. Linux allots records one by one,
# as many as a user may have; here each queue has SIGQUEUE_MAX of its own.

	.text

# sigqueue_append(rdi: pending, rsi: record). Out: eax = 1, or 0 if there is no room.
sigqueue_append:
	xorl	%eax, %eax
	movl	PENDING_count(%rdi), %ecx
	cmpl	$SIGQUEUE_MAX, %ecx		# C: q = sigqueue_alloc(sig, t, GFP_ATOMIC, override_rlimit);
	jae	1f
	incl	PENDING_count(%rdi)
	imulq	$SIGQUEUE_SIZE, %rcx, %rcx
	leaq	PENDING_list(%rdi,%rcx), %rdi
	movl	$(SIGQUEUE_SIZE / 8), %ecx
	rep movsq				# C: list_add_tail(&q->list, &pending->list); copy_siginfo(&q->info, info);
	movl	$1, %eax
1:	ret

# sigqueue_end(rdi: pending). Out: rcx = the address behind the last record.
sigqueue_end:
	movl	PENDING_count(%rdi), %ecx
	imulq	$SIGQUEUE_SIZE, %rcx, %rcx
	leaq	PENDING_list(%rdi,%rcx), %rcx
	ret

# sigqueue_find(rdi: pending, esi: signal, rdx: the record to begin with). Out: rdx = the first record of that signal
# from there on, or 0. rcx is changed.
sigqueue_find:
	call	sigqueue_end
1:	cmpq	%rcx, %rdx			# C: list_for_each_entry(q, &list->list, list)
	jae	2f
	cmpl	%esi, SI_signo(%rdx)		# C: 	if (q->info.si_signo == sig)
	je	3f
	addq	$SIGQUEUE_SIZE, %rdx
	jmp	1b
2:	xorl	%edx, %edx
3:	ret

# sigqueue_remove(rdi: pending, rdx: record): those behind it move up. rdi and rdx are kept; rcx is changed.
sigqueue_remove:
	decl	PENDING_count(%rdi)		# C: list_del_init(&q->list); __sigqueue_free(q);
	call	sigqueue_end
	subq	%rdx, %rcx			# bytes behind it
	shrl	$3, %ecx
	pushq	%rsi
	pushq	%rdi
	movq	%rdx, %rdi
	leaq	SIGQUEUE_SIZE(%rdx), %rsi
	rep movsq
	popq	%rdi
	popq	%rsi
	ret

# sigqueue_take(rdi: pending, rdx: one of its records, r8: room for a record): moves it there; the signal stays in the
# set if another record of it is left. Out: eax = the signal.
sigqueue_take:
	pushq	%rdi
	movq	%r8, %rdi
	movq	%rdx, %rsi
	movl	$(SIGQUEUE_SIZE / 8), %ecx
	rep movsq				# C: copy_siginfo(info, &first->info);
	popq	%rdi
	call	sigqueue_remove
	movl	SI_signo(%r8), %esi
	leaq	PENDING_list(%rdi), %rdx
	call	sigqueue_find
	movl	%esi, %eax
	testq	%rdx, %rdx			# C: if another is there: goto still_pending;
	jnz	1f
	leal	-1(%rsi), %ecx
	movq	PENDING_signal(%rdi), %rdx
	btrq	%rcx, %rdx			# C: sigdelset(&list->signal, sig);
	movq	%rdx, PENDING_signal(%rdi)
1:	ret

# collect_signal(rdi: pending, esi: a signal of its set, r8: room for a record): takes it. Out: eax = the signal.
collect_signal:
	leaq	PENDING_list(%rdi), %rdx
	call	sigqueue_find
	testq	%rdx, %rdx
	jnz	sigqueue_take
	leal	-1(%rsi), %ecx
	movq	PENDING_signal(%rdi), %rdx
	btrq	%rcx, %rdx			# C: sigdelset(&list->signal, sig);
	movq	%rdx, PENDING_signal(%rdi)
	movq	%r8, %rdi			# it had no record: of its sender nothing is known
	xorl	%eax, %eax			# C: clear_siginfo(info);
	movl	$(SIGQUEUE_SIZE / 8), %ecx
	rep stosq
	movl	%esi, SI_signo(%r8)		# C: info->si_signo = sig;
	movl	%esi, %eax
	ret

# next_signal(rdi: pending, rsi: signals held back). Out: esi = the one to be taken next, or 0: faults first, then by number.
next_signal:
	notq	%rsi
	andq	PENDING_signal(%rdi), %rsi	# C: x = *s &~ *m;
	jz	2f
	testq	$SYNCHRONOUS_MASK, %rsi		# C: if (x & SYNCHRONOUS_MASK) x &= SYNCHRONOUS_MASK;
	jz	1f
	andq	$SYNCHRONOUS_MASK, %rsi
1:	bsfq	%rsi, %rsi
	incl	%esi				# C: sig = ffz(~x) + 1;
2:	ret

# dequeue_signal(rdi: signals held back, rsi: room for a record): takes the current thread's next signal, or the
# process's. Out: eax = the signal, or 0.
	.globl dequeue_signal
dequeue_signal:
	pushq	%rbx
	pushq	%r12
	movq	%rdi, %r12
	movq	%rsi, %r8
	movq	%gs:current_task, %rbx
	leaq	TASK_pending(%rbx), %rdi
	movq	%r12, %rsi
	call	next_signal			# C: signr = __dequeue_signal(&tsk->pending, mask, info, &resched_timer);
	testl	%esi, %esi
	jnz	1f
	movq	TASK_signal(%rbx), %rdi
	addq	$SIGNAL_shared_pending, %rdi
	movq	%r12, %rsi
	call	next_signal			# C: if (!signr) signr = __dequeue_signal(&tsk->signal->shared_pending, …);
	testl	%esi, %esi
	jz	2f
1:	call	collect_signal
	movl	%eax, %esi
2:	movl	%esi, %r12d
	movq	%rbx, %rdi
	call	recalc_sigpending		# C: recalc_sigpending();
	movl	%r12d, %eax			# C: return signr;
	popq	%r12
	popq	%rbx
	ret

# dequeue_synchronous_signal(rdi: room for a record): takes the first signal that an instruction of the current thread
# has caused, before any other, so that the frame shows that instruction. Out: eax = the signal, or 0.
dequeue_synchronous_signal:
	movq	%rdi, %r8
	movq	%gs:current_task, %rax
	leaq	TASK_pending(%rax), %rdi
	movq	TASK_blocked(%rax), %rdx
	notq	%rdx
	andq	PENDING_signal(%rdi), %rdx
	xorl	%eax, %eax
	testq	$SYNCHRONOUS_MASK, %rdx		# C: if (!((pending->signal.sig[0] & ~current->blocked.sig[0]) & SYNCHRONOUS_MASK)) return 0;
	jz	3f
	call	sigqueue_end
	leaq	PENDING_list(%rdi), %rdx
1:	cmpq	%rcx, %rdx
	jae	3f
	cmpl	$SI_USER, SI_code(%rdx)		# C: if ((q->info.si_code > SI_USER) && (sigmask(q->info.si_signo) & SYNCHRONOUS_MASK))
	jle	2f
	movl	SI_signo(%rdx), %esi
	decl	%esi
	movl	$SYNCHRONOUS_MASK, %r9d
	btq	%rsi, %r9
	jc	4f
2:	addq	$SIGQUEUE_SIZE, %rdx
	jmp	1b
3:	ret
4:	call	sigqueue_take
	pushq	%rax
	movq	%gs:current_task, %rdi
	call	recalc_sigpending		# C: recalc_sigpending();
	popq	%rax
	ret

# flush_sigqueue_mask(rdi: pending, rsi: set): forgets the signals of the set. rsi is kept.
flush_sigqueue_mask:
	movq	%rsi, %rax
	notq	%rax
	andq	%rax, PENDING_signal(%rdi)	# C: sigandnsets(&s->signal, &s->signal, mask);
	leaq	PENDING_list(%rdi), %rdx
1:	call	sigqueue_end
	cmpq	%rcx, %rdx			# C: list_for_each_entry_safe(q, n, &s->list, list)
	jae	3f
	movl	SI_signo(%rdx), %ecx
	decl	%ecx
	btq	%rcx, %rsi			# C: 	if (sigismember(mask, q->info.si_signo))
	jnc	2f
	call	sigqueue_remove
	jmp	1b
2:	addq	$SIGQUEUE_SIZE, %rdx
	jmp	1b
3:	ret

# flush_process_signals(rdi: task, rsi: set): the same for all its process: the shared queue, and that of each thread.
flush_process_signals:
	pushq	%rbx
	pushq	%r12
	movq	%rdi, %rbx
	movq	%rdi, %r12
	movq	TASK_signal(%rdi), %rdi
	addq	$SIGNAL_shared_pending, %rdi
	call	flush_sigqueue_mask
1:	leaq	TASK_pending(%r12), %rdi
	call	flush_sigqueue_mask		# C: for_each_thread(p, t) flush_sigqueue_mask(p, mask, &t->pending);
	movq	%r12, %rax
	call	next_thread
	movq	%rax, %r12
	cmpq	%rbx, %rax
	jne	1b
	popq	%r12
	popq	%rbx
	ret

# next_thread(rax: task). Out: rax = the next task of the same process in the ring; itself if it is the only one.
# rcx is changed.
next_thread:
	movq	TASK_signal(%rax), %rcx
1:	movq	TASK_next(%rax), %rax
	cmpq	%rcx, TASK_signal(%rax)
	jne	1b
	ret
