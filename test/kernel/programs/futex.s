# Is a waiter woken, by a wake, by a thread's end, by the time; and only then?
	.include "check.s"
	.set	FUTEX_WAIT, 128
	.set	FUTEX_WAKE, 129
	.set	THREAD, 0x3d0f00		# all that pthread_create asks for
_start:
	sys	SYS_futex, $word, $FUTEX_WAIT, $1
	expect	-11				# its value is another
	sys	SYS_futex, $(word + 1), $FUTEX_WAIT, $1
	expect	-22
	sys	SYS_futex, $1, $FUTEX_WAIT, $1
	expect	-22
	sys	SYS_futex, $4, $FUTEX_WAIT, $1
	expect	-14
	sys	SYS_futex, $word, $77, $1
	expect	-38
	sys	SYS_futex, $word, $FUTEX_WAKE, $1
	expect	0				# nobody waits
	sys	SYS_futex, $word, $FUTEX_WAIT, $0, $short
	expect	-110

	# A thread wakes this one.
	movl	$1, tid
	sys	SYS_clone, $THREAD, $stack_top, $tid, $tid, $0
	testq	%rax, %rax
	jz	thread
	movq	%rax, %rbx
	sys	SYS_futex, $word, $FUTEX_WAIT, $0
	expect	0
	expect_word word, 1

	# Its end stores 0 and wakes who waits there.
1:	movl	tid, %edx
	testl	%edx, %edx
	jz	2f
	sys	SYS_futex, $tid, $0, %rdx
	jmp	1b
2:	expect_word tid, 0
	succeed
thread:
	sys	SYS_nanosleep, $short
	movl	$1, word
	sys	SYS_futex, $word, $FUTEX_WAKE, $10
	expect	1
	sys	SYS_gettid
	movl	%eax, %eax
	movl	tid, %ecx
	same	%rax, %rcx
	sys	SYS_nanosleep, $short
	sys	SYS_exit, $0
	.data
	.balign	8
short:	.quad	0, 1000000
word:	.long	0
tid:	.long	0
	.bss
	.balign	16
	.zero	4096
stack_top:
	.zero	16
