# entry_ist.s · exceptions that can come at any instruction, and the second door
#
# NMIs, debug exceptions, machine checks and double faults may interrupt the entry code itself: with the user's stack
# pointer, GS base and page tables still in force. So they have stacks of their own, and a careful way in that believes
# nothing: what GS base and cr3 were is looked at, kept and put back. Only if the saved CPL is 3 do they go the usual way.

	.section .entry.text, "ax"

	.macro idtentry_ist vector:req, name:req, function:req, has_error_code=0
	.globl asm_exc_\name
asm_exc_\name:
	endbr64
	clac
	cld
	.if \has_error_code == 0
	pushq	$-1				# pt_regs->orig_ax
	.endif
	testb	$3, (PT_REGS_cs - PT_REGS_orig_ax)(%rsp)
	jnz	asm_noist_\name
	call	paranoid_entry
	movq	%rsp, %rdi			# first argument: the pt_regs
	movq	PT_REGS_orig_ax(%rsp), %rsi	# second: the error code
	movq	$-1, PT_REGS_orig_ax(%rsp)
	movl	$\vector, %edx			# third: the vector
	call	\function
	jmp	paranoid_exit
asm_noist_\name:
	call	error_entry
	movq	%rax, %rsp			# from the exception's own stack to the thread's
	movq	%rsp, %rdi
	movq	PT_REGS_orig_ax(%rsp), %rsi
	movq	$-1, PT_REGS_orig_ax(%rsp)
	movl	$\vector, %edx
	call	\function
	jmp	error_return
	.endm

	idtentry_ist 1, debug, exc_debug
	idtentry_ist 2, nmi, exc_nmi
	idtentry_ist 8, double_fault, exc_double_fault, 1
	idtentry_ist 18, machine_check, exc_machine_check

# paranoid_entry: completes the pt_regs, in ring 0 before and after. Out: the kernel's page tables and GS base are in
# force; r14 = cr3 as it was, rbx = the GS base as it was.
paranoid_entry:
	PUSH_AND_CLEAR_REGS
	.if CONFIG_ISOLATION
	movq	%cr3, %r14			# C: SAVE_AND_SWITCH_TO_KERNEL_CR3
	btq	$PTI_USER_PGTABLE_BIT, %r14
	jnc	1f
	SWITCH_TO_KERNEL_CR3 %rax
1:
	.endif
	rdgsbase %rbx				# C: SAVE_AND_SET_GSBASE
	movq	boot_per_cpu(%rip), %rax
	wrgsbase %rax
	ret

# paranoid_exit(rsp: pt_regs of ring 0, r14, rbx: from paranoid_entry): everything as it was.
paranoid_exit:
	wrgsbase %rbx
	.if CONFIG_ISOLATION
	btq	$PTI_USER_PGTABLE_BIT, %r14	# C: RESTORE_CR3
	jnc	1f
	btsq	$X86_CR3_PCID_NOFLUSH_BIT, %r14
	movq	%r14, %cr3
1:
	.endif
	POP_REGS
	addq	$8, %rsp			# orig_ax
	iretq

	.if CONFIG_DOOR80
# asm_int80_emulation: the second door, open with the boot option door80 only: int $0x80 with the same registers as
# syscall. The processor has switched stacks and pushed five words; the way from there is that of any exception.
	.globl asm_int80_emulation
asm_int80_emulation:
	endbr64
	clac
	cld
	pushq	%rax				# pt_regs->orig_ax: the number
	call	error_entry
	movq	%rax, %rsp
	movq	%rsp, %rdi			# first argument: the pt_regs
	movslq	PT_REGS_ax(%rsp), %rsi		# second: the number, as a signed int
	movq	$-ENOSYS, PT_REGS_ax(%rsp)
	call	do_syscall_64			# C: do_syscall_64(regs, nr)
	jmp	swapgs_restore_regs_and_return_to_usermode	# what cx and r11 were stays: never by SYSRET
	.endif

	.balign	PAGE_SIZE
	.globl __entry_text_end
__entry_text_end:
	.text
