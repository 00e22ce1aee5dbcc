# traps.s · descriptor tables, handlers that record and resume, and steps into ring 3
#
# Every vector has a stub that records the exception in `caught_…` and goes on where `catch` said, at CPL 0 on the stack
# of `catch`, with rflags = 2 and all other registers as they were at the exception. An exception that nobody expects
# ends the test.

# The first thing in a test: known control registers, the tables below, and ring 3's pages. Changes all registers.
	.macro setup
	call	set_up
	.endm

# The next exception resumes at a label.
	.macro catch label:req
	movq	$-1, caught_vector(%rip)
	movq	$\label, caught_resume(%rip)
	movq	%rsp, caught_resume_rsp(%rip)
	.endm

# Runs ring-3 code until it raises an exception. Registers pass both ways.
	.macro run_user code:req, flags=FIXED, stack=USER_STACK
	catch	.Lback\@
	pushq	$USER_DATA
	pushq	$\stack
	pushq	$(\flags)
	pushq	$USER_CODE
	pushq	$\code
	iretq
.Lback\@:
	.endm

# expect_fault vector, error, at=label: what `catch` has caught. Without an error code none may have been pushed.
	.macro expect_fault vector:req, error=NO_ERROR_CODE, at
	.set	checks, checks + 1
	compare	caught_vector(%rip), $\vector
	compare	caught_error(%rip), "$(\error)"
	.ifnb	\at
	compare	caught_rip(%rip), $\at
	.endif
	.endm

# One instruction at CPL 0 that has to fault, in quotes if it has operands; and one that must not.
	.macro faults instruction:req, vector:req, error=NO_ERROR_CODE
	catch	.Lnext\@
.Lhere\@:
	\instruction
.Lnext\@:
	expect_fault \vector, "\error", .Lhere\@
	.endm

	.macro works instruction:req
	catch	.Lnext\@
	\instruction
.Lnext\@:
	check_equal caught_vector(%rip), $-1
	.endm

# The same for one instruction at CPL 3.
	.macro user_faults instruction:req, vector:req, error=NO_ERROR_CODE, flags=FIXED
	.pushsection .user, "awx"
.Lhere\@:
	\instruction
	int3
	.popsection
	run_user .Lhere\@, "\flags"
	expect_fault \vector, "\error", .Lhere\@
	.endm

	.macro user_works instruction:req, flags=FIXED
	.pushsection .user, "awx"
.Lhere\@:
	\instruction
	int3
.Lafter\@:
	.popsection
	run_user .Lhere\@, "\flags"
	expect_fault BP, NO_ERROR_CODE, .Lafter\@
	.endm

# set_gate vector, handler: an interrupt gate unless `rights` says otherwise. Changes rax and rdx.
	.macro set_gate vector:req, handler:req, rights=0x8e, ist=0, selector=KERNEL_CODE
	movq	$\handler, %rax
	movq	$((\rights) << 40 | (\ist) << 32 | (\selector) << 16), %rdx
	movw	%ax, %dx
	movq	%rdx, idt + (\vector) * 16(%rip)
	shrq	$16, %rax
	movw	%ax, idt + (\vector) * 16 + 6(%rip)
	shrq	$16, %rax
	movq	%rax, idt + (\vector) * 16 + 8(%rip)
	.endm

# Gate of a vector as `setup` makes it. Changes rax and rdx.
	.macro reset_gate vector:req
	.if	\vector == BP
	set_gate \vector, "stubs + BP * 16", 0xee
	.else
	set_gate \vector, "stubs + \vector * 16"
	.endif
	.endm

# Sets and clears bits of a page's last entry. Change rax.
	.macro set_page address:req, bits:req
	movabsq	$(\bits), %rax
	orq	%rax, PAGE_TABLE + ((\address) >> 12) * 8
	invlpg	\address
	.endm

	.macro clear_page address:req, bits:req
	movabsq	$~(\bits), %rax
	andq	%rax, PAGE_TABLE + ((\address) >> 12) * 8
	invlpg	\address
	.endm

# Changes rax, rcx and rdx; read_msr answers in rax.
	.macro write_msr number:req, value:req
	movq	\value, %rax
	movq	%rax, %rdx
	shrq	$32, %rdx
	movl	$\number, %ecx
	wrmsr
	.endm

	.macro read_msr number:req
	movl	$\number, %ecx
	rdmsr
	shlq	$32, %rdx
	orq	%rdx, %rax
	.endm

# Sets and clears bits of a control register. Change rax.
	.macro set_control register:req, bits:req
	movq	%\register, %rax
	orq	$(\bits), %rax
	movq	%rax, %\register
	.endm

	.macro clear_control register:req, bits:req
	movq	%\register, %rax
	andq	$~(\bits), %rax
	movq	%rax, %\register
	.endm

	.equ	NO_ERROR_CODE, -1

	.data
	.balign	16
gdt:	.quad	0
	.quad	0x00cf9b000000ffff		# KERNEL_CODE32
	.quad	0x00af9b000000ffff		# KERNEL_CODE
	.quad	0x00cf93000000ffff		# KERNEL_DATA
	.quad	0x00cffb000000ffff		# USER_CODE32
	.quad	0x00cff3000000ffff		# USER_DATA
	.quad	0x00affb000000ffff		# USER_CODE
	.quad	0
	.quad	0, 0				# TASK, filled by setup
	.quad	0, 0, 0, 0, 0, 0		# SPARE and behind it
gdt_pointer:
	.word	GDT_END - 1
	.quad	gdt
idt_pointer:
	.word	256 * 16 - 1
	.quad	idt
	.balign	128
tss:	.long	0
	.quad	TRAP_STACK, 0, 0
	.quad	0
	.quad	IST_STACK, 0, 0, 0, 0, 0, 0
	.quad	0
	.word	0
	.word	TSS_BYTES			# the permission bitmap begins behind the limit: there is none
	.equ	TSS_BYTES, 104
io_bitmap:
	.fill	33, 1, 0xff			# 256 ports, for a test to use
	.balign	8
caught_vector:		.quad 0
caught_error:		.quad 0
caught_rip:		.quad 0
caught_cs:		.quad 0
caught_rflags:		.quad 0
caught_rsp:		.quad 0
caught_ss:		.quad 0
caught_cr2:		.quad 0
caught_stack:		.quad 0		# rsp as the handler found it: where the last word was pushed
handler_rflags:		.quad 0		# rflags, cs and ss in the handler
handler_cs:		.quad 0
handler_ss:		.quad 0
caught_rax:		.quad 0
caught_resume:		.quad 0
caught_resume_rsp:	.quad BOOT_STACK

	.bss
	.balign	4096
idt:	.skip	256 * 16

	.text
set_up:
	movq	$CR0_INITIAL, %rax
	movq	%rax, %cr0
	movq	$CR4_INITIAL, %rax
	movq	%rax, %cr4
	write_msr MSR_EFER, $EFER_INITIAL
	movl	$tss, %eax			# below 16 MiB: its bytes 0 to 2 are all of the base
	shlq	$16, %rax
	movabsq	$(0x890000000000 | TSS_BYTES - 1), %rdx
	orq	%rdx, %rax
	movq	%rax, gdt + TASK(%rip)
	lgdt	gdt_pointer(%rip)
	pushq	$KERNEL_CODE
	pushq	$1f
	lretq
1:	movl	$KERNEL_DATA, %eax
	movw	%ax, %ss
	movw	%ax, %ds
	movw	%ax, %es
	xorl	%eax, %eax			# null, so that steps into ring 3 leave their bases alone
	movw	%ax, %fs
	movw	%ax, %gs
	movl	$TASK, %eax
	ltr	%ax

	leaq	stubs(%rip), %rax		# 256 interrupt gates; that of int3 is open to ring 3
	leaq	idt(%rip), %rdi
1:	movabsq	$(0x8e0000000000 | KERNEL_CODE << 16), %rdx
	movw	%ax, %dx
	movq	%rdx, (%rdi)
	movl	%eax, %edx
	shrl	$16, %edx
	movw	%dx, 6(%rdi)
	addq	$16, %rax
	addq	$16, %rdi
	cmpq	$idt + 256 * 16, %rdi
	jne	1b
	movb	$0xee, idt + BP * 16 + 5(%rip)
	lidt	idt_pointer(%rip)

	movl	$PAGE_TABLE + (USER >> 12) * 8, %edi
	movl	$USER_BYTES >> 12, %ecx
1:	orq	$U, (%rdi)
	addq	$8, %rdi
	loop	1b
	movq	%cr3, %rax			# forgets the translations without U
	movq	%rax, %cr3
	ret

	.balign	16
stubs:
	.set	vector, 0
	.rept	256
	.balign	16
	.if	vector != 8 && (vector < 10 || vector > 14) && vector != 17 && vector != 21
	pushq	$NO_ERROR_CODE
	.endif
	pushq	$vector
	jmp	caught
	.set	vector, vector + 1
	.endr

	.balign	16
caught:	movq	%rax, caught_rax(%rip)
	pushfq
	popq	%rax
	movq	%rax, handler_rflags(%rip)
	movl	%cs, %eax
	movq	%rax, handler_cs(%rip)
	movl	%ss, %eax
	movq	%rax, handler_ss(%rip)
	movq	%cr2, %rax
	movq	%rax, caught_cr2(%rip)
	popq	caught_vector(%rip)
	movq	%rsp, caught_stack(%rip)
	popq	caught_error(%rip)
	cmpq	$NO_ERROR_CODE, caught_error(%rip)
	jne	1f
	movq	%rsp, caught_stack(%rip)
1:	popq	caught_rip(%rip)
	popq	caught_cs(%rip)
	popq	caught_rflags(%rip)
	popq	caught_rsp(%rip)
	popq	caught_ss(%rip)
	movl	$KERNEL_DATA, %eax
	movw	%ax, %ss
	movq	caught_resume_rsp(%rip), %rsp
	pushq	$FIXED
	popfq
	cmpq	$0, caught_resume(%rip)
	je	unexpected
	movq	caught_resume(%rip), %rax
	movq	$0, caught_resume(%rip)
	pushq	%rax
	movq	caught_rax(%rip), %rax
	ret

unexpected:
	leaq	text_unexpected(%rip), %rsi
	call	print
	movq	caught_vector(%rip), %rax
	call	print_decimal
	leaq	text_error(%rip), %rsi
	call	print
	movq	caught_error(%rip), %rax
	call	print_hex
	leaq	text_at(%rip), %rsi
	call	print
	movq	caught_rip(%rip), %rax
	call	print_hex
	leaq	text_after(%rip), %rsi
	call	print
	movq	check_number(%rip), %rax
	call	print_decimal
	movb	$254, %al
	jmp	exit

	.section .rodata
text_unexpected:	.asciz "exception that was not expected: vector "
text_error:		.asciz ", error code "
text_at:		.asciz ", rip "
text_after:		.asciz ", after check "
	.text
