# sigqueueinfo.s · signals with a record of the sender's own
#
# Within this file: rbx = the pt_regs, r12d = the signal, r13 = the record to be sent, as in kill.s.

	.text

# rt_sigqueueinfo(tgid, sig, info), rt_tgsigqueueinfo(tgid, tid, sig, info): to a process, to a thread, with a record of
# the caller's own.
	.globl __x64_sys_rt_sigqueueinfo, __x64_sys_rt_tgsigqueueinfo
__x64_sys_rt_sigqueueinfo:
	movl	PT_REGS_di(%rdi), %ecx
	movl	PT_REGS_si(%rdi), %edx
	movq	PT_REGS_dx(%rdi), %rsi
	leaq	do_rt_sigqueueinfo(%rip), %rax
	jmp	do_sigqueueinfo
__x64_sys_rt_tgsigqueueinfo:
	movl	PT_REGS_si(%rdi), %ecx
	movl	PT_REGS_dx(%rdi), %edx
	movq	PT_REGS_r10(%rdi), %rsi
	leaq	do_rt_tgsigqueueinfo(%rip), %rax

# do_sigqueueinfo(rdi: pt_regs, rsi: user address of the record, edx: signal, ecx: whom, rax: the function that sends)
do_sigqueueinfo:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	subq	$SIGQUEUE_SIZE, %rsp
	movq	%rdi, %rbx
	movl	%edx, %r12d
	movq	%rsp, %r13
	pushq	%rax
	pushq	%rcx
	call	copy_siginfo_from_user		# C: ret = __copy_siginfo_from_user(sig, &info, uinfo);
	popq	%rdi
	popq	%rdx
	testq	%rax, %rax			# C: if (ret) return ret;
	jnz	1f
	call	*%rdx				# C: return do_rt_sigqueueinfo(pid, sig, &info);
1:	addq	$SIGQUEUE_SIZE, %rsp
	popq	%r13
	popq	%r12
	popq	%rbx
	ret

# do_rt_sigqueueinfo(rbx: pt_regs, edi: process). Out: rax.
do_rt_sigqueueinfo:
	call	check_pretender
	je	kill_proc_info			# C: return kill_proc_info(sig, info, pid);
	ret

# do_rt_tgsigqueueinfo(rbx: pt_regs, edi: thread). Out: rax.
do_rt_tgsigqueueinfo:
	movq	$-EINVAL, %rax
	movl	PT_REGS_di(%rbx), %edx
	testl	%edx, %edx			# C: if (pid <= 0 || tgid <= 0) return -EINVAL;
	jle	1f
	testl	%edi, %edi
	jle	1f
	call	check_pretender
	je	do_send_specific		# C: return do_send_specific(tgid, pid, sig, info);
1:	ret

# check_pretender(edi: whom). Nobody may pretend to be the kernel, or to have called kill, but to himself. Out: ZF = 1 if
# that is all right, else rax = -EPERM. edi and edx are kept.
check_pretender:
	movq	%gs:current_task, %rcx
	movq	$-EPERM, %rax
	cmpl	%edi, TASK_pid(%rcx)		# C: if ((info->si_code >= 0 || info->si_code == SI_TKILL) && (task_pid_vnr(current) != pid)) return -EPERM;
	je	1f
	movl	SI_code(%r13), %ecx
	cmpl	$SI_TKILL, %ecx
	je	2f
	testl	%ecx, %ecx
	jns	2f
	cmpl	%ecx, %ecx
1:	ret
2:	testq	%rax, %rax
	ret

# copy_siginfo_from_user(rsi: user address, r12d: signal, r13: room for a record). Out: rax = 0, -EFAULT, or -E2BIG if there
# is more in it than is known of.
copy_siginfo_from_user:
	pushq	%rsi
	movq	%r13, %rdi
	movl	$SIGQUEUE_SIZE, %edx
	call	copy_from_user_checked		# C: if (copy_from_user(to, from, sizeof(struct kernel_siginfo))) return -EFAULT;
	popq	%rsi
	testq	%rax, %rax
	jnz	2f
	movl	%r12d, SI_signo(%r13)		# C: to->si_signo = signo;
	movl	SI_code(%r13), %ecx
	cmpl	$SI_DETHREAD, %ecx		# C: if (!known_siginfo_layout(info->si_signo, info->si_code)) {
	jge	3f
	cmpl	$SI_ASYNCNL, %ecx
	je	3f
	subq	$(SIGINFO_SIZE - SIGQUEUE_SIZE), %rsp
	movq	%rsp, %rdi
	addq	$SIGQUEUE_SIZE, %rsi
	movl	$(SIGINFO_SIZE - SIGQUEUE_SIZE), %edx
	call	copy_from_user_checked		# C: 	if (copy_from_user(&buf, expansion, SI_EXPANSION_SIZE)) return -EFAULT;
	testq	%rax, %rax
	jnz	1f
	movq	%rsp, %rdi
	movl	$((SIGINFO_SIZE - SIGQUEUE_SIZE) / 8), %ecx
	repe scasq				# C: 	for (i = 0; i < SI_EXPANSION_SIZE; i++) if (buf[i] != 0) return -E2BIG; }
	je	1f
	movq	$-E2BIG, %rax
1:	addq	$(SIGINFO_SIZE - SIGQUEUE_SIZE), %rsp
	testq	%rax, %rax
	jg	2f
3:	ret
2:	movq	$-EFAULT, %rax
	ret
