# printf.s · numbers and texts by a format, into stdout's buffer
#
# Understands %d %u %x %s %c %p %%, an l before d, u or x for 64 bits, and a width in front, which a 0 fills with zeros:
# %8d, %016lx. What it does not understand it prints as it stands.

	.ifndef	LIB_PRINTF
	.set	LIB_PRINTF, 1
	.text

# int printf(const char *format, ...). Out: the number of characters, or -1 if a write failed.
# Arguments behind the format come in rsi, rdx, rcx, r8, r9, and from then on by the stack, above the return address. Here
# the five registers are pushed into the place of the return address, so that all arguments lie in one row.
# Live below: rbx = the next argument's address, r12 = place in the format, r13 = characters so far,
#             r14 = width, r15 = what fills it, rbp = whether there was an l
	.globl	printf
printf:
	popq	%rax				# the return address
	pushq	%r9
	pushq	%r8
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi				# C: va_start(arguments, format);
	pushq	%rax
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	leaq	56(%rsp), %rbx			# behind the seven words: the first argument
	movq	%rdi, %r12
	xorl	%r13d, %r13d

printf_next:
	movzbl	(%r12), %edi			# C: while ((c = *format++) != 0) {
	testl	%edi, %edi
	jz	printf_end
	incq	%r12
	cmpl	$'%', %edi			# C:         if (c != '%') { putchar(c); continue; }
	je	printf_conversion
printf_character:
	call	printf_put
	jmp	printf_next

printf_end:
	movq	%r13, %rax			# C: return failed ? -1 : count;
	cmpl	$0, stdout_failed(%rip)
	je	1f
	movq	$-1, %rax
1:	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	popq	%rcx				# the return address goes back to its place
	movq	%rcx, 32(%rsp)
	addq	$32, %rsp
	ret

# putchar, counted. In: edi = the character.
printf_put:
	incq	%r13
	jmp	putchar

# What stands behind a %: 0, width, l, and the letter.
printf_conversion:
	xorl	%r14d, %r14d
	xorl	%ebp, %ebp
	movl	$' ', %r15d
	cmpb	$'0', (%r12)			# C: char fill = *format == '0' ? '0' : ' ';
	jne	1f
	movl	$'0', %r15d
1:	movzbl	(%r12), %eax
	subl	$'0', %eax			# C: while (isdigit(*format))
	cmpl	$9, %eax
	ja	2f
	imull	$10, %r14d, %r14d		# C:         width = width * 10 + (*format++ - '0');
	addl	%eax, %r14d
	incq	%r12
	jmp	1b
2:	cmpb	$'l', (%r12)			# C: bool is_long = *format == 'l';
	jne	3f
	movl	$1, %ebp
	incq	%r12
3:	movzbl	(%r12), %eax			# C: switch (*format++) {
	testl	%eax, %eax
	jz	printf_end
	incq	%r12
	cmpl	$'d', %eax
	je	printf_signed
	cmpl	$'u', %eax
	je	printf_unsigned
	cmpl	$'x', %eax
	je	printf_hex
	cmpl	$'p', %eax
	je	printf_pointer
	cmpl	$'s', %eax
	je	printf_string
	movl	%eax, %edi
	cmpl	$'c', %eax
	jne	printf_character		# %% and all that is not understood: the letter itself
	movq	(%rbx), %rdi			# C: case 'c': putchar(va_arg(arguments, int));
	addq	$8, %rbx
	jmp	printf_character

printf_signed:
	movq	(%rbx), %rdi
	testl	%ebp, %ebp
	jnz	1f
	movslq	%edi, %rdi			# an int: its sign fills the upper half
1:	xorl	%edx, %edx
	testq	%rdi, %rdi
	jns	2f
	negq	%rdi
	movl	$'-', %edx
2:	movl	$10, %esi
	jmp	printf_number

printf_unsigned:
	movl	$10, %esi
	jmp	1f
printf_hex:
	movl	$16, %esi
1:	movq	(%rbx), %rdi
	xorl	%edx, %edx
	testl	%ebp, %ebp
	jnz	printf_number
	movl	%edi, %edi			# an unsigned int: its upper half is no part of it
	jmp	printf_number

printf_pointer:
	movl	$'0', %edi
	call	printf_put
	movl	$'x', %edi
	call	printf_put
	movl	$1, %ebp
	jmp	printf_hex

printf_string:
	movq	(%rbx), %rbp			# C: const char *s = va_arg(arguments, const char *);
	addq	$8, %rbx
	movq	%rbp, %rdi
	call	strlen
	movl	$' ', %r15d
	movq	%rax, %rdi
	call	printf_fill			# C: for (n = strlen(s); n < width; n++) putchar(' ');
1:	movzbl	(%rbp), %edi			# C: while (*s != 0) putchar(*s++);
	testl	%edi, %edi
	jz	printf_next
	call	printf_put
	incq	%rbp
	jmp	1b

# Fills up to the width. In: rdi = the characters that are to come, r14 = width, r15 = what fills it.
printf_fill:
	subq	$8, %rsp
	subq	%rdi, %r14
1:	decq	%r14
	js	2f
	movl	%r15d, %edi
	call	printf_put
	jmp	1b
2:	addq	$8, %rsp
	ret

# A number. In: rdi = its magnitude, esi = the base, edx = its sign or 0. The digits are made from the last one up, on the
# stack: 32 bytes have room for the 20 that 64 bits can take.
printf_number:
	addq	$8, %rbx			# C: (void) va_arg(arguments, long);
	subq	$32, %rsp			# C: char digits[32];
	movl	%edx, %ebp
	movq	%rdi, %rax
	leaq	32(%rsp), %rcx			# C: char *p = digits + sizeof digits;
1:	xorl	%edx, %edx
	divq	%rsi				# C: do {
	cmpl	$10, %edx
	jb	2f
	addl	$'a' - '0' - 10, %edx
2:	addl	$'0', %edx
	decq	%rcx				# C:         *--p = "0123456789abcdef"[n % base];
	movb	%dl, (%rcx)
	testq	%rax, %rax			# C: } while ((n /= base) != 0);
	jnz	1b
	cmpl	$'0', %r15d			# zeros stand behind the sign, blanks in front of it
	je	3f
	testl	%ebp, %ebp
	jz	3f
	decq	%rcx
	movb	%bpl, (%rcx)
	xorl	%ebp, %ebp
3:
	testl	%ebp, %ebp
	jz	4f
	movl	%ebp, %edi
	movq	%rcx, %rbp
	call	printf_put
	decq	%r14
	jmp	5f
4:	movq	%rcx, %rbp
5:	leaq	32(%rsp), %rdi
	subq	%rbp, %rdi
	call	printf_fill
6:	movzbl	(%rbp), %edi			# C: while (p < digits + sizeof digits) putchar(*p++);
	call	printf_put
	incq	%rbp
	leaq	32(%rsp), %rax
	cmpq	%rax, %rbp
	jb	6b
	addq	$32, %rsp
	jmp	printf_next

	.endif
