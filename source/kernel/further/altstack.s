# altstack.s · the stack that signal handlers may have to themselves
#
# A program whose own stack may be used up names another one (sigaltstack); handlers with SA_ONSTACK run there. With
# SS_AUTODISARM the task forgets it while such a handler runs, and has it back from the handler's frame.

	.text

# __on_sig_stack(rdi: task, rax: stack pointer). Out: CF = 1 if it points into the alternate stack. rdx is changed.
__on_sig_stack:
	movq	TASK_sas_ss_sp(%rdi), %rdx	# C: return sp > current->sas_ss_sp &&
	cmpq	%rax, %rdx
	jae	1f
	negq	%rdx
	addq	%rax, %rdx			# C: 	sp - current->sas_ss_sp <= current->sas_ss_size;
	decq	%rdx
	cmpq	TASK_sas_ss_size(%rdi), %rdx
	ret
1:	clc
	ret

# on_sig_stack: the same, but a stack that is forgotten while it is in use counts as not in use.
on_sig_stack:
	testl	$SS_AUTODISARM, TASK_sas_ss_flags(%rdi)	# C: if (current->sas_ss_flags & SS_AUTODISARM) return 0;
	jz	__on_sig_stack
	clc
	ret

# sas_ss_flags(rdi: task, rax: stack pointer). Out: edx = SS_DISABLE, SS_ONSTACK or 0: there is one, and it is not in use.
sas_ss_flags:
	movl	$SS_DISABLE, %edx
	cmpq	$0, TASK_sas_ss_size(%rdi)	# C: if (!current->sas_ss_size) return SS_DISABLE;
	je	1f
	call	on_sig_stack			# C: return on_sig_stack(sp) ? SS_ONSTACK : 0;
	movl	$0, %edx
	jnc	1f
	movl	$SS_ONSTACK, %edx
1:	ret

# do_sigaltstack(rdi: the current task, rsi: stack_t, rax: the user's stack pointer): takes another alternate stack.
# Out: rax = 0 or minus an error number.
do_sigaltstack:
	call	on_sig_stack
	movq	$-EPERM, %rax			# C: if (on_sig_stack(sp)) return -EPERM;
	jc	5f
	movl	STACK_T_flags(%rsi), %ecx
	movl	%ecx, %edx
	andl	$~SS_AUTODISARM, %edx		# C: ss_mode = ss_flags & ~SS_FLAG_BITS;
	movq	$-EINVAL, %rax
	cmpl	$SS_DISABLE, %edx		# C: if (ss_mode != SS_DISABLE && ss_mode != SS_ONSTACK && ss_mode != 0) return -EINVAL;
	ja	5f
	movq	STACK_T_sp(%rsi), %r8
	movq	STACK_T_size(%rsi), %r9
	cmpq	%r8, TASK_sas_ss_sp(%rdi)	# C: if (nothing is different) return 0;
	jne	1f
	cmpq	%r9, TASK_sas_ss_size(%rdi)
	jne	1f
	cmpl	%ecx, TASK_sas_ss_flags(%rdi)
	je	4f
1:	cmpl	$SS_DISABLE, %edx		# C: if (ss_mode == SS_DISABLE) { ss_size = 0; ss_sp = NULL; }
	je	2f
	movq	$-ENOMEM, %rax
	cmpq	$MINSIGSTKSZ, %r9		# C: else if (ss_size < min_ss_size) ret = -ENOMEM;
	jb	5f
	jmp	3f
2:	xorl	%r8d, %r8d
	xorl	%r9d, %r9d
3:	movq	%r8, TASK_sas_ss_sp(%rdi)	# C: t->sas_ss_sp = (unsigned long)ss_sp;
	movq	%r9, TASK_sas_ss_size(%rdi)	# C: t->sas_ss_size = ss_size;
	movl	%ecx, TASK_sas_ss_flags(%rdi)	# C: t->sas_ss_flags = ss_flags;
4:	xorl	%eax, %eax
5:	ret

# restore_altstack(rdi: user address of a stack_t, rsi: the user's stack pointer): from a handler's frame; what cannot be
# taken is left. Out: rax = 0 or -EFAULT.
restore_altstack:
	pushq	%rsi
	subq	$STACK_T_SIZE, %rsp
	movq	%rdi, %rsi
	movq	%rsp, %rdi
	movl	$STACK_T_SIZE, %edx
	call	copy_from_user_checked		# C: if (copy_from_user(&new, uss, sizeof(stack_t))) return -EFAULT;
	testq	%rax, %rax
	movq	$-EFAULT, %rax
	jnz	1f
	movq	%gs:current_task, %rdi
	movq	%rsp, %rsi
	movq	STACK_T_SIZE(%rsp), %rax
	call	do_sigaltstack			# C: (void)do_sigaltstack(&new, NULL, current_user_stack_pointer(), MINSIGSTKSZ);
	xorl	%eax, %eax
1:	addq	$(STACK_T_SIZE + 8), %rsp
	ret

# sigaltstack(ss, old_ss)
	.globl __x64_sys_sigaltstack
__x64_sys_sigaltstack:
	pushq	%rbx
	subq	$(2 * STACK_T_SIZE), %rsp	# the new one, and above it the old one
	movq	%rdi, %rbx
	movq	PT_REGS_di(%rbx), %rsi
	testq	%rsi, %rsi
	jz	1f
	movq	%rsp, %rdi
	movl	$STACK_T_SIZE, %edx
	call	copy_from_user_checked		# C: if (uss && copy_from_user(&new, uss, sizeof(stack_t))) return -EFAULT;
	testq	%rax, %rax
	jnz	8f
1:	movq	%gs:current_task, %rdi
	movq	TASK_sas_ss_sp(%rdi), %rax
	movq	%rax, STACK_T_SIZE+STACK_T_sp(%rsp)	# C: oss->ss_sp = t->sas_ss_sp;
	movq	TASK_sas_ss_size(%rdi), %rax
	movq	%rax, STACK_T_SIZE+STACK_T_size(%rsp)	# C: oss->ss_size = t->sas_ss_size;
	movq	PT_REGS_sp(%rbx), %rax
	call	sas_ss_flags
	movl	TASK_sas_ss_flags(%rdi), %ecx
	andl	$SS_AUTODISARM, %ecx
	orl	%ecx, %edx
	movq	%rdx, STACK_T_SIZE+STACK_T_flags(%rsp)	# C: oss->ss_flags = sas_ss_flags(sp) | (current->sas_ss_flags & SS_FLAG_BITS);
	cmpq	$0, PT_REGS_di(%rbx)
	je	2f
	movq	%rsp, %rsi
	call	do_sigaltstack			# C: err = do_sigaltstack(&new, &old, current_user_stack_pointer(), MINSIGSTKSZ);
	testq	%rax, %rax
	jnz	9f
2:	movq	PT_REGS_si(%rbx), %rdi
	xorl	%eax, %eax
	testq	%rdi, %rdi
	jz	9f
	leaq	STACK_T_SIZE(%rsp), %rsi
	movl	$STACK_T_SIZE, %edx
	call	copy_to_user_checked		# C: if (uoss && copy_to_user(uoss, &old, sizeof(stack_t))) err = -EFAULT;
	testq	%rax, %rax
	jz	9f
8:	movq	$-EFAULT, %rax
9:	addq	$(2 * STACK_T_SIZE), %rsp
	popq	%rbx
	ret
