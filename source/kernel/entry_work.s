# entry_work.s · what may happen to a call before it is carried out, and what is noted of it
#
# A task whose TASK_work is zero passes straight through. The filter and the audit trail stand in for what a kernel
# offers with seccomp(2) and auditd; the boot options fill them (see data.s).

	.text

# syscall_enter_from_user_mode(rdi: pt_regs, esi: number). Out: eax = the number to carry out, -1 for none: then ax
# holds the answer already.
	.globl syscall_enter_from_user_mode
syscall_enter_from_user_mode:
	movl	%esi, %eax
	movq	%gs:current_task, %rdx
	movl	TASK_work(%rdx), %ecx		# C: work = READ_ONCE(current_thread_info()->syscall_work);
	testl	%ecx, %ecx
	jz	3f				# C: if (!(work & SYSCALL_WORK_ENTER)) return nr;
	testl	$SYSCALL_WORK_SECCOMP, %ecx
	jz	1f
	call	secure_computing		# C: if (__secure_computing() == -1) return -1;
	cmpl	$-1, %eax
	je	3f
1:	movq	%gs:current_task, %rdx
	testl	$SYSCALL_WORK_SYSCALL_AUDIT, TASK_work(%rdx)
	jz	3f
	jmp	audit_syscall_entry		# C: syscall_enter_audit(regs, nr);
3:	ret

# secure_computing(rdi: pt_regs, eax: number): looks the number up in the filter. Out: eax = the number, or -1.
secure_computing:
	leaq	seccomp_filter(%rip), %rcx
	movl	seccomp_filter_count(%rip), %edx
1:	testl	%edx, %edx
	jz	4f				# what no line names is allowed
	cmpl	%eax, SECCOMP_nr(%rcx)
	je	2f
	addq	$SECCOMP_LINE_SIZE, %rcx
	decl	%edx
	jmp	1b
2:	movl	SECCOMP_action(%rcx), %edx
	cmpl	$SECCOMP_RET_ERRNO, %edx
	je	3f
	cmpl	$SECCOMP_RET_KILL, %edx
	jne	4f				# C: case SECCOMP_RET_ALLOW: return 0;
	movq	PT_REGS_ip(%rdi), %rdx
	movq	%gs:current_task, %rax
	movq	TASK_signal(%rax), %rcx
	movl	$SIGSYS, SIGNAL_death_signo(%rcx)
	movl	$SYS_SECCOMP, SIGNAL_death_code(%rcx)
	movq	%rdx, SIGNAL_death_addr(%rcx)
	movl	$SIGSYS, %edi
	jmp	do_group_exit			# C: case SECCOMP_RET_KILL_PROCESS: do_group_exit(SIGSYS);
3:	movl	SECCOMP_data(%rcx), %eax	# C: case SECCOMP_RET_ERRNO: regs->ax = -data;
	negq	%rax
	movq	%rax, PT_REGS_ax(%rdi)
	movl	$-1, %eax			# C: return -1;
4:	ret

# audit_syscall_entry(rdi: pt_regs, eax: number): one record, over the oldest when the trail is full. eax is kept.
audit_syscall_entry:
	movl	audit_next(%rip), %ecx
	movl	%ecx, %edx
	incl	%ecx
	movl	%ecx, audit_next(%rip)
	andl	$(AUDIT_RECORDS - 1), %edx
	shlq	$AUDIT_RECORD_SHIFT, %rdx
	leaq	audit_trail(%rip), %rcx
	addq	%rdx, %rcx
	movq	%gs:current_task, %rdx
	movq	%rcx, TASK_audit(%rdx)		# where the answer goes
	movq	TASK_pid(%rdx), %rdx
	movl	%edx, AUDIT_pid(%rcx)
	movl	%eax, AUDIT_nr(%rcx)
	movq	PT_REGS_di(%rdi), %rdx
	movq	%rdx, AUDIT_a0(%rcx)
	movq	PT_REGS_si(%rdi), %rdx
	movq	%rdx, AUDIT_a1(%rcx)
	movq	PT_REGS_dx(%rdi), %rdx
	movq	%rdx, AUDIT_a2(%rcx)
	movq	PT_REGS_r10(%rdi), %rdx
	movq	%rdx, AUDIT_a3(%rcx)
	movq	$0, AUDIT_result(%rcx)
	ret

# syscall_exit_to_user_mode(rdi: pt_regs): the audit record gets its answer; then the work that is due before the return.
	.globl syscall_exit_to_user_mode
syscall_exit_to_user_mode:
	movq	%gs:current_task, %rdx
	movq	TASK_audit(%rdx), %rcx
	testq	%rcx, %rcx
	jz	1f
	movq	PT_REGS_ax(%rdi), %rax		# C: audit_syscall_exit(regs);
	movq	%rax, AUDIT_result(%rcx)
	movq	$0, TASK_audit(%rdx)
1:	jmp	exit_to_user_mode_loop
