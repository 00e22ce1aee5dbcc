# What the self-checking programs have in common. Each check has a number; the first one that fails is the program's exit
# status, and 0 says that all have held.
	.set	CHECK, 0
	.set	SYS_read, 0
	.set	SYS_write, 1
	.set	SYS_open, 2
	.set	SYS_close, 3
	.set	SYS_mmap, 9
	.set	SYS_munmap, 11
	.set	SYS_pipe, 22
	.set	SYS_sched_yield, 24
	.set	SYS_dup2, 33
	.set	SYS_nanosleep, 35
	.set	SYS_getpid, 39
	.set	SYS_clone, 56
	.set	SYS_fork, 57
	.set	SYS_vfork, 58
	.set	SYS_execve, 59
	.set	SYS_exit, 60
	.set	SYS_wait4, 61
	.set	SYS_kill, 62
	.set	SYS_fcntl, 72
	.set	SYS_getppid, 110
	.set	SYS_gettid, 186
	.set	SYS_futex, 202
	.set	SYS_exit_group, 231

# A system call; what is not named is 0. Arguments are immediate numbers, or registers and memory with their sign.
	.macro sys nr:req, a=$0, b=$0, c=$0, d=$0, e=$0, f=$0
	movq	\a, %rdi
	movq	\b, %rsi
	movq	\c, %rdx
	movq	\d, %r10
	movq	\e, %r8
	movq	\f, %r9
	movl	$\nr, %eax
	syscall
	.endm

# rax must be this.
	.macro expect value:req
	.set	CHECK, CHECK + 1
	cmpq	$\value, %rax
	movl	$CHECK, %edi
	jne	failed
	.endm

# Two operands of 64 bits must be the same.
	.macro same a:req, b:req
	.set	CHECK, CHECK + 1
	movq	\a, %rax
	cmpq	\b, %rax
	movl	$CHECK, %edi
	jne	failed
	.endm

# A number of 32 bits in memory must be this.
	.macro expect_word place:req, value:req
	.set	CHECK, CHECK + 1
	cmpl	$\value, \place
	movl	$CHECK, %edi
	jne	failed
	.endm

	.macro succeed
	sys	SYS_exit_group, $0
	.endm

	.text
	.globl	_start
failed:
	movl	$SYS_exit_group, %eax
	syscall
