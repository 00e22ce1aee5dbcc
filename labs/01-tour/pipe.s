# The same line of C, but what it prints goes into a pipe, as in a shell's ./program | another
#
#	int main(void)
#	{
#		int ends[2];
#		pipe(ends);
#		dup2(ends[1], 1);
#		printf("hello world\n");
#		return 0;
#	}

	.globl	main
	.text
main:
	subq	$24, %rsp			# C: int ends[2]; the rest keeps the stack aligned to 16
	movq	%rsp, %rdi
	movl	$22, %eax
	syscall					# C: pipe(ends);
	movl	4(%rsp), %edi
	movl	$1, %esi
	movl	$33, %eax
	syscall					# C: dup2(ends[1], 1);

	leaq	message(%rip), %rdi
	xorl	%eax, %eax
ask:
	call	printf				# C: printf("hello world\n");
printed:
	xorl	%eax, %eax			# C: return 0;
	addq	$24, %rsp
	ret

	.section .rodata
message:
	.asciz	"hello world\n"

	.include "lib/start.s"
