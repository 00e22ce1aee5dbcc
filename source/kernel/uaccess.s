# uaccess.s · touching the program's memory
#
# User memory is touched between stac and clac only, and only here and where the frames of signal handlers are written and
# read. A fault on the way is foreseen: the exception table (its section __ex_table) says for each of these instructions
# where to go on if the page cannot be had.

	.text

# copy_from_user(rdi: kernel buffer, rsi: user address, rdx: count). Out: rax = bytes that could not be copied.
	.globl copy_from_user
copy_from_user:
	movq	%rdx, %rcx
	stac					# the kernel may touch user pages from here
copy_from_user_bytes:
	rep movsb
copy_from_user_end:
	clac					# to here
	movq	%rcx, %rax
	ret

# copy_to_user(rdi: user address, rsi: kernel buffer, rdx: count). Out: rax = bytes that could not be copied.
copy_to_user:
	movq	%rdx, %rcx
	stac
copy_to_user_bytes:
	rep movsb
copy_to_user_end:
	clac
	movq	%rcx, %rax
	ret

# access_ok(rax: user address, rdx: count). Out: CF = 0 if all of it lies within the user's half. rcx is changed.
	.globl access_ok
access_ok:
	addq	%rdx, %rax
	jc	1f
	movq	$TASK_SIZE_MAX, %rcx
	cmpq	%rax, %rcx
1:	ret

# copy_from_user_checked, copy_to_user_checked: the same, but nothing beyond the user's half is touched.
	.globl copy_from_user_checked
copy_from_user_checked:
	movq	%rsi, %rax
	call	access_ok			# C: if (!access_ok(from, n)) return n;
	jnc	copy_from_user
	movq	%rdx, %rax
	ret

	.globl copy_to_user_checked
copy_to_user_checked:
	movq	%rdi, %rax
	call	access_ok
	jnc	copy_to_user
	movq	%rdx, %rax
	ret

# clear_user_checked(rdi: user address, rsi: count). Out: rax = bytes that could not be cleared.
	.globl clear_user_checked
clear_user_checked:
	movq	%rsi, %rdx
	movq	%rdi, %rax
	call	access_ok
	jc	1f
	movq	%rdx, %rcx
	xorl	%eax, %eax
	stac
clear_user_bytes:
	rep stosb
clear_user_end:
	clac
	movq	%rcx, %rax
	ret
1:	movq	%rdx, %rax
	ret

# put_user_4(rdi: user address, eax: value), put_user_8(rdi, rax). Out: rax = 0, or -EFAULT.
	.globl put_user_4
put_user_4:
	movq	$(TASK_SIZE_MAX - 4), %rcx
	cmpq	%rcx, %rdi
	ja	user_fault
	stac
put_user_4_store:
	movl	%eax, (%rdi)
	clac
	xorl	%eax, %eax
	ret

	.globl put_user_8
put_user_8:
	movq	$(TASK_SIZE_MAX - 8), %rcx
	cmpq	%rcx, %rdi
	ja	user_fault
	stac
put_user_8_store:
	movq	%rax, (%rdi)
	clac
	xorl	%eax, %eax
	ret

# get_user_4(rdi: user address). Out: rax = 0 and edx = the value, or rax = -EFAULT.
	.globl get_user_4
get_user_4:
	movq	$(TASK_SIZE_MAX - 4), %rcx
	cmpq	%rcx, %rdi
	ja	user_fault
	stac
get_user_4_load:
	movl	(%rdi), %edx
	clac
	xorl	%eax, %eax
	ret

# get_user_8(rdi: user address). Out: rax = 0 and rdx = the value, or rax = -EFAULT.
	.globl get_user_8
get_user_8:
	movq	$(TASK_SIZE_MAX - 8), %rcx
	cmpq	%rcx, %rdi
	ja	user_fault
	stac
get_user_8_load:
	movq	(%rdi), %rdx
	clac
	xorl	%eax, %eax
	ret

user_fault:
	clac
	movq	$-EFAULT, %rax
	ret

	# Where a fault is foreseen: the address of the instruction, and where to go on.
	.section __ex_table, "a"
	.quad	copy_from_user_bytes, copy_from_user_end
	.quad	copy_to_user_bytes, copy_to_user_end
	.quad	clear_user_bytes, clear_user_end
	.quad	put_user_4_store, user_fault
	.quad	put_user_8_store, user_fault
	.quad	get_user_4_load, user_fault
	.quad	get_user_8_load, user_fault
	.text
