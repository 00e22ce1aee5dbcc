# data.s · tables and variables

	.section .rodata

# The exceptions that the IDT handles: vector, gate bits 47:32 (present, DPL, interrupt gate, stack of the IST), handler.
	.macro intr_gate vector:req, handler:req, dpl=0, ist=0
	.long	\vector
	.long	(0x8e00 | (\dpl << 13) | \ist)
	.quad	\handler
	.endm

	# The GDT that each CPU starts with; the TSS's two entries are written at boot.
	.balign	16
initial_gdt:
	.quad	0
	.quad	0x00cf9b000000ffff		# 0x08: __KERNEL32_CS
	.quad	0x00af9b000000ffff		# 0x10: __KERNEL_CS
	.quad	0x00cf93000000ffff		# 0x18: __KERNEL_DS
	.quad	0x00cffb000000ffff		# 0x20: __USER32_CS, with RPL 3 0x23
	.quad	0x00cff3000000ffff		# 0x28: __USER_DS, with RPL 3 0x2b
	.quad	0x00affb000000ffff		# 0x30: __USER_CS, with RPL 3 0x33
	.zero	GDT_SIZE - 7 * 8

	.balign	16
def_idts:
	intr_gate 0, asm_exc_divide_error
	intr_gate 1, asm_exc_debug, 0, IST_INDEX_DB
	intr_gate 2, asm_exc_nmi, 0, IST_INDEX_NMI
	intr_gate 3, asm_exc_int3, 3
	intr_gate 4, asm_exc_overflow, 3
	intr_gate 5, asm_exc_bounds
	intr_gate 6, asm_exc_invalid_op
	intr_gate 7, asm_exc_device_not_available
	intr_gate 8, asm_exc_double_fault, 0, IST_INDEX_DF
	intr_gate 9, asm_exc_coproc_segment_overrun
	intr_gate 10, asm_exc_invalid_tss
	intr_gate 11, asm_exc_segment_not_present
	intr_gate 12, asm_exc_stack_segment
	intr_gate 13, asm_exc_general_protection
	intr_gate 14, asm_exc_page_fault
	intr_gate 15, asm_exc_spurious_interrupt_bug
	intr_gate 16, asm_exc_coprocessor_error
	intr_gate 17, asm_exc_alignment_check
	intr_gate 18, asm_exc_machine_check, 0, IST_INDEX_MCE
	intr_gate 19, asm_exc_simd_coprocessor_error
	intr_gate 20, asm_exc_virtualization_exception
	intr_gate 21, asm_exc_control_protection
	# The manual keeps the rest of the first 32 for itself, or for what this processor lacks.
	intr_gate 22, asm_exc_reserved_22
	intr_gate 23, asm_exc_reserved_23
	intr_gate 24, asm_exc_reserved_24
	intr_gate 25, asm_exc_reserved_25
	intr_gate 26, asm_exc_reserved_26
	intr_gate 27, asm_exc_reserved_27
	intr_gate 28, asm_exc_hypervisor_injection
	intr_gate 29, asm_exc_vmm_communication
	intr_gate 30, asm_exc_security
	intr_gate 31, asm_exc_reserved_31
	intr_gate TIMER_VECTOR, asm_exc_apic_timer_interrupt
	intr_gate SERIAL_VECTOR, asm_exc_serial_interrupt
	.if CONFIG_DOOR80
	intr_gate IA32_SYSCALL_VECTOR, asm_int80_emulation, 3
	.endif
	.long	-1

# Signal and si_code for each vector from user mode, and whether si_addr is the instruction.
	.balign	16
trap_signals:
	.long	SIGFPE, FPE_INTDIV | TRAP_AT_IP	# #DE
	.long	0, 0				# #DB: exc_debug
	.long	0, 0				# NMI: exc_nmi
	.long	SIGTRAP, SI_KERNEL		# #BP
	.long	SIGSEGV, SI_KERNEL		# #OF
	.long	SIGSEGV, SI_KERNEL		# #BR
	.long	SIGILL, ILL_ILLOPN | TRAP_AT_IP	# #UD
	.long	SIGSEGV, SI_KERNEL		# #NM
	.long	0, 0				# #DF: exc_double_fault
	.long	SIGFPE, SI_KERNEL		# (9)
	.long	SIGSEGV, SI_KERNEL		# #TS
	.long	SIGBUS, SI_KERNEL		# #NP
	.long	SIGBUS, SI_KERNEL		# #SS
	.long	SIGSEGV, SI_KERNEL		# #GP
	.long	0, 0				# #PF: exc_page_fault
	.long	0, 0				# (15): exc_spurious_interrupt_bug
	.long	0, 0				# #MF: exc_coprocessor_error
	.long	SIGBUS, BUS_ADRALN		# #AC
	.long	0, 0				# #MC: exc_machine_check
	.long	0, 0				# #XM: exc_simd_coprocessor_error
	.rept	12
	.long	SIGSEGV, SI_KERNEL		# 20 to 31: never raised here
	.endr

# si_code for a floating-point exception: bits of the status and what they mean, the first that fits; 0 ends the list.
	.balign	16
fpe_codes:
	.long	0x01, FPE_FLTINV		# invalid operation
	.long	0x04, FPE_FLTDIV		# division by zero
	.long	0x08, FPE_FLTOVF		# overflow
	.long	0x12, FPE_FLTUND		# underflow, denormal operand
	.long	0x20, FPE_FLTRES		# inexact result
	.long	0, 0

panic_text:
	.asciz	"Kernel panic - not syncing: "
panic_fatal:
	.asciz	"Fatal exception"
panic_double_fault:
	.asciz	"double fault"
panic_stack_guard:
	.asciz	"kernel stack guard page was hit"
panic_machine_check:
	.asciz	"Fatal machine check"
panic_at:
	.asciz	" at ip 0x"
panic_vector:
	.asciz	", vector 0x"

	.data

# What the loader fills in before it starts the kernel.
	.balign	8
	.globl boot_per_cpu, boot_per_cpu_physical, boot_idt_physical, boot_entry_area_table
	.globl boot_cr3, boot_stack_top, boot_user_ip, boot_user_sp
boot_per_cpu:		.quad	0		# address of the per-CPU area
boot_per_cpu_physical:	.quad	0
boot_idt_physical:	.quad	0		# physical address of idt_table
boot_entry_area_table:	.quad	0		# address of the entry area's page table
boot_cr3:		.quad	0		# the first process's top-level table
boot_stack_top:		.quad	0		# top of its kernel stack
boot_user_ip:		.quad	0
boot_user_sp:		.quad	0

boot_seed:		.quad	0		# where random numbers begin
boot_epoch:		.quad	0		# the time of day at power-on, in nanoseconds since 1970
console_is_terminal:	.quad	0		# whether a person types, or a file is read
console_pgrp:		.quad	0		# the group of processes that the terminal belongs to

	# The system-call filter: lines of number, action and error number; see the boot options.
	.globl boot_seed, boot_epoch, console_is_terminal, boot_work, seccomp_filter, seccomp_filter_count, audit_trail, audit_next
boot_work:		.quad	0		# TASK_work of the first process
seccomp_filter_count:	.quad	0
seccomp_filter:		.zero	SECCOMP_LINES * SECCOMP_LINE_SIZE

	.balign	8
next_pid:		.quad	FIRST_PID + 1

	.section .idt, "aw"
	.balign	4096
	.globl idt_table
idt_table:
	.zero	4096

	.bss
	# All tasks; a place whose pid is 0 is free. The first is the first process's.
	.balign	64
	.globl init_task
tasks:
init_task:
	.zero	NR_TASKS * TASK_SIZE
	# What threads share of signals, and what becomes of each signal: as many of both as there can be tasks.
	.balign	64
signals:
	.zero	NR_TASKS * SIGNAL_SIZE
	.balign	64
sighands:
	.zero	NR_TASKS * SIGHAND_SIZE

	# Pipes: their counters, and their buffers.
pipes:
	.zero	NR_PIPES << PIPE_SHIFT
	.balign	4096
pipe_buffers:
	.zero	NR_PIPES * PIPE_SIZE
nmi_count:
	.zero	8			# NMIs that have come
poll_wait:
	.zero	8			# only its address matters: who polls waits on it

	# The audit trail: the last calls of tasks that are watched.
	.balign	64
audit_trail:
	.zero	AUDIT_RECORDS << AUDIT_RECORD_SHIFT
audit_next:
	.zero	8

# The stack of the boot code; the first process has its own.
	.balign	16
	.zero	4096
init_stack_top:

	.data
	.balign	8
	.globl tasks_traced
tasks_traced:		.quad	0		# whether somebody traces the tasks (in Linux each has its own: task->ptrace)
