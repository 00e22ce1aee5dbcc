# handlers.s · the calls themselves
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
	movl	TASK_tgid(%rax), %eax		# C: return current->tgid;
	ret

# gettid(): the thread.
	.globl __x64_sys_gettid
__x64_sys_gettid:
	movq	%gs:current_task, %rax
	movq	TASK_pid(%rax), %rax		# C: return current->pid;
	ret

# write(fd, buf, count): descriptors 0, 1 and 2 are the console.
	.globl __x64_sys_write
__x64_sys_write:
	movl	PT_REGS_di(%rdi), %eax		# C: unsigned int fd = regs->di;
	cmpl	$2, %eax
	ja	1f				# C: if (!file) return -EBADF;
	movq	PT_REGS_si(%rdi), %rsi		# C: buf = (const char __user *)regs->si;
	movq	PT_REGS_dx(%rdi), %rdx		# C: count = regs->dx;
	jmp	tty_write			# C: return tty_write(buf, count);
1:	movq	$-EBADF, %rax
	ret

# exit(code): ends the thread.
	.globl __x64_sys_exit
__x64_sys_exit:
	movzbl	PT_REGS_di(%rdi), %edi
	shll	$8, %edi
	jmp	do_exit				# C: do_exit((error_code & 0xff) << 8);

# exit_group(code): ends the process.
	.globl __x64_sys_exit_group
__x64_sys_exit_group:
	movzbl	PT_REGS_di(%rdi), %edi
	shll	$8, %edi
	jmp	do_group_exit			# C: do_group_exit((error_code & 0xff) << 8);
