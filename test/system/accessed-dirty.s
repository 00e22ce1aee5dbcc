# accessed-dirty.s · the accessed and dirty bits
#
# Checks SDM vol. 3A, 4.8: A in every entry that a walk uses, D in the last one on a write, none of them on a fault, and
# that a page known for reading still gets D at the first write.

	.include "lib/system.s"

	.equ	PAGE, SCRATCH
	.equ	ENTRY, PAGE_TABLE + (PAGE >> 12) * 8

	.macro marks expected
	check_bits ENTRY, "A | D", $(\expected)
	.endm

	.macro renew
	clear_page PAGE, "A | D"
	.endm
start:	setup
	renew
	marks	0
	movb	PAGE, %al
	marks	A
	movb	%al, PAGE			# the translation is known, but not as dirty
	marks	"A | D"

	renew
	movb	%al, PAGE
	marks	"A | D"

	# Instructions that write back what they read.
	renew
	xorl	%ecx, %ecx
	movl	$1, %eax
	lock cmpxchgl %ecx, PAGE		# not equal: writes the old value
	marks	"A | D"
	renew
	cmpl	$0, PAGE
	marks	A

	# A fetch.
	renew
	movb	$0xc3, PAGE
	renew
	movl	$PAGE, %ebx
	call	*%rbx
	marks	A

	# Upper levels: A only.
	andq	$~(A | D), DIRECTORY + 8
	movq	%cr3, %rax
	movq	%rax, %cr3
	movb	%al, PAGE
	check_bits "DIRECTORY + 8", A, $A
	check_bits PML4, A, $A
	check_bits DIRECTORY_POINTERS, A, $A

	# An access that faults marks nothing as dirty.
	renew
	clear_page PAGE, W
	faults	"movb %al, PAGE", PF, "PF_PRESENT | PF_WRITE"
	check_bits ENTRY, D, $0
	set_page PAGE, W

	# A mark is not taken back, and an invlpg sets none.
	movb	%al, PAGE
	invlpg	PAGE
	marks	"A | D"
	renew
	invlpg	PAGE
	marks	0
	finish
