# pcid-global.s · what the translation caches keep, and what drops it
#
# Checks SDM vol. 3A, 4.10: PCIDs (4.10.1), the no-flush bit of cr3, global pages, invlpg and invpcid (4.10.4.1). A
# processor may always forget a translation, so only what has to be new is checked where caches are free to choose; the
# machine that keeps stale ones too long fails.

	.include "lib/system.s"

	.equ	PAGE, SCRATCH
	.equ	ENTRY, PAGE_TABLE + (PAGE >> 12) * 8
	.equ	FIRST, SCRATCH + 0x10000	# two frames, and a second set of tables
	.equ	SECOND, SCRATCH + 0x11000
	.equ	NO_FLUSH, 63

# Makes PAGE one frame, and reads it so that it is known.
	.macro learn frame, bits=P|W
	movq	$(\frame | \bits), ENTRY
	invlpg	PAGE
	movq	PAGE, %rbx
	check_equal %rbx, $\frame
	.endm

# Changes the entry without telling the processor.
	.macro remap frame, bits=P|W
	movq	$(\frame | \bits), ENTRY
	.endm

	.macro shows frame
	movq	PAGE, %rbx
	check_equal %rbx, $\frame
	.endm
start:	setup
	movq	$FIRST, FIRST
	movq	$SECOND, SECOND

	# invlpg, and a write to cr3.
	learn	FIRST
	remap	SECOND
	invlpg	PAGE + 0xfff
	shows	SECOND
	remap	FIRST
	movq	%cr3, %rax
	movq	%rax, %cr3
	shows	FIRST

	# Global pages: invlpg drops them too, and so does a change of CR4.PGE.
	learn	FIRST, P|W|G
	remap	SECOND, P|W|G
	invlpg	PAGE
	shows	SECOND
	remap	FIRST, P|W|G
	clear_control cr4, 0x80
	set_control cr4, 0x80
	shows	FIRST

	# With CR4.PGE clear, G means nothing.
	clear_control cr4, 0x80
	learn	FIRST, P|W|G
	remap	SECOND, P|W|G
	movq	%cr3, %rax
	movq	%rax, %cr3
	shows	SECOND
	set_control cr4, 0x80

	# Bit 63 of cr3 needs PCIDs; CR4.PCIDE needs PCID 0.
	movq	$PML4, %rax
	btsq	$NO_FLUSH, %rax
	faults	"movq %rax, %cr3", GP, 0
	movq	$(PML4 | 0x18), %rax
	movq	%rax, %cr3
	movq	%cr4, %rbx
	movq	%rbx, %rcx
	orq	$CR4_PCIDE, %rcx
	faults	"movq %rcx, %cr4", GP, 0
	movq	$PML4, %rax
	movq	%rax, %cr3
	works	"movq %rcx, %cr4"

	# cr3 keeps its PCID, and bit 63 reads as zero.
	movq	$(PML4 | 5), %rax
	btsq	$NO_FLUSH, %rax
	movq	%rax, %cr3
	movq	%cr3, %rbx
	check_equal %rbx, "$(PML4 | 5)"

	# A write without bit 63 drops what PCID 5 knew, and bit 63 does not stop invlpg.
	learn	FIRST
	remap	SECOND
	movq	$(PML4 | 5), %rax
	movq	%rax, %cr3
	shows	SECOND
	remap	FIRST
	movq	$(PML4 | 5), %rax
	btsq	$NO_FLUSH, %rax
	movq	%rax, %cr3
	invlpg	PAGE
	shows	FIRST

	# Translations of PCID 5 are not used by PCID 6, which has other tables.
	movq	$PML4, %rsi
	movq	$SCRATCH + 0x20000, %rdi
	movl	$4 * 512, %ecx			# PML4, both directories, and the first page table
	rep movsq
	movq	$PAGE_TABLE + 0x1000, %rsi	# the second page table
	movl	$512, %ecx
	rep movsq
	.equ	OTHER, SCRATCH + 0x20000
	.equ	DELTA, OTHER - PML4
	addq	$DELTA, OTHER
	addq	$DELTA, OTHER + 0x1000
	addq	$DELTA, OTHER + 0x2008
	movq	$(SECOND | P | W), ENTRY + DELTA
	shows	FIRST
	movq	$(OTHER | 6), %rax
	movq	%rax, %cr3
	shows	SECOND
	movq	$(PML4 | 5), %rax
	btsq	$NO_FLUSH, %rax
	movq	%rax, %cr3
	shows	FIRST

	# invpcid: one address of another PCID; all of one; everything.
	.macro invalidate type, pcid
	remap	SECOND
	movl	$\type, %eax
	pushq	$PAGE
	pushq	$\pcid
	invpcid	(%rsp), %rax
	leaq	16(%rsp), %rsp
	shows	SECOND
	learn	FIRST
	.endm
	invalidate 0, 5
	invalidate 1, 5
	invalidate 2, 0
	invalidate 3, 0
	movl	$4, %eax
	faults	"invpcid (%rsp), %rax", GP, 0
	finish
