# rseq.s · sequences of instructions that start over when the CPU is taken away
#
# A program may register a struct rseq, in which it names, while it runs one, a sequence that must not be interrupted
# (Documentation: rseq(2)). With one CPU the number in it never changes; but a thread that lost the CPU within a sequence
# goes on at its abort handler.

	.text

# rseq(address, size, flags, signature)
	.globl __x64_sys_rseq
__x64_sys_rseq:
	movq	%gs:current_task, %rdx
	movq	PT_REGS_di(%rdi), %rsi
	movl	PT_REGS_r10(%rdi), %ecx
	movl	PT_REGS_dx(%rdi), %eax
	cmpl	$RSEQ_FLAG_UNREGISTER, %eax
	je	4f
	testl	%eax, %eax			# C: if (unlikely(flags)) return -EINVAL;
	jnz	8f
	cmpq	$0, TASK_rseq(%rdx)		# C: if (current->rseq) {
	je	1f
	cmpq	TASK_rseq(%rdx), %rsi		# C: 	if (current->rseq != rseq || rseq_len != current->rseq_len) return -EINVAL;
	jne	8f
	cmpl	$RSEQ_SIZE, PT_REGS_si(%rdi)
	jne	8f
	movq	$-EPERM, %rax
	cmpl	TASK_rseq_sig(%rdx), %ecx	# C: 	if (current->rseq_sig != sig) return -EPERM;
	jne	9f
	movq	$-EBUSY, %rax			# C: 	return -EBUSY; }
	ret
1:	cmpl	$RSEQ_SIZE, PT_REGS_si(%rdi)
	jne	8f
	testl	$(RSEQ_SIZE - 1), %esi		# C: if (!IS_ALIGNED((unsigned long)rseq, __alignof__(*rseq))) return -EINVAL;
	jnz	8f
	movq	%rsi, %rdi
	pushq	%rcx
	pushq	%rsi
	movl	$RSEQ_SIZE, %esi
	call	clear_user_checked		# C: rseq_set_ids(current, 0, 0, 0, 0): this is CPU 0 of node 0
	popq	%rsi
	popq	%rcx
	testq	%rax, %rax
	movq	$-EFAULT, %rax
	jnz	9f
	movq	%gs:current_task, %rdx
	movq	%rsi, TASK_rseq(%rdx)		# C: current->rseq = rseq;
	movl	%ecx, TASK_rseq_sig(%rdx)	# C: current->rseq_sig = sig;
	xorl	%eax, %eax
	ret
4:	cmpq	TASK_rseq(%rdx), %rsi		# C: if (current->rseq != rseq || !current->rseq) return -EINVAL;
	jne	8f
	testq	%rsi, %rsi
	jz	8f
	cmpl	$RSEQ_SIZE, PT_REGS_si(%rdi)
	jne	8f
	movq	$-EPERM, %rax
	cmpl	TASK_rseq_sig(%rdx), %ecx
	jne	9f
	movq	$0, TASK_rseq(%rdx)
	leaq	RSEQ_cpu_id(%rsi), %rdi
	movl	$RSEQ_CPU_ID_UNINITIALIZED, %eax
	jmp	put_user_4			# C: return rseq_reset_rseq_cpu_node_id(current);
8:	movq	$-EINVAL, %rax
9:	ret

# rseq_preempt(): the current task has lost the CPU and has it again: its sequence, if it was in one, is to be looked at.
	.globl rseq_preempt
rseq_preempt:
	movq	%gs:current_task, %rax
	cmpq	$0, TASK_rseq(%rax)
	je	1f
	orl	$TIF_NOTIFY_RESUME, TASK_flags(%rax)	# C: rseq_set_notify_resume(t);
1:	ret

# rseq_handle_notify_resume(rdi: pt_regs): a thread that was within its sequence goes on at the abort handler.
	.globl rseq_handle_notify_resume
rseq_handle_notify_resume:
	pushq	%rbx
	pushq	%r12
	subq	$RSEQ_SIZE, %rsp
	movq	%rdi, %rbx
	movq	%gs:current_task, %rax
	movq	TASK_rseq(%rax), %r12
	testq	%r12, %r12
	jz	9f
	leaq	RSEQ_rseq_cs(%r12), %rdi	# C: ret = rseq_get_rseq_cs(t, &rseq_cs);
	call	get_user_8
	testq	%rax, %rax
	jnz	8f
	testq	%rdx, %rdx			# none is going on
	jz	9f
	movq	%rdx, %rsi
	movq	%rsp, %rdi
	movl	$RSEQ_SIZE, %edx
	call	copy_from_user_checked
	testq	%rax, %rax
	jnz	8f
	cmpl	$0, (%rsp)			# C: if (rseq_cs->version > 0) return -EINVAL;
	jne	8f
	movq	PT_REGS_ip(%rbx), %rax
	subq	RSEQ_CS_start_ip(%rsp), %rax
	cmpq	RSEQ_CS_post_commit_offset(%rsp), %rax	# C: if (!in_rseq_cs(ip, &rseq_cs)) return clear_rseq_cs(t);
	jae	7f
	movq	RSEQ_CS_abort_ip(%rsp), %rdi
	subq	$4, %rdi
	call	get_user_4			# C: ret = get_user(sig, usig);
	testq	%rax, %rax
	jnz	8f
	movq	%gs:current_task, %rax
	cmpl	TASK_rseq_sig(%rax), %edx	# C: if (current->rseq_sig != sig) return -EINVAL;
	jne	8f
	movq	RSEQ_CS_abort_ip(%rsp), %rax
	movq	%rax, PT_REGS_ip(%rbx)		# C: instruction_pointer_set(regs, (unsigned long)rseq_cs.abort_ip);
7:	leaq	RSEQ_rseq_cs(%r12), %rdi
	xorl	%eax, %eax
	call	put_user_8			# C: clear_rseq_cs(t);
	testq	%rax, %rax
	jz	9f
8:	movl	$SIGSEGV, %edi
	movl	$SI_KERNEL, %esi
	xorl	%edx, %edx
	call	force_sig_fault			# C: force_sigsegv(sig);
9:	addq	$RSEQ_SIZE, %rsp
	popq	%r12
	popq	%rbx
	ret
