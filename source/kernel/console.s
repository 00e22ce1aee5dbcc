# console.s · bytes from the program to the serial port
#
# The console is a serial port: one byte an outb. What is typed there is further/n_tty.s' business.

	.text

# tty_write(rsi: user buffer, rdx: count). Out: rax = bytes written; -EFAULT if not even the first chunk could be read.
	.globl tty_write
tty_write:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	xorl	%r14d, %r14d			# bytes written
	call	check_range			# C: if (!access_ok(buf, count)) return -EFAULT;
	jc	6f
	movq	%rsi, %r12			# where to read next
	movq	%rdx, %r13			# bytes left
1:	testq	%r13, %r13			# C: while (count) {
	jz	5f
	movl	$CONSOLE_CHUNK, %ebx
	cmpq	%rbx, %r13
	cmovbq	%r13, %rbx			# C: 	size = min(count, chunk);
	leaq	console_buffer(%rip), %rdi
	movq	%r12, %rsi
	movq	%rbx, %rdx
	call	copy_from_user
	testq	%rax, %rax			# C: 	if (copy_from_user(tty->write_buf, buf, size)) break;
	jnz	4f
	leaq	console_buffer(%rip), %rsi
	movl	%ebx, %ecx
	call	serial_write			# C: 	serial_write(tty->write_buf, size);
	addq	%rbx, %r12
	addq	%rbx, %r14
	subq	%rbx, %r13
	jmp	1b				# C: }

4:	testq	%r14, %r14			# C: return written ? written : -EFAULT;
	jz	6f
5:	movq	%r14, %rax
	jmp	7f
6:	movq	$-EFAULT, %rax
7:	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# serial_write(rsi: bytes, ecx: count)
serial_write:
	movl	$SERIAL_PORT, %edx
	testl	%ecx, %ecx
	jz	2f
1:	lodsb
	outb	%al, %dx			# the byte leaves the machine
	decl	%ecx
	jnz	1b
2:	ret

	.bss
	.balign	16
console_buffer:
	.zero	CONSOLE_CHUNK
	.text
