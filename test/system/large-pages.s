# large-pages.s · pages of 2 MiB and 1 GiB
#
# Checks SDM vol. 3A, 4.5.4 (formats and reserved bits) and 4.8 (accessed and dirty in the entry that maps the page).
# The processor has to have 1 GiB pages (CPUID 0x80000001, edx bit 26).

	.include "lib/system.s"

	.equ	LARGE, 0x40000000		# reached by the second entry of DIRECTORY_POINTERS
	.equ	HUGE, 0x80000000		# and by the third one
	.equ	OTHER, SCRATCH + 0x1000		# a directory
start:	setup
	movq	$(OTHER | P | W | U), DIRECTORY_POINTERS + 8
	movabsq	$0x123456789abcdef0, %rax
	movq	%rax, SCRATCH + 0x5678

	# 2 MiB: its address takes bits 51:21 of the entry, the offset bits 20:0 of the address.
	movq	$(SCRATCH | PS | P | W), OTHER
	check_equal "LARGE + 0x5678", %rax
	check_bits OTHER, "(A | D)", $A
	movq	$7, LARGE + 0x5680
	check_equal "SCRATCH + 0x5680", $7
	check_bits OTHER, "(A | D)", "$(A | D)"

	# Rights are those of the entry.
	user_faults "movb LARGE, %al", PF, "PF_USER | PF_PRESENT"
	orq	$U, OTHER
	invlpg	LARGE
	user_works "movb LARGE, %al"
	movq	$(SCRATCH | PS | P), OTHER
	invlpg	LARGE + 0x1fffff
	faults	"movb %al, LARGE", PF, "PF_PRESENT | PF_WRITE"

	# Bits 20:13 are reserved, bit 12 is PAT.
	.irp	bit, 13, 20
	movq	$(SCRATCH | PS | P | W | 1 << \bit), OTHER
	invlpg	LARGE
	faults	"movb LARGE, %al", PF, "PF_PRESENT | PF_RESERVED"
	.endr
	movq	$(SCRATCH | PS | P | W | 1 << 12), OTHER
	invlpg	LARGE
	works	"movb LARGE, %al"

	# One invlpg drops the whole page.
	movb	LARGE + 0x1000, %al
	movb	LARGE + 0x100000, %al
	movq	$0, OTHER
	invlpg	LARGE + 0x80000
	faults	"movb LARGE + 0x1000, %al", PF, 0
	faults	"movb LARGE + 0x100000, %al", PF, 0

	# PS in the highest table is reserved.
	movq	$(DIRECTORY_POINTERS | P | W | U | PS), PML4 + 8
	movabsq	$0x8000000000, %rbx
	faults	"movb (%rbx), %al", PF, "PF_PRESENT | PF_RESERVED"

	# 1 GiB.
	movq	$(PS | P | W), DIRECTORY_POINTERS + 16
	movl	$HUGE + SCRATCH, %ebx
	movabsq	$0x123456789abcdef0, %rax
	check_equal 0x5678(%rbx), %rax
	movq	$8, 0x5688(%rbx)
	check_equal "SCRATCH + 0x5688", $8
	check_bits "DIRECTORY_POINTERS + 16", "(A | D)", "$(A | D)"
	movq	$(PS | P | W | 1 << 29), DIRECTORY_POINTERS + 16
	invlpg	(%rbx)
	faults	"movb (%rbx), %al", PF, "PF_PRESENT | PF_RESERVED"
	finish
