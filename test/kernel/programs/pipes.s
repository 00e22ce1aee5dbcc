# Do bytes pass a pipe in order, does an empty one block and a full one, and what does an end without the other do?
	.include "check.s"
	.set	F_SETFL, 4
	.set	O_NONBLOCK, 04000
_start:
	sys	SYS_pipe, $1
	expect	-14
	sys	SYS_pipe, $fds
	expect	0
	movl	fds, %r12d
	movl	fds + 4, %r13d
	sys	SYS_write, %r13, $text, $5
	expect	5
	sys	SYS_read, %r12, $buffer, $100
	expect	5
	expect_word buffer, 0x6c6c6568
	sys	SYS_read, %r13, $buffer, $1
	expect	-9
	sys	SYS_write, %r12, $text, $1
	expect	-9
	sys	SYS_write, %r13, $1, $1
	expect	-14

	# Without waiting.
	sys	SYS_fcntl, %r12, $F_SETFL, $O_NONBLOCK
	expect	0
	sys	SYS_read, %r12, $buffer, $1
	expect	-11
	sys	SYS_fcntl, %r12, $F_SETFL, $0
	expect	0

	# A reader that waits for a child's bytes, and then for the end.
	sys	SYS_fork
	testq	%rax, %rax
	jz	writer
	sys	SYS_close, %r13
	expect	0
	sys	SYS_read, %r12, $buffer, $100
	expect	3
	sys	SYS_read, %r12, $buffer, $100
	expect	0				# the last writer is gone
	sys	SYS_wait4, $-1, $status
	expect_word status, 0
	sys	SYS_close, %r12
	expect	0

	# A writer that has more than the pipe holds waits for the reader.
	sys	SYS_pipe, $fds
	expect	0
	movl	fds, %r12d
	movl	fds + 4, %r13d
	sys	SYS_fork
	testq	%rax, %rax
	jz	much
	sys	SYS_close, %r13
	xorl	%ebx, %ebx
1:	sys	SYS_read, %r12, $buffer, $10000
	testq	%rax, %rax
	jle	2f
	addq	%rax, %rbx
	jmp	1b
2:	expect	0
	same	%rbx, $150000
	sys	SYS_wait4, $-1, $status
	expect_word status, 0

	# Nobody reads: EPIPE, and SIGPIPE ends who does not expect it.
	sys	SYS_pipe, $fds
	movl	fds, %r12d
	movl	fds + 4, %r13d
	sys	SYS_close, %r12
	sys	SYS_fork
	testq	%rax, %rax
	jz	broken
	sys	SYS_wait4, $-1, $status
	expect_word status, 13
	succeed

writer:
	sys	SYS_close, %r12
	sys	SYS_nanosleep, $short
	sys	SYS_write, %r13, $text, $3
	sys	SYS_exit, $0
much:
	sys	SYS_close, %r12
	sys	SYS_write, %r13, $large, $150000
	expect	150000
	sys	SYS_exit, $0
broken:
	sys	SYS_write, %r13, $text, $1
	sys	SYS_exit, $95

	.data
	.balign	8
short:	.quad	0, 1000000
text:	.ascii	"hello"
	.balign	4
status:	.long	-1
fds:	.long	0, 0
	.bss
	.balign	16
buffer:	.zero	10000
large:	.zero	150000
