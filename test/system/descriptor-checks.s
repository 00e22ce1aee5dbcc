# descriptor-checks.s · loads of segment registers, ltr and lldt
#
# Checks SDM vol. 3A, 5.4 to 5.7, and vol. 2, MOV, LTR, LLDT, LAR, LSL, VERR, VERW: type, privilege, presence and limit
# checks with the selector as error code.

	.include "lib/system.s"

	# A descriptor of 8 bytes in the spare slot.
	.macro describe descriptor, upper=0
	movabsq	$(\descriptor), %rax
	movq	%rax, gdt + SPARE(%rip)
	movq	$\upper, gdt + SPARE + 8(%rip)
	.endm

	.macro load_faults register, selector, vector, error
	movl	$\selector, %eax
	faults	"movw %ax, %\register", \vector, "\error"
	.endm

	.macro load_works register, selector
	movl	$\selector, %eax
	works	"movw %ax, %\register"
	.endm

	.equ	DATA, 0x00cf93000000ffff
	.equ	ABSENT_DATA, 0x00cf13000000ffff
	.equ	READ_ONLY, 0x00cf91000000ffff
	.equ	EXECUTE_ONLY, 0x00af99000000ffff
	.equ	LDT, 0x0000820000000017 | SCRATCH << 16
	.equ	TSS_AVAILABLE, 0x0000890000000067
start:	setup

	# Data segments: beyond the GDT, no LDT, a TSS, code that cannot be read, absent; null is allowed.
	load_faults ds, GDT_END, GP, GDT_END
	load_faults es, SPARE+4, GP, SPARE+4
	load_faults fs, TASK, GP, TASK
	describe EXECUTE_ONLY
	load_faults gs, SPARE, GP, SPARE
	describe ABSENT_DATA
	load_faults ds, SPARE, NP, SPARE
	load_works ds, 3
	describe "DATA & ~(1 << 40)"
	load_works es, SPARE
	check_bits "gdt + SPARE + 5(%rip)", 0xff, $0x93

	# In ring 3 the segment has to be of ring 3.
	movl	$KERNEL_DATA, %eax
	user_faults "movw %ax, %ds", GP, KERNEL_DATA
	movl	$USER_DATA, %eax
	user_works "movw %ax, %ds"

	# ss: writable, RPL and DPL equal to CPL; absent is #SS; null in ring 0 only.
	describe READ_ONLY
	load_faults ss, SPARE, GP, SPARE
	load_faults ss, KERNEL_DATA+3, GP, KERNEL_DATA
	load_faults ss, 0x28, GP, 0x28
	describe ABSENT_DATA
	load_faults ss, SPARE, SS, SPARE
	load_works ss, 0
	movl	$3, %eax
	user_faults "movw %ax, %ss", GP, 0
	faults	".byte 0x8e, 0xc8", UD			# mov %eax, %cs

	# ltr: null, data, an LDT selector, busy, absent; then its TSS is busy.
	.irp	selector, 0, KERNEL_DATA, TASK+4, TASK
	movl	$\selector, %eax
	faults	"ltr %ax", GP, \selector
	.endr
	describe "TSS_AVAILABLE & ~(1 << 47)"
	movl	$SPARE, %eax
	faults	"ltr %ax", NP, SPARE
	describe TSS_AVAILABLE, 0x8000
	movl	$SPARE, %eax
	faults	"ltr %ax", GP, SPARE			# a base that is not canonical
	check_bits "gdt + SPARE + 5(%rip)", 0xff, $0x89
	movb	$0x89, gdt + TASK + 5(%rip)
	movl	$TASK, %eax
	works	"ltr %ax"
	check_bits "gdt + TASK + 5(%rip)", 0xff, $0x8b

	# lldt, and a segment of the LDT.
	movl	$TASK, %eax
	faults	"lldt %ax", GP, TASK
	describe LDT
	movq	gdt + USER_DATA - 3(%rip), %rax
	movq	%rax, SCRATCH + 8
	movl	$SPARE, %eax
	works	"lldt %ax"
	load_works fs, 0x0f
	load_faults fs, 0x1c, GP, 0x1c
	xorl	%eax, %eax
	works	"lldt %ax"
	load_faults fs, 0x0c, GP, 0x0c

	# lar, lsl, verr and verw ask without a fault.
	describe READ_ONLY
	movl	$SPARE, %eax
	lar	%eax, %ebx
	lsl	%eax, %ecx
	verr	%ax
	setz	%dl
	verw	%ax
	setz	%dh
	check_equal %rbx, $0xcf9100
	check_equal %rcx, $0xffffffff
	check_bits %rdx, 0xffff, $1
	xorl	%eax, %eax
	lar	%eax, %ebx
	setz	%dl
	check_bits %rdx, 0xff, $0
	check_equal %rbx, $0xcf9100
	finish
