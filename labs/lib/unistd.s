# unistd.s · thin functions around system calls, and errno
#
# A function gets its first six arguments in rdi, rsi, rdx, rcx, r8, r9; a system call in rdi, rsi, rdx, r10, r8, r9,
# because syscall itself overwrites rcx. With three arguments or fewer there is nothing to be moved.
# The kernel answers -4095 to -1 for an error. C wants -1 then, and the number in errno.

	.ifndef	LIB_UNISTD
	.set	LIB_UNISTD, 1

	.set	SYS_read, 0
	.set	SYS_write, 1
	.set	SYS_ioctl, 16
	.set	SYS_exit_group, 231
	.set	MAX_ERRNO, 4095
	.set	TCGETS, 0x5401
	.set	TERMIOS_SIZE, 64		# struct termios has 36 bytes; the rest keeps the stack aligned

	.bss
	.globl	errno
	.balign	4
errno:	.zero	4				# C: int errno;

	.text

# ssize_t read(int fd, void *buf, size_t count)
	.globl	read
read:
	movl	$SYS_read, %eax
	syscall
	jmp	syscall_result

# ssize_t write(int fd, const void *buf, size_t count)
	.globl	write
write:
	movl	$SYS_write, %eax
	syscall
	# falls into syscall_result

# What C functions make of a call's answer. In: rax as the kernel left it. Out: rax as C wants it.
syscall_result:
	cmpq	$-MAX_ERRNO, %rax		# C: if ((unsigned long) result < -4095UL)
	jae	1f
	ret					# C:         return result;
1:	negl	%eax
	movl	%eax, errno(%rip)		# C: errno = -result;
	movq	$-1, %rax			# C: return -1;
	ret

# int isatty(int fd): only a terminal knows its own settings
	.globl	isatty
isatty:
	subq	$TERMIOS_SIZE + 8, %rsp		# C: struct termios settings;
	movl	$TCGETS, %esi
	movq	%rsp, %rdx
	movl	$SYS_ioctl, %eax
	syscall					# C: ioctl(fd, TCGETS, &settings)
	addq	$TERMIOS_SIZE + 8, %rsp
	testq	%rax, %rax
	sete	%al				# C: return … == 0;
	movzbl	%al, %eax
	ret

# void _exit(int status): the process is over at once; what stdio still holds is lost
	.globl	_exit
_exit:
	movl	$SYS_exit_group, %eax
	syscall
	ud2

	.endif
