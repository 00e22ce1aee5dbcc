# iovec.s · reading and writing in several parts
#
# The parts are pairs of address and length in the program's memory.

	.text

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
