# Asks for 4096 bytes of memory, with the fourth argument where a C function would look for it.

	.set	PROT_READ_WRITE, 3
	.set	PRIVATE_ANONYMOUS, 0x22

	.globl	_start
	.text
_start:
	movl	$9, %eax			# mmap is number 9
	xorl	%edi, %edi			# 1: anywhere
	movl	$4096, %esi			# 2: so many bytes
	movl	$PROT_READ_WRITE, %edx		# 3: to be read and written
	movl	$PRIVATE_ANONYMOUS, %ecx	# 4: private, of no file
	movq	$-1, %r8			# 5: no descriptor
	xorl	%r9d, %r9d			# 6: no offset
	syscall					# C: mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
behind:
	movl	$60, %eax
	xorl	%edi, %edi
	syscall					# C: exit(0);
