# Does another program take the process over, with its arguments, with clean registers, and without what belonged to the
# old one?
	.include "check.s"
_start:
	sys	87, $name			# unlink: what an earlier run has left
	sys	SYS_execve, $nowhere, $arguments, $0
	expect	-2
	sys	SYS_execve, $name, $arguments, $0
	expect	-2				# it is not written yet
	sys	SYS_execve, $1, $arguments, $0
	expect	-14

	sys	SYS_open, $name, $0x241, $0755
	movq	%rax, %rbx
	sys	SYS_write, %rbx, $program, $(program_end - program)
	expect	(program_end - program)
	sys	SYS_close, %rbx
	expect	0
	sys	SYS_getpid
	movq	%rax, %r14
	sys	SYS_fork
	testq	%rax, %rax
	jz	child
	movq	%rax, %rbx
	sys	SYS_wait4, $-1, $status
	same	%rax, %rbx
	expect_word status, 0x2a00
	succeed
child:
	movq	$-1, %rbx
	movq	$-1, %r15
	sys	SYS_execve, $name, $arguments, $0
	sys	SYS_exit, $97

	.data
	.balign	8
arguments:
	.quad	first, second, 0
name:	.asciz	"/tmp/syscall-lab-exec-test"
nowhere: .asciz	"/no/such/program"
first:	.asciz	"one"
second:	.asciz	"two"
	.balign	4
status:	.long	-1

	# An executable file: one segment, which exits with 42 if it finds argc 2 and its registers zero.
	.balign	8
program:
	.byte	0x7f, 'E', 'L', 'F', 2, 1, 1, 0
	.quad	0
	.short	2, 62
	.long	1
	.quad	0x10000 + (program_code - program)
	.quad	64, 0
	.long	0
	.short	64, 56, 1, 0, 0, 0
	.long	1, 5
	.quad	0, 0x10000, 0x10000
	.quad	program_end - program, program_end - program, 0x1000
program_code:
	movl	$60, %eax
	movl	$96, %edi
	orq	%r15, %rbx
	jnz	1f
	cmpq	$2, (%rsp)
	jne	1f
	movq	8(%rsp), %rcx
	cmpl	$0x656e6f, (%rcx)		# "one"
	jne	1f
	movl	$42, %edi
1:	syscall
program_end:
