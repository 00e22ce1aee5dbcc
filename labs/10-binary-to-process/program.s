# A process that makes a second one, which becomes another program. The first waits for it.
#
#	int main(int argc, char **argv, char **envp)
#	{
#		write(1, argv[1], strlen(argv[1]));
#		pid_t pid = fork();
#		if (pid == 0) {
#			cell = theirs;
#			execve("/bin/child", argv, envp);
#			_exit(127);
#		}
#		wait4(pid, &status, 0, NULL);
#		return cell == mine ? 0 : 1;
#	}

	.include "lib/start.s"

	.globl	main
	.text
main:
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	movq	%rsi, %r12			# rdi = argc, rsi = argv, rdx = envp
	movq	%rdx, %r13

	movq	8(%r12), %rbx			# C: char *name = argv[1];
	movq	%rbx, %rdi
	call	strlen
	movq	%rax, %rdx
	movq	%rbx, %rsi
	movl	$1, %edi
	call	write				# C: write(1, name, strlen(name));

	movl	$57, %eax			# fork is number 57
	syscall					# C: pid_t pid = fork();
	testl	%eax, %eax
	jnz	parent

	movq	$theirs, %rax
	movq	%rax, cell(%rip)		# C: cell = theirs;
	leaq	path(%rip), %rdi
	movq	%r12, %rsi
	movq	%r13, %rdx
	movl	$59, %eax			# execve is number 59
	syscall					# C: execve("/bin/child", argv, envp);
behind:	movl	$127, %edi
	call	_exit				# C: _exit(127);

parent:	movl	%eax, %edi
	leaq	status(%rip), %rsi
	xorl	%edx, %edx
	xorl	%r10d, %r10d
	movl	$61, %eax			# wait4 is number 61
	syscall					# C: wait4(pid, &status, 0, NULL);

	xorl	%eax, %eax
	cmpq	$mine, cell(%rip)		# C: return cell == mine ? 0 : 1;
	setne	%al
	popq	%r13
	popq	%r12
	popq	%rbx
	ret

	.section .rodata
path:	.asciz	"/bin/child"
other:	.asciz	"second\n"

	.data
	.balign	8
cell:	.quad	mine				# C: long cell = mine;
status:	.long	0				# C: int status;
