# poll.s · waiting for one of several descriptors
#
# Who polls waits on poll_wait, which everything that a descriptor may lead to wakes; then all descriptors are asked again.

	.text

# poll(fds, nfds, timeout in milliseconds), ppoll(fds, nfds, timespec, sigmask, size)
	.globl __x64_sys_poll
__x64_sys_poll:
	pushq	%rbx
	pushq	%r13
	movq	%rdi, %rbx
	movq	$-1, %r13			# never
	movslq	PT_REGS_dx(%rbx), %rax
	testq	%rax, %rax			# C: if (timeout_msecs >= 0) {
	js	1f
	imulq	$1000000, %rax, %r13
	call	read_clock
	addq	%rax, %r13			# C: 	poll_select_set_timeout(to, …); }
1:	call	do_sys_poll			# C: ret = do_sys_poll(ufds, nfds, to);
	cmpq	$-ERESTARTNOHAND, %rax
	jne	2f
	movq	$-EINTR, %rax			# C: if (ret == -ERESTARTNOHAND) … with what is left of the time
2:	popq	%r13
	popq	%rbx
	ret

	.globl __x64_sys_ppoll
__x64_sys_ppoll:
	pushq	%rbx
	pushq	%r13
	movq	%rdi, %rbx
	movq	$-1, %r13
	movq	PT_REGS_dx(%rbx), %rdi
	testq	%rdi, %rdi
	jz	1f
	call	get_timespec64			# C: if (get_timespec64(&ts, tsp)) return -EFAULT;
	testq	%rax, %rax
	jnz	3f
	movq	%rdx, %r13
	call	read_clock
	addq	%rax, %r13
1:	movq	PT_REGS_r10(%rbx), %rdi
	movq	PT_REGS_r8(%rbx), %rsi
	call	set_user_sigmask		# C: ret = set_user_sigmask(sigmask, sigsetsize);
	testq	%rax, %rax
	jnz	3f
	call	do_sys_poll
	movq	%rax, %rbx
	cmpq	$-ERESTARTNOHAND, %rax
	je	2f
	call	restore_saved_sigmask		# C: restore_saved_sigmask_unless(ret == -ERESTARTNOHAND);
2:	movq	%rbx, %rax
3:	popq	%r13
	popq	%rbx
	ret

# do_sys_poll(rbx: pt_regs with fds and nfds, r13: until when, -1: for ever). Out: rax = descriptors with something to say.
do_sys_poll:
	pushq	%r12
	movq	$-EINVAL, %rax
	cmpl	$MOST_DESCRIPTORS, PT_REGS_si(%rbx)	# C: if (nfds > rlimit(RLIMIT_NOFILE)) return -EINVAL;
	ja	9f
1:	call	do_poll				# C: fdcount = do_poll(head, &table, end_time);
	testq	%rax, %rax
	jnz	9f
	call	read_clock
	movq	%rax, %rcx
	xorl	%eax, %eax
	cmpq	%r13, %rcx			# C: if (count || timed_out) break;
	jae	9f
	movq	%gs:current_task, %rdx
	movq	$-ERESTARTNOHAND, %rax		# C: if (signal_pending(current)) count = -ERESTARTNOHAND;
	testl	$TIF_SIGPENDING, TASK_flags(%rdx)
	jnz	9f
	cmpq	$-1, %r13
	je	2f
	movq	%r13, TASK_wake_at(%rdx)
2:	leaq	poll_wait(%rip), %rdi
	call	wait_on				# C: poll_schedule_timeout(wait, TASK_INTERRUPTIBLE, to, slack);
	jmp	1b
9:	popq	%r12
	ret

# do_poll(rbx: pt_regs): asks each descriptor once and writes what it says. Out: rax = how many say something, or -EFAULT.
do_poll:
	pushq	%rbp
	pushq	%r14
	pushq	%r15
	subq	$8, %rsp			# one struct pollfd: fd, events, revents
	movq	PT_REGS_di(%rbx), %r12
	movl	PT_REGS_si(%rbx), %r15d
	xorl	%r14d, %r14d
1:	testl	%r15d, %r15d
	jz	4f
	movq	%rsp, %rdi
	movq	%r12, %rsi
	movl	$8, %edx
	call	copy_from_user_checked
	testq	%rax, %rax
	jnz	8f
	xorl	%eax, %eax
	movl	(%rsp), %edi
	testl	%edi, %edi			# a negative descriptor is passed over
	js	2f
	call	vfs_poll			# C: mask = vfs_poll(fd_file(f), pwait);
	movzwl	4(%rsp), %ecx
	orl	$(POLLERR | POLLHUP | POLLNVAL), %ecx
	andl	%ecx, %eax			# C: mask &= filter;
	jz	2f
	incl	%r14d
2:	movw	%ax, 6(%rsp)
	leaq	6(%r12), %rdi
	leaq	6(%rsp), %rsi
	movl	$2, %edx
	call	copy_to_user_checked		# C: unsafe_put_user(fds[j].revents, &ufds->revents, Efault);
	testq	%rax, %rax
	jnz	8f
	addq	$8, %r12
	decl	%r15d
	jmp	1b
4:	movl	%r14d, %eax
	jmp	9f
8:	movq	$-EFAULT, %rax
9:	addq	$8, %rsp
	popq	%r15
	popq	%r14
	popq	%rbp
	ret

# vfs_poll(edi: descriptor). Out: eax = what can be done with it without waiting.
vfs_poll:
	call	fdget
	testq	%rax, %rax
	js	5f
	cmpb	$KIND_console, %al
	je	3f
	movzbl	%ah, %edi
	cmpb	$KIND_pipe_read, %al
	je	1f
	cmpb	$KIND_pipe_write, %al
	je	2f
	movl	$(POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM), %eax	# C: return DEFAULT_POLLMASK;
	ret
1:	pushq	%r12
	call	pipe_at
	movq	%rax, %r12
	call	pipe_ends
	xorl	%eax, %eax
	movl	$POLLHUP, %ecx
	testl	%edx, %edx			# C: if (!pipe->writers) mask |= EPOLLHUP;
	cmovzl	%ecx, %eax
	movq	PIPE_written(%r12), %rdx
	cmpq	PIPE_read(%r12), %rdx		# C: if (!pipe_empty(head, tail)) mask |= EPOLLIN | EPOLLRDNORM;
	je	6f
	orl	$(POLLIN | POLLRDNORM), %eax
6:	popq	%r12
	ret
2:	pushq	%r12
	call	pipe_at
	movq	%rax, %r12
	call	pipe_ends
	movl	%eax, %edx
	xorl	%eax, %eax
	movl	$POLLERR, %ecx
	testl	%edx, %edx			# C: if (!pipe->readers) mask |= EPOLLERR;
	cmovzl	%ecx, %eax
	movq	PIPE_written(%r12), %rdx
	subq	PIPE_read(%r12), %rdx
	cmpq	$(PIPE_SIZE - PIPE_BUF), %rdx	# C: if (!pipe_full(head, tail, pipe->max_usage)) mask |= EPOLLOUT | EPOLLWRNORM;
	ja	6b
	orl	$(POLLOUT | POLLWRNORM), %eax
	jmp	6b
3:	call	tty_input_available
	movq	%rax, %rdx
	movl	$(POLLOUT | POLLWRNORM), %eax
	testq	%rdx, %rdx
	jz	4f
	orl	$(POLLIN | POLLRDNORM), %eax
	jns	4f
	orl	$POLLHUP, %eax
4:	ret
5:	movl	$POLLNVAL, %eax
	ret
