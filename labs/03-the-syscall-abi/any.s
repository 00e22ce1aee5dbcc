# Opens a file and makes a pipe, then writes. Where to is decided by one register.

	.set	O_WRONLY_CREAT_TRUNC, 0x241

	.globl	_start
	.text
_start:
	movl	$2, %eax
	leaq	path(%rip), %rdi
	movl	$O_WRONLY_CREAT_TRUNC, %esi
	movl	$0644, %edx
	syscall					# C: int file = open("/tmp/out", O_WRONLY | O_CREAT | O_TRUNC, 0644);

	movl	$22, %eax
	leaq	ends(%rip), %rdi
	syscall					# C: pipe(ends);

	movl	$1, %eax
	movl	$1, %edi
	leaq	message(%rip), %rsi
	movl	$12, %edx
	syscall					# C: write(1, message, 12);

	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: exit(0);

	.section .rodata
path:
	.asciz	"/tmp/out"
message:
	.ascii	"hello world\n"

	.bss
	.balign	8
ends:
	.zero	8
