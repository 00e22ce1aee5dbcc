# timer-hlt.s · interrupts between instructions, hlt, sti and cr8
#
# Checks SDM vol. 3A, 6.8.1 (IF; the instruction behind sti), 10.8.3.1 (cr8), vol. 2A, HLT, and the
# frame of an interrupt. This test alone needs the device of this machine: a timer at port 0x44, to which n is written
# for one interrupt with vector 32 after n steps.

	.include "lib/system.s"

	.equ	TIMER, 0x44
	.equ	VECTOR, 32

	# Asks for an interrupt; changes rax and rdx.
	.macro after_steps count
	movl	$\count, %eax
	movw	$TIMER, %dx
	outl	%eax, %dx
	.endm

	.section .user, "awx"
endless:
	incq	%rcx
	jmp	endless
	.text
start:	setup

	# With IF clear it waits; it comes behind the instruction that follows sti.
	xorl	%ecx, %ecx
	after_steps 3
	.rept	10
	nop
	.endr
	catch	1f
	sti
	incl	%ecx
here:	incl	%ecx
1:	expect_fault VECTOR, at=here
	check_equal %rcx, $1
	check_bits caught_rflags(%rip), "(IF | RF)", $IF
	check_bits handler_rflags(%rip), IF, $0
	check_equal caught_cs(%rip), $KERNEL_CODE

	# hlt ends with it, and rip is behind the hlt.
	after_steps 1000
	catch	1f
	sti
	hlt
behind:	nop
1:	expect_fault VECTOR, at=behind

	# Out of ring 3, on the stack of TSS.rsp0.
	xorl	%ecx, %ecx
	after_steps 100
	run_user endless, "IF | FIXED"
	expect_fault VECTOR
	check_equal caught_cs(%rip), $USER_CODE
	check_equal caught_ss(%rip), $USER_DATA
	check_equal caught_stack(%rip), "$(TRAP_STACK - 40)"
	cmpq	$20, %rcx
	setae	%bl
	movzbl	%bl, %ebx
	check_equal %rbx, $1

	# A class not above cr8 waits.
	movl	$VECTOR >> 4, %eax
	movq	%rax, %cr8
	after_steps 2
	sti
	.rept	10
	nop
	.endr
	xorl	%eax, %eax
	catch	1f
	movq	%rax, %cr8
lowered:
	nop
1:	expect_fault VECTOR, at=lowered

	# Between the elements of a repeated string, with RF saved.
	movl	$SCRATCH, %edi
	movl	$100000, %ecx
	after_steps 8
	movl	$100000, %ecx
	catch	1f
	sti
string:	rep stosb
	cli
1:	expect_fault VECTOR, at=string
	check_bits caught_rflags(%rip), RF, $RF
	finish
