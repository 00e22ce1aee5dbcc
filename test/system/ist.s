# ist.s · the interrupt stack table
#
# Checks SDM vol. 3A, 6.14.5: a gate with an IST slot switches stacks whatever the ring, and keeps ss if the ring stays;
# 7.7 and 6.14.4: a slot beyond the TSS limit is #TS, one that is not canonical #SS.

	.include "lib/system.s"

	.equ	IST1, 36
	.equ	IST7, IST1 + 6 * 8
start:	setup
	set_gate UD, "stubs + UD * 16", 0x8e, 1

	# From ring 0.
	faults	ud2, UD
	check_equal caught_stack(%rip), "$(IST_STACK - 40)"
	check_equal caught_rsp(%rip), $BOOT_STACK
	check_equal handler_ss(%rip), $KERNEL_DATA

	# From ring 3, instead of TSS.rsp0.
	user_faults ud2, UD
	check_equal caught_stack(%rip), "$(IST_STACK - 40)"
	check_equal caught_rsp(%rip), $USER_STACK
	check_equal handler_ss(%rip), $0

	# Each use starts at the top of the slot's stack again.
	movq	$-1, IST_STACK - 8
	faults	ud2, UD
	check_equal "IST_STACK - 8", $KERNEL_DATA

	# The address is aligned to 16 bytes.
	movq	$IST_STACK - 0x21, tss + IST1(%rip)
	faults	ud2, UD
	check_equal caught_stack(%rip), "$(IST_STACK - 0x30 - 40)"
	movq	$IST_STACK, tss + IST1(%rip)

	# The last slot; an error code below the frame.
	movq	$IST_STACK - 0x800, tss + IST7(%rip)
	set_gate GP, "stubs + GP * 16", 0x8e, 7
	movl	$0x88, %eax
	faults	"movw %ax, %es", GP, 0x88
	check_equal caught_stack(%rip), "$(IST_STACK - 0x800 - 48)"
	reset_gate GP

	# Not canonical.
	movabsq	$NOT_CANONICAL, %rax
	movq	%rax, tss + IST1(%rip)
	faults	ud2, SS, 1
	movq	$IST_STACK, tss + IST1(%rip)

	# Beyond the limit: the TSS is loaded again with one that ends within slot 1.
	movw	$IST1 + 6, gdt + TASK(%rip)
	movb	$0x89, gdt + TASK + 5(%rip)
	movl	$TASK, %eax
	ltr	%ax
	faults	ud2, TS, "TASK | 1"
	finish
