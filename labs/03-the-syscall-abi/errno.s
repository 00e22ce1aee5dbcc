# The same call once more, as C programs make it: through the library.
#
#	int main(void)
#	{
#		ssize_t n = write(fd, "hello world\n", 12);
#		int error = errno;
#		return 0;
#	}

	.globl	main
	.text
main:
	pushq	%rbx
	movl	$junk, %edi
	leaq	message(%rip), %rsi
	movl	$12, %edx
calling:
	call	write				# C: ssize_t n = write(fd, "hello world\n", 12);
called:
	movl	errno(%rip), %ebx		# C: int error = errno;
told:
	xorl	%eax, %eax			# C: return 0;
	popq	%rbx
	ret

	.section .rodata
message:
	.ascii	"hello world\n"

	.include "lib/start.s"
