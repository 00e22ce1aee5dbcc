# stdio.s · stdout with its buffer: putchar, puts, printf, fflush, exit
#
# Bytes are collected and handed to the kernel many at a time: a system call costs some hundred instructions, a byte in a
# buffer costs ten. When they go out depends on who reads them: to a terminal at the end of each line, to a file or a pipe
# when the buffer is full. At exit the rest goes out.

	.ifndef	LIB_STDIO
	.set	LIB_STDIO, 1
	.include "lib/unistd.s"
	.include "lib/string.s"

	.set	STDOUT, 1
	.set	BUFSIZ, 1024
	.set	UNKNOWN, 0			# nobody has asked yet what stdout is
	.set	LINE_BUFFERED, 1
	.set	FULLY_BUFFERED, 2

	.bss
	.balign	8
stdout_used:	.zero	8			# C: static size_t used;
stdout_mode:	.zero	4			# C: static int mode;
stdout_failed:	.zero	4			# C: static int failed;
stdout_buffer:	.zero	BUFSIZ			# C: static char buffer[BUFSIZ];

	.text

# int fflush_stdout(void): hands the buffer to the kernel. Out: 0, or -1 if a write failed; the buffer is empty then, too.
	.globl	fflush_stdout
fflush_stdout:
	pushq	%rbx
	xorl	%ebx, %ebx			# C: size_t done = 0;
1:	movq	stdout_used(%rip), %rdx
	subq	%rbx, %rdx			# C: while (done < used) {
	jz	3f
	leaq	stdout_buffer(%rip), %rsi
	addq	%rbx, %rsi
	movl	$STDOUT, %edi
	call	write				# C:         ssize_t n = write(1, buffer + done, used - done);
	testq	%rax, %rax
	js	2f				# C:         if (n < 0) break;
	addq	%rax, %rbx			# C:         done += n;
	jmp	1b				# C: }
2:	movl	$1, stdout_failed(%rip)
3:	movq	$0, stdout_used(%rip)		# C: used = 0;
	movl	stdout_failed(%rip), %eax
	negl	%eax				# C: return failed ? -1 : 0;
	popq	%rbx
	ret

# Finds out, once, how stdout is buffered.
stdout_choose:
	subq	$8, %rsp
	movl	$STDOUT, %edi
	call	isatty				# C: mode = isatty(1) ? LINE_BUFFERED : FULLY_BUFFERED;
	movl	$FULLY_BUFFERED, %ecx
	subl	%eax, %ecx
	movl	%ecx, stdout_mode(%rip)
	addq	$8, %rsp
	ret

# int putchar(int c). Out: the character, or -1.
	.globl	putchar
putchar:
	pushq	%rbx
	movzbl	%dil, %ebx
	cmpl	$UNKNOWN, stdout_mode(%rip)
	jne	1f
	call	stdout_choose
1:	movq	stdout_used(%rip), %rax
	leaq	stdout_buffer(%rip), %rcx
	movb	%bl, (%rcx,%rax)		# C: buffer[used++] = c;
	incq	%rax
	movq	%rax, stdout_used(%rip)
	cmpq	$BUFSIZ, %rax			# C: if (used == BUFSIZ
	je	2f
	cmpl	$LINE_BUFFERED, stdout_mode(%rip) # C:     || (mode == LINE_BUFFERED && c == '\n'))
	jne	3f
	cmpl	$'\n', %ebx
	jne	3f
2:	call	fflush_stdout			# C:         fflush(stdout);
	testl	%eax, %eax
	js	4f
3:	movl	%ebx, %eax
4:	popq	%rbx
	ret

# int puts(const char *s): a string and a line feed. Out: not negative, or -1.
	.globl	puts
puts:
	pushq	%rbx
	movq	%rdi, %rbx
1:	movzbl	(%rbx), %edi			# C: while (*s != 0)
	testl	%edi, %edi
	jz	2f
	call	putchar				# C:         putchar(*s++);
	incq	%rbx
	jmp	1b
2:	movl	$'\n', %edi
	call	putchar				# C: return putchar('\n');
	popq	%rbx
	ret

# void exit(int status): what the buffer holds goes out first
	.globl	exit
exit:
	pushq	%rdi
	call	fflush_stdout			# C: fflush(stdout);
	popq	%rdi
	jmp	_exit				# C: _exit(status);

	.include "lib/printf.s"
	.endif
