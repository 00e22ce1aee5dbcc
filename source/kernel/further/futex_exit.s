# futex_exit.s · locks that a thread held when it ended
#
# A thread may name, in a list in its own memory, the locks that it holds (set_robust_list). At its end each of them that
# still bears its number is marked, and one who waits for it is woken.

	.text

# exit_robust_list(rbx: task that ends)
	.globl exit_robust_list
exit_robust_list:
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	subq	$ROBUST_LIST_HEAD_SIZE, %rsp	# the head: first entry, distance from an entry to its lock, lock in the making
	movq	TASK_robust_list(%rbx), %rsi
	testq	%rsi, %rsi
	jz	9f
	movq	$0, TASK_robust_list(%rbx)
	movq	%rsi, %r12
	movq	%rsp, %rdi
	movl	$ROBUST_LIST_HEAD_SIZE, %edx
	call	copy_from_user_checked
	testq	%rax, %rax
	jnz	9f
	movq	(%rsp), %r13
	andq	$~1, %r13			# bit 0 marks locks of another kind
	movl	$ROBUST_LIST_LIMIT, %r15d	# C: limit = ROBUST_LIST_LIMIT;
1:	cmpq	%r12, %r13			# C: while (entry != &head->list) {
	je	3f
	movq	%r13, %rdi
	call	get_user_8			# C: 	rc = fetch_robust_entry(&next_entry, &entry->next, &next_pi);
	movq	%rax, %r14
	pushq	%rdx
	movq	16+8(%rsp), %rax
	andq	$~1, %rax
	cmpq	%rax, %r13			# C: 	if (entry != pending)
	je	2f
	movq	8+8(%rsp), %rdi
	addq	%r13, %rdi
	xorl	%esi, %esi
	call	handle_futex_death		# C: 		if (handle_futex_death((void __user *)entry + futex_offset, …)) return;
2:	popq	%r13
	andq	$~1, %r13			# C: 	entry = next_entry;
	testq	%r14, %r14			# C: 	if (rc) return;
	jnz	9f
	decl	%r15d				# C: 	if (!--limit) break; }
	jnz	1b
3:	movq	16(%rsp), %rdi
	andq	$~1, %rdi
	jz	9f
	addq	8(%rsp), %rdi
	movl	$1, %esi
	call	handle_futex_death		# C: if (pending) handle_futex_death((void __user *)pending + futex_offset, …);
9:	addq	$ROBUST_LIST_HEAD_SIZE, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	ret

# handle_futex_death(rbx: task, rdi: the lock's user address, esi: 1 if it was in the making)
handle_futex_death:
	pushq	%r12
	movq	%rdi, %r12
	testb	$3, %dil			# C: if ((((unsigned long)uaddr) % sizeof(u32)) != 0) return -1;
	jnz	3f
	pushq	%rsi
	call	get_user_4			# C: if (get_user(uval, uaddr)) return -1;
	popq	%rsi
	testq	%rax, %rax
	jnz	3f
	movl	%edx, %eax
	andl	$FUTEX_TID_MASK, %eax		# C: owner = uval & FUTEX_TID_MASK;
	jnz	1f
	testl	%esi, %esi			# C: if (pending_op && !pi && !owner) { futex_wake(uaddr, 1, 1, FUTEX_BITSET_MATCH_ANY); return 0; }
	jnz	2f
1:	cmpl	%eax, TASK_pid(%rbx)		# C: if (owner != task_pid_vnr(curr)) return 0;
	jne	3f
	movl	%edx, %eax
	andl	$FUTEX_WAITERS, %eax		# C: mval = (uval & FUTEX_WAITERS) | FUTEX_OWNER_DIED;
	orl	$FUTEX_OWNER_DIED, %eax
	pushq	%rdx
	movq	%r12, %rdi
	call	put_user_4
	popq	%rdx
	testl	$FUTEX_WAITERS, %edx		# C: if (!pi && (uval & FUTEX_WAITERS)) futex_wake(uaddr, …);
	jz	3f
2:	movq	%r12, %rdi
	movl	$1, %esi
	call	futex_wake
3:	popq	%r12
	ret

# get_robust_list(pid, head, size): of the caller itself, or of another task.
	.globl __x64_sys_get_robust_list
__x64_sys_get_robust_list:
	pushq	%rbx
	movq	%rdi, %rbx
	movl	PT_REGS_di(%rbx), %edi
	movq	%gs:current_task, %rax
	testl	%edi, %edi
	jz	2f
	leaq	init_task(%rip), %rax
	movq	%rax, %rcx
1:	cmpl	%edi, TASK_pid(%rax)
	je	2f
	movq	TASK_next(%rax), %rax
	cmpq	%rcx, %rax
	jne	1b
	movq	$-ESRCH, %rax			# C: if (!p) goto err_unlock;
	jmp	3f
2:	pushq	TASK_robust_list(%rax)
	movq	PT_REGS_dx(%rbx), %rdi
	movl	$ROBUST_LIST_HEAD_SIZE, %eax
	call	put_user_8			# C: if (put_user(sizeof(*head), len_ptr)) return -EFAULT;
	popq	%rdx
	testq	%rax, %rax
	jnz	3f
	movq	PT_REGS_si(%rbx), %rdi
	movq	%rdx, %rax
	call	put_user_8			# C: return put_user(head, head_ptr);
3:	popq	%rbx
	ret
