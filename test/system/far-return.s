# far-return.s · far returns, jumps and calls
#
# Checks SDM vol. 2B, RET (far), and vol. 2A, JMP and CALL (far) through memory: other code segments of the same ring,
# the way out to ring 3 with parameters, and the refusals.

	.include "lib/system.s"

	.section .user, "awx"
user:	int3
after_user:
inward:	pushq	$KERNEL_CODE
	pushq	$user
inward_return:
	lretq

	.data
	.balign	8
pointer:
	.quad	0
	.word	0

	.text
start:	setup
	movabsq	$0x00af9a000000ffff, %rax	# a second code segment of ring 0, not accessed yet
	movq	%rax, gdt + SPARE(%rip)

	# Within ring 0, with 16 bytes of parameters.
	movq	%rsp, %rbx
	pushq	$5
	pushq	$6
	pushq	$SPARE
	pushq	$1f
	lretq	$16
1:	movl	%cs, %ecx
	check_equal %rcx, $SPARE
	check_equal %rsp, %rbx
	check_bits "gdt + SPARE + 5(%rip)", 0xff, $0x9b
	pushq	$KERNEL_CODE
	pushq	$1f
	lretq

	# To ring 3: rsp and ss stand behind the parameters, which are released from the new stack too.
1:	catch	1f
	pushq	$USER_DATA
	pushq	$USER_STACK - 0x100
	pushq	$7
	pushq	$USER_CODE
	pushq	$user
	lretq	$8
1:	expect_fault BP, at=after_user
	check_equal caught_cs(%rip), $USER_CODE
	check_equal caught_ss(%rip), $USER_DATA
	check_equal caught_rsp(%rip), "$(USER_STACK - 0xf8)"

	# Never inward; nothing is popped then.
	run_user inward
	expect_fault GP, KERNEL_CODE, inward_return
	check_equal caught_rsp(%rip), "$(USER_STACK - 16)"

	# Refusals by cs: null, data, beyond the GDT.
	.irp	selector, 0, KERNEL_DATA, 0x100
	pushq	$\selector
	pushq	$user
	faults	lretq, GP, \selector
	movq	$BOOT_STACK, %rsp
	.endr

	# Jumps and calls through memory.
	.macro aim selector, address
	movw	$\selector, pointer + 8(%rip)
	movq	$\address, pointer(%rip)
	.endm
	aim	SPARE, 1f
	rex.w ljmp *pointer(%rip)
1:	movl	%cs, %ecx
	check_equal %rcx, $SPARE
	aim	KERNEL_CODE, 1f
	rex.w lcall *pointer(%rip)
back:	nop
1:	popq	%rbx
	popq	%rcx
	check_equal %rbx, $back
	check_equal %rcx, $SPARE
	movl	%cs, %ecx
	check_equal %rcx, $KERNEL_CODE
	.irp	selector, 0, KERNEL_DATA, 0x100, 0x30, KERNEL_CODE+3, TASK
	aim	\selector, user
	faults	"rex.w ljmp *pointer(%rip)", GP, "\selector & ~3"
	.endr
	finish
