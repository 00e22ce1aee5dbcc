# single-step.s · the trap flag
#
# Checks SDM vol. 3B, 17.3.1.4 (the trap comes after the instruction, BS in DR6) and vol. 3A, 6.8.3 (not after a load of
# ss): rip, the saved flags, repeated strings, faults, software interrupts and syscall.

	.include "lib/system.s"

	.equ	BS, 1 << 14

	# Sets TF; the trap comes after the instruction behind.
	.macro step_from resume
	catch	\resume
	pushq	$(TF | FIXED)
	popfq
	.endm

	.section .user, "awx"
user:	nop
after_nop:
	nop
	.text
entry:	movl	$0x77, %ebx
	int3
start:	setup
	xorl	%ecx, %ecx
	movq	%rcx, %dr6

	# After one instruction, which has run.
	step_from 1f
	incl	%ecx
after:	incl	%ecx
1:	expect_fault DB, at=after
	check_equal %rcx, $1
	check_bits caught_rflags(%rip), "(TF | RF)", $TF
	check_bits handler_rflags(%rip), TF, $0
	movq	%dr6, %rbx
	check_bits %rbx, BS, $BS

	# In ring 3, with TF from the frame of iretq: one instruction runs there first.
	run_user user, "TF | FIXED"
	expect_fault DB, at=after_nop
	check_equal caught_cs(%rip), $USER_CODE

	# popfq that clears TF is itself the instruction after which it traps.
	pushq	$FIXED
	step_from 1f
	popfq
popped:	nop
1:	expect_fault DB, at=popped
	movq	$BOOT_STACK, %rsp

	# A fault comes instead of the trap, and int3 enters its handler without one.
	step_from 1f
fault:	ud2
1:	expect_fault UD, at=fault
	step_from 1f
	int3
1:	expect_fault BP

	# A load of ss holds the trap back for one instruction.
	movl	$KERNEL_DATA, %eax
	step_from 1f
	movw	%ax, %ss
	nop
behind:	nop
1:	expect_fault DB, at=behind

	# A repeated string traps after each element.
	movl	$SCRATCH, %edi
	movl	$3, %ecx
	step_from 1f
string:	rep stosb
behind_string:
	nop
1:	expect_fault DB, at=string
	check_equal %rcx, $2
	movl	$1, %ecx
	step_from 1f
	rep stosb
last:	nop
1:	expect_fault DB, at=last
	check_equal %rcx, $0

	# syscall with TF masked enters without a trap; r11 has TF.
	write_msr MSR_LSTAR, $entry
	movabsq	$0x0023001000000000, %rax
	write_msr MSR_STAR, %rax
	write_msr MSR_FMASK, $TF
	step_from 1f
	syscall
1:	expect_fault BP
	check_equal %rbx, $0x77
	check_bits %r11, TF, $TF
	finish
