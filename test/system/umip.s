# umip.s · instructions that tell ring 3 of the kernel's tables
#
# Checks SDM vol. 3A, 2.5 (CR4.UMIP) and vol. 2, SGDT, SIDT, SLDT, STR, SMSW: allowed in ring 3 without the bit, #GP(0)
# with it, and always allowed in ring 0.

	.include "lib/system.s"

	.macro each macro
	.irp	instruction, "sgdt (%rsp)", "sidt (%rsp)", "sldt %ebx", "str %ebx", "smsw %ebx", "sldt (%rsp)", "smsw (%rsp)"
	movq	$USER_STACK - 0x40, %rdi
	\macro	"\instruction"
	.endr
	.endm

	.macro refused instruction
	.pushsection .user, "awx"
.Lhere\@:
	\instruction
	int3
	.popsection
	run_user .Lhere\@, FIXED, "USER_STACK - 0x40"
	expect_fault GP, 0, .Lhere\@
	.endm

	.macro allowed instruction
	.pushsection .user, "awx"
	.balign	16
.Lhere\@:
	\instruction
	int3
	.popsection
	run_user .Lhere\@, FIXED, "USER_STACK - 0x40"
	expect_fault BP
	.endm
start:	setup
	each	allowed
	set_control cr4, CR4_UMIP
	each	refused
	subq	$16, %rsp
	each	works
	addq	$16, %rsp

	# What they tell.
	sgdt	SCRATCH
	check_bits SCRATCH, 0xffff, "$(GDT_END - 1)"
	check_equal "SCRATCH + 2", $gdt
	sidt	SCRATCH
	check_bits SCRATCH, 0xffff, $0xfff
	check_equal "SCRATCH + 2", $idt
	movq	$-1, %rbx
	str	%ebx
	check_equal %rbx, $TASK
	movq	$-1, %rbx
	sldt	%rbx
	check_equal %rbx, $0
	smsw	%rbx
	check_bits %rbx, 0x7fffffff, "$(CR0_INITIAL & 0x7fffffff)"
	clear_control cr4, CR4_UMIP
	each	allowed
	finish
