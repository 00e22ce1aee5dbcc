# syscall-sysret.s · SYSCALL and SYSRET
#
# Checks SDM vol. 2B, SYSCALL and SYSRET, and vol. 3A, 5.8.8: rcx, r11, IA32_FMASK, selectors by IA32_STAR, rsp left
# alone, #UD without EFER.SCE, and #GP in ring 0 for a rcx that is not canonical (Intel's rule; AMD's processors fault in
# ring 3).

	.include "lib/system.s"

	.section .user, "awx"
user:	syscall
after_syscall:
	int3
returned:
	int3
after_return:

	.text
entry:	pushfq					# on the user's stack, which ring 0 may use here
	popq	%r8
	movq	%rsp, %r9
	movl	%cs, %r10d
	movl	%ss, %r12d
	int3
start:	setup
	write_msr MSR_LSTAR, $entry
	movabsq	$0x0023001000000000, %rax
	write_msr MSR_STAR, %rax
	write_msr MSR_FMASK, "$(DIRECTION | 1)"

	# Into ring 0: carry and direction are masked, ID (bit 21) and AC are not.
	.equ	FLAGS, 1 << 21 | AC | DIRECTION | 1 | FIXED
	run_user user, FLAGS, "USER_STACK - 0x40"
	expect_fault BP
	check_equal %rcx, $after_syscall
	check_equal %r11, $FLAGS
	check_equal %r8, "$(1 << 21 | AC | FIXED)"
	check_equal %r9, "$(USER_STACK - 0x40)"
	check_equal %r10, $KERNEL_CODE
	check_equal %r12, $KERNEL_DATA
	check_equal caught_cs(%rip), $KERNEL_CODE

	# The RPL of STAR's selector for cs does not count.
	movabsq	$0x0023001300000000, %rax
	write_msr MSR_STAR, %rax
	run_user user
	check_equal %r10, $KERNEL_CODE

	# Back: rip from rcx, flags from r11 without RF and VM, selectors from STAR with RPL 3.
	.macro sysret_to address, flags, stack=USER_STACK
	catch	.Lback\@
	movabsq	$\address, %rcx
	movq	$(\flags), %r11
	movq	$\stack, %rsp
	sysretq
.Lback\@:
	.endm
	sysret_to returned, "RF | 1 << 17 | IOPL3 | AC | DIRECTION | 1 | FIXED", USER_STACK-0x80
	expect_fault BP, at=after_return
	check_equal caught_cs(%rip), $USER_CODE
	check_equal caught_ss(%rip), $USER_DATA
	check_equal caught_rflags(%rip), "$(IOPL3 | AC | DIRECTION | 1 | FIXED)"
	check_equal caught_rsp(%rip), "$(USER_STACK - 0x80)"
	movabsq	$0x0020001000000000, %rax
	write_msr MSR_STAR, %rax
	sysret_to returned, 0
	expect_fault BP, at=after_return
	check_equal caught_cs(%rip), $USER_CODE
	check_equal caught_ss(%rip), $USER_DATA
	check_equal caught_rflags(%rip), $FIXED

	# rcx that is not canonical: #GP in ring 0, on the stack that the kernel has loaded for ring 3.
	sysret_to NOT_CANONICAL, 0, USER_STACK-0x80
	expect_fault GP, 0
	check_equal caught_cs(%rip), $KERNEL_CODE
	check_equal caught_rsp(%rip), "$(USER_STACK - 0x80)"
	check_equal caught_stack(%rip), "$(USER_STACK - 0x80 - 48)"

	# Who may use them.
	user_faults sysretq, GP, 0
	write_msr MSR_EFER, "$(EFER_INITIAL & ~EFER_SCE)"
	user_faults syscall, UD
	faults	syscall, UD
	faults	sysretq, UD
	finish
