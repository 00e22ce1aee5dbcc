# handlers.s · calls that only look at the task, or change one of its fields
#
# Each handler gets rdi = the pt_regs and takes its arguments from there, not from registers: di, si, dx, r10, r8, r9.
# Out: rax = the result, or minus an error number.

	.text

# A number without a handler.
	.globl __x64_sys_ni_syscall
__x64_sys_ni_syscall:
	movq	$-ENOSYS, %rax			# C: return -ENOSYS;
	ret

# getpid(): the process, which all its threads share.
	.globl __x64_sys_getpid
__x64_sys_getpid:
	movq	%gs:current_task, %rax
	movl	TASK_tgid(%rax), %eax		# C: return task_tgid_vnr(current);
	ret

# gettid(): the thread.
	.globl __x64_sys_gettid
__x64_sys_gettid:
	movq	%gs:current_task, %rax
	movl	TASK_pid(%rax), %eax		# C: return task_pid_vnr(current);
	ret

# getppid(): the process that made this one; 1 if it is gone, or was none of this machine's.
	.globl __x64_sys_getppid
__x64_sys_getppid:
	movq	%gs:current_task, %rax
	movq	TASK_real_parent(%rax), %rdx
	movl	$1, %eax
	testq	%rdx, %rdx
	jz	1f
	movl	TASK_tgid(%rdx), %eax		# C: return task_tgid_vnr(rcu_dereference(current->real_parent));
1:	ret

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

# set_tid_address(address): where the thread's end is to store 0.
	.globl __x64_sys_set_tid_address
__x64_sys_set_tid_address:
	movq	PT_REGS_di(%rdi), %rdx
	movq	%gs:current_task, %rax
	movq	%rdx, TASK_clear_child_tid(%rax)	# C: current->clear_child_tid = tidptr;
	movl	TASK_pid(%rax), %eax
	ret

# set_robust_list(head, size): locks that the thread's end is to open (see futex_exit.s).
	.globl __x64_sys_set_robust_list
__x64_sys_set_robust_list:
	movq	$-EINVAL, %rax
	cmpq	$ROBUST_LIST_HEAD_SIZE, PT_REGS_si(%rdi)	# C: if (unlikely(len != sizeof(*head))) return -EINVAL;
	jne	1f
	movq	PT_REGS_di(%rdi), %rdx
	movq	%gs:current_task, %rax
	movq	%rdx, TASK_robust_list(%rax)	# C: current->robust_list = head;
	xorl	%eax, %eax
1:	ret

# arch_prctl(code, address): the bases of FS and GS. The program's GS base waits in MSR_KERNEL_GS_BASE.
	.globl __x64_sys_arch_prctl
__x64_sys_arch_prctl:
	movl	PT_REGS_di(%rdi), %eax
	movq	PT_REGS_si(%rdi), %rsi
	cmpl	$ARCH_SET_FS, %eax
	je	1f
	cmpl	$ARCH_SET_GS, %eax
	je	2f
	cmpl	$ARCH_GET_FS, %eax
	je	3f
	cmpl	$ARCH_GET_GS, %eax
	je	4f
	movq	$-EINVAL, %rax
	ret
1:	call	check_base
	jae	not_permitted
	wrfsbase %rsi				# C: x86_fsbase_write_cpu(arg2);
	xorl	%eax, %eax
	ret
2:	call	check_base
	jae	not_permitted
	movl	$MSR_KERNEL_GS_BASE, %ecx
	movl	%esi, %eax
	movq	%rsi, %rdx
	shrq	$32, %rdx
	wrmsr					# C: x86_gsbase_write_cpu_inactive(arg2);
	xorl	%eax, %eax
	ret
3:	rdfsbase %rax
	jmp	5f
4:	movl	$MSR_KERNEL_GS_BASE, %ecx
	rdmsr
	shlq	$32, %rdx
	orq	%rdx, %rax
5:	movq	%rsi, %rdi
	jmp	put_user_8			# C: return put_user(base, (unsigned long __user *)arg2);

# check_base(rsi: base). Out: CF = 1 if it lies in the user's half: anything else might not be canonical.
check_base:
	movq	$TASK_SIZE_MAX, %rcx
	cmpq	%rcx, %rsi			# C: if (unlikely(arg2 >= TASK_SIZE_MAX)) return -EPERM;
	ret

# getcpu(cpu, node, unused): number 0 of node 0.
	.globl __x64_sys_getcpu
__x64_sys_getcpu:
	pushq	PT_REGS_si(%rdi)
	movq	PT_REGS_di(%rdi), %rdi
	xorl	%eax, %eax
	testq	%rdi, %rdi
	jz	1f
	call	put_user_4
1:	popq	%rdi
	testq	%rax, %rax
	jnz	2f
	testq	%rdi, %rdi
	jz	2f
	jmp	put_user_4
2:	ret
