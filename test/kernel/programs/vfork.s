# Does vfork's maker stand still until the child is done, and share its memory with it?
	.include "check.s"
_start:
	sys	SYS_vfork
	testq	%rax, %rax
	jz	child
	movq	%rax, %rbx
	expect_word value, 5
	sys	SYS_wait4, $-1, $status
	same	%rax, %rbx
	expect_word status, 0x0300
	succeed
child:
	sys	SYS_nanosleep, $short
	movl	$5, value
	sys	SYS_exit, $3
	.data
	.balign	8
short:	.quad	0, 1000000
value:	.long	1
status:	.long	-1
