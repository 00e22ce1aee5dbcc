# Numbers, registers, memory: small things that all later labs are made of.
#
# minus, small, nines, marker, other, left, right, first, second and third are numbers that differ from learner to learner.

	.globl	_start
	.text
_start:
	movabsq	$marker, %rdi			# C: long d = marker;
quiz:
	movq	$-minus, %rax			# C: long a = -minus;
	movl	$small, %edi			# C: d = (unsigned int) small;
	pushq	%rax				# puts rax on the stack
quizzed:

	movq	$nines, %rax			# C: a = nines;
count:
	addq	$1, %rax			# C: a = a + 1;
counted:

	movq	$-38, %rax			# C: a = -38;
negative:
	notq	%rax				# C: a = ~a;
flipped:
	addq	$1, %rax			# C: a = a + 1;
negated:

	movabsq	$marker, %rdi			# C: unsigned long d = marker;
	movabsq	$marker, %rdx			# C: unsigned long x = marker;
parts:
	movl	$small, %edi			# the lower half of rdi
	movb	$small, %dl			# the lowest byte of rdx
whole:

	movq	$first, %rsi			# C: long s = first;
	movq	$second, %rdi			# C: long d = second;
	movq	$third, %rdx			# C: long x = third;
spelling:
	subq	%rdi, %rsi			# C: s = s - d;
	subq	%rdi, %rdx			# C: x = x - d;
spelt:

	movq	$left, %rax			# C: a = left;
compare:
	cmpq	$right, %rax			# C: if (a == right)
decide:
	je	equal				# C:         goto equal;
different:
	movl	$0, %edx			# C: x = 0;
	jmp	decided
equal:
	movl	$1, %edx			# C: x = 1;
decided:

	movq	$first, %rsi
	movq	$second, %rdi
stacking:
	pushq	%rsi				# one word
	pushq	%rdi				# and another one below it
stacked:

	movabsq	$marker, %rsi
little:
	pushq	%rsi				# eight bytes
laid:

fields:
	movq	8(%rsp), %rax			# C: a = p->second;
loaded:

	movl	$60, %eax			# the end, as later labs explain it
	xorl	%edi, %edi
	syscall					# C: exit(0);
