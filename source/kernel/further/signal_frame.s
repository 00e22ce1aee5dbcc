# signal_frame.s · the frame that a handler finds on its stack
#
# From its lowest address: where the handler returns to (a stub of the C library that calls rt_sigreturn), the context
# with all registers, what is known of the signal; above that, the state of the floating-point unit. Like uaccess.s this
# file touches the program's memory, between stac and clac; each store may fault, and the program then gets SIGSEGV.

	.text

# unsafe_put_user value, place, width: one store to the program's memory; a fault leads to sigframe_fault.
	.macro unsafe_put_user value:req, place:req, width=q
9:	mov\width	\value, \place
	.pushsection __ex_table, "a"
	.quad	9b, sigframe_fault
	.popsection
	.endm

# setup_rt_frame(rbx: pt_regs, r12: struct ksignal): writes the frame, and makes the program go on in the handler.
# Out: rax = 0, or -EFAULT and the pt_regs are as they were.
setup_rt_frame:
	pushq	%r13
	pushq	%r14
	movq	$-EFAULT, %rax
	testl	$SA_RESTORER, KSIG_ka+SA_flags(%r12)	# C: if (!(ksig->ka.sa.sa_flags & SA_RESTORER)) return -EFAULT;
	jz	1f
	call	get_sigframe			# C: frame = get_sigframe(ksig, regs, sizeof(struct rt_sigframe), &fp);
	testq	%rax, %rax
	jnz	1f
	call	fill_sigframe
	testq	%rax, %rax
	jnz	1f
	testl	$SA_SIGINFO, KSIG_ka+SA_flags(%r12)	# C: if (ksig->ka.sa.sa_flags & SA_SIGINFO)
	jz	2f
	leaq	SIGFRAME_info(%r13), %rdi
	leaq	KSIG_info(%r12), %rsi
	call	copy_siginfo_to_user		# C: 	if (copy_siginfo_to_user(&frame->info, &ksig->info)) return -EFAULT;
	testq	%rax, %rax
	jnz	1f
2:	movl	KSIG_info+SI_signo(%r12), %eax
	movq	%rax, PT_REGS_di(%rbx)		# C: regs->di = ksig->sig;
	movq	$0, PT_REGS_ax(%rbx)		# C: regs->ax = 0;
	leaq	SIGFRAME_info(%r13), %rax
	movq	%rax, PT_REGS_si(%rbx)		# C: regs->si = (unsigned long)&frame->info;
	leaq	SIGFRAME_uc_flags(%r13), %rax
	movq	%rax, PT_REGS_dx(%rbx)		# C: regs->dx = (unsigned long)&frame->uc;
	movq	KSIG_ka+SA_handler(%r12), %rax
	movq	%rax, PT_REGS_ip(%rbx)		# C: regs->ip = (unsigned long)ksig->ka.sa.sa_handler;
	movq	%r13, PT_REGS_sp(%rbx)		# C: regs->sp = (unsigned long)frame;
	movq	$__USER_CS, PT_REGS_cs(%rbx)	# C: regs->cs = __USER_CS;
	movq	$__USER_DS, PT_REGS_ss(%rbx)	# C: force_valid_ss(regs): it is the only one that a program can have
	xorl	%eax, %eax
1:	popq	%r14
	popq	%r13
	ret

# get_sigframe(rbx: pt_regs, r12: struct ksignal): looks for the place, and stores the floating-point unit's state.
# Out: rax = 0, r13 = the frame, r14 = the state above it; or rax = -EFAULT.
get_sigframe:
	pushq	%rbp
	movq	%gs:current_task, %rdi
	movq	PT_REGS_sp(%rbx), %rax
	call	on_sig_stack			# C: nested_altstack = on_sig_stack(regs->sp);
	sbbl	%ebp, %ebp			# not zero: a handler that is on the alternate stack must not leave it
	subq	$RED_ZONE, %rax			# C: sp -= 128;
	testl	$SA_ONSTACK, KSIG_ka+SA_flags(%r12)	# C: if (ka->sa.sa_flags & SA_ONSTACK) {
	jz	1f
	call	sas_ss_flags			# C: 	if (sas_ss_flags(sp) == 0) {
	testl	%edx, %edx
	jnz	1f
	movq	TASK_sas_ss_sp(%rdi), %rax
	addq	TASK_sas_ss_size(%rdi), %rax	# C: 		sp = current->sas_ss_sp + current->sas_ss_size;
	movl	$1, %ebp			# C: 		entering_altstack = true; } }
1:	subq	$FXSAVE_SIZE, %rax
	andq	$-FPSTATE_ALIGNMENT, %rax	# C: sp = fpu__alloc_mathframe(sp, 0, &buf_fx, &math_size);
	movq	%rax, %r14			# C: *fpstate = (void __user *)sp;
	subq	$SIGFRAME_SIZE, %rax		# C: sp -= frame_size;
	andq	$-16, %rax
	subq	$8, %rax			# C: sp = round_down(sp, FRAME_ALIGNMENT) - 8;
	movq	%rax, %r13
	testl	%ebp, %ebp			# C: if ((nested_altstack || entering_altstack) && !__on_sig_stack(sp))
	jz	2f
	call	__on_sig_stack
	jnc	3f				# C: 	return (void __user *)-1L;
2:	call	copy_fpregs_to_sigframe		# C: if (!copy_fpstate_to_sigframe(*fpstate, …)) return (void __user *)-1L;
	popq	%rbp
	ret
3:	movq	$-EFAULT, %rax
	popq	%rbp
	ret

# copy_fpregs_to_sigframe(r14: user address). Out: rax = 0 or -EFAULT. The words that fxsave leaves to software say that
# there is nothing but what fxsave knows.
copy_fpregs_to_sigframe:
	movq	%r14, %rax
	movl	$FXSAVE_SIZE, %edx
	call	access_ok			# C: if (!access_ok(buf, size)) return false;
	jc	sigframe_bad
	xorl	%eax, %eax
	stac
9:	fxsave64 (%r14)
	.pushsection __ex_table, "a"
	.quad	9b, sigframe_fault
	.popsection
	unsafe_put_user $FP_XSTATE_MAGIC1, FXSAVE_sw_reserved(%r14), l	# C: sw_bytes->magic1 = FP_XSTATE_MAGIC1;
	unsafe_put_user $(FXSAVE_SIZE + FP_XSTATE_MAGIC2_SIZE), FXSAVE_sw_reserved+4(%r14), l	# C: sw_bytes->extended_size = …;
	unsafe_put_user %rax, FXSAVE_sw_reserved+8(%r14)	# C: sw_bytes->xfeatures = fpstate->user_xfeatures;
	unsafe_put_user $FXSAVE_SIZE, FXSAVE_sw_reserved+16(%r14)	# C: sw_bytes->xstate_size = fpstate->user_size;
	unsafe_put_user %rax, FXSAVE_sw_reserved+24(%r14)
	unsafe_put_user %rax, FXSAVE_sw_reserved+32(%r14)
	unsafe_put_user %rax, FXSAVE_sw_reserved+40(%r14)
	clac
	ret

# fill_sigframe(rbx: pt_regs, r12: struct ksignal, r13: frame, r14: its floating-point state). Out: rax = 0 or -EFAULT.
fill_sigframe:
	movq	%r13, %rax
	movl	$SIGFRAME_SIZE, %edx
	call	access_ok			# C: if (!user_access_begin(frame, sizeof(*frame))) return -EFAULT;
	jc	sigframe_bad
	movq	%gs:current_task, %rdx
	xorl	%ecx, %ecx
	stac
	unsafe_put_user $(UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS), SIGFRAME_uc_flags(%r13)	# C: uc_flags = frame_uc_flags(regs);
	unsafe_put_user %rcx, SIGFRAME_uc_link(%r13)
	movq	TASK_sas_ss_sp(%rdx), %rax	# C: unsafe_save_altstack(&frame->uc.uc_stack, regs->sp, Efault);
	unsafe_put_user %rax, SIGFRAME_ss_sp(%r13)
	movl	TASK_sas_ss_flags(%rdx), %eax
	unsafe_put_user %eax, SIGFRAME_ss_flags(%r13), l
	movq	TASK_sas_ss_size(%rdx), %rax
	unsafe_put_user %rax, SIGFRAME_ss_size(%r13)
	movq	KSIG_ka+SA_restorer(%r12), %rax
	unsafe_put_user %rax, SIGFRAME_pretcode(%r13)	# C: unsafe_put_user(ksig->ka.sa.sa_restorer, &frame->pretcode, Efault);

	# C: unsafe_put_sigcontext(&frame->uc.uc_mcontext, fp, regs, set, Efault);
	.irp	field, r8, r9, r10, r11, r12, r13, r14, r15, di, si, bp, bx, dx, ax, cx, sp, ip, flags
	movq	PT_REGS_\field(%rbx), %rax
	unsafe_put_user %rax, SIGFRAME_\field(%r13)
	.endr
	movq	PT_REGS_cs(%rbx), %rax
	unsafe_put_user %ax, SIGFRAME_cs(%r13), w
	unsafe_put_user %cx, SIGFRAME_gs(%r13), w
	unsafe_put_user %cx, SIGFRAME_fs(%r13), w
	movq	PT_REGS_ss(%rbx), %rax
	unsafe_put_user %ax, SIGFRAME_ss(%r13), w
	movq	TASK_error_code(%rdx), %rax
	unsafe_put_user %rax, SIGFRAME_err(%r13)	# C: unsafe_put_user(current->thread.error_code, &sc->err, Efault);
	movq	TASK_trap_nr(%rdx), %rax
	unsafe_put_user %rax, SIGFRAME_trapno(%r13)
	movq	TASK_cr2(%rdx), %rax
	unsafe_put_user %rax, SIGFRAME_cr2(%r13)
	unsafe_put_user %r14, SIGFRAME_fpstate(%r13)

	# The mask that rt_sigreturn puts back: of a call that waits with another one, the mask that it was made with.
	movq	TASK_blocked(%rdx), %rax	# C: set = sigmask_to_save();
	cmpl	$0, TASK_restore_sigmask(%rdx)
	cmovneq	TASK_saved_sigmask(%rdx), %rax
	unsafe_put_user %rax, SIGFRAME_oldmask(%r13)
	unsafe_put_user %rax, SIGFRAME_uc_sigmask(%r13)	# C: unsafe_put_sigmask(set, frame, Efault);
	clac
	xorl	%eax, %eax
	ret

# Where a store that faults goes on: as if the function that it stands in had answered so.
sigframe_fault:
	clac
sigframe_bad:
	movq	$-EFAULT, %rax
	ret

# copy_siginfo_to_user(rdi: user address, rsi: record): a siginfo_t; what a record does not hold is zero. Out: rax = 0 or
# -EFAULT.
	.globl copy_siginfo_to_user
copy_siginfo_to_user:
	pushq	%rdi
	movl	$SIGQUEUE_SIZE, %edx
	call	copy_to_user_checked		# C: if (copy_to_user(to, from, sizeof(struct kernel_siginfo))) return -EFAULT;
	popq	%rdi
	testq	%rax, %rax
	jnz	1f
	addq	$SIGQUEUE_SIZE, %rdi
	movl	$(SIGINFO_SIZE - SIGQUEUE_SIZE), %esi
	call	clear_user_checked		# C: if (clear_user(expansion, SI_EXPANSION_SIZE)) return -EFAULT;
	testq	%rax, %rax
	jnz	1f
	ret
1:	movq	$-EFAULT, %rax
	ret
