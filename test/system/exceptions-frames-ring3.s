# exceptions-frames-ring3.s · what an exception in ring 3 pushes and loads
#
# Checks SDM vol. 3A, 6.14.2 to 6.14.4: the stack of TSS.rsp0, five words and the error code, null ss at CPL 0, RF saved
# for faults and not for traps.

	.include "lib/system.s"

	.section .user, "awx"
fault:	ud2
selector_fault:
	movw	%bx, %ds
trap:	int3
after_trap:

	.text
start:	setup

	# A fault without an error code.
	movl	$0x1234, %ebx
	run_user fault, "DIRECTION | FIXED", "USER_STACK - 0x38"
	expect_fault UD, at=fault
	check_equal caught_cs(%rip), $USER_CODE
	check_equal caught_rflags(%rip), "$(RF | DIRECTION | FIXED)"
	check_equal caught_rsp(%rip), "$(USER_STACK - 0x38)"
	check_equal caught_ss(%rip), $USER_DATA
	check_equal caught_stack(%rip), "$(TRAP_STACK - 40)"
	check_equal handler_cs(%rip), $KERNEL_CODE
	check_equal handler_ss(%rip), $0
	check_equal %rbx, $0x1234

	# The words in memory, in the order of the manual's figure.
	check_equal "TRAP_STACK - 8", $USER_DATA
	check_equal "TRAP_STACK - 16", "$(USER_STACK - 0x38)"
	check_equal "TRAP_STACK - 24", "$(RF | DIRECTION | FIXED)"
	check_equal "TRAP_STACK - 32", $USER_CODE
	check_equal "TRAP_STACK - 40", $fault

	# The error code goes below them.
	movl	$0x88, %ebx
	run_user selector_fault
	expect_fault GP, 0x88, at=selector_fault
	check_equal caught_stack(%rip), "$(TRAP_STACK - 48)"
	check_equal "TRAP_STACK - 48", $0x88
	check_bits caught_rflags(%rip), RF, $RF

	# A trap: rip behind the instruction, RF clear.
	run_user trap
	expect_fault BP, at=after_trap
	check_equal caught_rflags(%rip), $FIXED

	# The stack of TSS.rsp0 is aligned to 16 bytes.
	movq	$TRAP_STACK - 0x104, tss + 4(%rip)
	run_user trap
	expect_fault BP, at=after_trap
	check_equal caught_stack(%rip), "$(TRAP_STACK - 0x110 - 40)"
	finish
