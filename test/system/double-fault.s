# double-fault.s · exceptions while another is being delivered
#
# Checks SDM vol. 3A, 6.15, interrupt 8 and tables 6-4 and 6-5: contributory upon contributory and page fault upon page
# fault make #DF with error code 0; upon a benign one the second is delivered alone.

	.include "lib/system.s"

	.equ	RSP0, 4
	.section .user, "awx"
bad_selector:
	movw	%bx, %ds
bad_address:
	movl	UNMAPPED, %eax
bad_opcode:
	ud2
privileged:
	hlt
	.text
start:	setup
	set_gate DF, "stubs + DF * 16", 0x8e, 1
	movl	$0x88, %ebx

	# #NP upon #GP.
	set_gate GP, "stubs + GP * 16", 0x0e
	run_user bad_selector
	expect_fault DF, 0
	check_equal caught_stack(%rip), "$(IST_STACK - 48)"
	reset_gate GP

	# #PF upon #PF: ring 0's stack is not mapped. cr2 tells of the second one.
	movq	$UNMAPPED, tss + RSP0(%rip)
	run_user bad_address
	expect_fault DF, 0
	check_equal caught_cr2(%rip), "$(UNMAPPED - 8)"
	movq	$TRAP_STACK, tss + RSP0(%rip)

	# #NP upon #PF: contributory upon a page fault.
	set_gate PF, "stubs + PF * 16", 0x0e
	run_user bad_address
	expect_fault DF, 0
	check_equal caught_cr2(%rip), $UNMAPPED

	# #PF upon #UD: the page fault alone, as a write by the supervisor.
	set_gate PF, "stubs + PF * 16", 0x8e, 1
	movq	$UNMAPPED, tss + RSP0(%rip)
	run_user bad_opcode
	expect_fault PF, PF_WRITE, at=bad_opcode
	check_equal caught_cr2(%rip), "$(UNMAPPED - 8)"

	# #PF upon #GP: the page fault alone.
	run_user privileged
	expect_fault PF, PF_WRITE, at=privileged
	movq	$TRAP_STACK, tss + RSP0(%rip)
	reset_gate PF

	# #GP upon #UD: the #GP alone, with EXT.
	set_gate UD, "stubs + UD * 16", 0x8c
	run_user bad_opcode
	expect_fault GP, "UD << 3 | 3", at=bad_opcode
	finish
