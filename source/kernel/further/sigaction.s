# sigaction.s · what a process does at each signal

	.text

# rt_sigaction(signum, act, oldact, sigsetsize)
	.globl __x64_sys_rt_sigaction
__x64_sys_rt_sigaction:
	pushq	%rbx
	pushq	%r12
	subq	$(2 << SA_SHIFT), %rsp		# the new action, and above it the old one
	movq	%rdi, %rbx
	movq	$-EINVAL, %rax			# C: if (sigsetsize != sizeof(sigset_t)) return -EINVAL;
	cmpq	$SIGSET_SIZE, PT_REGS_r10(%rbx)
	jne	9f
	movq	PT_REGS_si(%rbx), %rsi
	testq	%rsi, %rsi
	jz	1f
	movq	%rsp, %rdi
	movl	$(1 << SA_SHIFT), %edx
	call	copy_from_user_checked		# C: if (act && copy_from_user(&new_sa.sa, act, sizeof(new_sa.sa))) return -EFAULT;
	testq	%rax, %rax
	jnz	8f
1:	movl	PT_REGS_di(%rbx), %r12d
	movq	$-EINVAL, %rax
	leal	-1(%r12), %ecx			# C: if (!valid_signal(sig) || sig < 1 || (act && sig_kernel_only(sig))) return -EINVAL;
	cmpl	$_NSIG, %ecx
	jae	9f
	cmpq	$0, PT_REGS_si(%rbx)
	je	2f
	movl	$SIG_KERNEL_ONLY_MASK, %edx
	btq	%rcx, %rdx
	jc	9f
2:	movq	%gs:current_task, %rdi
	movl	%r12d, %esi
	call	task_action			# C: k = &p->sighand->action[sig-1];
	movq	%rax, %rsi
	leaq	(1 << SA_SHIFT)(%rsp), %rdi
	movl	$(1 << (SA_SHIFT - 3)), %ecx
	rep movsq				# C: *oact = *k;
	cmpq	$0, PT_REGS_si(%rbx)		# C: if (act) {
	je	3f
	movq	%rsp, %rsi
	call	replace_action
3:	movq	PT_REGS_dx(%rbx), %rdi
	xorl	%eax, %eax
	testq	%rdi, %rdi
	jz	9f
	leaq	(1 << SA_SHIFT)(%rsp), %rsi
	movl	$(1 << SA_SHIFT), %edx
	call	copy_to_user_checked		# C: if (oact && copy_to_user(oact, &old_sa.sa, sizeof(old_sa.sa))) return -EFAULT;
	testq	%rax, %rax
	jz	9f
8:	movq	$-EFAULT, %rax
9:	addq	$(2 << SA_SHIFT), %rsp
	popq	%r12
	popq	%rbx
	ret

# replace_action(rax: the process's action, rsi: a new one, r12d: its signal): a signal that is now ignored and waits is
# forgotten.
replace_action:
	movl	$UAPI_SA_FLAGS, %edx
	andq	%rdx, SA_flags(%rsi)		# C: 	act->sa.sa_flags &= UAPI_SA_FLAGS;
	andq	$~SIG_KERNEL_ONLY_MASK, SA_mask(%rsi)	# C: 	sigdelsetmask(&act->sa.sa_mask, sigmask(SIGKILL) | sigmask(SIGSTOP));
	movq	%rax, %rdi
	movl	$(1 << (SA_SHIFT - 3)), %ecx
	rep movsq				# C: 	*k = *act;
	leal	-1(%r12), %ecx
	xorl	%edx, %edx
	btsq	%rcx, %rdx
	call	sig_handler_ignored		# C: 	if (sig_handler_ignored(sig_handler(p, sig), sig))
	jne	1f
	movq	%gs:current_task, %rdi
	movq	%rdx, %rsi
	jmp	flush_process_signals		# C: 		flush_sigqueue_mask(…); }
1:	ret

# flush_signal_handlers(rdi: sighand_struct): a new program has no handlers; what was ignored stays so.
	.globl flush_signal_handlers
flush_signal_handlers:
	addq	$SIGHAND_action, %rdi
	movl	$_NSIG, %ecx
	xorl	%eax, %eax
1:	cmpq	$SIG_IGN, SA_handler(%rdi)	# C: if (force_default || ka->sa.sa_handler != SIG_IGN)
	je	2f
	movq	$SIG_DFL, SA_handler(%rdi)	# C: 	ka->sa.sa_handler = SIG_DFL;
2:	movq	%rax, SA_flags(%rdi)		# C: ka->sa.sa_flags = 0;
	movq	%rax, SA_restorer(%rdi)		# C: ka->sa.sa_restorer = NULL;
	movq	%rax, SA_mask(%rdi)		# C: sigemptyset(&ka->sa.sa_mask);
	addq	$(1 << SA_SHIFT), %rdi
	decl	%ecx
	jnz	1b
	ret
