# page-fault-codes.s · the error code and cr2 of a page fault
#
# Checks SDM vol. 3A, 4.7: P, W/R, U/S, RSVD and I/D bits, and cr2.

	.include "lib/system.s"

	.equ	PAGE, SCRATCH
	.equ	NEXT, SCRATCH + 0x1000

	.macro page_fault instruction, error, address
	faults	"\instruction", PF, "\error"
	check_equal caught_cr2(%rip), $(\address)
	.endm

	.macro user_page_fault instruction, error, address
	user_faults "\instruction", PF, "\error"
	check_equal caught_cr2(%rip), $(\address)
	.endm
start:	setup
	movl	$UNMAPPED + 5, %ebx

	# Absent pages, from both rings.
	page_fault "movb (%rbx), %al", 0, "UNMAPPED + 5"
	page_fault "movb %al, (%rbx)", PF_WRITE, "UNMAPPED + 5"
	page_fault "incl (%rbx)", PF_WRITE, "UNMAPPED + 5"
	page_fault "pushq (%rbx)", 0, "UNMAPPED + 5"
	user_page_fault "movb (%rbx), %al", PF_USER, "UNMAPPED + 5"
	user_page_fault "movb %al, (%rbx)", "PF_USER | PF_WRITE", "UNMAPPED + 5"
	user_page_fault "lock xaddl %eax, (%rbx)", "PF_USER | PF_WRITE", "UNMAPPED + 5"

	# Pages without the right.
	user_page_fault "movb PAGE + 1, %al", "PF_USER | PF_PRESENT", "PAGE + 1"
	user_page_fault "movb %al, PAGE + 1", "PF_USER | PF_PRESENT | PF_WRITE", "PAGE + 1"
	set_page PAGE, U
	clear_page PAGE, W
	user_works "movb PAGE + 1, %al"
	user_page_fault "movb %al, PAGE + 1", "PF_USER | PF_PRESENT | PF_WRITE", "PAGE + 1"
	page_fault "movb %al, PAGE + 1", "PF_PRESENT | PF_WRITE", "PAGE + 1"

	# An access over two pages names the first byte that could not be reached, and writes nothing.
	set_page PAGE, W
	clear_page NEXT, P
	movq	$0, NEXT - 8
	movq	$-1, %rcx
	page_fault "movq %rcx, NEXT - 4", PF_WRITE, NEXT
	check_equal "NEXT - 8", $0
	page_fault "movq NEXT - 1, %rcx", 0, NEXT

	# Bits that must be zero: bit 51 is above every physical address, NX while EFER.NXE is clear.
	set_page NEXT, "P | 1 << 51"
	page_fault "movb NEXT, %al", "PF_PRESENT | PF_RESERVED", NEXT
	user_page_fault "movb %al, NEXT", "PF_USER | PF_PRESENT | PF_WRITE | PF_RESERVED", NEXT
	clear_page NEXT, "1 << 51"
	set_page NEXT, NX
	page_fault "movb NEXT, %al", "PF_PRESENT | PF_RESERVED", NEXT

	# Fetches: told only while NXE or SMEP is on.
	movl	$UNMAPPED, %ebx
	.macro fetch code, error
	run_user \code
	expect_fault PF, "\error", at=UNMAPPED
	check_equal caught_cr2(%rip), $UNMAPPED
	.endm
	fetch	UNMAPPED, PF_USER
	write_msr MSR_EFER, $(EFER_INITIAL | EFER_NXE)
	fetch	UNMAPPED, "PF_USER | PF_FETCH"
	write_msr MSR_EFER, $EFER_INITIAL
	set_control cr4, CR4_SMEP
	fetch	UNMAPPED, "PF_USER | PF_FETCH"
	clear_control cr4, CR4_SMEP
	finish
