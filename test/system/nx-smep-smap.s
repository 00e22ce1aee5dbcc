# nx-smep-smap.s · what the supervisor may do with pages, and where nobody may run
#
# Checks SDM vol. 3A, 4.6.1: NX, CR4.SMEP, CR4.SMAP with rflags.AC, stac and clac, CR0.WP.

	.include "lib/system.s"

	.equ	USER_PAGE, USER + USER_BYTES - 0x2000
	.equ	PAGE, SCRATCH

	.macro run_at address
	catch	.Lback\@
	movl	$\address, %ebx
	jmp	*%rbx
.Lback\@:
	.endm
start:	setup
	write_msr MSR_EFER, $(EFER_INITIAL | EFER_NXE)
	movw	$0x0b0f, USER_PAGE		# ud2
	movw	$0x0b0f, PAGE

	# NX, in both rings.
	run_at	PAGE
	expect_fault UD, at=PAGE
	set_page PAGE, NX
	run_at	PAGE
	expect_fault PF, "PF_PRESENT | PF_FETCH", at=PAGE
	works	"movw PAGE, %ax"
	set_page USER_PAGE, NX
	run_user USER_PAGE
	expect_fault PF, "PF_USER | PF_PRESENT | PF_FETCH", at=USER_PAGE
	clear_page USER_PAGE, NX
	run_user USER_PAGE
	expect_fault UD, at=USER_PAGE

	# SMEP: the supervisor does not run what belongs to ring 3.
	run_at	USER_PAGE
	expect_fault UD, at=USER_PAGE
	set_control cr4, CR4_SMEP
	run_at	USER_PAGE
	expect_fault PF, "PF_PRESENT | PF_FETCH", at=USER_PAGE
	check_equal caught_cr2(%rip), $USER_PAGE
	works	"movw USER_PAGE, %ax"
	run_user USER_PAGE
	expect_fault UD, at=USER_PAGE

	# SMAP: nor does it touch it, unless AC is set.
	set_control cr4, CR4_SMAP
	faults	"movb USER_PAGE, %al", PF, PF_PRESENT
	faults	"movb %al, USER_PAGE + 8", PF, "PF_PRESENT | PF_WRITE"
	check_equal caught_cr2(%rip), "$(USER_PAGE + 8)"
	stac
	movb	USER_PAGE, %cl
	movb	%cl, USER_PAGE + 8
	pushfq
	popq	%rbx
	clac
	pushfq
	popq	%rdx
	check_bits %rcx, 0xff, $0x0f
	check_bits %rbx, AC, $AC
	check_bits %rdx, AC, $0
	faults	"movb USER_PAGE, %al", PF, PF_PRESENT
	user_works "movb USER_PAGE, %al"
	user_faults stac, UD
	user_faults clac, UD

	# The processor's own accesses are not opened by AC: here it reads an LDT.
	movabsq	$(0x820000000017 | USER_PAGE << 16), %rax
	movq	%rax, gdt + SPARE(%rip)
	movl	$SPARE, %eax
	lldt	%ax
	stac
	movq	gdt + KERNEL_DATA(%rip), %rax
	movq	%rax, USER_PAGE + 8
	movl	$0x0c, %eax
	faults	"movw %ax, %fs", PF, PF_PRESENT
	check_equal caught_cr2(%rip), "$(USER_PAGE + 8)"
	clear_control cr4, CR4_SMAP
	movl	$0x0c, %eax
	works	"movw %ax, %fs"
	set_control cr4, CR4_SMAP
	clear_control cr4, "CR4_SMAP | CR4_SMEP"

	# CR0.WP: whether the supervisor may write where W is clear.
	clear_page PAGE, W
	faults	"movb %al, PAGE", PF, "PF_PRESENT | PF_WRITE"
	clear_control cr0, CR0_WP
	movb	$0x5a, PAGE
	check_bits PAGE, 0xff, $0x5a
	user_faults "movb %al, PAGE", PF, "PF_USER | PF_PRESENT | PF_WRITE"
	set_control cr0, CR0_WP
	faults	"movb %al, PAGE", PF, "PF_PRESENT | PF_WRITE"
	finish
