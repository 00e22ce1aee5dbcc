# A door with a mistake that learners make: the GS base is not given back.
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
	movq	%gs:cpu_tss_rw + TSS_sp2, %rsp	# the program's rsp
	sysretq
