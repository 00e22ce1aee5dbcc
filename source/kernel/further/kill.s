# kill.s · the calls that send signals
#
# All processes belong to one user, so each may send to each. A signal numbered 0 is not sent: the call says whether the
# target is there.
#
# Within this file: rbx = the pt_regs, r12d = the signal, r13 = the record to be sent.

	.text

# kill(pid, sig): to a process (pid > 0), the caller's group (0), all processes but the caller's (-1), or group -pid.
	.globl __x64_sys_kill
__x64_sys_kill:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	movq	%rdi, %rbx
	movl	PT_REGS_si(%rbx), %r12d
	subq	$SIGQUEUE_SIZE, %rsp
	movq	%rsp, %r13
	movl	$SI_USER, %esi
	call	prepare_kill_siginfo		# C: prepare_kill_siginfo(sig, &info, PIDTYPE_TGID);
	movl	PT_REGS_di(%rbx), %edi
	call	kill_something_info		# C: return kill_something_info(sig, &info, pid);
	addq	$SIGQUEUE_SIZE, %rsp
	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# prepare_kill_siginfo(esi: si_code, r12d, r13: room for a record): from the caller.
prepare_kill_siginfo:
	movq	%r13, %rdi
	xorl	%eax, %eax			# C: clear_siginfo(info);
	movl	$(SIGQUEUE_SIZE / 8), %ecx
	rep stosq
	movl	%r12d, SI_signo(%r13)
	movl	%esi, SI_code(%r13)
	movq	%gs:current_task, %rax
	movl	TASK_tgid(%rax), %eax
	movl	%eax, SI_pid(%r13)		# C: info->si_pid = task_tgid_vnr(current);
	movl	$USER_ID, SI_uid(%r13)		# C: info->si_uid = from_kuid_munged(current_user_ns(), current_uid());
	ret

# find_task_by_vpid(edi: a thread's number). Out: rax = the task, or 0.
find_task_by_vpid:
	leaq	init_task(%rip), %rax
	movq	%rax, %rcx
1:	cmpl	%edi, TASK_pid(%rax)
	je	2f
	movq	TASK_next(%rax), %rax
	cmpq	%rcx, %rax
	jne	1b
	xorl	%eax, %eax
2:	ret

# kill_something_info(edi: whom, as kill has it; r12d, r13). Out: rax.
kill_something_info:
	testl	%edi, %edi			# C: if (pid > 0) return kill_proc_info(sig, info, pid);
	jg	kill_proc_info
	movq	$-ESRCH, %rax
	cmpl	$0x80000000, %edi		# C: if (pid == INT_MIN) return -ESRCH;
	je	1f
	cmpl	$-1, %edi
	je	kill_everybody
	negl	%edi
	jnz	kill_pgrp_info			# C: ret = __kill_pgrp_info(sig, info, pid ? find_vpid(-pid) : task_pgrp(current));
	movq	%gs:current_task, %rax
	movq	TASK_signal(%rax), %rax
	movl	SIGNAL_pgid(%rax), %edi
	jmp	kill_pgrp_info
1:	ret

# kill_proc_info(edi: number of a process or of one of its threads)
kill_proc_info:
	call	find_task_by_vpid
	movq	%rax, %rsi
	movq	$-ESRCH, %rax
	testq	%rsi, %rsi			# C: return -ESRCH;
	jz	1f
	movl	$1, %edx
	jmp	send_sig_checked		# C: return group_send_sig_info(sig, info, p, PIDTYPE_TGID);
1:	ret

# send_sig_checked(rsi: task, edx: 1 for its whole process). Out: rax = 0 or minus an error number.
send_sig_checked:
	movq	$-EINVAL, %rax
	cmpl	$_NSIG, %r12d			# C: if (!valid_signal(sig)) return -EINVAL;
	ja	1f
	xorl	%eax, %eax
	testl	%r12d, %r12d			# C: if (!ret && sig)
	jz	1f
	movq	%r13, %rdi
	jmp	__send_signal_locked		# C: 	ret = do_send_sig_info(sig, info, p, type);
1:	ret

# kill_pgrp_info(edi: group): to each process of it. Out: rax = 0 if one of them could be sent to.
kill_pgrp_info:
	pushq	%rbx
	pushq	%r14
	pushq	%r15
	movl	%edi, %r14d
	movq	$-ESRCH, %r15			# C: ret = -ESRCH;
	leaq	init_task(%rip), %rbx
1:	cmpq	%rbx, TASK_group_leader(%rbx)	# C: do_each_pid_task(pgrp, PIDTYPE_PGID, p) {
	jne	2f
	movq	TASK_signal(%rbx), %rax
	cmpl	SIGNAL_pgid(%rax), %r14d
	jne	2f
	movq	%rbx, %rsi
	movl	$1, %edx
	call	send_sig_checked		# C: 	int err = group_send_sig_info(sig, info, p, PIDTYPE_PGID);
	testq	%r15, %r15			# C: 	if (ret) ret = err; }
	cmovnzq	%rax, %r15
2:	movq	TASK_next(%rbx), %rbx
	leaq	init_task(%rip), %rax
	cmpq	%rax, %rbx
	jne	1b
	movq	%r15, %rax
	popq	%r15
	popq	%r14
	popq	%rbx
	ret

# kill_everybody: to each process but the caller's and number 1, which is none of this machine's.
kill_everybody:
	pushq	%rbx
	pushq	%r14
	movq	$-ESRCH, %r14			# C: ret = count ? retval : -ESRCH;
	leaq	init_task(%rip), %rbx
1:	cmpq	%rbx, TASK_group_leader(%rbx)	# C: for_each_process(p) {
	jne	2f
	movq	%gs:current_task, %rax
	movq	TASK_signal(%rax), %rax
	cmpq	%rax, TASK_signal(%rbx)		# C: 	if (task_pid_vnr(p) > 1 && !same_thread_group(p, current)) {
	je	2f
	movq	%rbx, %rsi
	movl	$1, %edx
	call	send_sig_checked
	movq	%rax, %r14			# C: 		retval = err; } }
2:	movq	TASK_next(%rbx), %rbx
	leaq	init_task(%rip), %rax
	cmpq	%rax, %rbx
	jne	1b
	movq	%r14, %rax
	popq	%r14
	popq	%rbx
	ret

# tkill(tid, sig), tgkill(tgid, tid, sig): to one thread; tgkill says of which process it must be.
	.globl __x64_sys_tkill, __x64_sys_tgkill
__x64_sys_tkill:
	xorl	%eax, %eax			# of any
	movl	PT_REGS_di(%rdi), %ecx
	movl	PT_REGS_si(%rdi), %edx
	jmp	do_tkill
__x64_sys_tgkill:
	movl	PT_REGS_di(%rdi), %eax
	movl	PT_REGS_si(%rdi), %ecx
	movl	PT_REGS_dx(%rdi), %edx
	testl	%eax, %eax			# C: if (pid <= 0 || tgid <= 0) return -EINVAL;
	jle	kill_invalid

# do_tkill(eax: process, 0: any; ecx: thread, edx: signal)
do_tkill:
	testl	%ecx, %ecx			# C: if (pid <= 0) return -EINVAL;
	jle	kill_invalid
	pushq	%r12
	pushq	%r13
	subq	$SIGQUEUE_SIZE, %rsp
	movq	%rsp, %r13
	movl	%edx, %r12d
	pushq	%rax
	pushq	%rcx
	movl	$SI_TKILL, %esi
	call	prepare_kill_siginfo		# C: prepare_kill_siginfo(sig, &info, PIDTYPE_PID);
	popq	%rdi
	popq	%rdx
	call	do_send_specific		# C: return do_send_specific(tgid, pid, sig, &info);
	addq	$SIGQUEUE_SIZE, %rsp
	popq	%r13
	popq	%r12
	ret
kill_invalid:
	movq	$-EINVAL, %rax
	ret

# do_send_specific(edi: thread, edx: its process, 0: any; r12d, r13). Out: rax.
do_send_specific:
	call	find_task_by_vpid		# C: p = find_task_by_vpid(pid);
	movq	%rax, %rsi
	movq	$-ESRCH, %rax
	testq	%rsi, %rsi			# C: if (p && (tgid <= 0 || task_tgid_vnr(p) == tgid))
	jz	2f
	testl	%edx, %edx
	jz	1f
	cmpl	%edx, TASK_tgid(%rsi)
	jne	2f
1:	xorl	%edx, %edx
	jmp	send_sig_checked		# C: 	error = do_send_sig_info(sig, info, p, PIDTYPE_PID);
2:	ret
