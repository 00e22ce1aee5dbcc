# futex.s · waiting for a word of memory to change
#
# A lock that nobody contends is the program's own business; the kernel is asked to wait while a word has a value, and to
# wake those who wait. A word is known by where it is: one of shared memory by its physical address, any other by its
# address space and its address there. That number is the waiter's TASK_wait_channel.

	.text

# futex(uaddr, op, val, timeout, uaddr2, val3)
	.globl __x64_sys_futex
__x64_sys_futex:
	movl	PT_REGS_si(%rdi), %eax
	movl	$FUTEX_BITSET_MATCH_ANY, %ecx
	andl	$FUTEX_CMD_MASK, %eax
	cmpl	$FUTEX_WAIT, %eax		# C: switch (cmd) {
	je	futex_wait
	cmpl	$FUTEX_WAKE, %eax
	je	do_futex_wake
	movl	PT_REGS_r9(%rdi), %ecx		# C: case FUTEX_WAIT_BITSET: case FUTEX_WAKE_BITSET: bitset = val3;
	cmpl	$FUTEX_WAIT_BITSET, %eax
	je	futex_wait
	cmpl	$FUTEX_WAKE_BITSET, %eax
	je	do_futex_wake
	cmpl	$FUTEX_REQUEUE, %eax
	je	futex_requeue
	cmpl	$FUTEX_CMP_REQUEUE, %eax
	je	futex_requeue
	movq	$-ENOSYS, %rax			# C: } return -ENOSYS;
	ret

# futex_key(rdi: user address). Out: rax = the number by which the word is known, or minus an error number.
futex_key:
	movq	$-EINVAL, %rax			# C: if (unlikely((address % sizeof(u32)) != 0)) return -EINVAL;
	testb	$3, %dil
	jnz	1f
	movq	$-EFAULT, %rax			# C: if (unlikely(!access_ok(uaddr, sizeof(u32)))) return -EFAULT;
	movq	$(TASK_SIZE_MAX - 4), %rcx
	cmpq	%rcx, %rdi
	ja	1f
	movl	$HOST_futex_key, %eax
	vmcall
	testq	%rax, %rax			# shared: its physical address; not mapped: an error
	jnz	1f
	movq	%gs:current_task, %rax		# C: key->private.mm = mm; key->private.address = address;
	movq	TASK_cr3(%rax), %rax
	shrq	$12, %rax
	shlq	$FUTEX_SPACE_SHIFT, %rax
	orq	%rdi, %rax
1:	ret

# futex_wait(rdi: pt_regs, ecx: bits by which it can be woken). Out: rax = 0 when woken, or an error.
futex_wait:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	movq	%rdi, %rbx
	movl	%ecx, %r12d
	xorl	%r13d, %r13d			# when to give up; 0: never
	movq	PT_REGS_r10(%rbx), %rdi
	testq	%rdi, %rdi			# C: if (utime && futex_cmd_has_timeout(cmd))
	jz	1f
	call	futex_deadline			# C: 	ret = futex_init_timeout(cmd, op, &ts, &t);
	testq	%rax, %rax
	jnz	9f
	movq	%rdx, %r13
1:	movq	$-EINVAL, %rax			# C: if (!bitset) return -EINVAL;
	testl	%r12d, %r12d
	jz	9f
	movq	PT_REGS_di(%rbx), %rdi
	call	futex_key			# C: ret = get_futex_key(uaddr, flags & FLAGS_SHARED, &q->key, FUTEX_READ);
	testq	%rax, %rax
	js	9f
	pushq	%rax
	movq	PT_REGS_di(%rbx), %rdi
	call	get_user_4			# C: ret = futex_get_value_locked(&uval, uaddr);
	popq	%rcx
	testq	%rax, %rax
	jnz	9f
	movq	$-EAGAIN, %rax			# C: if (uval != val) ret = -EWOULDBLOCK;
	cmpl	%edx, PT_REGS_dx(%rbx)
	jne	9f
	movq	%gs:current_task, %rdx
	testl	$TIF_SIGPENDING, TASK_flags(%rdx)
	jnz	2f
	movl	%r12d, TASK_futex_bitset(%rdx)
	movq	%r13, TASK_wake_at(%rdx)
	movq	%rcx, TASK_wait_channel(%rdx)	# C: futex_queue(q, hb);
	movl	$TASK_INTERRUPTIBLE, TASK_state(%rdx)
	call	schedule			# C: schedule();
	movq	%gs:current_task, %rdx
	movl	$0, TASK_futex_bitset(%rdx)
	xorl	%eax, %eax
	cmpq	%rax, TASK_wait_channel(%rdx)	# C: if (!futex_unqueue(&q)) return 0;
	je	9f
	movq	%rax, TASK_wait_channel(%rdx)
	movq	%rax, TASK_wake_at(%rdx)
	testq	%r13, %r13
	jz	2f
	call	read_clock
	movq	%rax, %rcx
	movq	$-ETIMEDOUT, %rax		# C: if (to && !to->task) return -ETIMEDOUT;
	cmpq	%r13, %rcx
	jae	9f
2:	movq	$-ERESTARTSYS, %rax		# C: return -ERESTARTSYS;
	testq	%r13, %r13
	jz	9f
	movq	$-ERESTARTNOHAND, %rax
9:	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# futex_deadline(rbx: pt_regs, rdi: user address of the time): of FUTEX_WAIT it is how long to wait, of the other until
# when. Out: rax = 0 and rdx = when, on the clock of read_clock; or rax = an error.
futex_deadline:
	call	get_timespec64
	testq	%rax, %rax
	jnz	2f
	pushq	%rdx
	call	read_clock
	popq	%rdx
	movq	%rax, %rcx
	xorl	%eax, %eax
	movl	PT_REGS_si(%rbx), %esi
	movl	%esi, %edi
	andl	$FUTEX_CMD_MASK, %edi
	cmpl	$FUTEX_WAIT, %edi
	je	1f
	testl	$FUTEX_CLOCK_REALTIME, %esi
	jz	3f
	subq	boot_epoch(%rip), %rdx
	jnc	3f
	xorl	%edx, %edx
3:	testq	%rdx, %rdx
	jnz	2f
	incq	%rdx				# long ago
	ret
1:	addq	%rcx, %rdx
2:	ret

# do_futex_wake(rdi: pt_regs, ecx: bits). Out: rax = how many were woken.
do_futex_wake:
	movq	$-EINVAL, %rax
	testl	%ecx, %ecx
	jz	1f
	movl	PT_REGS_dx(%rdi), %esi
	movq	PT_REGS_di(%rdi), %rdi
	movl	%ecx, %edx
	jmp	futex_wake_bitset
1:	ret

# futex_wake(rdi: user address, esi: how many at most). Out: rax = how many.
	.globl futex_wake
futex_wake:
	movl	$FUTEX_BITSET_MATCH_ANY, %edx
futex_wake_bitset:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movl	%esi, %r13d
	movl	%edx, %r15d
	call	futex_key
	testq	%rax, %rax
	js	4f
	movq	%rax, %r12
	xorl	%r14d, %r14d
	leaq	init_task(%rip), %rbx
1:	cmpq	%r12, TASK_wait_channel(%rbx)	# C: plist_for_each_entry_safe(this, next, &hb->chain, list)
	jne	2f
	testl	%r15d, TASK_futex_bitset(%rbx)	# C: 	if (futex_match(&this->key, &key) && (this->bitset & bitset)) {
	jz	2f
	movq	$0, TASK_wait_channel(%rbx)
	movq	%rbx, %rdi
	call	try_to_wake_up			# C: 		this->wake(&wake_q, this);
	incl	%r14d				# C: 		if (++ret >= nr_wake) break; }
	cmpl	%r13d, %r14d
	jge	3f
2:	movq	TASK_next(%rbx), %rbx
	leaq	init_task(%rip), %rax
	cmpq	%rax, %rbx
	jne	1b
3:	movl	%r14d, %eax			# C: return ret;
4:	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# futex_requeue(rdi: pt_regs, eax: command): wakes val of those who wait for one word, and makes up to val2 (where the
# timeout stands otherwise) of the others wait for a second word. Out: rax = how many were woken or moved.
futex_requeue:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rdi, %rbx
	movq	PT_REGS_dx(%rbx), %r14		# C: if (nr_wake < 0 || nr_requeue < 0) return -EINVAL;
	movq	PT_REGS_r10(%rbx), %r15
	movl	%eax, %ecx
	movq	$-EINVAL, %rax
	testl	%r14d, %r14d
	js	9f
	testl	%r15d, %r15d
	js	9f
	cmpl	$FUTEX_CMP_REQUEUE, %ecx
	jne	1f
	movq	PT_REGS_di(%rbx), %rdi
	call	get_user_4
	testq	%rax, %rax
	jnz	9f
	movq	$-EAGAIN, %rax			# C: if (curval != *cmpval) { ret = -EAGAIN; goto out_unlock; }
	cmpl	%edx, PT_REGS_r9(%rbx)
	jne	9f
1:	movq	PT_REGS_r8(%rbx), %rdi
	call	futex_key
	testq	%rax, %rax
	js	9f
	movq	%rax, %r13
	movq	PT_REGS_di(%rbx), %rdi
	call	futex_key
	testq	%rax, %rax
	js	9f
	movq	%rax, %r12
	call	requeue_waiters
9:	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# requeue_waiters(r12: from, r13: to, r14d: how many to wake, r15d: how many to move). Out: rax = both together.
requeue_waiters:
	pushq	%rbx
	pushq	%rbp
	xorl	%ebp, %ebp
	leaq	init_task(%rip), %rbx
1:	cmpq	%r12, TASK_wait_channel(%rbx)
	jne	3f
	cmpl	$0, TASK_futex_bitset(%rbx)
	je	3f
	decl	%r14d
	js	2f
	movq	$0, TASK_wait_channel(%rbx)
	movq	%rbx, %rdi
	call	try_to_wake_up
	incl	%ebp
	jmp	3f
2:	decl	%r15d
	js	4f
	movq	%r13, TASK_wait_channel(%rbx)
	incl	%ebp
3:	movq	TASK_next(%rbx), %rbx
	leaq	init_task(%rip), %rax
	cmpq	%rax, %rbx
	jne	1b
4:	movl	%ebp, %eax
	popq	%rbp
	popq	%rbx
	ret
