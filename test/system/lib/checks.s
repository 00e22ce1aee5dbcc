# checks.s · checks, their report, and the end of a test
#
# Checks run at CPL 0 and keep every register; of rflags only the six status flags change. They are counted by the
# assembler and have to be reached in order. A check that fails writes a line to the serial port and its number to the
# exit port; `finish` writes 0, if the last check has been reached.

	.set	checks, 0

# One comparison of 64 bits, as a part of the check that is under way.
	.macro compare value:req, expected:req, name
	movq	%rax, check_rax(%rip)
	movq	\value, %rax
	movq	%rax, check_found(%rip)
	movq	check_rax(%rip), %rax
	movq	\expected, %rax
	movq	%rax, check_expected(%rip)
	movq	$.Lwhat\@, check_what(%rip)
	movq	$checks, check_next(%rip)
	movq	check_rax(%rip), %rax
	call	compare_values
	.pushsection .rodata
.Lwhat\@:
	.ifb	\name
	.asciz	"\value"
	.else
	.asciz	"\name"
	.endif
	.popsection
	.endm

# check_equal value, expected: both as movq takes them for a source.
	.macro check_equal value:req, expected:req
	.set	checks, checks + 1
	compare	"\value", "\expected"
	.endm

# check_bits value, mask, expected: the bits of a 32-bit mask.
	.macro check_bits value:req, mask:req, expected:req
	.set	checks, checks + 1
	movq	%rax, check_masked(%rip)
	movq	\value, %rax
	andq	$\mask, %rax
	xchgq	%rax, check_masked(%rip)
	compare	check_masked(%rip), "\expected", "\value, bits \mask"
	.endm

# The end of a test.
	.macro finish
	cmpq	$checks, check_number(%rip)
	jne	not_finished
	movb	$0, %al
	jmp	exit
	.endm

	.data
	.balign	8
check_number:	.quad 0			# the last check that was reached
check_next:	.quad 0
check_found:	.quad 0
check_expected:	.quad 0
check_what:	.quad 0
check_rax:	.quad 0
check_masked:	.quad 0

	.text
compare_values:
	pushq	%rax
	movq	check_next(%rip), %rax
	subq	check_number(%rip), %rax	# 0: the same check goes on; 1: the next one begins
	cmpq	$1, %rax
	ja	not_finished
	addq	%rax, check_number(%rip)
	movq	check_found(%rip), %rax
	cmpq	%rax, check_expected(%rip)
	popq	%rax
	jne	failed
	ret

failed:	leaq	text_check(%rip), %rsi
	call	print
	movq	check_number(%rip), %rax
	call	print_decimal
	leaq	text_failed(%rip), %rsi
	call	print
	movq	check_what(%rip), %rsi
	call	print
	leaq	text_expected(%rip), %rsi
	call	print
	movq	check_expected(%rip), %rax
	call	print_hex
	leaq	text_found(%rip), %rsi
	call	print
	movq	check_found(%rip), %rax
	call	print_hex
	movb	check_number(%rip), %al

# The end of the run; al = 0 for success.
exit:	movb	%al, %bl
	leaq	text_line(%rip), %rsi
	testb	%bl, %bl
	jz	1f
	call	print
1:	movb	%bl, %al
	outb	%al, $EXIT
2:	hlt
	jmp	2b

not_finished:
	leaq	text_skipped(%rip), %rsi
	call	print
	movq	check_number(%rip), %rax
	call	print_decimal
	movb	$255, %al
	jmp	exit

# print(rsi: text that ends with 0): changes rax, rdx and rsi.
print:	cld
	movw	$SERIAL, %dx
1:	lodsb
	testb	%al, %al
	jz	2f
	outb	%al, %dx
	jmp	1b
2:	ret

# print_hex(rax): changes rax, rcx, rdx and rdi.
print_hex:
	movq	%rax, %rdi
	movw	$SERIAL, %dx
	movb	$'0', %al
	outb	%al, %dx
	movb	$'x', %al
	outb	%al, %dx
	movl	$16, %ecx
1:	rolq	$4, %rdi
	movl	%edi, %eax
	andl	$15, %eax
	movb	hex_digits(%rax), %al
	outb	%al, %dx
	loop	1b
	ret

# print_decimal(rax): changes rax, rcx, rdx and rdi.
print_decimal:
	movl	$10, %ecx
	xorl	%edi, %edi			# digits on the stack
1:	xorl	%edx, %edx
	divq	%rcx
	addl	$'0', %edx
	pushq	%rdx
	incl	%edi
	testq	%rax, %rax
	jnz	1b
	movw	$SERIAL, %dx
2:	popq	%rax
	outb	%al, %dx
	decl	%edi
	jnz	2b
	ret

	.section .rodata
hex_digits:	.ascii "0123456789abcdef"
text_check:	.asciz "check "
text_failed:	.asciz " failed: "
text_expected:	.asciz ": expected "
text_found:	.asciz ", found "
text_skipped:	.asciz "checks were skipped after check "
text_line:	.asciz "\n"
	.text
