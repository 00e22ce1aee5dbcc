# After a fork, does each process see its own writes alone, and shared memory both?
	.include "check.s"
_start:
	sys	SYS_mmap, $0, $4096, $3, $0x21, $-1
	movq	%rax, %r12			# shared
	sys	SYS_mmap, $0, $4096, $3, $0x22, $-1
	movq	%rax, %r13			# private
	movl	$1, (%r12)
	movl	$1, (%r13)
	pushq	$1
	sys	SYS_fork
	testq	%rax, %rax
	jz	child
	sys	SYS_wait4, $-1, $status
	expect_word status, 0
	expect_word (%r12), 2
	expect_word (%r13), 1
	expect_word (%rsp), 1
	expect_word value, 1
	movl	$3, value			# the page is this process's alone again
	expect_word value, 3
	succeed
child:
	movl	$2, (%r12)
	movl	$2, (%r13)
	movl	$2, (%rsp)
	movl	$2, value
	expect_word (%r13), 2
	expect_word (%rsp), 2
	expect_word value, 2
	sys	SYS_exit, $0
	.data
	.balign	4
value:	.long	1
status:	.long	-1
