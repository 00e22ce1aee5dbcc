# rdtsc-tsd.s · the time-stamp counter
#
# Checks SDM vol. 2B, RDTSC and RDTSCP, and vol. 3B, 17.17: it never goes back, ring 3 may read it unless CR4.TSD is set,
# upper halves are cleared, rdtscp tells IA32_TSC_AUX.

	.include "lib/system.s"

	.equ	MSR_TSC_AUX, 0xc0000103

	.macro counter register
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	movq	%rax, %\register
	.endm
start:	setup

	# It counts on.
	counter	rbx
	.rept	20
	nop
	.endr
	counter	rcx
	cmpq	%rbx, %rcx
	seta	%al
	movzbl	%al, %eax
	check_equal %rax, $1

	# The upper halves of rax and rdx.
	movq	$-1, %rax
	movq	$-1, %rdx
	rdtsc
	shrq	$32, %rax
	shrq	$32, %rdx
	check_equal %rax, $0
	check_equal %rdx, $0

	# rdtscp.
	write_msr MSR_TSC_AUX, $0x12345678
	movq	$-1, %rcx
	rdtscp
	check_equal %rcx, $0x12345678

	# Ring 3.
	user_works rdtsc
	user_works rdtscp
	set_control cr4, CR4_TSD
	user_faults rdtsc, GP, 0
	user_faults rdtscp, GP, 0
	works	rdtsc
	works	rdtscp
	clear_control cr4, CR4_TSD
	user_works rdtsc
	finish
