# canonical.s · addresses whose bits 63:47 are not all equal
#
# Checks SDM vol. 1, 3.3.7.1 and vol. 3A, 6.15: #GP(0), #SS(0) through the stack, for data, jumps, returns and calls.

	.include "lib/system.s"
start:	setup
	movabsq	$NOT_CANONICAL, %rbx
	movq	%rbx, %rbp
	xorl	%esi, %esi

	# Data: through ds #GP, through rsp and rbp as base #SS.
	faults	"movb (%rbx), %al", GP, 0
	faults	"movb %al, (%rbx)", GP, 0
	faults	"movb (%rbp), %al", SS, 0
	faults	"movb (%rsi,%rbp), %al", GP, 0
	faults	"movb %ds:(%rbp), %al", SS, 0		# ds is no override in 64-bit mode
	faults	"movq -1(%rbx), %rax", GP, 0		# the last byte is the first one that is not
	faults	"movq -4(%rbp), %rax", SS, 0
	faults	"lock incl (%rbx)", GP, 0
	works	"invlpg (%rbx)"				# a nop for such an address
	works	"leaq (%rbx), %rax"
	works	"prefetcht0 (%rbx)"

	# The last canonical address of the lower half, and the first of the upper half, are merely not mapped.
	faults	"movb -1(%rbx), %al", PF, 0
	check_equal caught_cr2(%rip), $0x7fffffffffff
	movabsq	$0xffff800000000000, %rcx
	faults	"movb (%rcx), %al", PF, 0
	check_equal caught_cr2(%rip), %rcx
	faults	"movb -1(%rcx), %al", GP, 0

	# The stack: the handler needs one of its own.
	set_gate SS, "stubs + SS * 16", 0x8e, 1
	.macro on_bad_stack instruction
	catch	.Lback\@
	leaq	8(%rbx), %rsp
.Lhere\@:
	\instruction
.Lback\@:
	expect_fault SS, 0, .Lhere\@
	.endm
	on_bad_stack "popq %rax"
	on_bad_stack "pushq %rax"
	on_bad_stack "call start"
	on_bad_stack ret
	check_equal %rsp, $BOOT_STACK

	# Jumps, calls and returns: refused before rip changes, with the stack as it was.
	faults	"jmp *%rbx", GP, 0
	faults	"call *%rbx", GP, 0
	check_equal caught_rsp(%rip), $BOOT_STACK
	pushq	%rbx
	movq	%rsp, %rcx
	faults	ret, GP, 0
	check_equal caught_rsp(%rip), %rcx
	faults	"jmp *(%rsp)", GP, 0
	popq	%rax
	finish
