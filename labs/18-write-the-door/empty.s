# The door: where SYSCALL leads.
#
# In: ring 0, interrupts off. rax = number; rdi, rsi, rdx, r10, r8, r9 = arguments; rcx = the program's next rip; r11 = its
# flags; rsp and the GS base are still the program's.
# Out: by sysretq, which makes rip of rcx and the flags of r11.
	.globl	entry_SYSCALL_64
entry_SYSCALL_64:
	# part 1, the stack: swapgs, cpu_tss_rw + TSS_sp2, cpu_current_top_of_stack; and all of it back
	sysretq
