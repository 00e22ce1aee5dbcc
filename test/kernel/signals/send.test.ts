import {test} from 'vitest';
import {expectBoth, expectOurs, signalProgram} from './both.js';

/** The end of a siginfo that nobody filled. */
const NONE = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

test('a queued signal brings its sender’s record; real-time signals queue, others do not; wrong targets and records are refused', () => {
	expectBoth(signalProgram(`
	action 35, handler, SA_SIGINFO
	action SIGUSR1, handler, SA_SIGINFO
	mask SIG_BLOCK, 0x400000200
	sys GETPID
	movl %eax, me(%rip)
	movq $3, %rbx
1:	movl %ebx, value(%rip)
	movl me(%rip), %edi
	movl $35, %esi
	leaq info(%rip), %rdx
	movl $RT_SIGQUEUEINFO, %eax
	syscall
	answer
	movl me(%rip), %edi
	movl $SIGUSR1, %esi
	leaq info(%rip), %rdx
	movl $RT_SIGQUEUEINFO, %eax
	syscall
	answer
	decl %ebx
	jnz 1b
	movl me(%rip), %edi
	movl me(%rip), %esi
	movl $35, %edx
	leaq info(%rip), %r10
	movl $RT_TGSIGQUEUEINFO, %eax
	syscall
	answer
	raise 35
	mask SIG_SETMASK, 0
	# refusals
	movl $-1, %edi
	call other
	movl $0x7ffffff, %edi
	call other
	movl me(%rip), %edi
	movl $65, %esi
	call other2
	movl me(%rip), %edi
	movl $-1, %esi
	call other2
	movl me(%rip), %edi
	movl $0, %esi
	call other2
	movl $-60, code(%rip)
	movl me(%rip), %edi
	movl $0, %esi
	call other2
	movl $-61, code(%rip)
	movl me(%rip), %edi
	movl $0, %esi
	call other2
	movq $0, tail(%rip)
	movl me(%rip), %edi
	movl $0, %esi
	call other2
	movl $-7, code(%rip)
	movq $1, tail(%rip)
	movl me(%rip), %edi
	movl $SIGUSR1, %esi
	call other2
	movl $0, code(%rip)
	movl me(%rip), %edi
	movl $SIGUSR1, %esi
	call other2
	movl $1, %edi
	call other
	movl $-6, code(%rip)
	movl $1, %edi
	call other
	sys RT_SIGQUEUEINFO, 1, 10, 1
	answer
	sys RT_TGSIGQUEUEINFO, 0, 1, 10, info
	answer
	sys RT_TGSIGQUEUEINFO, 1, -1, 10, info
	answer
	sys RT_TGSIGQUEUEINFO, 1, -1, 10, 1
	answer
	sys TKILL, 0, 10
	answer
	sys TKILL, -5, 10
	answer
	sys TKILL, 0x7fffff0, 10
	answer
	sys TGKILL, 0, 10, 10
	answer
	sys TGKILL, 10, 0, 10
	answer
	sys TGKILL, 10, 0x7fffff0, 10
	answer
	sys KILL, 0x7fffff0, 10
	answer
	sys KILL, 0x7fffff0, 100
	answer
	sys KILL, 0x80000000, 10
	answer
	sys KILL, -0x7fffff0, 10
	answer
	movl me(%rip), %edi
	movl $65, %esi
	movl $KILL, %eax
	syscall
	answer
	movl me(%rip), %edi
	movl $-1, %esi
	movl $KILL, %eax
	syscall
	answer
	movl me(%rip), %edi
	movl $0, %esi
	movl $KILL, %eax
	syscall
	answer
	movl me(%rip), %edi
	leal 1(%rdi), %edi
	movl me(%rip), %esi
	movl $10, %edx
	movl $TGKILL, %eax
	syscall
	answer`, `
other:	movl $SIGUSR1, %esi
other2:	leaq info(%rip), %rdx
	movl $RT_SIGQUEUEINFO, %eax
	syscall
	answer
	ret
handler:
	tell %rdi
	leaq FRAME_info(%rsp), %rbx
	movl $16, %ebp
1:	movq (%rbx), %rax
	cmpl $14, %ebp
	jne 2f
	cmpl me(%rip), %eax
	jne 2f
	movl $-99, %eax
2:	tell %rax
	addq $8, %rbx
	decl %ebp
	jnz 1b
	ret
	.data
	.balign 8
info:	.long 77, 88
code:	.long -1
	.long 99
	.long 1234
	.long 5678
value:	.long 0
	.long 55
	.quad 0x1111111111111111, 0x2222222222222222
tail:	.quad 1,1,1,1,1,1,1,1,1,1
me: .long 0`), [
		0, 0, 0, 0, 0, 0, 0,
		10, 0x58_0000_000an, 0x63_ffff_ffffn, 0x162e_0000_04d2n, 0x37_0000_0003n, 0x1111_1111_1111_1111n, 0x2222_2222_2222_2222n, ...NONE,
		35, 0x58_0000_0023n, 0x63_ffff_ffffn, 0x162e_0000_04d2n, 0x37_0000_0001n, 0x1111_1111_1111_1111n, 0x2222_2222_2222_2222n, ...NONE,
		35, 35, 0xffff_fffan, 0xffff_ff9dn, 0, 0, 0, ...NONE,
		35, 0x58_0000_0023n, 0x63_ffff_ffffn, 0x162e_0000_04d2n, 0x37_0000_0003n, 0x1111_1111_1111_1111n, 0x2222_2222_2222_2222n, ...NONE,
		35, 0x58_0000_0023n, 0x63_ffff_ffffn, 0x162e_0000_04d2n, 0x37_0000_0002n, 0x1111_1111_1111_1111n, 0x2222_2222_2222_2222n, ...NONE,
		35, 0x58_0000_0023n, 0x63_ffff_ffffn, 0x162e_0000_04d2n, 0x37_0000_0001n, 0x1111_1111_1111_1111n, 0x2222_2222_2222_2222n, ...NONE,
		-3, -3, -22, -22, 0, 0, -7, -7,
		10, 0x58_0000_000an, 0x63_ffff_fff9n, 0x162e_0000_04d2n, 0x37_0000_0001n, 0x1111_1111_1111_1111n, 0x2222_2222_2222_2222n, ...NONE, 0,
		10, 0x58_0000_000an, 0x63_0000_0000n, 0x162e_0000_04d2n, 0x37_0000_0001n, 0x1111_1111_1111_1111n, 0x2222_2222_2222_2222n, ...NONE, 0,
		-1, -1, -14, -22, -22, -14, -22, -22, -3, -22, -22, -3, -3, -3, -3, -3, -22, -22, 0, -3,
	]);
});

test('kill reaches a process group: the caller’s own as 0, any as its negated number', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler, SA_SIGINFO
	mask SIG_BLOCK, 0x200
	sys GETPID
	movl %eax, me(%rip)
	sys FORK
	testl %eax, %eax
	jz child
	movl %eax, kid(%rip)
	sys KILL, 0, SIGUSR1
	answer
	sys WAIT4, -1, status, 0, 0
	movl status(%rip), %eax
	tell %rax
	mask SIG_UNBLOCK, 0x200
	sys KILL, 0, 0
	answer
	movl me(%rip), %edi
	negl %edi
	movl $SIGUSR1, %esi
	movl $KILL, %eax
	syscall
	answer
	sys KILL, 0, 65
	answer`, `
child:	sys RT_SIGTIMEDWAIT, set, info, 0, 8
	answer
	movl info+16(%rip), %eax
	subl me(%rip), %eax
	tell %rax
	exit 5
handler:
	tell %rdi
	leaq FRAME_info(%rsp), %rbx
	movl $4, %ebp
1:	movq (%rbx), %rax
	cmpl $2, %ebp
	jne 2f
	subl me(%rip), %eax
	movl %eax, %eax
2:	tell %rax
	addq $8, %rbx
	decl %ebp
	jnz 1b
	ret
	.data
	.balign 8
set: .quad 0x200
info: .zero 128
me: .long 0
kid: .long 0
status: .long 0`), [0, 10, 0, 0x500, 10, 10, 0, 0, 0, 0, 10, 10, 0, 0, 0, 0, -22]);
});

test('kill with -1 reaches all processes but the caller’s', () => {
	// A real kernel would take it at its word.
	expectOurs(signalProgram(`
	action SIGUSR1, handler
	sys KILL, -1, SIGUSR1
	answer
	sys FORK
	testl %eax, %eax
	jz child
	sys FORK
	testl %eax, %eax
	jz child
	sys KILL, -1, SIGTERM
	answer
	sys WAIT4, -1, status, 0, 0
	movl status(%rip), %eax
	tell %rax
	sys WAIT4, -1, status, 0, 0
	movl status(%rip), %eax
	tell %rax
	sys KILL, -1, SIGTERM
	answer`, `
child:	sys PAUSE
	exit 1
handler:
	tell %rdi
	ret
	.data
status: .long 0`), [-3, 0, 15, 15, -3]);
});

test('a queue of signals is full at 32 records: then real-time signals are refused, and others lose what is known of them', () => {
	// A real kernel has room for thousands.
	expectOurs(signalProgram(`
	action 34, handler
	mask SIG_BLOCK, 0x200000800
	sys GETPID
	movl %eax, %ebp
	xorl %ebx, %ebx
1:	movl %ebp, %edi
	movl $34, %esi
	leaq info(%rip), %rdx
	movl $RT_SIGQUEUEINFO, %eax
	syscall
	testq %rax, %rax
	js 2f
	incl %ebx
	cmpl $100, %ebx
	jb 1b
2:	answer
	movl %ebp, %edi
	movl $34, %esi
	movl $KILL, %eax
	syscall
	answer
	movl %ebp, %edi
	movl $SIGUSR2, %esi
	leaq info(%rip), %rdx
	movl $RT_SIGQUEUEINFO, %eax
	syscall
	answer
	tell %rbx
	movq $0x800, set(%rip)
	sys RT_SIGTIMEDWAIT, set, info, 0, 8
	answer
	movl info+8(%rip), %eax
	tell %rax
	movl $0, %ebx
	mask SIG_UNBLOCK, 0x200000000
	tell count(%rip)`, `
handler:
	incq count(%rip)
	ret
	.data
	.balign 8
info: .long 0, 0, -1
	.zero 116
set: .quad 0
count: .quad 0`), [-11, 0, 0, 32, 12, 0, 32]);
});
