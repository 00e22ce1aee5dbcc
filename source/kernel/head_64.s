# head_64.s · from power-on to start_kernel
#
# Jumped to by the loader, in 64-bit mode at CPL 0 with interrupts off. The loader's page tables are in force: they map
# this image, all of memory from PAGE_OFFSET on, and the first process. No stack is valid yet. Never returns.

	.text
	.globl startup_64
startup_64:
	movq	$init_stack_top, %rsp

	# EFER.SCE makes SYSCALL an instruction at all; NXE gives page tables their no-execute bit.
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$(EFER_SCE | EFER_NX), %eax
	wrmsr

	# The guards against the kernel's own mistakes: no running and no touching of user pages by accident.
	movq	%cr4, %rax
	orq	$CR4_KERNEL, %rax
	.if CONFIG_ISOLATION
	orq	$X86_CR4_PCIDE, %rax		# cr3's low bits name an address space to the TLB
	.endif
	movq	%rax, %cr4
	movq	%cr0, %rax
	orq	$CR0_AM, %rax
	movq	%rax, %cr0

	# %gs: reaches this CPU's variables from here on. The user's GS base waits in the other register; it is zero.
	movl	$MSR_GS_BASE, %ecx
	movl	boot_per_cpu(%rip), %eax
	movl	boot_per_cpu+4(%rip), %edx
	wrmsr
	movl	$MSR_KERNEL_GS_BASE, %ecx
	xorl	%eax, %eax
	xorl	%edx, %edx
	wrmsr

	call	load_direct_gdt
	call	start_kernel
	ud2

# Copies the GDT into this CPU's own page, loads it by that writable address, and takes cs from it.
load_direct_gdt:
	leaq	initial_gdt(%rip), %rsi
	movq	boot_per_cpu(%rip), %rdi
	addq	$gdt_page, %rdi
	movl	$(GDT_SIZE / 8), %ecx
	rep movsq
	subq	$16, %rsp
	movw	$(GDT_SIZE - 1), (%rsp)
	movq	boot_per_cpu(%rip), %rax
	addq	$gdt_page, %rax
	movq	%rax, 2(%rsp)
	lgdt	(%rsp)
	addq	$16, %rsp
	# Data segments mean nothing in 64-bit mode; null ones say so.
	xorl	%eax, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	pushq	$__KERNEL_CS
	leaq	1f(%rip), %rax
	pushq	%rax
	lretq
1:	ret

# start_kernel: everything that must be ready before the first user instruction; then that instruction.
	.globl start_kernel
start_kernel:
	call	trap_init			# C: trap_init();
	jmp	rest_init			# C: rest_init();

# rest_init: makes the first process the current task, and leaves for user mode by IRET with all registers zero.
rest_init:
	call	serial_init
	leaq	init_task(%rip), %rbx
	movq	%rbx, %gs:current_task		# C: current = &init_task;
	call	init_first_task
	movl	boot_seed(%rip), %ecx
	movl	%ecx, %gs:kstack_offset
	movq	boot_stack_top(%rip), %rdx
	movq	%rdx, TASK_stack(%rbx)
	movq	%rdx, %gs:cpu_current_top_of_stack	# C: cpu_current_top_of_stack = task_top_of_stack(current);
	movq	boot_cr3(%rip), %rcx
	movq	%rcx, TASK_cr3(%rbx)
	movq	%rcx, %cr3			# C: switch_mm(current);
	leaq	-PT_REGS_SIZE(%rdx), %rsp	# the pt_regs that the first return to user mode takes apart
	movq	%rsp, %rdi
	movq	boot_user_ip(%rip), %rsi
	movq	boot_user_sp(%rip), %rdx
	call	start_thread			# C: start_thread(regs, elf_entry, bprm->p);
	jmp	swapgs_restore_regs_and_return_to_usermode

# init_first_task(rbx: task): a process without parent, alone in its group and session.
init_first_task:
	movq	%rbx, TASK_next(%rbx)		# the ring of tasks
	movq	%rbx, TASK_group_leader(%rbx)
	movl	$FIRST_PID, %eax
	movq	%rax, TASK_pid(%rbx)
	movl	%eax, TASK_tgid(%rbx)
	movl	%eax, console_pgrp(%rip)
	movl	$SIGCHLD, TASK_exit_signal(%rbx)
	movl	boot_work(%rip), %ecx
	movl	%ecx, TASK_work(%rbx)
	leaq	signals(%rip), %rcx
	movq	%rcx, TASK_signal(%rbx)
	movl	%eax, SIGNAL_pgid(%rcx)
	movl	%eax, SIGNAL_sid(%rcx)
	movl	$1, SIGNAL_live(%rcx)
	movl	$1, SIGNAL_count(%rcx)
	leaq	sighands(%rip), %rcx
	movq	%rcx, TASK_sighand(%rbx)
	movl	$1, SIGHAND_count(%rcx)
	ret
