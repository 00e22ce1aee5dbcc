# wait.s · a parent asks how its children have ended
#
# A process that has ended stays in the ring, as a zombie, until its parent has its status. A stopped process shows in
# its signal_struct: SIGNAL_STOP_STOPPED is set and SIGNAL_group_exit_code holds the stop's signal until it is reported;
# SIGNAL_STOP_CONTINUED says that it goes on and nobody has been told.

	.text

# wait4(pid, status, options, rusage)
	.globl __x64_sys_wait4
__x64_sys_wait4:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	movq	%rdi, %rbx
	movl	PT_REGS_dx(%rbx), %r13d
	movq	$-EINVAL, %rax
	testl	$~(WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL), %r13d
	jnz	3f
	movl	PT_REGS_di(%rbx), %r12d
	movq	$-ESRCH, %rax
	cmpl	$0x80000000, %r12d		# C: if (upid == INT_MIN) return -ESRCH;
	je	3f
	orl	$WEXITED, %r13d			# C: wo.wo_flags = options | WEXITED;
	call	do_wait				# C: ret = do_wait(&wo);
	testq	%rax, %rax
	jle	3f
	movq	%rax, %r12
	movq	PT_REGS_si(%rbx), %rdi
	testq	%rdi, %rdi			# C: if (ret > 0 && stat_addr && put_user(wo.wo_stat, stat_addr)) ret = -EFAULT;
	jz	1f
	movl	%edx, %eax
	call	put_user_4
	testq	%rax, %rax
	jnz	3f
1:	movq	PT_REGS_r10(%rbx), %rdi
	testq	%rdi, %rdi			# no times are kept of children
	jz	2f
	movl	$RUSAGE_SIZE, %esi
	call	clear_user_checked
	testq	%rax, %rax
	jz	2f
	movq	$-EFAULT, %rax
	jmp	3f
2:	movq	%r12, %rax
3:	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# do_wait(r12d: whom: > 0 a process, -1 any, 0 of the caller's group, < -1 of that group; r13d: options).
# Out: rax = the child's number and edx = its status; rax = 0 with WNOHANG if none has anything to say; or an error.
do_wait:
	pushq	%r14
	pushq	%r15
	pushq	%rbp
1:	movq	%gs:current_task, %rax		# C: repeat:
	movq	TASK_group_leader(%rax), %r15
	xorl	%ebp, %ebp			# children that could be meant
	leaq	init_task(%rip), %r14
2:	movq	TASK_next(%r14), %r14
	call	eligible_child
	jne	3f
	incl	%ebp
	call	wait_consider_task
	testq	%rax, %rax
	jnz	6f
3:	leaq	init_task(%rip), %rax
	cmpq	%rax, %r14
	jne	2b
	movq	$-ECHILD, %rax			# C: wo->notask_error = -ECHILD;
	testl	%ebp, %ebp
	jz	6f
	xorl	%eax, %eax
	testl	$WNOHANG, %r13d			# C: if (!retval && !(wo->wo_flags & WNOHANG)) {
	jnz	6f
	movq	%gs:current_task, %rdx
	movq	$-ERESTARTSYS, %rax		# C: 	retval = -ERESTARTSYS;
	testl	$TIF_SIGPENDING, TASK_flags(%rdx)	# C: 	if (!signal_pending(current)) {
	jnz	6f
	movq	TASK_signal(%rdx), %rdi
	call	wait_on				# C: 		schedule();
	jmp	1b				# C: 		goto repeat; } }
6:	popq	%rbp
	popq	%r15
	popq	%r14
	ret

# eligible_child(r14: task, r15: the parent, r12d and r13d as do_wait has them). Out: ZF = 1 if it is a child that may be
# waited for.
eligible_child:
	cmpq	%r15, TASK_real_parent(%r14)
	jne	4f
	cmpq	%r14, TASK_group_leader(%r14)
	jne	4f
	testl	$__WALL, %r13d
	jnz	1f
	# Children that say something else than SIGCHLD are asked for with __WCLONE, and only they.
	xorl	%eax, %eax
	cmpl	$SIGCHLD, TASK_exit_signal(%r14)
	setne	%al
	xorl	%ecx, %ecx
	testl	$__WCLONE, %r13d
	setnz	%cl
	cmpl	%eax, %ecx			# C: if ((p->exit_signal != SIGCHLD) ^ !!(wo->wo_flags & __WCLONE)) return 0;
	jne	4f
1:	cmpl	$-1, %r12d
	je	4f
	testl	%r12d, %r12d
	jle	2f
	cmpl	%r12d, TASK_pid(%r14)
	ret
2:	movl	%r12d, %eax
	negl	%eax
	jnz	3f
	movq	TASK_signal(%r15), %rax
	movl	SIGNAL_pgid(%rax), %eax
3:	movq	TASK_signal(%r14), %rcx
	cmpl	%eax, SIGNAL_pgid(%rcx)
4:	ret

# wait_consider_task(r14: child, r13d: options). Out: rax = its number and edx = its status, or rax = 0.
wait_consider_task:
	call	is_zombie_process
	je	3f
	movq	TASK_signal(%r14), %rcx
	testl	$WUNTRACED, %r13d		# C: ret = wait_task_stopped(wo, ptrace, p);
	jz	1f
	testl	$SIGNAL_STOP_STOPPED, SIGNAL_flags(%rcx)
	jz	1f
	movl	SIGNAL_group_exit_code(%rcx), %edx
	testl	%edx, %edx			# told already
	jz	1f
	testl	$WNOWAIT, %r13d
	jnz	4f
	movl	$0, SIGNAL_group_exit_code(%rcx)
4:	shll	$8, %edx
	orl	$0x7f, %edx			# C: wo->wo_stat = (exit_code << 8) | 0x7f;
	jmp	5f
1:	testl	$WCONTINUED, %r13d		# C: ret = wait_task_continued(wo, p);
	jz	2f
	testl	$SIGNAL_STOP_CONTINUED, SIGNAL_flags(%rcx)
	jz	2f
	testl	$WNOWAIT, %r13d
	jnz	6f
	andl	$~SIGNAL_STOP_CONTINUED, SIGNAL_flags(%rcx)
6:	movl	$0xffff, %edx			# C: wo->wo_stat = 0xffff;
5:	movl	TASK_pid(%r14), %eax
	ret
3:	testl	$WEXITED, %r13d			# C: if (likely(!(wo->wo_flags & WEXITED))) return 0;
	jz	2f
	movl	SIGNAL_group_exit_code(%rax), %edx	# C: wo->wo_stat = status;
	movl	TASK_pid(%r14), %eax
	testl	$WNOWAIT, %r13d
	jnz	7f
	pushq	%rdx
	pushq	%rax
	movq	%r14, %rdi
	call	release_task			# C: release_task(p);
	popq	%rax
	popq	%rdx
7:	ret
2:	xorl	%eax, %eax
	ret

# waitid(type, id, info, options, rusage)
	.globl __x64_sys_waitid
__x64_sys_waitid:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	subq	$SIGINFO_SIZE, %rsp
	movq	%rdi, %rbx
	call	waitid_target
	testq	%rax, %rax
	jnz	5f
	call	do_wait
	testq	%rax, %rax
	js	5f
	call	fill_wait_info
	movq	PT_REGS_r8(%rbx), %rdi
	testq	%rdi, %rdi
	jz	1f
	movl	$RUSAGE_SIZE, %esi
	call	clear_user_checked
	testq	%rax, %rax
	jnz	4f
1:	movq	PT_REGS_dx(%rbx), %rdi
	testq	%rdi, %rdi			# C: if (!infop) return err;
	jz	2f
	movq	%rsp, %rsi
	movl	$SIGINFO_SHOWN, %edx
	call	copy_to_user_checked
	testq	%rax, %rax
	jnz	4f
2:	xorl	%eax, %eax
	jmp	5f
4:	movq	$-EFAULT, %rax
5:	addq	$SIGINFO_SIZE, %rsp
	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# waitid_target(rbx: pt_regs). Out: r12d and r13d as do_wait wants them and rax = 0, or rax = -EINVAL.
waitid_target:
	movl	PT_REGS_r10(%rbx), %r13d
	testl	$~(WNOHANG | WNOWAIT | WEXITED | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL), %r13d
	jnz	9f
	testl	$(WEXITED | WUNTRACED | WCONTINUED), %r13d
	jz	9f
	movl	PT_REGS_si(%rbx), %r12d
	movl	PT_REGS_di(%rbx), %eax
	cmpl	$P_PID, %eax
	jb	1f
	je	2f
	cmpl	$P_PGID, %eax
	jne	9f
	testl	%r12d, %r12d			# C: case P_PGID: if (upid < 0) return -EINVAL;
	js	9f
	negl	%r12d
	jmp	3f
1:	movl	$-1, %r12d
	jmp	3f
2:	testl	%r12d, %r12d			# C: case P_PID: if (upid <= 0) return -EINVAL;
	jle	9f
3:	xorl	%eax, %eax
	ret
9:	movq	$-EINVAL, %rax
	ret

# fill_wait_info(rax: child's number or 0, edx: its status; above the return address: room for siginfo): what waitid says.
fill_wait_info:
	leaq	8(%rsp), %rdi
	movq	%rax, %r8
	movl	%edx, %r9d
	xorl	%eax, %eax
	movl	$(SIGINFO_SIZE / 8), %ecx
	movq	%rdi, %rsi
	rep stosq
	testq	%r8, %r8
	jz	3f
	movl	$SIGCHLD, (%rsi)
	movl	%r8d, SI_pid(%rsi)
	movl	$USER_ID, SI_uid(%rsi)
	movl	$CLD_CONTINUED, %ecx
	movl	$SIGCONT, %edx
	cmpl	$0xffff, %r9d
	je	2f
	movl	%r9d, %edx
	shrl	$8, %edx
	movl	$CLD_STOPPED, %ecx
	cmpb	$0x7f, %r9b
	je	2f
	movl	$CLD_EXITED, %ecx
	testb	%r9b, %r9b
	jz	2f
	movl	%r9d, %edx
	andl	$0x7f, %edx
	movl	$CLD_KILLED, %ecx
2:	movl	%ecx, SI_code(%rsi)
	movl	%edx, SI_status(%rsi)
3:	ret
