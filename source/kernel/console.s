# console.s · bytes from user memory to the serial port
#
# The console is a serial port: one byte an `outb`. User memory is touched between stac and clac only, and only in
# copy_from_user, whose fault the exception table turns into an answer.

	.text

# tty_write(rsi: user buffer, rdx: count). Out: rax = bytes written; -EFAULT if not even the first chunk could be read.
	.globl tty_write
tty_write:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	movq	%rsi, %r12			# where to read next
	movq	%rdx, %r13			# bytes left
	xorl	%r14d, %r14d			# bytes written
	movq	%rsi, %rax
	addq	%rdx, %rax
	jc	6f				# C: if (!access_ok(buf, count)) return -EFAULT;
	movq	$TASK_SIZE_MAX, %rcx
	cmpq	%rcx, %rax
	ja	6f
	movq	$MAX_RW_COUNT, %rax
	cmpq	%rax, %r13			# C: count = min(count, MAX_RW_COUNT);
	cmovaq	%rax, %r13

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

# copy_from_user(rdi: kernel buffer, rsi: user address, rdx: count). Out: rax = bytes that could not be copied.
	.globl copy_from_user
copy_from_user:
	movq	%rdx, %rcx
	stac					# the kernel may touch user pages from here
copy_user_bytes:
	rep movsb
copy_user_end:
	clac					# to here
	movq	%rcx, %rax
	ret

# copy_from_user_checked(rdi: kernel buffer, rsi: user address, rdx: count): refuses what reaches beyond the user's half.
	.globl copy_from_user_checked
copy_from_user_checked:
	movq	%rsi, %rax
	addq	%rdx, %rax
	jc	1f
	movq	$TASK_SIZE_MAX, %rcx
	cmpq	%rcx, %rax			# C: if (!access_ok(from, n)) return n;
	jbe	copy_from_user
1:	movq	%rdx, %rax
	ret

# put_user_4(rdi: user address, eax: value). Out: rax = 0, or -EFAULT.
	.globl put_user_4
put_user_4:
	movq	$(TASK_SIZE_MAX - 4), %rcx
	cmpq	%rcx, %rdi
	ja	put_user_fault
	stac
put_user_store:
	movl	%eax, (%rdi)
	clac
	xorl	%eax, %eax
	ret
put_user_fault:
	clac
	movq	$-EFAULT, %rax
	ret

	# Where a fault is foreseen: the address of the instruction, and where to go on.
	.section __ex_table, "a"
	.quad	copy_user_bytes, copy_user_end
	.quad	put_user_store, put_user_fault
	.text
