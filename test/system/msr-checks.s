# msr-checks.s · values that model-specific registers take and refuse
#
# Checks SDM vol. 2C, WRMSR, and vol. 4: #GP(0) for registers that do not exist, reserved bits, addresses that are not
# canonical, and rings other than 0.

	.include "lib/system.s"

	.macro takes msr, value
	movabsq	$\value, %rbx
	write_msr \msr, %rbx
	read_msr \msr
	check_equal %rax, %rbx
	.endm

	.macro refuses msr, value
	movl	$\msr, %ecx
	movabsq	$\value, %rax
	movq	%rax, %rdx
	shrq	$32, %rdx
	faults	wrmsr, GP, 0
	.endm
start:	setup

	# Addresses.
	.irp	msr, MSR_LSTAR, 0xc0000083, MSR_FS_BASE, MSR_GS_BASE, MSR_KERNEL_GS_BASE, 0x175, 0x176
	takes	\msr, 0x7fffffffffff
	takes	\msr, 0xffff800000000000
	refuses	\msr, NOT_CANONICAL
	refuses	\msr, 0xffff7fffffffffff
	.endr
	xorl	%eax, %eax
	read_msr MSR_LSTAR			# a value that is refused changes nothing
	movabsq	$0xffff800000000000, %rbx
	check_equal %rax, %rbx

	# Numbers.
	takes	MSR_STAR, 0xffffffffffffffff
	takes	MSR_FMASK, 0xffffffff
	refuses	MSR_FMASK, 0x100000000

	# EFER: reserved bits, and LME under paging.
	takes	MSR_EFER, EFER_INITIAL|EFER_NXE
	refuses	MSR_EFER, EFER_INITIAL|2
	refuses	MSR_EFER, EFER_INITIAL|1<<63
	refuses	MSR_EFER, EFER_SCE

	# PAT: memory types 2, 3 and 8 and above do not exist.
	takes	MSR_PAT, 0x0007040600070406
	refuses	MSR_PAT, 0x0007040600070402
	refuses	MSR_PAT, 0x0307040600070406
	refuses	MSR_PAT, 0x0008040600070406

	# The time-stamp counter counts on from what is written.
	movabsq	$0x100000000000, %rbx
	write_msr MSR_TSC, %rbx
	read_msr MSR_TSC
	shrq	$32, %rax
	check_equal %rax, $0x1000

	# A register that does not exist, and ring 3.
	movl	$0x4fffffff, %ecx
	faults	rdmsr, GP, 0
	faults	wrmsr, GP, 0
	movl	$MSR_TSC, %ecx
	user_faults rdmsr, GP, 0
	user_faults wrmsr, GP, 0
	finish
