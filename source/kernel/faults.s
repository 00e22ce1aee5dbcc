# faults.s · what becomes of an exception
#
# Called by the idtentry stubs on the thread's stack (or the current one, from ring 0): rdi = pt_regs, rsi = error code,
# edx = vector. From user mode an exception is a signal; from kernel mode it is foreseen in the exception table or it is
# the kernel's own mistake.

	.text

# exc_trap: the vectors whose signal is a matter of the table alone.
	.globl exc_trap
exc_trap:
	testb	$3, PT_REGS_cs(%rdi)		# C: if (!user_mode(regs))
	jz	exc_in_kernel
	leaq	trap_signals(%rip), %rcx
	movl	%edx, %edx
	leaq	(%rcx,%rdx,8), %rcx
	xorl	%edx, %edx
	testl	$TRAP_AT_IP, 4(%rcx)		# si_addr: the instruction, where Linux names it; else nothing
	cmovnzq	PT_REGS_ip(%rdi), %rdx
	movzwl	4(%rcx), %esi			# si_code
	movl	(%rcx), %edi			# signal
	jmp	force_sig_fault			# C: force_sig_fault(signr, sicode, addr);

# exc_debug: dr6 says why. The processor only ever sets bits in it, so they are cleared here.
	.globl exc_debug
exc_debug:
	movq	%dr6, %r8			# C: dr6 = debug_read_clear_dr6();
	movl	$DR6_RESERVED, %eax
	movq	%rax, %dr6
	testb	$3, PT_REGS_cs(%rdi)
	jz	exc_in_kernel
	movl	$TRAP_TRACE, %esi		# C: si_code = get_si_code(dr6);
	testl	$DR_STEP, %r8d
	jnz	1f
	movl	$TRAP_HWBKPT, %esi
	testl	$DR_TRAP_BITS, %r8d
	jnz	1f
	movl	$TRAP_BRKPT, %esi
1:	movq	PT_REGS_ip(%rdi), %rdx
	movl	$SIGTRAP, %edi
	jmp	force_sig_fault			# C: send_sigtrap(regs, 0, si_code);

# exc_coprocessor_error and exc_simd_coprocessor_error: floating point. What happened and what is masked stand in
# the x87 unit's status and control words, or both in mxcsr.
	.globl exc_coprocessor_error
exc_coprocessor_error:
	testb	$3, PT_REGS_cs(%rdi)
	jz	exc_in_kernel
	pushq	$0
	fnstcw	(%rsp)
	popq	%rcx
	pushq	$0
	fnstsw	(%rsp)
	popq	%rax
	jmp	math_error			# C: math_error(regs, X86_TRAP_MF);

	.globl exc_simd_coprocessor_error
exc_simd_coprocessor_error:
	testb	$3, PT_REGS_cs(%rdi)
	jz	exc_in_kernel
	pushq	$0
	stmxcsr	(%rsp)
	popq	%rax
	movl	%eax, %ecx
	shrl	$7, %ecx			# the masks stand seven bits above what they mask
						# C: math_error(regs, X86_TRAP_XF);

# math_error(rdi: pt_regs, eax: exceptions that happened, ecx: exceptions that are masked)
math_error:
	notl	%ecx
	andl	%ecx, %eax			# C: err = happened & ~masked;
	leaq	fpe_codes(%rip), %rcx
1:	movl	(%rcx), %edx			# C: si_code = fpu__exception_code(fpu, trapnr);
	testl	%edx, %edx
	jz	3f				# C: if (!si_code) return; nothing has happened, so try again
	testl	%edx, %eax
	jnz	2f
	addq	$8, %rcx
	jmp	1b
2:	movl	4(%rcx), %esi
	movq	PT_REGS_ip(%rdi), %rdx
	movl	$SIGFPE, %edi
	jmp	force_sig_fault			# C: force_sig_fault(SIGFPE, si_code, (void __user *)regs->ip);
3:	ret

# exc_page_fault: the address is in cr2. Which pages a program may have the host knows; it brings in what is missing, makes
# copies of what two processes shared, or says which signal it is.
	.globl exc_page_fault
exc_page_fault:
	movq	%cr2, %r8			# C: address = read_cr2();
	movq	$TASK_SIZE_MAX, %rax
	cmpq	%rax, %r8			# C: if (unlikely(fault_in_kernel_space(address))) do_kern_addr_fault(…);
	jae	2f
	testb	$3, PT_REGS_cs(%rdi)
	jnz	1f
	testl	$X86_EFLAGS_AC, PT_REGS_flags(%rdi)	# the kernel touches user pages behind stac only
	jz	exc_in_kernel
1:	pushq	%rdi
	pushq	%r8
	movq	%r8, %rdi
	movl	$HOST_page_fault, %eax		# C: fault = handle_mm_fault(vma, address, flags, regs);
	vmcall
	popq	%rdx
	popq	%rdi
	testq	%rax, %rax			# the page is there now: the instruction is tried again
	jz	4f
	testb	$3, PT_REGS_cs(%rdi)
	jz	exc_in_kernel
	movzbl	%al, %edi			# the signal, and above it the si_code
	movzbl	%ah, %esi
	jmp	force_sig_fault			# C: force_sig_fault(SIGSEGV, si_code, address);
	# Of the kernel's half a program learns nothing, not even what is mapped.
2:	testb	$3, PT_REGS_cs(%rdi)
	jz	exc_in_kernel
	movl	$SIGSEGV, %edi
	movl	$SEGV_MAPERR, %esi
	movq	%r8, %rdx
	jmp	force_sig_fault
4:	ret

# An exception in ring 0: go on where the exception table says, if it knows the place.
exc_in_kernel:
	movq	PT_REGS_ip(%rdi), %rax		# C: if (fixup_exception(regs, trapnr)) return;
	leaq	__start___ex_table(%rip), %rcx
1:	leaq	__stop___ex_table(%rip), %r8
	cmpq	%r8, %rcx
	jae	die
	cmpq	(%rcx), %rax
	je	2f
	addq	$16, %rcx
	jmp	1b
2:	movq	8(%rcx), %rax
	movq	%rax, PT_REGS_ip(%rdi)
	ret

# die: the kernel's own mistake. Says so on the console and switches the machine off.
	.globl die
die:
	leaq	panic_message(%rip), %rsi
	movl	$panic_message_length, %ecx
	call	serial_write
	movl	$(PANIC_STATUS << 16), %eax
	movl	$POWER_PORT, %edx
	outl	%eax, %dx
1:	hlt
	jmp	1b
