# Does a parent learn how each of its children has ended?
	.include "check.s"
_start:
	sys	SYS_wait4, $-1, $status
	expect	-10				# no child yet: ECHILD
	sys	SYS_getpid
	movq	%rax, %r12

	# A child that exits.
	sys	SYS_fork
	testq	%rax, %rax
	jz	exits
	movq	%rax, %rbx
	sys	SYS_wait4, $-1, $status
	same	%rax, %rbx
	expect_word status, 0x0700
	sys	SYS_wait4, %rbx, $status
	expect	-10				# it is gone

	# A child that a signal ends; it is asked for by its number.
	sys	SYS_fork
	testq	%rax, %rax
	jz	sleeps
	movq	%rax, %rbx
	sys	SYS_wait4, %rbx, $status, $1
	expect	0				# WNOHANG: not yet
	sys	SYS_kill, %rbx, $9
	expect	0
	sys	SYS_wait4, %rbx, $status
	same	%rax, %rbx
	expect_word status, 9

	# A child that faults.
	sys	SYS_fork
	testq	%rax, %rax
	jz	faults
	movq	%rax, %rbx
	sys	SYS_wait4, $-1, $status
	same	%rax, %rbx
	andl	$~0x80, status			# whether a core was dumped is the shell's limit
	expect_word status, 11

	# Two at once, waited for in the other order.
	sys	SYS_fork
	testq	%rax, %rax
	jz	exits
	movq	%rax, %rbx
	sys	SYS_fork
	testq	%rax, %rax
	jz	exits
	movq	%rax, %rbp
	sys	SYS_wait4, %rbp, $status
	same	%rax, %rbp
	sys	SYS_wait4, %rbx, $0
	same	%rax, %rbx

	# Wrong questions.
	sys	SYS_wait4, $-1, $status, $0x100
	expect	-22
	sys	SYS_wait4, $1000000
	expect	-10
	movl	$0x80000000, %edi
	movl	$SYS_wait4, %eax
	syscall
	expect	-3
	succeed

exits:
	sys	SYS_getppid
	cmpq	%r12, %rax
	jne	1f
	sys	SYS_exit, $7
1:	sys	SYS_exit, $99

sleeps:
	sys	SYS_nanosleep, $hour
	sys	SYS_exit, $98

faults:
	movl	0, %eax

	.data
	.balign	8
hour:	.quad	3600, 0
status:	.long	0
