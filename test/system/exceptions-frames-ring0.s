# exceptions-frames-ring0.s · what an exception in ring 0 pushes
#
# Checks SDM vol. 3A, 6.14.2 and 6.14.3: the same five words as from ring 3, on the current stack aligned to 16 bytes,
# ss kept; 6.15 for #DE and #UD; vol. 2, INT n: no error code from `int n`.

	.include "lib/system.s"
start:	setup

	# rsp is saved as it was, and aligned before the pushes.
	.irp	misalignment, 0, 1, 4, 8, 15
	movq	$BOOT_STACK - 0x100 - \misalignment, %rsp
	movq	%rsp, %rbx
	faults	ud2, UD
	check_equal caught_rsp(%rip), %rbx
	movq	%rbx, %rcx
	andq	$-16, %rcx
	subq	$40, %rcx
	check_equal caught_stack(%rip), %rcx
	.endr
	movq	$BOOT_STACK, %rsp

	check_equal caught_cs(%rip), $KERNEL_CODE
	check_equal caught_ss(%rip), $KERNEL_DATA
	check_equal handler_ss(%rip), $KERNEL_DATA
	check_bits caught_rflags(%rip), "(RF | FIXED)", "$(RF | FIXED)"

	# A null ss is saved as it is, and kept.
	xorl	%eax, %eax
	movw	%ax, %ss
	faults	ud2, UD
	check_equal caught_ss(%rip), $0
	check_equal handler_ss(%rip), $0

	# Division: nothing is changed by one that faults.
	movl	$7, %eax
	movl	$5, %edx
	xorl	%ecx, %ecx
	faults	"divl %ecx", DE
	check_equal %rax, $7
	check_equal %rdx, $5
	movl	$5, %ecx
	faults	"divl %ecx", DE				# the quotient has 33 bits
	movl	$0x80000000, %eax
	cltd
	movl	$-1, %ecx
	faults	"idivl %ecx", DE
	movabsq	$0x8000000000000000, %rax
	cqto
	movq	$-1, %rcx
	faults	"idivq %rcx", DE

	# Software interrupts save the address of the next instruction, and no RF.
	catch	back
	int	$0x30
back:	expect_fault 0x30, at=back
	check_bits caught_rflags(%rip), "(RF | FIXED)", $FIXED
	catch	back2
	int3
back2:	expect_fault BP, at=back2
	finish
