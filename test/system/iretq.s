# iretq.s · returns from interrupts, to both rings
#
# Checks SDM vol. 2A, IRET: the five words in either direction, the flags that may change, data segments on the way out,
# and every refusal, which is raised in ring 0 on the stack that the instruction was given.

	.include "lib/system.s"

	.section .user, "awx"
user:	int3
after_user:
nested:	pushq	$USER_DATA
	pushq	$USER_STACK - 0x80
	pushq	$(NT | IOPL3 | IF | DIRECTION | FIXED)
	pushq	$USER_CODE
	pushq	$user
	iretq

	.text
	.macro frame ss, rsp, flags, cs, rip
	pushq	$\ss
	pushq	$\rsp
	pushq	$(\flags)
	pushq	$\cs
	movabsq	$\rip, %rax
	pushq	%rax
	.endm

	.macro refuses vector, error, ss, flags, cs, rip=user
	frame	\ss, USER_STACK, \flags, \cs, \rip
	movq	%rsp, %rbx
	faults	iretq, \vector, \error
	check_equal caught_rsp(%rip), %rbx
	movq	$BOOT_STACK, %rsp
	.endm
start:	setup

	# To ring 3.
	catch	1f
	frame	USER_DATA, USER_STACK-8, "IOPL3 | AC | IF | DIRECTION | FIXED", USER_CODE, user
	iretq
1:	expect_fault BP, at=after_user
	check_equal caught_rsp(%rip), "$(USER_STACK - 8)"
	check_equal caught_rflags(%rip), "$(IOPL3 | AC | IF | DIRECTION | FIXED)"
	check_equal caught_cs(%rip), $USER_CODE
	check_equal caught_ss(%rip), $USER_DATA

	# Within ring 0: rsp and ss come from the frame too, and ss may be null.
	frame	0, SCRATCH+0x100, "AC | FIXED", KERNEL_CODE, 2f
	iretq
2:	pushfq
	popq	%rbx
	movl	%ss, %ecx
	movq	%rsp, %rdx
	movq	$BOOT_STACK, %rsp
	movl	$KERNEL_DATA, %eax
	movw	%ax, %ss
	check_equal %rdx, "$(SCRATCH + 0x100)"
	check_equal %rcx, $0
	check_equal %rbx, "$(AC | FIXED)"

	# Within ring 3: IF and IOPL stay as they are.
	run_user nested
	expect_fault BP, at=after_user
	check_equal caught_rsp(%rip), "$(USER_STACK - 0x80)"
	check_equal caught_rflags(%rip), "$(NT | DIRECTION | FIXED)"

	# Data segments that ring 3 may not use become null.
	movl	$KERNEL_DATA, %eax
	movw	%ax, %ds
	movl	$USER_DATA, %eax
	movw	%ax, %es
	run_user user
	movl	%ds, %ebx
	movl	%es, %ecx
	check_equal %rbx, $0
	check_equal %rcx, $USER_DATA

	# Refusals: cs null, beyond the GDT, data, DPL other than RPL, 64-bit and 32-bit at once.
	refuses	GP, 0, USER_DATA, FIXED, 0
	refuses	GP, 0x100, USER_DATA, FIXED, 0x103
	refuses	GP, 0x28, USER_DATA, FIXED, USER_DATA
	refuses	GP, KERNEL_CODE, USER_DATA, FIXED, KERNEL_CODE+3
	movq	$0x00effb00, %rax
	shlq	$32, %rax
	orq	$0xffff, %rax
	movq	%rax, gdt + SPARE(%rip)
	refuses	GP, SPARE, USER_DATA, FIXED, SPARE+3

	# ss: another RPL, another ring, null for ring 3. rip: not canonical.
	refuses	GP, 0x28, 0x28, FIXED, USER_CODE
	refuses	GP, 0x18, 0x1b, FIXED, USER_CODE
	refuses	GP, 0, 3, FIXED, USER_CODE
	refuses	GP, 0, USER_DATA, FIXED, USER_CODE, NOT_CANONICAL

	# Not present: cs is #NP, ss is #SS.
	movabsq	$0x00af7b000000ffff, %rax
	movq	%rax, gdt + SPARE(%rip)
	refuses	NP, SPARE, USER_DATA, FIXED, SPARE+3
	movabsq	$0x00cf73000000ffff, %rax
	movq	%rax, gdt + SPARE(%rip)
	refuses	SS, SPARE, SPARE+3, FIXED, USER_CODE

	# NT in the current flags.
	pushq	$(NT | FIXED)
	popfq
	faults	iretq, GP, 0
	finish
