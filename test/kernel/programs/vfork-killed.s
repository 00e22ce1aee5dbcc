# Can a maker that waits for its vfork child be killed meanwhile?
	.include "check.s"
_start:
	sys	SYS_fork
	testq	%rax, %rax
	jz	maker
	movq	%rax, %rbx
	sys	SYS_nanosleep, $short
	sys	SYS_kill, %rbx, $9
	expect	0
	sys	SYS_wait4, %rbx, $status
	same	%rax, %rbx
	expect_word status, 9
	succeed
maker:	sys	SYS_vfork
	testq	%rax, %rax
	jnz	1f
	sys	SYS_nanosleep, $long
1:	sys	SYS_exit, $94
	.data
	.balign	8
short:	.quad	0, 50000000
long:	.quad	0, 200000000
status:	.long	-1
