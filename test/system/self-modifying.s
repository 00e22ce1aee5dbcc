# self-modifying.s · code that is written, and code whose page changes
#
# Checks SDM vol. 3A, 8.1.3 and 11.6: code written through its own or another linear address runs as written, behind a
# serializing instruction or a jump; after an invlpg an address runs what the new page holds.

	.include "lib/system.s"

	.equ	CODE, SCRATCH
	.equ	ALIAS, SCRATCH + 0x1000
	.equ	OTHER, SCRATCH + 0x2000
	.equ	ENTRY, PAGE_TABLE + (CODE >> 12) * 8

	# At an address: movl $value, %ebx; ret
	.macro put address, value
	movb	$0xbb, \address
	movl	$\value, \address + 1
	movb	$0xc3, \address + 5
	.endm

	.macro returns address, value
	movl	$\address, %eax
	call	*%rax
	check_equal %rbx, $\value
	.endm

	.section .user, "awx"
user:	movb	$0xc1, patch + 1		# incl %eax becomes incl %ecx
	jmp	1f
1:
patch:	incl	%eax
	int3
	.text
start:	setup
	put	CODE, 1
	returns	CODE, 1
	movl	$2, CODE + 1
	returns	CODE, 2

	# Through another linear address of the same page, before and after it is known.
	movq	$(CODE | P | W), PAGE_TABLE + (ALIAS >> 12) * 8
	invlpg	ALIAS
	movl	$3, ALIAS + 1
	returns	CODE, 3
	returns	ALIAS, 3
	movl	$4, CODE + 1
	returns	ALIAS, 4

	# By a string instruction.
	put	OTHER, 5
	movl	$OTHER, %esi
	movl	$CODE, %edi
	movl	$6, %ecx
	rep movsb
	returns	CODE, 5

	# One that spans two pages, whose second half changes.
	movq	$(ALIAS | P | W), PAGE_TABLE + (ALIAS >> 12) * 8
	invlpg	ALIAS
	put	CODE+0xffd, 6
	returns	CODE+0xffd, 6
	movb	$7, ALIAS + 1
	returns	CODE+0xffd, 0x07000006
	movq	$(CODE | P | W), ENTRY

	# The page is replaced.
	put	CODE, 8
	put	OTHER, 9
	returns	CODE, 8
	movq	$(OTHER | P | W), ENTRY
	invlpg	CODE
	returns	CODE, 9
	movq	$(CODE | P | W), ENTRY
	movq	%cr3, %rax
	movq	%rax, %cr3
	returns	CODE, 8

	# In a loop, each time round.
	xorl	%edx, %edx
	movl	$5, %ecx
1:	incb	step + 1(%rip)
	jmp	2f
2:
step:	movb	$0, %al
	movzbl	%al, %eax
	addl	%eax, %edx
	loop	1b
	check_equal %rdx, $15

	# In ring 3.
	xorl	%eax, %eax
	xorl	%ecx, %ecx
	run_user user
	expect_fault BP
	check_equal %rax, $0
	check_equal %rcx, $1
	finish
