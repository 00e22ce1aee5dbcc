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
	call	note_trap
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
	jz	exc_debug_kernel
	call	note_trap
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

# exc_debug_kernel: a breakpoint of the program's that the kernel ran into, or one that was held back by a load of ss until
# the first instruction of the entry code: nobody's business here. A trap flag in ring 0 is put out.
exc_debug_kernel:
	testl	$DR_STEP, %r8d
	jz	1f
	andq	$~X86_EFLAGS_TF, PT_REGS_flags(%rdi)	# C: regs->flags &= ~X86_EFLAGS_TF;
1:	ret

# exc_nmi: nothing on this machine asks for it but a button; it is counted.
	.globl exc_nmi
exc_nmi:
	incq	nmi_count(%rip)			# C: inc_irq_stat(__nmi_count);
	ret

# exc_spurious_interrupt_bug: an interrupt that nobody asked for is passed over.
	.globl exc_spurious_interrupt_bug
exc_spurious_interrupt_bug:
	ret

# exc_double_fault: an exception could not be delivered. There is no way back from that; a common reason is a kernel stack
# that has run into the page below it.
	.globl exc_double_fault
exc_double_fault:
	leaq	panic_double_fault(%rip), %rsi
	movq	%cr2, %rax
	movq	%gs:cpu_current_top_of_stack, %rcx
	subq	$THREAD_SIZE, %rcx
	subq	%rax, %rcx			# C: if (get_stack_guard_info((void *)address, &info))
	jbe	panic
	cmpq	$(THREAD_STRIDE - THREAD_SIZE), %rcx
	ja	panic
	leaq	panic_stack_guard(%rip), %rsi	# C: 	handle_stack_overflow(regs, address, &info);
	jmp	panic

# exc_machine_check: the hardware says that it is broken.
	.globl exc_machine_check
exc_machine_check:
	leaq	panic_machine_check(%rip), %rsi
	jmp	panic				# C: mce_panic("Fatal machine check", &m, msg);

# exc_coprocessor_error and exc_simd_coprocessor_error: floating point. What happened and what is masked stand in
# the x87 unit's status and control words, or both in mxcsr.
	.globl exc_coprocessor_error
exc_coprocessor_error:
	testb	$3, PT_REGS_cs(%rdi)
	jz	exc_in_kernel
	call	note_trap
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
	call	note_trap
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
1:	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	movq	%r8, %rdi
	movl	$HOST_page_fault, %eax		# C: fault = handle_mm_fault(vma, address, flags, regs);
	vmcall
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	testq	%rax, %rax			# the page is there now: the instruction is tried again
	jz	4f
	testb	$3, PT_REGS_cs(%rdi)
	jz	exc_in_kernel
	movl	%eax, %r9d			# the signal, and above it the si_code
	call	note_page_fault
	movq	%r8, %rdx
	movzbl	%r9b, %edi
	movl	%r9d, %esi
	shrl	$8, %esi
	jmp	force_sig_fault			# C: force_sig_fault(SIGSEGV, si_code, address);
	# Of the kernel's half a program learns nothing, not even what is mapped.
2:	testb	$3, PT_REGS_cs(%rdi)
	jz	exc_in_kernel
	orl	$X86_PF_PROT, %esi		# C: sanitize_error_code(address, &error_code);
	call	note_page_fault
	movl	$SIGSEGV, %edi
	movl	$SEGV_MAPERR, %esi
	movq	%r8, %rdx
	jmp	force_sig_fault
4:	ret

# note_page_fault(rsi: error code, edx: vector, r8: address), note_trap(rsi: error code or -1, edx: vector): what the frame
# of a handler will say of the exception. Only rax and rsi are changed.
note_page_fault:
	movq	%gs:current_task, %rax
	movq	%r8, TASK_cr2(%rax)		# C: tsk->thread.cr2 = address;
note_trap:
	movq	%gs:current_task, %rax
	movl	%edx, TASK_trap_nr(%rax)	# C: tsk->thread.trap_nr = trapnr;
	cmpq	$-1, %rsi			# the processor gave none
	jne	1f
	xorl	%esi, %esi
1:	movq	%rsi, TASK_error_code(%rax)	# C: tsk->thread.error_code = error_code;
	ret

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

# die(rdi: pt_regs, edx: vector): the kernel's own mistake.
	.globl die
die:
	leaq	panic_fatal(%rip), %rsi

# panic(rdi: pt_regs, edx: vector, rsi: why): says so on the console, with the place and the vector, and switches the
# machine off.
	.globl panic
panic:
	movq	%rdi, %rbx
	movl	%edx, %ebp
	movq	%rsi, %r12
	leaq	panic_text(%rip), %rsi
	call	serial_puts
	movq	%r12, %rsi
	call	serial_puts
	leaq	panic_at(%rip), %rsi
	call	serial_puts
	movq	PT_REGS_ip(%rbx), %rax
	movl	$16, %ecx
	call	serial_hex
	leaq	panic_vector(%rip), %rsi
	call	serial_puts
	movl	%ebp, %eax
	shlq	$56, %rax
	movl	$2, %ecx
	call	serial_hex
	movl	$'\n', %eax
	movl	$SERIAL_PORT, %edx
	outb	%al, %dx
	movl	$(PANIC_STATUS << 16), %eax
	movl	$POWER_PORT, %edx
	outl	%eax, %dx
1:	hlt
	jmp	1b

# serial_puts(rsi: text that ends with a zero)
serial_puts:
	movl	$SERIAL_PORT, %edx
1:	lodsb
	testb	%al, %al
	jz	2f
	outb	%al, %dx
	jmp	1b
2:	ret

# serial_hex(rax: number, ecx: how many of its digits, from the highest)
serial_hex:
	movq	%rax, %r8
	leaq	hex_digits(%rip), %rsi
	movl	$SERIAL_PORT, %edx
1:	rolq	$4, %r8
	movl	%r8d, %eax
	andl	$15, %eax
	movzbl	(%rsi,%rax), %eax
	outb	%al, %dx
	decl	%ecx
	jnz	1b
	ret

	.section .rodata
hex_digits:
	.ascii	"0123456789abcdef"
	.text
