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
