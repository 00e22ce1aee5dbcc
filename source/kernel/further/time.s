# time.s · the clock, the timer, and those who sleep
#
# A step of this machine takes a nanosecond; a halted processor lets time pass to the timer's next interrupt at once.

	.text

# sysvec_apic_timer_interrupt: wakes who has slept long enough; the task that runs has had its share.
	.globl sysvec_apic_timer_interrupt
sysvec_apic_timer_interrupt:
	call	wake_sleepers
	movq	%gs:current_task, %rax
	orl	$TIF_NEED_RESCHED, TASK_flags(%rax)	# C: set_tsk_need_resched(current);
	ret

# read_clock: rax = the time in nanoseconds.
	.globl read_clock
read_clock:
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	ret

# wake_sleepers: tasks whose time has come can run again.
wake_sleepers:
	call	read_clock
	leaq	init_task(%rip), %rcx
	movq	%rcx, %rsi
1:	movq	TASK_wake_at(%rcx), %rdx
	testq	%rdx, %rdx			# 0: it does not wait for the time
	jz	2f
	cmpq	%rax, %rdx
	ja	2f
	movq	$0, TASK_wake_at(%rcx)
	cmpl	$TASK_INTERRUPTIBLE, TASK_state(%rcx)
	jne	2f
	movl	$TASK_RUNNING, TASK_state(%rcx)
2:	movq	TASK_next(%rcx), %rcx
	cmpq	%rsi, %rcx
	jne	1b
	jmp	real_timers_expire

# timer_program: asks the timer for one interrupt when the first of these is due: the end of a share of the CPU, if
# two tasks want it; the time at which a sleeper wakes, or an alarm goes off. None: the timer is switched off.
# Out: eax = what the timer was told: steps, or 0. Changes rcx, rdx and r8 to r10 besides.
	.globl timer_program
timer_program:
	pushq	%rbx
	call	read_clock
	movq	%rax, %r8			# now
	movq	$-1, %r9			# steps until the first event; all ones: none
	xorl	%r10d, %r10d			# tasks that can run
	leaq	init_task(%rip), %rbx
1:	cmpl	$TASK_RUNNING, TASK_state(%rbx)
	jne	2f
	incl	%r10d
	jmp	3f
2:	movq	TASK_wake_at(%rbx), %rax
	call	earlier
3:	movq	TASK_signal(%rbx), %rax
	movq	SIGNAL_real_timer(%rax), %rax
	call	earlier
	movq	TASK_next(%rbx), %rbx
	leaq	init_task(%rip), %rax
	cmpq	%rax, %rbx
	jne	1b
	cmpl	$2, %r10d
	jb	4f
	movl	$TIME_SLICE, %eax
	cmpq	%r9, %rax
	cmovbq	%rax, %r9
4:	movl	$TIMER_LONGEST, %eax		# the timer's register has 32 bits; a longer sleep takes several goes
	cmpq	$-1, %r9
	je	5f
	cmpq	%rax, %r9
	cmovaq	%rax, %r9
	movl	%r9d, %eax
	jmp	6f
5:	xorl	%eax, %eax
6:	movl	$TIMER_ONCE_PORT, %edx
	outl	%eax, %dx
	popq	%rbx
	ret

# earlier(rax: a time, 0: none, r8: now, r9: steps until the first event so far): r9 gets what is less. One that is due
# already comes at once.
earlier:
	testq	%rax, %rax
	jz	1f
	movl	$1, %ecx
	subq	%r8, %rax
	cmovbeq	%rcx, %rax
	cmpq	%r9, %rax
	cmovbq	%rax, %r9
1:	ret

# get_timespec64(rdi: user address): two 64-bit words, seconds and nanoseconds. Out: rax = 0 and rdx = the time in
# nanoseconds, at most what can be waited for; or rax = -EFAULT or -EINVAL.
	.globl get_timespec64
get_timespec64:
	subq	$16, %rsp
	movq	%rdi, %rsi
	movq	%rsp, %rdi
	movl	$16, %edx
	call	copy_from_user_checked		# C: if (copy_from_user(&kts, uts, sizeof(kts))) return -EFAULT;
	testq	%rax, %rax
	jnz	2f
	movq	(%rsp), %rax
	movq	8(%rsp), %rcx
	cmpq	$NSEC_PER_SEC, %rcx		# C: if (!timespec64_valid(ts)) return -EINVAL;
	jae	3f
	testq	%rax, %rax
	js	3f
	movq	$SECONDS_LONGEST, %rdx
	cmpq	%rdx, %rax
	cmovaq	%rdx, %rax
	imulq	$NSEC_PER_SEC, %rax, %rdx
	addq	%rcx, %rdx
	xorl	%eax, %eax
	jmp	4f
2:	movq	$-EFAULT, %rax
	jmp	4f
3:	movq	$-EINVAL, %rax
4:	addq	$16, %rsp
	ret

# put_timespec64(rdi: user address, rsi: nanoseconds). Out: rax = 0 or -EFAULT.
	.globl put_timespec64
put_timespec64:
	subq	$16, %rsp
	movq	%rsi, %rax
	xorl	%edx, %edx
	movl	$NSEC_PER_SEC, %ecx
	divq	%rcx
	movq	%rax, (%rsp)
	movq	%rdx, 8(%rsp)
	movq	%rsp, %rsi
	movl	$16, %edx
	call	copy_to_user_checked
	testq	%rax, %rax
	jz	1f
	movq	$-EFAULT, %rax
1:	addq	$16, %rsp
	ret

# nanosleep(req, rem)
	.globl __x64_sys_nanosleep
__x64_sys_nanosleep:
	movq	PT_REGS_si(%rdi), %rsi
	movq	PT_REGS_di(%rdi), %rdi
	pushq	%rsi
	call	get_timespec64			# C: if (get_timespec64(&tu, rqtp)) return -EFAULT;
	popq	%rsi
	testq	%rax, %rax
	jnz	1f
	testq	%rdx, %rdx			# nothing to wait for
	jz	1f
	pushq	%rdx
	pushq	%rsi
	call	read_clock
	popq	%rsi
	popq	%rdi
	addq	%rax, %rdi
	movq	$-ERESTART_RESTARTBLOCK, %rdx	# C: return hrtimer_nanosleep(…, HRTIMER_MODE_REL, CLOCK_MONOTONIC);
	jmp	hrtimer_nanosleep
1:	ret

# clock_nanosleep(clock, flags, req, rem): of the time of day, or of the time since power-on; at a time, or for a while.
	.globl __x64_sys_clock_nanosleep
__x64_sys_clock_nanosleep:
	pushq	%rbx
	movq	%rdi, %rbx
	cmpl	$CLOCK_MONOTONIC, PT_REGS_di(%rbx)	# C: if (!kc) return -EINVAL;
	je	1f
	cmpl	$CLOCK_BOOTTIME, PT_REGS_di(%rbx)
	je	1f
	cmpl	$CLOCK_REALTIME, PT_REGS_di(%rbx)
	jne	4f
1:	movq	PT_REGS_dx(%rbx), %rdi
	call	get_timespec64			# C: if (get_timespec64(&t, rqtp)) return -EFAULT;
	testq	%rax, %rax
	jnz	3f
	movq	%rdx, %rdi
	testl	$TIMER_ABSTIME, PT_REGS_si(%rbx)
	jnz	2f
	call	read_clock
	addq	%rax, %rdi
	movq	PT_REGS_r10(%rbx), %rsi
	movq	$-ERESTART_RESTARTBLOCK, %rdx
	popq	%rbx
	jmp	hrtimer_nanosleep
2:	cmpl	$CLOCK_REALTIME, PT_REGS_di(%rbx)
	jne	5f
	subq	boot_epoch(%rip), %rdi		# the clock counts from power-on
	jnc	5f
	xorl	%edi, %edi
5:	xorl	%esi, %esi			# C: if (flags & TIMER_ABSTIME) rmtp = NULL;
	movq	$-ERESTARTNOHAND, %rdx
	popq	%rbx
	jmp	hrtimer_nanosleep
4:	movq	$-EINVAL, %rax
3:	popq	%rbx
	ret

# hrtimer_nanosleep(rdi: when to wake, rsi: user address for what is left or 0, rdx: what to answer when a signal cuts it
# short). Out: rax = 0 or rdx.
hrtimer_nanosleep:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	movq	%rdi, %rbx
	movq	%rsi, %r12
	movq	%rdx, %r13
	movq	%gs:current_task, %rax
	movq	%rbx, TASK_restart_until(%rax)
	movq	%r12, TASK_restart_rem(%rax)
1:	call	read_clock
	cmpq	%rbx, %rax			# C: do {
	jae	2f
	movq	%gs:current_task, %rdx
	testl	$TIF_SIGPENDING, TASK_flags(%rdx)	# C: 	if (signal_pending(current)) break;
	jnz	3f
	movq	%rbx, TASK_wake_at(%rdx)
	movl	$TASK_INTERRUPTIBLE, TASK_state(%rdx)	# C: 	set_current_state(TASK_INTERRUPTIBLE);
	call	schedule			# C: 	schedule();
	jmp	1b				# C: } while (t->task);
2:	movq	%gs:current_task, %rdx
	xorl	%eax, %eax			# C: return 0;
	movq	%rax, TASK_restart_until(%rdx)	# there is nothing to go on with
	jmp	5f
3:	testq	%r12, %r12			# C: if (rmtp) put_timespec64(rem, rmtp);
	jz	4f
	movq	%rbx, %rsi
	subq	%rax, %rsi
	movq	%r12, %rdi
	call	put_timespec64
	testq	%rax, %rax
	jnz	5f
4:	movq	%r13, %rax			# C: return -ERESTART_RESTARTBLOCK;
5:	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# restart_syscall(): goes on with the sleep that a signal interrupted without a handler.
	.globl __x64_sys_restart_syscall
__x64_sys_restart_syscall:
	movq	%gs:current_task, %rax
	movq	TASK_restart_until(%rax), %rdi
	movq	TASK_restart_rem(%rax), %rsi
	movq	$-ERESTART_RESTARTBLOCK, %rdx
	testq	%rdi, %rdi			# C: return restart->fn(restart); without one: do_no_restart_syscall
	jnz	hrtimer_nanosleep
	movq	$-EINTR, %rax
	ret
