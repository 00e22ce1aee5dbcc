# Makes one system call. Which one is for rax alone to say: the other registers would suit a read as well.
#
#	int main(void)
#	{
#		char buffer[16];
#		getpid();
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	xorl	%edi, %edi			# would be read's descriptor: 0, standard input
	leaq	buffer(%rip), %rsi		# would be where read puts what it reads
	movl	$16, %edx			# would be how much it may read
	movl	$39, %eax			# getpid is number 39, and takes no argument
	syscall					# C: getpid();

	movl	$60, %eax			# exit is number 60
	xorl	%edi, %edi			# status 0
	syscall					# C: exit(0);

	.bss
buffer:	.zero	16
