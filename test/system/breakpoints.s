# breakpoints.s · the debug registers
#
# Checks SDM vol. 3B, 17.2 and 17.3: breakpoints on instructions (faults, RF), data (traps) and ports (CR4.DE), fixed
# bits, GD, and the aliases DR4 and DR5.

	.include "lib/system.s"

	.equ	WORD, SCRATCH
	.equ	EXECUTE, 0x00000001		# DR7: L0, and R/W0 and LEN0 from bit 16 on
	.equ	WRITE_4, 0x000d0001
	.equ	ACCESS_1, 0x00030001
	.equ	PORT_1, 0x00020001
	.equ	BD, 1 << 13

	.macro arm address, control
	movq	$\address, %rax
	movq	%rax, %dr0
	movl	$\control, %eax
	movq	%rax, %dr7
	xorl	%eax, %eax
	movq	%rax, %dr6
	.endm

	.macro disarm
	movl	$0x400, %eax
	movq	%rax, %dr7
	.endm

	# DR6 has the bit of DR0 and no other.
	.macro matched
	movq	%dr6, %rbx
	check_bits %rbx, 0xe00f, $1
	.endm
start:	setup

	# On an instruction: before it runs.
	xorl	%ecx, %ecx
	arm	here, EXECUTE
	catch	1f
here:	incl	%ecx
1:	expect_fault DB, at=here
	check_equal %rcx, $0
	check_bits caught_rflags(%rip), RF, $0		# unlike all other faults
	matched

	# RF from a frame lets it run once, and is clear behind it.
	pushq	$KERNEL_DATA
	pushq	$BOOT_STACK
	pushq	$(RF | FIXED)
	pushq	$KERNEL_CODE
	pushq	$once
	arm	once, EXECUTE
	iretq
once:	incl	%ecx
	pushfq
	popq	%rbx
	check_bits %rbx, RF, $0
	check_equal %rcx, $1
	catch	1f
	jmp	once
1:	expect_fault DB, at=once

	# On data: after the access. Reads do not match a breakpoint for writes.
	arm	WORD, WRITE_4
	works	"movl WORD, %ecx"
	catch	1f
	movb	%cl, WORD + 3
written:
	nop
1:	expect_fault DB, at=written
	check_bits caught_rflags(%rip), RF, $0
	matched
	works	"movb %cl, WORD + 4"
	works	"movb %cl, WORD - 1"
	arm	WORD, ACCESS_1
	catch	1f
	movq	WORD - 7, %rcx
read:	nop
1:	expect_fault DB, at=read

	# A repeated string stops behind the element.
	arm	WORD+5, ACCESS_1
	movl	$WORD, %edi
	movl	$20, %ecx
	catch	1f
string:	rep stosb
1:	expect_fault DB, at=string
	check_equal %rcx, $14

	# On a port, with CR4.DE only.
	movw	$0x80, %dx
	set_control cr4, CR4_DE
	arm	0x80, PORT_1
	catch	1f
	outb	%al, %dx
written_port:
	nop
1:	expect_fault DB, at=written_port
	disarm

	# DR4 and DR5 are DR6 and DR7 without CR4.DE, and #UD with it.
	faults	".byte 0x0f, 0x21, 0xe3", UD
	clear_control cr4, CR4_DE
	movq	%dr7, %rcx
	.byte	0x0f, 0x21, 0xeb		# mov %dr5, %rbx
	check_equal %rbx, %rcx

	# Fixed bits, values that are too wide, ring 3, GD.
	xorl	%eax, %eax
	movq	%rax, %dr6
	movq	%dr6, %rbx
	check_equal %rbx, $0xffff0ff0
	movq	%rax, %dr7
	movq	%dr7, %rbx
	check_equal %rbx, $0x400
	movabsq	$0x100000000, %rax
	faults	"movq %rax, %dr6", GP, 0
	faults	"movq %rax, %dr7", GP, 0
	user_faults "movq %dr0, %rax", GP, 0
	movl	$BD, %eax
	movq	%rax, %dr7
	faults	"movq %dr1, %rax", DB
	check_bits caught_rflags(%rip), RF, $RF
	movq	%dr7, %rbx			# the handler is entered with GD clear
	check_bits %rbx, BD, $0
	movq	%dr6, %rbx
	check_bits %rbx, BD, $BD
	finish
