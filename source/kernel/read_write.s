# read_write.s · read and write, whatever the descriptor leads to
#
# The host knows what is open. The console and pipes are this machine's own business; files, which the host keeps, are
# read and written by the host.

	.text

# fdget(edi: descriptor). Out: eax = what it leads to (kind in bits 7:0, pipe in bits 15:8, flags from bit 16 up), or
# rax = -EBADF. rdi is kept.
	.globl fdget
fdget:
	movl	$HOST_describe_descriptor, %eax
	vmcall
	ret

# read(fd, buf, count)
	.globl __x64_sys_read
__x64_sys_read:
	pushq	%rdi
	movl	PT_REGS_di(%rdi), %edi		# C: CLASS(fd_pos, f)(fd);
	call	fdget
	popq	%rdi
	testq	%rax, %rax			# C: if (fd_empty(f)) return -EBADF;
	js	1f
	movq	PT_REGS_si(%rdi), %rsi
	movq	PT_REGS_dx(%rdi), %rdx
	movl	%eax, %ecx
	shrl	$16, %ecx			# flags of the open file
	cmpb	$KIND_console, %al
	je	tty_read			# C: return vfs_read(fd_file(f), buf, count, ppos);
	cmpb	$KIND_pipe_read, %al
	jne	2f
	movzbl	%ah, %edi
	jmp	pipe_read
2:	movl	$__NR_read, %eax
	vmcall
1:	ret

# write(fd, buf, count)
	.globl __x64_sys_write
__x64_sys_write:
	pushq	%rdi
	movl	PT_REGS_di(%rdi), %edi		# C: CLASS(fd_pos, f)(fd);
	call	fdget
	popq	%rdi
	testq	%rax, %rax			# C: if (fd_empty(f)) return -EBADF;
	js	1f
	movq	PT_REGS_si(%rdi), %rsi		# C: buf = (const char __user *)regs->si;
	movq	PT_REGS_dx(%rdi), %rdx		# C: count = regs->dx;
	movl	%eax, %ecx
	shrl	$16, %ecx
	cmpb	$KIND_console, %al
	je	tty_write			# C: return vfs_write(fd_file(f), buf, count, ppos);
	cmpb	$KIND_pipe_write, %al
	jne	2f
	movzbl	%ah, %edi
	jmp	pipe_write
2:	movl	$__NR_write, %eax
	vmcall
1:	ret

# check_range(rsi: user address, rdx: count): what read and write ask of every buffer. Out: CF = 0 if it lies within the
# user's half, rdx = how much of it one call takes. rax and rcx are changed.
	.globl check_range
check_range:
	movq	%rsi, %rax
	call	access_ok			# C: if (unlikely(!access_ok(buf, count))) return -EFAULT;
	jc	1f
	movl	$MAX_RW_COUNT, %ecx
	cmpq	%rcx, %rdx
	cmovaq	%rcx, %rdx			# C: if (count > MAX_RW_COUNT) count = MAX_RW_COUNT;
	clc
1:	ret
