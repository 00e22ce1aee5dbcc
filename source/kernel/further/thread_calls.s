# thread_calls.s · what a C library sets up for each thread

	.text

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
	jae	base_not_permitted
	wrfsbase %rsi				# C: x86_fsbase_write_cpu(arg2);
	xorl	%eax, %eax
	ret
2:	call	check_base
	jae	base_not_permitted
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

base_not_permitted:
	movq	$-EPERM, %rax
	ret

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
