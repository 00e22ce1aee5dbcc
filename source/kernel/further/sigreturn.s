# sigreturn.s · back from a handler
#
# rt_sigreturn is called by the stub that a handler returns to; the frame lies where the handler's stack pointer was,
# eight bytes below. The frame is the program's own memory and may hold anything: what is taken from it is made safe
# first, and what cannot be read ends in SIGSEGV.

	.text

# rt_sigreturn(): all registers are what the frame says, and the answer is what it says of rax.
	.globl __x64_sys_rt_sigreturn
__x64_sys_rt_sigreturn:
	pushq	%rbx
	pushq	%r13
	pushq	%r14
	movq	%rdi, %rbx
	movq	PT_REGS_sp(%rbx), %r13
	subq	$8, %r13			# C: frame = (struct rt_sigframe __user *)(regs->sp - sizeof(long));
	movq	%r13, %rax
	movl	$SIGFRAME_SIZE, %edx
	call	access_ok			# C: if (!access_ok(frame, sizeof(*frame))) goto badframe;
	jc	1f
	leaq	SIGFRAME_uc_flags(%r13), %rdi
	call	get_user_8			# C: if (__get_user(uc_flags, &frame->uc.uc_flags)) goto badframe;
	testq	%rax, %rax
	jnz	1f
	movq	%rdx, %r14
	leaq	SIGFRAME_uc_sigmask(%r13), %rdi
	call	get_user_8			# C: if (__get_user(set, &frame->uc.uc_sigmask)) goto badframe;
	testq	%rax, %rax
	jnz	1f
	movq	%rdx, %rdi
	call	set_current_blocked		# C: set_current_blocked(&set);
	leaq	SIGFRAME_ss_sp(%r13), %rdi
	movq	PT_REGS_sp(%rbx), %rsi
	call	restore_altstack		# C: if (restore_altstack(&frame->uc.uc_stack)) goto badframe;
	testq	%rax, %rax
	jnz	1f
	call	restore_sigcontext		# C: if (!restore_sigcontext(regs, &frame->uc.uc_mcontext, uc_flags)) goto badframe;
	testq	%rax, %rax
	jnz	1f
	movq	PT_REGS_ax(%rbx), %rax		# C: return regs->ax;
	jmp	2f
1:	movl	$SIGSEGV, %edi			# C: badframe:
	call	force_sig			# C: signal_fault(regs, frame, "rt_sigreturn");
	xorl	%eax, %eax			# C: return 0;
2:	popq	%r14
	popq	%r13
	popq	%rbx
	ret

# restore_sigcontext(rbx: pt_regs, r13: frame, r14: its uc_flags). Out: rax = 0 or -EFAULT.
restore_sigcontext:
	subq	$SIGCONTEXT_SIZE, %rsp
	movq	%gs:current_task, %rax
	movq	$0, TASK_restart_until(%rax)	# C: current->restart_block.fn = do_no_restart_syscall;
	movq	%rsp, %rdi
	leaq	SIGFRAME_CONTEXT(%r13), %rsi
	movl	$SIGCONTEXT_SIZE, %edx
	call	copy_from_user_checked		# C: if (copy_from_user(&sc, usc, offsetof(struct sigcontext, reserved1))) return false;
	testq	%rax, %rax
	movq	$-EFAULT, %rax
	jnz	2f
	.irp	field, r8, r9, r10, r11, r12, r13, r14, r15, di, si, bp, bx, dx, ax, cx, sp, ip
	movq	(SIGFRAME_\field - SIGFRAME_CONTEXT)(%rsp), %rax
	movq	%rax, PT_REGS_\field(%rbx)	# C: regs->\field = sc.\field;
	.endr
	movzwl	(SIGFRAME_cs - SIGFRAME_CONTEXT)(%rsp), %eax
	orl	$3, %eax			# never the kernel's
	movq	%rax, PT_REGS_cs(%rbx)		# C: regs->cs = sc.cs | 0x03;
	movzwl	(SIGFRAME_ss - SIGFRAME_CONTEXT)(%rsp), %ecx
	orl	$3, %ecx
	testl	$UC_STRICT_RESTORE_SS, %r14d	# C: if (!(uc_flags & UC_STRICT_RESTORE_SS) && user_64bit_mode(regs))
	jnz	1f
	cmpl	$__USER_CS, %eax
	jne	1f
	movl	$__USER_DS, %ecx		# C: 	force_valid_ss(regs);
1:	movq	%rcx, PT_REGS_ss(%rbx)		# C: regs->ss = sc.ss | 0x03;
	movq	(SIGFRAME_flags - SIGFRAME_CONTEXT)(%rsp), %rax
	andq	$~FIX_EFLAGS, PT_REGS_flags(%rbx)
	andl	$FIX_EFLAGS, %eax
	orq	%rax, PT_REGS_flags(%rbx)	# C: regs->flags = (regs->flags & ~FIX_EFLAGS) | (sc.flags & FIX_EFLAGS);
	movq	$-1, PT_REGS_orig_ax(%rbx)	# C: regs->orig_ax = -1; there is no call to make again
	movq	(SIGFRAME_fpstate - SIGFRAME_CONTEXT)(%rsp), %rdi
	call	fpu__restore_sig		# C: return fpu__restore_sig((void __user *)sc.fpstate, 0);
2:	addq	$SIGCONTEXT_SIZE, %rsp
	ret

# fpu__restore_sig(rdi: user address of what fxsave has written, or 0). Out: rax = 0 or -EFAULT; then, and for 0, the
# floating-point unit is as a new program finds it. An image that fxrstor refuses is a fault like one that is not there.
fpu__restore_sig:
	testq	%rdi, %rdi			# C: if (!buf) { fpu__clear_user_states(fpu); return true; }
	jz	2f
	movq	%rdi, %rax
	movl	$FXSAVE_SIZE, %edx
	call	access_ok			# C: if (!access_ok(buf, size)) goto out;
	jc	1f
	xorl	%eax, %eax
	stac
fpu_restore_load:
	fxrstor64 (%rdi)			# C: success = __fpu_restore_sig(buf, buf_fx, ia32_fxstate);
	clac
	ret
fpu_restore_fault:
	clac
1:	movq	$-EFAULT, %rax			# C: if (!success) fpu__clear_user_states(fpu);
	fxrstor64 init_fpstate(%rip)
	ret
2:	xorl	%eax, %eax
	fxrstor64 init_fpstate(%rip)
	ret

	.section __ex_table, "a"
	.quad	fpu_restore_load, fpu_restore_fault
	.text
