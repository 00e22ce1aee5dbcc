# Reads the beginning of the file that it was made from, and says how many segments that has.
#
#	char header[64];
#
#	int main(int argc, char **argv)
#	{
#		int fd = open(argv[0], O_RDONLY);
#		read(fd, header, 64);
#		close(fd);
#		exit(header[56]);
#	}

	.globl	_start
	.text
_start:
	movl	$2, %eax			# open is number 2
	movq	8(%rsp), %rdi			# argv[0] lies above argc
	xorl	%esi, %esi			# O_RDONLY
	syscall					# C: int fd = open(argv[0], O_RDONLY);
	movq	%rax, %rbx

	xorl	%eax, %eax			# read is number 0
	movq	%rbx, %rdi
	leaq	header(%rip), %rsi
	movl	$64, %edx			# so long is an ELF file's header
	syscall					# C: read(fd, header, 64);

	movl	$3, %eax			# close is number 3
	movq	%rbx, %rdi
	syscall					# C: close(fd);

	movl	$60, %eax			# exit is number 60
count:	movzbl	header+56(%rip), %edi		# e_phnum
	syscall					# C: exit(header[56]);

	.section .rodata
version:
	.asciz	"segments 1.0"

	.bss
	.balign	16
header:	.zero	64
