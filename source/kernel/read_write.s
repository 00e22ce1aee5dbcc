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

# readv(fd, parts, count), writev(fd, parts, count): the parts are address and length, one after the other.
	.globl __x64_sys_readv, __x64_sys_writev
__x64_sys_readv:
	movl	$__NR_readv, %r8d
	leaq	read_part(%rip), %r9
	movl	$KIND_pipe_read, %r10d
	jmp	do_iter
__x64_sys_writev:
	movl	$__NR_writev, %r8d
	leaq	write_part(%rip), %r9
	movl	$KIND_pipe_write, %r10d

# do_iter(rdi: pt_regs, r8d: the call's number for the host, r9: what does one part, r10d: the kind of pipe that fits)
do_iter:
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	subq	$16, %rsp
	movq	%rdi, %rbx
	movl	PT_REGS_di(%rbx), %edi
	call	fdget
	testq	%rax, %rax
	js	9f
	movl	%eax, %r15d
	cmpb	$KIND_console, %al
	je	1f
	cmpb	%r10b, %al
	je	1f
	movq	%rbx, %rdi			# a file, or a pipe's other end: the host does it, or refuses
	movl	%r8d, %eax
	vmcall
	jmp	9f
1:	movq	%r9, %rbp
	call	check_parts			# C: ret = import_iovec(type, vec, vlen, …);
	testq	%rax, %rax
	jnz	9f
	movq	PT_REGS_si(%rbx), %r12
	movl	PT_REGS_dx(%rbx), %r13d
	xorl	%r14d, %r14d			# bytes done
2:	testl	%r13d, %r13d
	jz	7f
	call	fetch_part
	testq	%rax, %rax
	jnz	6f
	movq	(%rsp), %rsi
	movq	8(%rsp), %rdx
	testq	%rdx, %rdx
	jz	3f
	movl	%r15d, %eax
	shrl	$16, %eax
	movl	%eax, %ecx
	testq	%r14, %r14
	jz	4f
	orl	$O_NONBLOCK, %ecx		# what has been done is not held back by waiting for more
	testl	$O_WRONLY, %eax
	jz	4f
	movl	%eax, %ecx			# but a writer goes on until all is written
4:	movl	%r15d, %edi
	call	*%rbp
	testq	%rax, %rax
	js	6f
	addq	%rax, %r14
	cmpq	8(%rsp), %rax			# not done wholly: the end
	jne	7f
3:	addq	$16, %r12
	decl	%r13d
	jmp	2b
6:	testq	%r14, %r14
	jz	9f
7:	movq	%r14, %rax
9:	addq	$16, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret

# read_part, write_part(edi: what the descriptor leads to, rsi: address, rdx: length, ecx: flags). Out: rax.
read_part:
	cmpb	$KIND_console, %dil
	je	tty_read
	shrl	$8, %edi
	movzbl	%dil, %edi
	jmp	pipe_read
write_part:
	cmpb	$KIND_console, %dil
	je	tty_write
	shrl	$8, %edi
	movzbl	%dil, %edi
	jmp	pipe_write

# fetch_part(r12: user address of a part; above the return address: room for it). Out: rax = 0 or -EFAULT.
fetch_part:
	leaq	8(%rsp), %rdi
	movq	%r12, %rsi
	movl	$16, %edx
	call	copy_from_user_checked
	testq	%rax, %rax
	jz	1f
	movq	$-EFAULT, %rax
1:	ret

# check_parts(rbx: pt_regs): none may be longer than a signed number can say or reach out of the user's half.
# Out: rax = 0, -EINVAL or -EFAULT.
check_parts:
	subq	$16, %rsp
	movq	PT_REGS_si(%rbx), %r12
	movq	PT_REGS_dx(%rbx), %r13
	movq	$-EINVAL, %rax
	cmpq	$UIO_MAXIOV, %r13		# C: if (nr_segs > UIO_MAXIOV) return ERR_PTR(-EINVAL);
	ja	9f
1:	xorl	%eax, %eax
	testl	%r13d, %r13d
	jz	9f
	movq	%rsp, %rdi
	movq	%r12, %rsi
	movl	$16, %edx
	call	copy_from_user_checked
	testq	%rax, %rax
	jnz	8f
	movq	8(%rsp), %rdx
	movq	$-EINVAL, %rax			# C: if (len < 0) return -EINVAL;
	testq	%rdx, %rdx
	js	9f
	movq	(%rsp), %rax
	call	access_ok
	jc	8f
	addq	$16, %r12
	decl	%r13d
	jmp	1b
8:	movq	$-EFAULT, %rax
9:	addq	$16, %rsp
	ret
