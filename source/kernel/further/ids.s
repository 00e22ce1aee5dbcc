# ids.s · users, groups of processes, sessions
#
# One user and one group own everything. Processes stand in groups, which a terminal's keys reach as a whole, and groups in
# sessions; both are numbers in struct signal_struct.

	.text

# getuid(), geteuid(), getgid(), getegid(): one user, one group.
	.globl __x64_sys_getuid, __x64_sys_geteuid, __x64_sys_getgid, __x64_sys_getegid
__x64_sys_getuid:
__x64_sys_geteuid:
__x64_sys_getgid:
__x64_sys_getegid:
	movl	$USER_ID, %eax
	ret

# getgroups(size, list): no further groups.
	.globl __x64_sys_getgroups
__x64_sys_getgroups:
	xorl	%eax, %eax
	cmpl	$0, PT_REGS_di(%rdi)		# C: if (gidsetsize < 0) return -EINVAL;
	jge	1f
	movq	$-EINVAL, %rax
1:	ret

# task_of_pid(edi: a process's number, 0: the caller's). Out: rax = its first thread, or 0.
	.globl task_of_pid
task_of_pid:
	movq	%gs:current_task, %rax
	movq	TASK_group_leader(%rax), %rax
	testl	%edi, %edi
	jz	3f
	leaq	init_task(%rip), %rax
	movq	%rax, %rcx
1:	cmpl	%edi, TASK_pid(%rax)
	jne	2f
	cmpq	%rax, TASK_group_leader(%rax)
	je	3f
2:	movq	TASK_next(%rax), %rax
	cmpq	%rcx, %rax
	jne	1b
	xorl	%eax, %eax
3:	ret

# getpgid(pid), getpgrp(), getsid(pid)
	.globl __x64_sys_getpgid, __x64_sys_getpgrp, __x64_sys_getsid
__x64_sys_getpgrp:
	xorl	%edi, %edi
	jmp	1f
__x64_sys_getpgid:
	movl	PT_REGS_di(%rdi), %edi
1:	call	task_of_pid
	testq	%rax, %rax			# C: if (!p) return -ESRCH;
	jz	no_such_process
	movq	TASK_signal(%rax), %rax
	movl	SIGNAL_pgid(%rax), %eax		# C: return pid_vnr(task_pgrp(p));
	ret
__x64_sys_getsid:
	movl	PT_REGS_di(%rdi), %edi
	call	task_of_pid
	testq	%rax, %rax
	jz	no_such_process
	movq	TASK_signal(%rax), %rax
	movl	SIGNAL_sid(%rax), %eax
	ret
no_such_process:
	movq	$-ESRCH, %rax
	ret

# setpgid(pid, pgid): of itself, or of a child that has not started another program yet.
	.globl __x64_sys_setpgid
__x64_sys_setpgid:
	movl	PT_REGS_si(%rdi), %esi
	movl	PT_REGS_di(%rdi), %edi
	movq	$-EINVAL, %rax			# C: if (pgid < 0) return -EINVAL;
	testl	%esi, %esi
	js	9f
	call	task_of_pid
	testq	%rax, %rax			# C: if (!p) goto out;
	jz	no_such_process
	movq	%gs:current_task, %rdx
	movq	TASK_group_leader(%rdx), %rdx
	movq	TASK_signal(%rax), %rcx
	movq	TASK_signal(%rdx), %r8
	cmpq	%rdx, %rax
	je	1f
	cmpq	%rdx, TASK_real_parent(%rax)
	jne	no_such_process
	cmpl	$0, SIGNAL_did_exec(%rcx)	# C: if (!(p->flags & PF_FORKNOEXEC)) { err = -EACCES; goto out; }
	je	1f
	movq	$-EACCES, %rax
	ret
1:	movl	SIGNAL_sid(%r8), %r9d
	cmpl	%r9d, SIGNAL_sid(%rcx)
	jne	not_permitted
	movl	TASK_pid(%rax), %r10d
	cmpl	%r10d, SIGNAL_sid(%rcx)		# C: if (p->signal->leader) goto out;
	je	not_permitted
	testl	%esi, %esi
	cmovzl	%r10d, %esi
	cmpl	%r10d, %esi
	je	3f
	leaq	init_task(%rip), %rax		# C: pgrp = find_vpid(pgid); a group of this session must be there
	movq	%rax, %rdx
2:	movq	TASK_signal(%rax), %r10
	cmpl	%esi, SIGNAL_pgid(%r10)
	jne	4f
	cmpl	%r9d, SIGNAL_sid(%r10)
	je	3f
4:	movq	TASK_next(%rax), %rax
	cmpq	%rdx, %rax
	jne	2b
not_permitted:
	movq	$-EPERM, %rax
9:	ret
3:	movl	%esi, SIGNAL_pgid(%rcx)		# C: change_pid(p, PIDTYPE_PGID, pgrp);
	xorl	%eax, %eax
	ret

# setsid(): a session and a group of its own, unless it leads a group already.
	.globl __x64_sys_setsid
__x64_sys_setsid:
	movq	%gs:current_task, %rax
	movl	TASK_tgid(%rax), %esi
	leaq	init_task(%rip), %rax
	movq	%rax, %rdx
1:	movq	TASK_signal(%rax), %rcx
	cmpl	%esi, SIGNAL_pgid(%rcx)
	je	not_permitted
	movq	TASK_next(%rax), %rax
	cmpq	%rdx, %rax
	jne	1b
	movq	%gs:current_task, %rax
	movq	TASK_signal(%rax), %rcx
	movl	%esi, SIGNAL_pgid(%rcx)
	movl	%esi, SIGNAL_sid(%rcx)
	movl	%esi, %eax
	ret
