# string-restart.s · faults in the middle of repeated strings
#
# Checks SDM vol. 2B, REP: rsi, rdi and rcx stand at the element that could not be done, rip at the instruction, the
# flags as after the last comparison; the instruction goes on from there when the page has come.

	.include "lib/system.s"

	.equ	HOLE, SCRATCH + 0x2000
	.equ	ENTRY, PAGE_TABLE + (HOLE >> 12) * 8
	.equ	ZF, 1 << 6

	# An instruction that faults for the first address of the hole.
	.macro stops instruction, error, count
	faults	"\instruction", PF, \error
	check_equal caught_cr2(%rip), $HOLE
	check_equal %rcx, $\count
	.endm
start:	setup
	clear_page HOLE, P

	# A destination, forwards.
	movq	$0, HOLE - 8
	movl	$HOLE - 5, %edi
	movl	$0x55, %eax
	movl	$9, %ecx
	stops	"rep stosb", PF_WRITE, 4
	check_equal %rdi, $HOLE
	check_bits caught_rflags(%rip), RF, $RF
	check_equal "HOLE - 8", $0x5555555555000000
	set_page HOLE, P
	movb	$0x55, %al
	rep stosb
	check_equal %rcx, $0
	check_equal %rdi, "$(HOLE + 4)"
	check_bits "HOLE - 1", 0x7fffffff, $0x55555555
	check_bits "HOLE + 3", 0xffff, $0x55
	clear_page HOLE, P

	# A source.
	movl	$HOLE - 16, %esi
	movl	$SCRATCH, %edi
	movl	$6, %ecx
	stops	"rep movsq", 0, 4
	check_equal %rsi, $HOLE
	check_equal %rdi, "$(SCRATCH + 16)"

	# Backwards.
	movl	$HOLE + 0x1008, %edi
	movl	$4, %ecx
	catch	1f
	std
backwards:
	rep stosq
1:	expect_fault PF, PF_WRITE, backwards
	check_equal caught_cr2(%rip), "$(HOLE + 0xff8)"
	check_equal %rdi, "$(HOLE + 0xff8)"
	check_equal %rcx, $2
	check_bits caught_rflags(%rip), DIRECTION, $DIRECTION

	# An element over the end of the page is not begun.
	movq	$0, HOLE - 8
	movl	$HOLE - 4, %edi
	movl	$2, %ecx
	movq	$-1, %rax
	stops	"rep stosq", PF_WRITE, 2
	check_equal %rdi, "$(HOLE - 4)"
	check_equal "HOLE - 8", $0

	# Comparisons: ZF is that of the last element.
	movl	$HOLE - 3, %edi
	movb	$0, HOLE - 1
	xorl	%eax, %eax
	movl	$9, %ecx
	stops	"repe scasb", 0, 6
	check_bits caught_rflags(%rip), ZF, $ZF
	movl	$HOLE - 3, %edi
	movl	$1, %eax
	movl	$9, %ecx
	stops	"repne scasb", 0, 6
	check_bits caught_rflags(%rip), ZF, $0

	# No elements touch no memory.
	xorl	%ecx, %ecx
	movl	$HOLE, %edi
	works	"rep stosb"
	movl	$HOLE, %esi
	works	"repe cmpsb"
	finish
