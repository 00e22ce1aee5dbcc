# cpuid.s · what the processor says of itself, and whether it is true
#
# Checks SDM vol. 2A, CPUID: the highest leaves, the features that every x86-64 processor has, that announced features
# exist, address widths against the reserved bits of entries, and use in ring 3.

	.include "lib/system.s"

	.macro ask leaf, subleaf=0
	movl	$\leaf, %eax
	movl	$\subleaf, %ecx
	cpuid
	.endm
start:	setup

	# Highest leaves, and results that clear the upper halves.
	movq	$-1, %rbx
	movq	$-1, %rdx
	ask	0
	cmpl	$1, %eax
	setae	%al
	movzbl	%al, %eax
	check_equal %rax, $1
	movq	%rbx, %rsi
	shrq	$32, %rsi
	check_equal %rsi, $0
	shrq	$32, %rdx
	check_equal %rdx, $0
	ask	0x80000000
	cmpl	$0x80000008, %eax
	setae	%al
	movzbl	%al, %eax
	check_equal %rax, $1

	# x86-64's baseline: fpu, tsc, msr, pae, cx8, pge, cmov, fxsr, sse, sse2; syscall and long mode.
	ask	1
	check_bits %rdx, 0x0700a171, $0x0700a171
	ask	0x80000001
	check_bits %rdx, "(1 << 29 | 1 << 11)", "$(1 << 29 | 1 << 11)"

	# nx: EFER takes the bit.
	btl	$20, %edx
	setc	%bl
	movzbl	%bl, %ebx
	check_equal %rbx, $1
	write_msr MSR_EFER, "$(EFER_INITIAL | EFER_NXE)"
	read_msr MSR_EFER
	check_bits %rax, EFER_NXE, $EFER_NXE

	# Features of leaf 7 and the bits of cr4: fsgsbase, smep, smap.
	.macro announced bit, control
	ask	7
	xorl	%esi, %esi
	btl	$\bit, %ebx
	setc	%sil
	xorl	%edi, %edi
	movq	%cr4, %rax
	movq	%rax, %rbx
	orq	$\control, %rax
	catch	.Lrefused\@
	movq	%rax, %cr4
	incl	%edi
.Lrefused\@:
	movq	%rbx, %cr4
	check_equal %rdi, %rsi
	.endm
	announced 0, CR4_FSGSBASE
	announced 7, CR4_SMEP
	announced 20, CR4_SMAP

	# Widths: the lowest address bit that does not exist is reserved in cr3, the highest one that does is not.
	ask	0x80000008
	movzbl	%ah, %ebx
	check_equal %rbx, $48
	movzbl	%al, %ecx
	movl	$1, %ebx
	shlq	%cl, %rbx
	orq	$PML4, %rbx
	faults	"movq %rbx, %cr3", GP, 0

	# Ring 3 may ask too; unknown subleaves of leaf 7 do not fault.
	xorl	%eax, %eax
	user_works cpuid
	movl	$7, %eax
	movl	$0x1234, %ecx
	works	cpuid
	finish
