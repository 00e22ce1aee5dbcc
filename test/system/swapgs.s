# swapgs.s · the bases of fs and gs
#
# Checks SDM vol. 2B, SWAPGS, RDFSBASE and WRFSBASE, and vol. 3A, 3.4.4.1: who may exchange and write them, canonical
# checks, and what a load of a null selector leaves.

	.include "lib/system.s"
start:	setup
	write_msr MSR_GS_BASE, $SCRATCH
	write_msr MSR_KERNEL_GS_BASE, $(SCRATCH + 0x1000)
	write_msr MSR_FS_BASE, $(SCRATCH + 0x2000)
	movq	$1, SCRATCH + 8
	movq	$2, SCRATCH + 0x1008
	movq	$3, SCRATCH + 0x2008

	# The MSRs are the bases.
	check_equal %gs:8, $1
	check_equal %fs:8, $3
	swapgs
	check_equal %gs:8, $2
	read_msr MSR_GS_BASE
	check_equal %rax, "$(SCRATCH + 0x1000)"
	read_msr MSR_KERNEL_GS_BASE
	check_equal %rax, $SCRATCH
	swapgs
	check_equal %gs:8, $1

	# Ring 3 has the same base, and may not exchange it.
	orq	$U, PAGE_TABLE + (SCRATCH >> 12) * 8
	invlpg	SCRATCH
	user_works "movq %gs:8, %rbx"
	check_equal %rbx, $1
	user_faults swapgs, GP, 0
	read_msr MSR_GS_BASE
	check_equal %rax, $SCRATCH

	# rdgsbase and its kin: by CR4.FSGSBASE, in every ring.
	faults	"rdgsbase %rax", UD
	user_faults "wrfsbase %rax", UD
	set_control cr4, CR4_FSGSBASE
	rdgsbase %rbx
	check_equal %rbx, $SCRATCH
	movl	$SCRATCH + 0x1000, %ebx
	user_works "wrfsbase %rbx"
	check_equal %fs:8, $2
	movq	$-1, %rbx
	wrgsbase %ebx				# 32 bits are extended with zeros
	rdgsbase %rbx
	check_equal %rbx, $0xffffffff
	movabsq	$NOT_CANONICAL, %rbx
	faults	"wrgsbase %rbx", GP, 0
	user_faults "wrfsbase %rbx", GP, 0

	# A selector that is loaded brings its descriptor's base, of 32 bits.
	movabsq	$0x12cf93345678ffff, %rax
	movq	%rax, gdt + SPARE(%rip)
	movl	$SPARE, %eax
	movw	%ax, %gs
	rdgsbase %rbx
	check_equal %rbx, $0x12345678
	finish
