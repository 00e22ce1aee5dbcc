# n_tty.s · what comes from the terminal at the other end of the serial port
#
# The port interrupts when a byte has come; serial_receive takes it through the line discipline into a ring, and readers
# wait on that ring's address. If the other end is a person (console_is_terminal), lines can be corrected, are echoed, and a
# few keys are signals; if it is a file, bytes are bytes.

	.text

# serial_init: the port is to interrupt when a byte has come, or when the other end hangs up.
	.globl serial_init
serial_init:
	movl	$(SERIAL_PORT + SERIAL_INTERRUPT_ENABLE), %edx
	movl	$(SERIAL_ON_RECEIVED | SERIAL_ON_MODEM), %eax
	outb	%al, %dx
	ret

# sysvec_serial_interrupt: takes what has come and wakes the readers.
	.globl sysvec_serial_interrupt
sysvec_serial_interrupt:
	call	serial_receive
	leaq	console_ring(%rip), %rdi
	call	wake_up
	leaq	poll_wait(%rip), %rdi
	call	wake_up
	movq	%gs:current_task, %rax
	orl	$TIF_NEED_RESCHED, TASK_flags(%rax)
	ret

# serial_receive: bytes from the port into the ring, as long as there are some and it has room.
serial_receive:
	pushq	%rbx
1:	movq	console_written(%rip), %rax
	subq	console_read(%rip), %rax
	cmpq	$CONSOLE_RING_SIZE, %rax
	jae	3f
	movl	$(SERIAL_PORT + SERIAL_LINE_STATUS), %edx
	inb	%dx, %al
	testb	$SERIAL_DATA_READY, %al
	jz	3f
	movl	$SERIAL_PORT, %edx
	inb	%dx, %al
	movzbl	%al, %ebx
	cmpl	$0, console_is_terminal(%rip)
	jne	2f
	call	ring_put
	jmp	1b
2:	call	n_tty_receive_char
	jmp	1b
3:	popq	%rbx
	ret

# ring_put(ebx: byte)
ring_put:
	movq	console_written(%rip), %rax
	andl	$(CONSOLE_RING_SIZE - 1), %eax
	leaq	console_ring(%rip), %rcx
	movb	%bl, (%rcx,%rax)
	incq	console_written(%rip)
	ret

# n_tty_receive_char(ebx: byte): some keys act, the others go into the line and are echoed.
n_tty_receive_char:
	leaq	control_keys(%rip), %rcx
1:	movzbl	(%rcx), %eax
	testl	%eax, %eax
	jz	2f
	movzbl	1(%rcx), %edi
	addq	$2, %rcx
	cmpl	%ebx, %eax
	jne	1b
	movq	console_written(%rip), %rax	# a signal throws away the line that was begun
	movq	%rax, console_read(%rip)
	jmp	signal_foreground		# C: __isig(sig, tty);
2:	cmpl	$KEY_ERASE, %ebx
	je	n_tty_erase
	cmpl	$'\r', %ebx
	jne	3f
	movl	$'\n', %ebx			# C: if (I_ICRNL(tty)) c = '\n';
3:	call	ring_put
	cmpl	$KEY_EOF, %ebx
	je	4f
	movl	$SERIAL_PORT, %edx
	movl	%ebx, %eax
	outb	%al, %dx			# C: echo_char(c, tty);
	cmpl	$'\n', %ebx
	jne	5f
4:	movq	console_written(%rip), %rax	# the line is whole
	movq	%rax, console_lines(%rip)
5:	ret

# n_tty_erase: the last character of the line, if it has one.
n_tty_erase:
	movq	console_written(%rip), %rax
	cmpq	console_lines(%rip), %rax
	jbe	1f
	cmpq	console_read(%rip), %rax
	jbe	1f
	decq	console_written(%rip)
	leaq	erase_sequence(%rip), %rsi
	movl	$3, %ecx
	call	serial_write
1:	ret

# signal_foreground(edi: signal): to all processes of the group that the terminal belongs to.
signal_foreground:
	pushq	%rbx
	pushq	%r12
	movl	%edi, %r12d
	leaq	init_task(%rip), %rbx
1:	cmpq	%rbx, TASK_group_leader(%rbx)
	jne	2f
	movq	TASK_signal(%rbx), %rax
	movl	console_pgrp(%rip), %ecx
	cmpl	%ecx, SIGNAL_pgid(%rax)
	jne	2f
	cmpl	$0, SIGNAL_live(%rax)
	je	2f
	movl	%r12d, %edi
	movl	$SI_KERNEL, %esi
	xorl	%edx, %edx
	xorl	%ecx, %ecx
	movq	%rbx, %r8
	movl	$1, %r9d
	call	send_signal_locked
2:	movq	TASK_next(%rbx), %rbx
	leaq	init_task(%rip), %rax
	cmpq	%rax, %rbx
	jne	1b
	popq	%r12
	popq	%rbx
	ret

# tty_input_available. Out: rax = bytes that a reader may have now, or -1 for the end of input. A terminal's reader gets
# whole lines only.
	.globl tty_input_available
tty_input_available:
	call	serial_receive
	movq	console_written(%rip), %rax
	subq	console_read(%rip), %rax
	jz	2f
	cmpl	$0, console_is_terminal(%rip)
	je	1f
	cmpq	$CONSOLE_RING_SIZE, %rax	# a line that fills the ring will not get longer
	je	1f
	movq	console_lines(%rip), %rax
	subq	console_read(%rip), %rax
	jg	1f
	xorl	%eax, %eax
2:	movl	$(SERIAL_PORT + SERIAL_MODEM_STATUS), %edx
	inb	%dx, %al
	testb	$SERIAL_CARRIER, %al		# has the other end hung up?
	movl	$0, %eax
	jnz	1f
	movq	console_written(%rip), %rax	# what is left of a line then is all there is
	subq	console_read(%rip), %rax
	jnz	1f
	decq	%rax
1:	ret

# tty_read(rsi: user buffer, rdx: count, ecx: flags of the open file). Out: rax = bytes, 0 at the end, or an error.
	.globl tty_read
tty_read:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	movl	%ecx, %ebx
	call	check_range			# C: if (unlikely(!access_ok(buf, count))) return -EFAULT;
	movq	$-EFAULT, %rax
	jc	9f
	movq	%rsi, %r12
	movq	%rdx, %r13
	xorl	%eax, %eax
	testq	%r13, %r13
	jz	9f
1:	call	tty_input_available		# C: while (!input_available_p(tty, 0)) {
	testq	%rax, %rax
	js	3f
	jnz	4f
	movq	$-EAGAIN, %rax			# C: 	if (tty_io_nonblock(tty, file)) { retval = -EAGAIN; break; }
	testl	$O_NONBLOCK, %ebx
	jnz	9f
	movq	$-ERESTARTSYS, %rax
	movq	%gs:current_task, %rdx
	testl	$TIF_SIGPENDING, TASK_flags(%rdx)	# C: 	if (signal_pending(current)) { retval = -ERESTARTSYS; break; }
	jnz	9f
	leaq	console_ring(%rip), %rdi
	call	wait_on				# C: 	timeout = wait_woken(&wait, TASK_INTERRUPTIBLE, timeout); }
	jmp	1b
3:	xorl	%eax, %eax
	jmp	9f
4:	call	take_line			# C: canon_copy_from_read_buf(tty, &kb, &nr);
	movq	%rax, %rbx
	movq	%r12, %rdi
	leaq	console_buffer(%rip), %rsi
	movq	%rbx, %rdx
	call	copy_to_user
	testq	%rax, %rax
	movq	%rbx, %rax
	jz	9f
	movq	$-EFAULT, %rax
9:	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# take_line(rax: bytes available, r13: bytes wanted): from the ring into console_buffer, a terminal's to the end of a line
# at most. Out: rax = bytes.
take_line:
	cmpq	%r13, %rax
	cmovaq	%r13, %rax
	movl	$CONSOLE_CHUNK, %ecx
	cmpq	%rcx, %rax
	cmovaq	%rcx, %rax
	movq	%rax, %rcx
	leaq	console_buffer(%rip), %rdi
	xorl	%r8d, %r8d
1:	cmpq	%rcx, %r8
	jae	3f
	movq	console_read(%rip), %rdx
	incq	console_read(%rip)
	andl	$(CONSOLE_RING_SIZE - 1), %edx
	leaq	console_ring(%rip), %rsi
	movzbl	(%rsi,%rdx), %eax
	cmpl	$0, console_is_terminal(%rip)
	je	2f
	cmpl	$KEY_EOF, %eax			# ends what is there, and is not itself read
	je	3f
2:	movb	%al, (%rdi,%r8)
	incq	%r8
	cmpl	$0, console_is_terminal(%rip)
	je	1b
	cmpl	$'\n', %eax
	jne	1b
3:	movq	%r8, %rax
	ret

# ioctl(fd, command, argument): which group of processes the terminal belongs to is known here, the rest to the host.
	.globl __x64_sys_ioctl
__x64_sys_ioctl:
	movl	PT_REGS_si(%rdi), %eax
	cmpl	$TIOCGPGRP, %eax
	je	1f
	cmpl	$TIOCSPGRP, %eax
	je	1f
	movl	$__NR_ioctl, %eax
	vmcall
	ret
1:	pushq	%rbx
	movq	%rdi, %rbx
	movl	PT_REGS_di(%rdi), %edi
	call	fdget
	testq	%rax, %rax
	js	4f
	cmpb	$KIND_console, %al
	movq	$-ENOTTY, %rax
	jne	4f
	movq	PT_REGS_dx(%rbx), %rdi
	cmpl	$TIOCSPGRP, PT_REGS_si(%rbx)
	je	2f
	movl	console_pgrp(%rip), %eax
	call	put_user_4			# C: return put_user(pid_vnr(pid), p);
	jmp	4f
2:	call	get_user_4			# C: if (get_user(pgrp_nr, p)) return -EFAULT;
	testq	%rax, %rax
	jnz	4f
	movq	$-EINVAL, %rax			# C: if (pgrp_nr < 0) return -EINVAL;
	testl	%edx, %edx
	js	4f
	movl	%edx, console_pgrp(%rip)	# C: real_tty->ctrl.pgrp = get_pid(pgrp);
	xorl	%eax, %eax
4:	popq	%rbx
	ret

	.section .rodata
	# Keys that are signals.
control_keys:
	.byte	KEY_INTR, SIGINT
	.byte	KEY_QUIT, SIGQUIT
	.byte	KEY_SUSP, SIGTSTP
	.byte	0
erase_sequence:
	.ascii	"\b \b"

	.bss
	.balign	16
console_ring:
	.zero	CONSOLE_RING_SIZE
console_written:
	.zero	8			# bytes ever put into the ring, and ever read from it
console_read:
	.zero	8
console_lines:
	.zero	8			# console_written behind the last whole line
	.text
