# Opens a file as the C library does it.
#
#	int main(void)
#	{
#		open("/etc/motd", O_RDONLY);
#		exit(0);
#	}

	.globl	_start
	.text
_start:
	movl	$257, %eax			# openat is number 257
	movl	$-100, %edi			# AT_FDCWD: a name without / would be looked up in the working directory
	leaq	name(%rip), %rsi		# the file's name
	xorl	%edx, %edx			# O_RDONLY: to be read
	syscall					# C: openat(AT_FDCWD, "/etc/motd", O_RDONLY);

	movl	$60, %eax			# exit is number 60
	xorl	%edi, %edi			# status 0
	syscall					# C: exit(0);

	.section .rodata
name:	.asciz	"/etc/motd"
