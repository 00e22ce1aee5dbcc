# entry_64.s · the door, both ways
#
# The order is mainline's (arch/x86/entry/entry_64.S). Its mitigations against speculation (IBRS, untrained returns, a
# cleared branch history) stand before the call there; this kernel leaves them out.
#
# With page-table isolation the user's tables map nothing of the kernel but this section, the entry area and the page of
# cpu_tss_rw: all that is touched before cr3 is switched on the way in, and after it on the way out.

	.section .entry.text, "ax"
	.balign	PAGE_SIZE
	# What isolation leaves mapped in the user’s tables begins here.
__entry_text_start:

# The kernel's tables: those at the page below the user's, under the PCID without bit 11. No translation is dropped.
	.macro SWITCH_TO_KERNEL_CR3 scratch:req
	.if CONFIG_ISOLATION
	movq	%cr3, \scratch
	andq	$~PTI_USER_PGTABLE_AND_PCID_MASK, \scratch
	btsq	$X86_CR3_PCID_NOFLUSH_BIT, \scratch
	movq	\scratch, %cr3
	.endif
	.endm

	.macro SWITCH_TO_USER_CR3 scratch:req
	.if CONFIG_ISOLATION
	movq	%cr3, \scratch
	orq	$PTI_USER_PGTABLE_AND_PCID_MASK, \scratch
	btsq	$X86_CR3_PCID_NOFLUSH_BIT, \scratch
	movq	\scratch, %cr3
	.endif
	.endm

# entry_SYSCALL_64: where MSR_LSTAR points.
#
# In: CPL 0, interrupts off. rax = number; rdi, rsi, rdx, r10, r8, r9 = arguments; rcx = the user's next rip;
# r11 = the user's rflags; rsp and the GS base are still the user's.
# Out: by sysretq, or by iretq from swapgs_restore_regs_and_return_to_usermode.
	.globl entry_SYSCALL_64
entry_SYSCALL_64:
	endbr64
	swapgs					# now %gs: reaches the kernel's per-CPU variables
	movq	%rsp, %gs:cpu_tss_rw + TSS_sp2	# the user's rsp into the scratch slot
	SWITCH_TO_KERNEL_CR3 %rsp		# with isolation; rsp is free to help
	movq	%gs:cpu_current_top_of_stack, %rsp	# the stack switch

	# struct pt_regs, from its highest field down.
	pushq	$__USER_DS			# pt_regs->ss
	pushq	%gs:cpu_tss_rw + TSS_sp2	# pt_regs->sp
	pushq	%r11				# pt_regs->flags
	pushq	$__USER_CS			# pt_regs->cs
	pushq	%rcx				# pt_regs->ip
	.globl entry_SYSCALL_64_after_hwframe
entry_SYSCALL_64_after_hwframe:
	pushq	%rax				# pt_regs->orig_ax
	pushq	%rdi				# pt_regs->di
	pushq	%rsi				# pt_regs->si
	pushq	%rdx				# pt_regs->dx
	pushq	%rcx				# pt_regs->cx
	pushq	$-ENOSYS			# pt_regs->ax
	pushq	%r8				# pt_regs->r8
	pushq	%r9				# pt_regs->r9
	pushq	%r10				# pt_regs->r10
	pushq	%r11				# pt_regs->r11
	pushq	%rbx				# pt_regs->bx
	pushq	%rbp				# pt_regs->bp
	pushq	%r12				# pt_regs->r12
	pushq	%r13				# pt_regs->r13
	pushq	%r14				# pt_regs->r14
	pushq	%r15				# pt_regs->r15

	# What the user left in registers is no use to the kernel and could be to an attacker.
	xorl	%esi, %esi
	xorl	%edx, %edx
	xorl	%ecx, %ecx
	xorl	%r8d, %r8d
	xorl	%r9d, %r9d
	xorl	%r10d, %r10d
	xorl	%r11d, %r11d
	xorl	%ebx, %ebx
	xorl	%ebp, %ebp
	xorl	%r12d, %r12d
	xorl	%r13d, %r13d
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d

	movq	%rsp, %rdi			# first argument: the pt_regs
	movslq	%eax, %rsi			# second: the number, as a signed int
	call	do_syscall_64			# C: do_syscall_64(regs, nr)
	testb	%al, %al			# may the way back be the short one?
	jz	swapgs_restore_regs_and_return_to_usermode

# All checks for SYSRET have passed: rcx holds the user's rip and r11 the user's rflags once they are popped.
	.globl syscall_return_via_sysret
syscall_return_via_sysret:
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rax
	popq	%rcx
	popq	%rdx
	popq	%rsi

	# rdi and rsp go by way of the trampoline stack, which stays mapped whatever page tables are in force.
	movq	%rsp, %rdi
	movq	%gs:cpu_tss_rw + TSS_sp0, %rsp
	pushq	(PT_REGS_sp - PT_REGS_di)(%rdi)	# the user's rsp
	pushq	(%rdi)				# the user's rdi
	SWITCH_TO_USER_CR3 %rdi
	popq	%rdi
	popq	%rsp
	swapgs
	.globl entry_SYSRETQ_unsafe_stack
entry_SYSRETQ_unsafe_stack:
	sysretq

# SYSCALL from 32-bit code, which this kernel does not run.
entry_SYSCALL32_ignore:
	endbr64
	movl	$-ENOSYS, %eax
	sysretl

# swapgs_restore_regs_and_return_to_usermode: the way back that restores everything, rcx and r11 too.
#
# In: rsp = a complete pt_regs of user mode on the thread's stack. The five words of its end go to the trampoline
# stack, where iretq takes them.
	.globl swapgs_restore_regs_and_return_to_usermode
swapgs_restore_regs_and_return_to_usermode:
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rax
	popq	%rcx
	popq	%rdx
	popq	%rsi
	movq	%rsp, %rdi
	movq	%gs:cpu_tss_rw + TSS_sp0, %rsp
	pushq	(PT_REGS_ss - PT_REGS_di)(%rdi)
	pushq	(PT_REGS_sp - PT_REGS_di)(%rdi)
	pushq	(PT_REGS_flags - PT_REGS_di)(%rdi)
	pushq	(PT_REGS_cs - PT_REGS_di)(%rdi)
	pushq	(PT_REGS_ip - PT_REGS_di)(%rdi)
	pushq	(%rdi)
	SWITCH_TO_USER_CR3 %rdi
	popq	%rdi
	swapgs
	.globl native_irq_return_iret
native_irq_return_iret:
	iretq

# Completes the pt_regs in a function that was called with orig_ax or the error code on top of the processor's frame; its
# return address ends up below them. The program's registers are no use to the kernel.
	.macro PUSH_AND_CLEAR_REGS
	pushq	%rsi				# pt_regs->si
	movq	8(%rsp), %rsi			# the return address stands where di belongs
	movq	%rdi, 8(%rsp)			# pt_regs->di
	pushq	%rdx
	pushq	%rcx
	pushq	%rax
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	pushq	%rsi				# the return address, below the pt_regs
	xorl	%esi, %esi
	xorl	%edx, %edx
	xorl	%ecx, %ecx
	xorl	%r8d, %r8d
	xorl	%r9d, %r9d
	xorl	%r10d, %r10d
	xorl	%r11d, %r11d
	xorl	%ebx, %ebx
	xorl	%ebp, %ebp
	xorl	%r12d, %r12d
	xorl	%r13d, %r13d
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d
	.endm

# Gives back all registers of a pt_regs but those of its end.
	.macro POP_REGS
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rax
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
	.endm

# An exception's way in. Without an error code from the processor, -1 takes its place in the frame.
#
# In: the processor's frame on the entry stack (from ring 3) or on the current stack (from ring 0); interrupts off.
	.macro idtentry vector:req, name:req, function:req, has_error_code=0
	.globl asm_exc_\name
asm_exc_\name:
	endbr64
	clac					# an exception keeps the program's AC, which must not open user pages here
	cld
	.if \has_error_code == 0
	pushq	$-1				# pt_regs->orig_ax
	.endif
	call	error_entry
	movq	%rax, %rsp			# the stack on which the pt_regs now stand
	movq	%rsp, %rdi			# first argument: the pt_regs
	movq	PT_REGS_orig_ax(%rsp), %rsi	# second: the error code
	movq	$-1, PT_REGS_orig_ax(%rsp)	# no call to restart
	movl	$\vector, %edx			# third: the vector
	call	\function
	jmp	error_return
	.endm

	idtentry 0, divide_error, exc_trap
	idtentry 3, int3, exc_trap
	idtentry 4, overflow, exc_trap
	idtentry 5, bounds, exc_trap
	idtentry 6, invalid_op, exc_trap
	idtentry 7, device_not_available, exc_trap
	idtentry 9, coproc_segment_overrun, exc_trap
	idtentry 10, invalid_tss, exc_trap, 1
	idtentry 11, segment_not_present, exc_trap, 1
	idtentry 12, stack_segment, exc_trap, 1
	idtentry 13, general_protection, exc_trap, 1
	idtentry 14, page_fault, exc_page_fault, 1
	idtentry 15, spurious_interrupt_bug, exc_spurious_interrupt_bug
	idtentry 16, coprocessor_error, exc_coprocessor_error
	idtentry 17, alignment_check, exc_trap, 1
	idtentry 19, simd_coprocessor_error, exc_simd_coprocessor_error
	idtentry 20, virtualization_exception, exc_trap
	idtentry 21, control_protection, exc_trap, 1
	idtentry 22, reserved_22, exc_trap
	idtentry 23, reserved_23, exc_trap
	idtentry 24, reserved_24, exc_trap
	idtentry 25, reserved_25, exc_trap
	idtentry 26, reserved_26, exc_trap
	idtentry 27, reserved_27, exc_trap
	idtentry 28, hypervisor_injection, exc_trap
	idtentry 29, vmm_communication, exc_trap, 1
	idtentry 30, security, exc_trap, 1
	idtentry 31, reserved_31, exc_trap

	# A device's interrupt comes the same way.
	idtentry TIMER_VECTOR, apic_timer_interrupt, sysvec_apic_timer_interrupt
	idtentry SERIAL_VECTOR, serial_interrupt, sysvec_serial_interrupt

# error_entry: completes the pt_regs; from ring 3, swaps GS and moves the pt_regs to the thread's stack.
#
# In: called with orig_ax or the error code on top of the processor's frame. Out: rax = the pt_regs.
error_entry:
	PUSH_AND_CLEAR_REGS
	leaq	8(%rsp), %rax
	testb	$3, PT_REGS_cs(%rax)		# from user mode?
	jz	1f
	swapgs
	SWITCH_TO_KERNEL_CR3 %rax
	leaq	8(%rsp), %rdi
	jmp	sync_regs
1:	leaq	native_irq_return_iret(%rip), %rcx
	cmpq	%rcx, PT_REGS_ip(%rax)		# the iretq to user mode that could not be done?
	je	2f
	ret
2:	swapgs					# it had the user's GS and tables already
	SWITCH_TO_KERNEL_CR3 %rcx
	movq	%rax, %rdi
	jmp	fixup_bad_iret

# fixup_bad_iret(rdi: pt_regs of the fault): makes it look as if the program had faulted where it was to go on: the
# program's registers, and the frame that iretq refused. Out: rax = these pt_regs, on the thread's stack.
fixup_bad_iret:
	movq	%gs:cpu_current_top_of_stack, %rax
	subq	$PT_REGS_SIZE, %rax
	movq	PT_REGS_sp(%rdi), %rdx		# the refused frame
	movq	%rdi, %rsi
	movq	%rax, %rdi
	movl	$(PT_REGS_ip / 8), %ecx
	rep movsq				# C: all general registers and orig_ax
	movq	%rdx, %rsi
	movl	$((PT_REGS_SIZE - PT_REGS_ip) / 8), %ecx
	rep movsq				# C: ip, cs, flags, sp, ss
	ret

# sync_regs(rdi: pt_regs on the entry stack): copies them to the top of the thread's stack. Out: rax = the copy.
sync_regs:
	movq	%gs:cpu_current_top_of_stack, %rax
	subq	$PT_REGS_SIZE, %rax		# C: regs = (struct pt_regs *)current_top_of_stack() - 1;
	cmpq	%rdi, %rax			# C: if (regs != eregs)
	je	1f
	movl	$(PT_REGS_SIZE / 8), %ecx
	movq	%rdi, %rsi
	movq	%rax, %rdi
	rep movsq				# C: 	*regs = *eregs;
1:	ret					# C: return regs;

# The way out of an exception, by the ring it came from.
error_return:
	testb	$3, PT_REGS_cs(%rsp)
	jz	1f
	movq	%rsp, %rdi
	call	exit_to_user_mode_loop		# C: irqentry_exit_to_user_mode(regs);
	jmp	swapgs_restore_regs_and_return_to_usermode
1:	POP_REGS
	addq	$8, %rsp			# orig_ax
	iretq

	# The way in for exceptions that may come anywhere, with the macros of this file.
	.include "entry_ist.s"
