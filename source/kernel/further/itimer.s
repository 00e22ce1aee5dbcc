# itimer.s · a signal at a later time
#
# Each process has one alarm clock of this kind (ITIMER_REAL): when it goes off, in nanoseconds on the clock of read_clock,
# and after how long again. The timer's interrupt looks at all of them.

	.text

# alarm(seconds): SIGALRM after so long. Out: rax = seconds that were left of the alarm before, rounded up.
	.globl __x64_sys_alarm
__x64_sys_alarm:
	movl	PT_REGS_di(%rdi), %eax
	imulq	$NSEC_PER_SEC, %rax, %rdi
	xorl	%esi, %esi
	call	set_real_timer
	addq	$(NSEC_PER_SEC / 2 - 1), %rax	# C: if (… it_old.it_value.tv_usec >= 500000) it_old.it_value.tv_sec++;
	xorl	%edx, %edx
	movl	$NSEC_PER_SEC, %ecx
	divq	%rcx
	testq	%rax, %rax
	jnz	1f
	testq	%r8, %r8			# never 0 while there was one
	setnz	%al
1:	ret

# set_real_timer(rdi: nanoseconds from now, 0: none, rsi: and then every so many). Out: rax and r8 = what was left of the one
# before, rdx = its interval.
set_real_timer:
	pushq	%rbx
	pushq	%rdi
	pushq	%rsi
	movq	%gs:current_task, %rbx
	movq	TASK_signal(%rbx), %rbx
	call	real_timer_left
	popq	%rsi
	popq	%rdi
	movq	SIGNAL_it_real_incr(%rbx), %r9
	pushq	%rax
	movq	%rsi, SIGNAL_it_real_incr(%rbx)
	testq	%rdi, %rdi
	jz	1f
	pushq	%rdi
	call	read_clock
	popq	%rdi
	addq	%rax, %rdi
1:	movq	%rdi, SIGNAL_real_timer(%rbx)	# C: hrtimer_start(timer, expires, HRTIMER_MODE_REL);
	pushq	%r9
	call	timer_program
	popq	%rdx
	popq	%rax
	movq	%rax, %r8
	popq	%rbx
	ret

# real_timer_left(rbx: struct signal_struct). Out: rax = nanoseconds to its alarm, 0: none is set.
real_timer_left:
	movq	SIGNAL_real_timer(%rbx), %rcx
	xorl	%eax, %eax
	testq	%rcx, %rcx
	jz	1f
	pushq	%rcx
	call	read_clock
	popq	%rcx
	subq	%rax, %rcx
	movl	$1, %eax			# one that is due has not gone off yet
	cmovaq	%rcx, %rax
1:	ret

# real_timers_expire(rax: now): sends SIGALRM to each process whose alarm is due. Everything but rax is kept.
	.globl real_timers_expire
real_timers_expire:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	movq	%rax, %r12
	leaq	init_task(%rip), %rbx
1:	cmpq	%rbx, TASK_group_leader(%rbx)
	jne	4f
	movq	TASK_signal(%rbx), %r13
	movq	SIGNAL_real_timer(%r13), %rdx
	testq	%rdx, %rdx
	jz	4f
	cmpq	%r12, %rdx
	ja	4f
	movq	SIGNAL_it_real_incr(%r13), %rcx
	testq	%rcx, %rcx
	jz	3f
2:	addq	%rcx, %rdx			# C: hrtimer_forward(timer, now, tsk->signal->it_real_incr);
	cmpq	%r12, %rdx
	jbe	2b
	movq	%rdx, %rcx
3:	movq	%rcx, SIGNAL_real_timer(%r13)
	movl	$SIGALRM, %edi
	movl	$SI_KERNEL, %esi
	xorl	%edx, %edx
	xorl	%ecx, %ecx
	movq	%rbx, %r8
	movl	$1, %r9d
	call	send_signal_locked		# C: kill_pid_info(SIGALRM, SEND_SIG_PRIV, leader_pid);
4:	movq	TASK_next(%rbx), %rbx
	leaq	init_task(%rip), %rax
	cmpq	%rax, %rbx
	jne	1b
	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# setitimer(which, new, old), getitimer(which, now): the clock that runs always; those of CPU time are not kept here.
	.globl __x64_sys_setitimer, __x64_sys_getitimer
__x64_sys_setitimer:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	movq	%rdi, %rbx
	movq	$-EINVAL, %rax
	cmpl	$ITIMER_REAL, PT_REGS_di(%rbx)
	jne	9f
	xorl	%r12d, %r12d
	xorl	%r13d, %r13d
	movq	PT_REGS_si(%rbx), %rdi
	testq	%rdi, %rdi
	jz	1f
	call	get_timeval			# C: if (get_itimerval(&set_buffer, value)) return -EFAULT;
	testq	%rax, %rax
	jnz	9f
	movq	%rdx, %r13
	movq	PT_REGS_si(%rbx), %rdi
	addq	$TIMEVAL_SIZE, %rdi
	call	get_timeval
	testq	%rax, %rax
	jnz	9f
	movq	%rdx, %r12
1:	movq	%r12, %rdi
	movq	%r13, %rsi
	call	set_real_timer			# C: error = do_setitimer(which, &set_buffer, ovalue ? &get_buffer : NULL);
	movq	PT_REGS_dx(%rbx), %rdi
	xorl	%ecx, %ecx
	testq	%rdi, %rdi
	movq	%rax, %rsi
	movl	$0, %eax
	jz	9f
	call	put_itimerval			# C: if (put_itimerval(ovalue, &get_buffer)) return -EFAULT;
9:	popq	%r13
	popq	%r12
	popq	%rbx
	ret

__x64_sys_getitimer:
	movq	$-EINVAL, %rax
	cmpl	$ITIMER_REAL, PT_REGS_di(%rdi)
	jne	1f
	pushq	%rbx
	pushq	PT_REGS_si(%rdi)
	movq	%gs:current_task, %rbx
	movq	TASK_signal(%rbx), %rbx
	call	real_timer_left
	movq	SIGNAL_it_real_incr(%rbx), %rdx
	movq	%rax, %rsi
	popq	%rdi
	popq	%rbx
	jmp	put_itimerval
1:	ret

# get_timeval(rdi: user address of seconds and microseconds). Out: rax = 0 and rdx = nanoseconds, or an error.
get_timeval:
	subq	$TIMEVAL_SIZE, %rsp
	movq	%rdi, %rsi
	movq	%rsp, %rdi
	movl	$TIMEVAL_SIZE, %edx
	call	copy_from_user_checked
	testq	%rax, %rax
	movq	$-EFAULT, %rax
	jnz	9f
	movq	(%rsp), %rdx
	movq	8(%rsp), %rcx
	movq	$-EINVAL, %rax			# C: if (!timeval_valid(&v)) return -EINVAL;
	testq	%rdx, %rdx
	js	9f
	cmpq	$USEC_PER_SEC, %rcx
	jae	9f
	movq	$SECONDS_LONGEST, %rsi
	cmpq	%rsi, %rdx
	cmovaq	%rsi, %rdx
	imulq	$NSEC_PER_SEC, %rdx, %rdx
	imulq	$1000, %rcx, %rcx
	addq	%rcx, %rdx
	xorl	%eax, %eax
9:	addq	$TIMEVAL_SIZE, %rsp
	ret

# put_itimerval(rdi: user address, rsi: nanoseconds to the alarm, rdx: interval). Out: rax = 0 or -EFAULT.
put_itimerval:
	subq	$(2 * TIMEVAL_SIZE), %rsp
	movq	%rdx, %rax
	call	split_time
	movq	%rax, (%rsp)
	movq	%rdx, 8(%rsp)
	movq	%rsi, %rax
	call	split_time
	movq	%rax, 16(%rsp)
	movq	%rdx, 24(%rsp)
	movq	%rsp, %rsi
	movl	$(2 * TIMEVAL_SIZE), %edx
	call	copy_to_user_checked
	testq	%rax, %rax
	jz	1f
	movq	$-EFAULT, %rax
1:	addq	$(2 * TIMEVAL_SIZE), %rsp
	ret

# split_time(rax: nanoseconds). Out: rax = seconds, rdx = microseconds.
split_time:
	xorl	%edx, %edx
	movl	$1000, %ecx
	divq	%rcx
	xorl	%edx, %edx
	movl	$USEC_PER_SEC, %ecx
	divq	%rcx
	ret
