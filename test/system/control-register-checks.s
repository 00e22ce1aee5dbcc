# control-register-checks.s · values that control registers take and refuse
#
# Checks SDM vol. 2B, MOV to and from control registers, and vol. 3A, 2.5: #GP(0) for reserved bits and combinations,
# fixed bits, registers that do not exist, ring 3; lmsw, smsw and clts.

	.include "lib/system.s"

	.macro takes register, value, kept
	movabsq	$(\value), %rax
	movq	%rax, %\register
	movq	%\register, %rbx
	check_equal %rbx, "$(\kept)"
	.endm

	.macro refuses register, value
	movabsq	$(\value), %rax
	movq	%\register, %rcx
	faults	"movq %rax, %\register", GP, 0
	movq	%\register, %rbx
	check_equal %rbx, %rcx
	.endm
start:	setup

	# cr0: the upper half, PG without PE, NW without CD, paging off in 64-bit mode; ET reads as one.
	refuses	cr0, "CR0_INITIAL | 1 << 32"
	refuses	cr0, "CR0_INITIAL & ~1"
	refuses	cr0, "CR0_INITIAL | 1 << 29"
	refuses	cr0, "CR0_INITIAL & ~(1 << 31)"
	takes	cr0, "CR0_INITIAL & ~0x10", CR0_INITIAL

	# lmsw sets PE, MP, EM and TS and does not clear PE; clts clears TS.
	movl	$14, %eax
	lmsw	%ax
	smsw	%rbx
	check_bits %rbx, 0x1f, $0x1f
	clts
	smsw	%rbx
	check_bits %rbx, 0x1f, $0x17
	takes	cr0, CR0_INITIAL, CR0_INITIAL

	# cr3: bits from the width of physical addresses on; bit 63 without PCIDs.
	refuses	cr3, "PML4 | 1 << 51"
	refuses	cr3, "PML4 | 1 << 63"
	takes	cr3, "PML4 | 0x18", PML4+0x18
	takes	cr3, PML4, PML4

	# cr4: reserved bits, PAE off, PCIDE with a PCID that is not 0.
	refuses	cr4, "CR4_INITIAL | 1 << 63"
	refuses	cr4, "CR4_INITIAL | 1 << 31"
	refuses	cr4, "CR4_INITIAL & ~0x20"
	takes	cr4, "CR4_INITIAL | CR4_SMEP | CR4_SMAP | CR4_DE", CR4_INITIAL+CR4_SMEP+CR4_SMAP+CR4_DE
	takes	cr3, "PML4 | 8", PML4+8
	refuses	cr4, "CR4_INITIAL | CR4_PCIDE"
	takes	cr3, PML4, PML4
	takes	cr4, "CR4_INITIAL | CR4_PCIDE", CR4_INITIAL+CR4_PCIDE
	takes	cr4, CR4_INITIAL, CR4_INITIAL

	# cr8 has four bits, cr2 takes anything.
	takes	cr8, 15, 15
	refuses	cr8, 16
	takes	cr8, 0, 0
	takes	cr2, 0x800000000001, 0x800000000001

	# Registers that do not exist.
	faults	".byte 0x0f, 0x20, 0xc8", UD		# mov %cr1, %rax
	faults	".byte 0x0f, 0x22, 0xe8", UD		# mov %rax, %cr5

	# Ring 3.
	.irp	instruction, "movq %cr0, %rax", "movq %rax, %cr0", "movq %cr2, %rax", "movq %rax, %cr3", "movq %cr4, %rax"
	user_faults "\instruction", GP, 0
	.endr
	.irp	instruction, "movq %rax, %cr8", clts, "lmsw %ax", "invlpg (%rax)", wbinvd, invd, hlt, "lgdt (%rsp)", "ltr %ax"
	user_faults "\instruction", GP, 0
	.endr
	finish
