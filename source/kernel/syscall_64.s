# syscall_64.s · from the pt_regs to the handler and back
#
# do_syscall_64 and what it calls (arch/x86/entry/syscall_64.c, common.c). Called on the thread's kernel stack. C's
# calling convention holds: rbx, rbp and r12 to r15 come back as they were, the rest may change.

	.text

# do_syscall_64(rdi: pt_regs, esi: number). Out: al = 1 if SYSRET may be used, 0 if IRET must be.
	.globl do_syscall_64
do_syscall_64:
	pushq	%rbp
	movq	%rsp, %rbp
	pushq	%rbx
	pushq	%r12
	movq	%rdi, %rbx
	movl	%esi, %r12d

	# What the handlers leave on the stack lies elsewhere in each call: an attacker can't count on a place.
	movl	%gs:kstack_offset, %eax
	andl	$KSTACK_OFFSET_MASK, %eax
	subq	%rax, %rsp
	andq	$-16, %rsp			# C: add_random_kstack_offset();

	call	syscall_enter_from_user_mode	# C: nr = syscall_enter_from_user_mode(regs, nr);
	movl	%eax, %r12d
	movl	%eax, %esi
	movq	%rbx, %rdi
	call	do_syscall_x64			# C: if (!do_syscall_x64(regs, nr) && nr != -1)
	testb	%al, %al
	jnz	1f
	cmpl	$-1, %r12d			# -1 leaves ax as it is: a filter may have put an answer there
	je	1f
	movq	%rbx, %rdi
	call	__x64_sys_ni_syscall
	movq	%rax, PT_REGS_ax(%rbx)		# C: 	regs->ax = __x64_sys_ni_syscall(regs);
1:	movq	%rbx, %rdi
	call	syscall_exit_to_user_mode	# C: syscall_exit_to_user_mode(regs);
	rdtsc					# C: choose_random_kstack_offset(rdtsc());
	movl	%gs:kstack_offset, %edx
	rorl	$5, %edx
	xorl	%eax, %edx
	movl	%edx, %gs:kstack_offset

	# SYSRET takes rip from rcx and rflags from r11: both must hold what the pt_regs want.
	xorl	%eax, %eax
	movq	PT_REGS_cx(%rbx), %rdx
	cmpq	PT_REGS_ip(%rbx), %rdx		# C: if (regs->cx != regs->ip || regs->r11 != regs->flags) return false;
	jne	2f
	movq	PT_REGS_r11(%rbx), %rdx
	cmpq	PT_REGS_flags(%rbx), %rdx
	jne	2f
	cmpq	$__USER_CS, PT_REGS_cs(%rbx)	# C: if (regs->cs != __USER_CS || regs->ss != __USER_DS) return false;
	jne	2f
	cmpq	$__USER_DS, PT_REGS_ss(%rbx)
	jne	2f
	movq	$TASK_SIZE_MAX, %rdx
	cmpq	%rdx, PT_REGS_ip(%rbx)		# C: if (regs->ip >= TASK_SIZE_MAX) return false;
	jae	2f
	testq	$(X86_EFLAGS_RF | X86_EFLAGS_TF), PT_REGS_flags(%rbx)
	jnz	2f				# C: if (regs->flags & (X86_EFLAGS_RF | X86_EFLAGS_TF)) return false;
	movl	$1, %eax			# C: return true;
2:	leaq	-16(%rbp), %rsp
	popq	%r12
	popq	%rbx
	popq	%rbp
	ret

# do_syscall_x64(rdi: pt_regs, esi: number). Out: al = 1 if the number lies within the table.
	.globl do_syscall_x64
do_syscall_x64:
	cmpl	$NR_syscalls, %esi		# C: if (unr < NR_syscalls) {
	jae	1f
	# Without a branch that could be guessed wrong: an index out of range becomes 0.
	movl	%esi, %eax
	cmpq	$NR_syscalls, %rax
	sbbq	%rdx, %rdx
	andl	%edx, %esi			# C: 	unr = array_index_nospec(unr, NR_syscalls);
	pushq	%rbx
	movq	%rdi, %rbx
	call	x64_sys_call
	movq	%rax, PT_REGS_ax(%rbx)		# C: 	regs->ax = x64_sys_call(regs, unr);
	popq	%rbx
	movl	$1, %eax			# C: 	return true; }
	ret
1:	xorl	%eax, %eax			# C: return false;
	ret

# x64_sys_call(rdi: pt_regs, esi: number): one case for each call that this kernel has, generated from the table.
	.globl x64_sys_call
x64_sys_call:
	.include "syscalls_64.s"
	jmp	__x64_sys_ni_syscall		# C: default: return __x64_sys_ni_syscall(regs);
