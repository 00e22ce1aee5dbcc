# start.s · from the kernel's first iretq to main, and from main's return to the kernel
#
# Who jumps here: the kernel, once, when the program has been loaded. Nobody called: there is no return address.
# Live: rsp points at argc; above it stand argv's addresses, a zero, the environment's addresses, a zero, and the
#       auxiliary vector (System V ABI for x86-64, 3.4.1). All other registers are zero.
# Leaves: by exit, with what main returned. main is the program's own.

	.ifndef	LIB_START
	.set	LIB_START, 1
	.include "lib/stdio.s"

	.text
	.globl	_start
_start:
	xorl	%ebp, %ebp			# no frame lies above this one: who walks up the stack stops here
	movq	(%rsp), %rdi			# C: int argc
	leaq	8(%rsp), %rsi			# C: char **argv
	leaq	8(%rsi,%rdi,8), %rdx		# C: char **envp: behind argv's last address and its zero
	andq	$-16, %rsp			# functions may count on a stack that is aligned to 16
	call	main				# C: int status = main(argc, argv, envp);
	movl	%eax, %edi
	call	exit				# C: exit(status);
	ud2					# exit does not come back

	.endif
