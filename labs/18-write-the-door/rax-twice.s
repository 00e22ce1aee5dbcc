# A door with a mistake that learners make: the program's rax is pushed where the answer belongs.
#
# The door: where SYSCALL leads.
#
# In: ring 0, interrupts off. rax = number; rdi, rsi, rdx, r10, r8, r9 = arguments; rcx = the program's next rip; r11 = its
# flags; rsp and the GS base are still the program's.
# Out: by sysretq, which makes rip of rcx and the flags of r11.
	.globl	entry_SYSCALL_64
entry_SYSCALL_64:
	swapgs					# the kernel's GS base
	movq	%rsp, %gs:cpu_tss_rw + TSS_sp2	# the program's rsp into the scratch slot
	movq	%gs:cpu_current_top_of_stack, %rsp	# this thread's kernel stack
	pushq	$__USER_DS		# pt_regs->ss
	pushq	%gs:cpu_tss_rw + TSS_sp2	# pt_regs->sp
	pushq	%r11			# pt_regs->flags
	pushq	$__USER_CS		# pt_regs->cs
	pushq	%rcx			# pt_regs->ip
	pushq	%rax			# pt_regs->orig_ax
	pushq	%rdi			# pt_regs->di
	pushq	%rsi			# pt_regs->si
	pushq	%rdx			# pt_regs->dx
	pushq	%rcx			# pt_regs->cx
	pushq	%rax			# pt_regs->ax
	pushq	%r8			# pt_regs->r8
	pushq	%r9			# pt_regs->r9
	pushq	%r10			# pt_regs->r10
	pushq	%r11			# pt_regs->r11
	pushq	%rbx			# pt_regs->bx
	pushq	%rbp			# pt_regs->bp
	pushq	%r12			# pt_regs->r12
	pushq	%r13			# pt_regs->r13
	pushq	%r14			# pt_regs->r14
	pushq	%r15			# pt_regs->r15
	movq	PT_REGS_ax(%rsp), %rax		# the answer
	movq	PT_REGS_ip(%rsp), %rcx		# SYSRET makes rip of it
	movq	PT_REGS_flags(%rsp), %r11	# SYSRET makes rflags of it
	movq	PT_REGS_sp(%rsp), %rsp
	swapgs
	sysretq
