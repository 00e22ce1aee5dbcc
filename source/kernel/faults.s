# faults.s · what becomes of an exception
#
# Called by the idtentry stubs on the thread's stack (or the current one, from ring 0): rdi = pt_regs, rsi = error code,
# edx = vector. From user mode an exception is a signal; from kernel mode it is foreseen in the exception table or it is
# the kernel's own mistake.

	.text

# exc_trap: all vectors but the page fault.
	.globl exc_trap
exc_trap:
	testb	$3, PT_REGS_cs(%rdi)		# C: if (!user_mode(regs))
	jz	exc_in_kernel
	leaq	trap_signals(%rip), %rax
	movl	%edx, %ecx
	movl	(%rax,%rcx,8), %edi		# signal
	movl	4(%rax,%rcx,8), %esi		# si_code
	xorl	%edx, %edx			# si_addr: the processor names none
	jmp	force_sig_fault			# C: force_sig_fault(signr, sicode, addr);

# exc_page_fault: the address is in cr2; the error code's bit 0 says whether a page was there.
	.globl exc_page_fault
exc_page_fault:
	movq	%cr2, %r8			# C: address = read_cr2();
	testb	$3, PT_REGS_cs(%rdi)
	jz	exc_in_kernel
	movl	$SEGV_MAPERR, %ecx
	movq	$TASK_SIZE_MAX, %rax
	cmpq	%rax, %r8			# of the kernel's half a program learns nothing, not even what is mapped
	jae	1f
	testb	$1, %sil
	jz	1f
	movl	$SEGV_ACCERR, %ecx
1:	movl	$SIGSEGV, %edi
	movl	%ecx, %esi
	movq	%r8, %rdx
	jmp	force_sig_fault			# C: force_sig_fault(SIGSEGV, si_code, address);

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

# force_sig_fault(edi: signal, esi: si_code, rdx: address): without a handler, the signal ends the process.
	.globl force_sig_fault
force_sig_fault:
	movq	%gs:current_task, %rax
	movl	%edi, TASK_signal(%rax)
	movl	%esi, TASK_si_code(%rax)
	movq	%rdx, TASK_si_addr(%rax)
	jmp	do_exit				# C: do_group_exit(signr);

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
