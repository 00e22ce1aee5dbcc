# popf-iopl.s · which flags popf may change
#
# Checks SDM vol. 2B, POPF and PUSHF: IOPL in ring 0 only, IF up to IOPL, no fault for either; RF and VM never; 16-bit
# operands leave the upper flags.

	.include "lib/system.s"

	.section .user, "awx"
user:	pushq	%rbx
	popfq
	int3
	.text

	# Flags after a popfq of rbx = value in ring 3, which began with others.
	.macro user_pops value, before, after
	movl	$(\value), %ebx
	run_user user, "\before"
	expect_fault BP
	check_equal caught_rflags(%rip), "$(\after)"
	.endm

	.macro pops value, after
	movq	$(\value), %rbx
	pushq	%rbx
	popfq
	pushfq
	popq	%rbx
	pushq	$FIXED
	popfq
	check_equal %rbx, "$(\after)"
	.endm
start:	setup

	# Ring 0: everything but RF, VM and the reserved bits.
	pops	"IOPL3 | NT | AC | 1 << 21 | DIRECTION | 0x8d5", "IOPL3 | NT | AC | 1 << 21 | DIRECTION | 0x8d5 | FIXED"
	pops	0, FIXED
	pops	"RF | 1 << 17 | 0x8028", FIXED
	pops	0xffc00000, FIXED

	# Ring 3 with IOPL 0: neither IF nor IOPL.
	user_pops "IF | IOPL3 | NT | AC | DIRECTION | 1", FIXED, "NT | AC | DIRECTION | 1 | FIXED"
	user_pops 0, "IF | FIXED", "IF | FIXED"

	# Ring 3 with IOPL 3: IF, but not IOPL.
	user_pops 0, "IF | IOPL3 | FIXED", "IOPL3 | FIXED"
	user_pops IF, "IOPL3 | FIXED", "IF | IOPL3 | FIXED"

	# Two bytes.
	pushq	$(AC | NT | FIXED)
	popfq
	pushw	$1
	popfw
	pushfq
	popq	%rbx
	pushq	$FIXED
	popfq
	check_equal %rbx, "$(AC | 1 | FIXED)"

	# pushf stores RF and VM as zeros, and two bytes as they are.
	pushq	$(NT | DIRECTION | FIXED)
	popfq
	xorl	%ebx, %ebx
	pushfw
	popw	%bx
	pushq	$FIXED
	popfq
	check_bits %rbx, "(NT | DIRECTION | FIXED)", "$(NT | DIRECTION | FIXED)"
	finish
