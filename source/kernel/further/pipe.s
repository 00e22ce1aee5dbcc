# pipe.s · bytes from one process to another
#
# Which descriptors lead to a pipe, and how many, the host knows; its buffer, who waits for it and who is woken are here.
# A pipe is a ring of PIPE_SIZE bytes with two counters: bytes ever written, bytes ever read. Who waits for it, reader or
# writer, waits on the address of its struct pipe.

	.text

# pipe(fds), pipe2(fds, flags): the host makes the descriptors and answers with the pipe's number; its buffer is empty.
	.globl __x64_sys_pipe, __x64_sys_pipe2
__x64_sys_pipe:
	movl	$HOST_pipe, %eax
	jmp	do_pipe2
__x64_sys_pipe2:
	movl	$HOST_pipe2, %eax
do_pipe2:
	vmcall
	testq	%rax, %rax
	js	1f
	movl	%eax, %edi
	call	pipe_at
	movq	$0, PIPE_written(%rax)
	movq	$0, PIPE_read(%rax)
	xorl	%eax, %eax
1:	ret

# pipe_at(edi: number). Out: rax = its struct pipe.
pipe_at:
	movl	%edi, %edi
	leaq	pipes(%rip), %rax
	shlq	$PIPE_SHIFT, %rdi
	addq	%rdi, %rax
	ret

# wake_up_pipe(rdi: struct pipe): readers, writers and whoever polls look again.
wake_up_pipe:
	call	wake_up
	leaq	poll_wait(%rip), %rdi
	jmp	wake_up

# wake_up_changed_pipes(): some descriptors may have been closed: whoever waits for a pipe that lost an end is woken.
	.globl wake_up_changed_pipes
wake_up_changed_pipes:
1:	movl	$HOST_changed_pipe, %eax
	vmcall
	testq	%rax, %rax
	js	2f
	movl	%eax, %edi
	call	pipe_at
	movq	%rax, %rdi
	call	wake_up_pipe
	jmp	1b
2:	ret

# pipe_ends(r12: struct pipe). Out: eax = open read ends, edx = open write ends.
pipe_ends:
	movq	%r12, %rdi
	leaq	pipes(%rip), %rax
	subq	%rax, %rdi
	shrq	$PIPE_SHIFT, %rdi
	movl	$HOST_pipe_counts, %eax
	vmcall
	movq	%rax, %rdx
	shrq	$32, %rdx
	movl	%eax, %eax
	ret

# pipe_piece(r12: struct pipe, rax: counter). Out: rdi = where that byte is in the buffer, rcx = bytes to the buffer's end.
pipe_piece:
	andl	$(PIPE_SIZE - 1), %eax
	movq	%r12, %rdi
	leaq	pipes(%rip), %rcx
	subq	%rcx, %rdi
	shlq	$(PIPE_SIZE_SHIFT - PIPE_SHIFT), %rdi
	leaq	pipe_buffers(%rip), %rcx
	addq	%rcx, %rdi
	movl	$PIPE_SIZE, %ecx
	subl	%eax, %ecx
	addq	%rax, %rdi
	ret

# pipe_read(edi: pipe, rsi: user buffer, rdx: count, ecx: flags of the open file). Out: rax = bytes, 0 at the end, error.
	.globl pipe_read
pipe_read:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movl	%ecx, %r15d
	call	check_range
	movq	$-EFAULT, %rax
	jc	9f
	movq	%rsi, %rbx			# where the next byte goes
	movq	%rdx, %r13			# bytes wanted
	xorl	%r14d, %r14d			# bytes read
	call	pipe_at
	movq	%rax, %r12
	xorl	%eax, %eax
	testq	%r13, %r13			# C: if (total_len == 0) return 0;
	jz	9f
1:	movq	PIPE_written(%r12), %rcx	# C: for (;;) {
	subq	PIPE_read(%r12), %rcx
	jz	3f				# C: 	if (!pipe_empty(head, tail)) {
	cmpq	%r13, %rcx
	cmovaq	%r13, %rcx
	movq	%rcx, %rdx
	movq	PIPE_read(%r12), %rax
	call	pipe_piece
	cmpq	%rcx, %rdx
	cmovaq	%rcx, %rdx
	movq	%rdi, %rsi
	movq	%rbx, %rdi
	pushq	%rdx
	call	copy_to_user_checked		# C: 		written = copy_page_to_iter(…);
	popq	%rdx
	subq	%rax, %rdx
	addq	%rdx, PIPE_read(%r12)
	addq	%rdx, %rbx
	addq	%rdx, %r14
	subq	%rdx, %r13
	testq	%rax, %rax
	jnz	2f
	testq	%r13, %r13			# C: 		if (!total_len) break; }
	jnz	1b
	jmp	7f
2:	testq	%r14, %r14			# C: 		if (!ret) ret = -EFAULT;
	jnz	7f
	movq	$-EFAULT, %rax
	jmp	9f
3:	testq	%r14, %r14			# C: 	if (ret) break;
	jnz	7f
	call	pipe_ends
	movl	%edx, %edx
	xorl	%eax, %eax
	testl	%edx, %edx			# C: 	if (!pipe->writers) break;
	jz	9f
	movq	$-EAGAIN, %rax			# C: 	if (filp->f_flags & O_NONBLOCK) { ret = -EAGAIN; break; }
	testl	$O_NONBLOCK, %r15d
	jnz	9f
	movq	$-ERESTARTSYS, %rax
	movq	%gs:current_task, %rdx
	testl	$TIF_SIGPENDING, TASK_flags(%rdx)	# C: 	if (signal_pending(current)) { ret = -ERESTARTSYS; break; }
	jnz	9f
	movq	%r12, %rdi
	call	wait_on				# C: 	wait_event_interruptible_exclusive(pipe->rd_wait, pipe_readable(pipe)); }
	jmp	1b
7:	movq	%r12, %rdi
	call	wake_up_pipe			# C: wake_up_interruptible_sync_poll(&pipe->wr_wait, …);
	movq	%r14, %rax
9:	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# pipe_write(edi: pipe, rsi: user buffer, rdx: count, ecx: flags of the open file). Out: rax = bytes, or an error. Up to
# PIPE_BUF bytes arrive in one piece.
	.globl pipe_write
pipe_write:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movl	%ecx, %r15d
	call	check_range
	movq	$-EFAULT, %rax
	jc	9f
	movq	%rsi, %rbx			# where the next byte comes from
	movq	%rdx, %r13			# bytes left
	xorl	%r14d, %r14d			# bytes written
	call	pipe_at
	movq	%rax, %r12
	xorl	%eax, %eax
	testq	%r13, %r13			# C: if (unlikely(total_len == 0)) return 0;
	jz	9f
1:	call	pipe_ends			# C: for (;;) {
	testl	%eax, %eax			# C: 	if (!pipe->readers) { send_sig(SIGPIPE, current, 0); ret = -EPIPE; break; }
	jz	6f
	movl	$PIPE_SIZE, %ecx
	subq	PIPE_written(%r12), %rcx
	addq	PIPE_read(%r12), %rcx		# room
	jz	4f
	testq	%r14, %r14
	jnz	2f
	cmpq	$PIPE_BUF, %r13
	ja	2f
	cmpq	%r13, %rcx			# a short message waits until all of it has room
	jb	4f
2:	cmpq	%r13, %rcx
	cmovaq	%r13, %rcx
	movq	%rcx, %rdx
	movq	PIPE_written(%r12), %rax
	call	pipe_piece
	cmpq	%rcx, %rdx
	cmovaq	%rcx, %rdx
	movq	%rbx, %rsi
	pushq	%rdx
	call	copy_from_user_checked		# C: 	copied = copy_page_from_iter(page, 0, PAGE_SIZE, from);
	popq	%rdx
	subq	%rax, %rdx
	addq	%rdx, PIPE_written(%r12)
	addq	%rdx, %rbx
	addq	%rdx, %r14
	subq	%rdx, %r13
	testq	%rax, %rax
	jnz	3f
	testq	%r13, %r13			# C: 	if (!iov_iter_count(from)) break;
	jnz	1b
	jmp	7f
3:	testq	%r14, %r14
	jnz	7f
	movq	$-EFAULT, %rax
	jmp	9f
4:	movq	$-EAGAIN, %rax			# C: 	if (filp->f_flags & O_NONBLOCK) { if (!ret) ret = -EAGAIN; break; }
	testl	$O_NONBLOCK, %r15d
	jnz	5f
	movq	$-ERESTARTSYS, %rax
	movq	%gs:current_task, %rdx
	testl	$TIF_SIGPENDING, TASK_flags(%rdx)	# C: 	if (signal_pending(current)) { if (!ret) ret = -ERESTARTSYS; break; }
	jnz	5f
	movq	%r12, %rdi
	call	wake_up_pipe			# what is there may be read meanwhile
	movq	%r12, %rdi
	call	wait_on				# C: 	wait_event_interruptible_exclusive(pipe->wr_wait, pipe_writable(pipe)); }
	jmp	1b
5:	testq	%r14, %r14
	jz	9f
	jmp	7f
6:	movl	$SIGPIPE, %edi
	movl	$SI_USER, %esi
	xorl	%edx, %edx
	xorl	%ecx, %ecx
	movq	%gs:current_task, %r8
	xorl	%r9d, %r9d
	call	send_signal_locked
	movq	$-EPIPE, %rax
	testq	%r14, %r14
	jz	9f
7:	movq	%r12, %rdi
	call	wake_up_pipe			# C: wake_up_interruptible_sync_poll(&pipe->rd_wait, …);
	movq	%r14, %rax
9:	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	ret
