import {expect, test} from 'vitest';
import type {RecordOptions} from '../../support/machines.js';
import {expectBoth, runOurs, signalProgram} from './both.js';

test('a handler gets the signal’s number, the siginfo and the context in registers, rax zero and an aligned stack', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler, SA_SIGINFO
	movabsq $0x1122334455667788, %rbx
	raise SIGUSR1
	answer`, `
handler:
	tell %rdi
	subq %rsp, %rsi
	tell %rsi
	subq %rsp, %rdx
	tell %rdx
	tell %rax
	tell %rbx
	movq %rsp, %rax
	andl $15, %eax
	tell %rax
	ret`), [10, 312, 8, 0, 0x1122_3344_5566_7788n, 8, 0]);
});

/** Shows what is in its handler's frame. */
const FRAME = signalProgram(`
	action SIGUSR1, handler, SA_SIGINFO, 0x4000
	mask SIG_SETMASK, 0x30
	movabsq $0x0101010101010101, %rbx
	movabsq $0x0202020202020202, %rbp
	movabsq $0x0303030303030303, %r8
	movabsq $0x0404040404040404, %r9
	movabsq $0x0505050505050505, %r10
	movabsq $0x0707070707070707, %r12
	movabsq $0x0808080808080808, %r13
	movabsq $0x0909090909090909, %r14
	movabsq $0x0a0a0a0a0a0a0a0a, %r15
	movq %rsp, old_sp(%rip)
	movl $GETTID, %eax
	syscall
	movl %eax, %edi
	movl %eax, pid(%rip)
	movl $SIGUSR1, %esi
	movabsq $0x0b0b0b0b0b0b0b0b, %rdx
	std
	stc
	movl $TKILL, %eax
	syscall
back:
	pushfq
	popq %rcx
	cld
	andl $0xcd5, %ecx
	tell %rcx`, `
handler:
	pushfq
	popq %rax
	andl $0x10d00, %eax
	tell %rax
	movq (%rsp), %rax
	subq $restorer, %rax
	tell %rax
	movq FRAME_uc_flags(%rsp), %rax
	andl $~1, %eax
	tell %rax
	movq FRAME_uc_link(%rsp), %rax
	tell %rax
	movq FRAME_ss_sp(%rsp), %rax
	tell %rax
	movl FRAME_ss_flags(%rsp), %eax
	tell %rax
	movq FRAME_ss_size(%rsp), %rax
	tell %rax
	leaq FRAME_r8(%rsp), %r15
	movl $14, %ebx
1:	cmpl $6, %ebx
	je 2f
	movq (%r15), %rax
	tell %rax
2:	addq $8, %r15
	decl %ebx
	jnz 1b
	movl FRAME_di(%rsp), %eax
	subl pid(%rip), %eax
	tell %rax
	movq FRAME_cx(%rsp), %rax
	subq $back, %rax
	tell %rax
	movq FRAME_ip(%rsp), %rax
	subq $back, %rax
	tell %rax
	movq FRAME_sp(%rsp), %rax
	subq old_sp(%rip), %rax
	tell %rax
	movq FRAME_flags(%rsp), %rax
	tell %rax
	movq FRAME_cs(%rsp), %rax
	tell %rax
	movq FRAME_err(%rsp), %rax
	tell %rax
	movq FRAME_trapno(%rsp), %rax
	tell %rax
	movq FRAME_oldmask(%rsp), %rax
	tell %rax
	movq FRAME_cr2(%rsp), %rax
	tell %rax
	movq FRAME_sigmask(%rsp), %rax
	tell %rax
	movl $16, %ebx
	leaq FRAME_info(%rsp), %r15
1:	movq (%r15), %rax
	cmpl $14, %ebx
	jne 2f
	movl %eax, %eax
	subl pid(%rip), %eax
2:	tell %rax
	addq $8, %r15
	decl %ebx
	jnz 1b
	sys RT_SIGPROCMASK, 0, 0, old_mask, 8
	movq old_mask(%rip), %rax
	tell %rax
	ret
	.data
pid: .long 0
	.balign 8
old_sp: .quad 0
old_mask: .quad 0`);

test('the frame holds every register, the flags, the segments, the mask and who sent the signal; the handler starts with DF clear', () => {
	expectBoth(FRAME, [
		0, 0, 6, 0, 0, 0, 0,
		0x0303_0303_0303_0303n, 0x0404_0404_0404_0404n, 0x0505_0505_0505_0505n, 0x603, 0x0707_0707_0707_0707n, 0x0808_0808_0808_0808n, 0x0909_0909_0909_0909n,
		0x0a0a_0a0a_0a0a_0a0an, 10, 0x0202_0202_0202_0202n, 0x0101_0101_0101_0101n, 0x0b0b_0b0b_0b0b_0b0bn, 0,
		0, 0, 0, 0, 0x603, 0x002b_0000_0000_0033n, 0, 0, 0x30, 0, 0x30,
		10, 0xffff_fffan, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x4230,
		0x401,
	]);
});

test.each<RecordOptions>([{kernel: {isolation: true}}, {kernel: {entryStack: false}}, {populate: false}])('a handler’s frame is the same with %j', options => {
	expect(runOurs(FRAME, options)).toEqual(runOurs(FRAME));
});

test('a frame may be written where the stack has not been before', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler
	subq $0x18008, %rsp
	raise SIGUSR1
	answer`, `
handler:
	movq FRAME_fpstate(%rsp), %rax
	movl 24(%rax), %eax
	tell %rax
	ret`), [0x1f80, 0]);
});

test('the frame lies below the red zone, and between them the floating-point state at a multiple of 64', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler
	movl $15, %ebx
1:	movabsq $0x5a5a5a5a5a5a5a5a, %rax
	movq %rax, -8(%rsp)
	movq %rax, -128(%rsp)
	movq %rsp, %r15
	raise SIGUSR1
	movq -8(%rsp), %rax
	xorq -128(%rsp), %rax
	tell %rax
	subq $8, %rsp
	decl %ebx
	jnz 1b`, `
handler:
	movq FRAME_fpstate(%rsp), %rax
	movq %rax, %r12
	subq %rsp, %rax
	tell %rax
	andl $63, %r12d
	tell %r12
	leaq -128-512(%r15), %rax
	xorl %ecx, %ecx
	cmpq %rax, FRAME_fpstate(%rsp)
	seta %cl
	tell %rcx
	ret`), [...Array.from({length: 15}, () => [456, 0, 0, 0]).flat()]);
});

test('all registers are back behind a handler that has changed them', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler
	movl $32, %ecx
	leaq xmm(%rip), %rdi
1:	movb %cl, (%rdi)
	incq %rdi
	loop 1b
	movdqu xmm(%rip), %xmm0
	movdqu xmm+16(%rip), %xmm15
	fldpi
	movl $GETTID, %eax
	syscall
	movl %eax, %edi
	movl $SIGUSR1, %esi
	movabsq $0x0101010101010101, %rbx
	movabsq $0x0202020202020202, %rbp
	movabsq $0x0303030303030303, %r8
	movabsq $0x0404040404040404, %r9
	movabsq $0x0505050505050505, %r10
	movabsq $0x0707070707070707, %r12
	movabsq $0x0808080808080808, %r13
	movabsq $0x0909090909090909, %r14
	movabsq $0x0a0a0a0a0a0a0a0a, %r15
	movabsq $0x0b0b0b0b0b0b0b0b, %rdx
	movq %rdi, pid(%rip)
	movl $TKILL, %eax
	syscall
	tell %rax
	tell %rbx
	subq pid(%rip), %rdi
	tell %rdi
	tell %rsi
	tell %rbp
	tell %rdx
	tell %r8
	tell %r9
	tell %r10
	tell %r12
	tell %r13
	tell %r14
	tell %r15
	movq %xmm0, %rax
	tell %rax
	movhlps %xmm15, %xmm15
	movq %xmm15, %rax
	tell %rax
	fistpll pid(%rip)
	movq pid(%rip), %rax
	tell %rax`, `
handler:
	xorl %eax, %eax
	xorl %ebx, %ebx
	xorl %ecx, %ecx
	xorl %edx, %edx
	xorl %esi, %esi
	xorl %edi, %edi
	xorl %ebp, %ebp
	xorl %r8d, %r8d
	xorl %r9d, %r9d
	xorl %r10d, %r10d
	xorl %r11d, %r11d
	xorl %r12d, %r12d
	xorl %r13d, %r13d
	xorl %r14d, %r14d
	xorl %r15d, %r15d
	pxor %xmm0, %xmm0
	pxor %xmm15, %xmm15
	fldz
	std
	stc
	ret
	.data
	.balign 8
xmm: .zero 32
pid: .quad 0`), [0, 0x0101_0101_0101_0101n, 0, 10, 0x0202_0202_0202_0202n, 0x0b0b_0b0b_0b0b_0b0bn, 0x0303_0303_0303_0303n, 0x0404_0404_0404_0404n, 0x0505_0505_0505_0505n, 0x0707_0707_0707_0707n, 0x0808_0808_0808_0808n, 0x0909_0909_0909_0909n, 0x0a0a_0a0a_0a0a_0a0an, 0x191a_1b1c_1d1e_1f20n, 0x0102_0304_0506_0708n, 3]);
});

test('rcx and r11 are back, too, where no call was interrupted, and the handler may change where and how the program goes on', () => {
	expectBoth(signalProgram(`
	action SIGILL, handler
	movabsq $0x0101010101010101, %rcx
	movabsq $0x0202020202020202, %r11
	movl $7, %eax
	ud2
	movq %rcx, %rbx
	movq %r11, %rbp
	tell %rax
	tell %rbx
	tell %rbp`, `
handler:
	addq $2, FRAME_ip(%rsp)
	incq FRAME_ax(%rsp)
	xorl %ecx, %ecx
	xorl %r11d, %r11d
	ret`), [8, 0x0101_0101_0101_0101n, 0x0202_0202_0202_0202n]);
});

test('a handler starts with a fresh floating-point unit, finds the old state in its frame, and leaves none of its own behind', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler
	movl $42, %eax
	cvtsi2sdl %eax, %xmm3
	movq %rax, %mm0
	pushq $0x5f80
	ldmxcsr (%rsp)
	pushq $0x27f
	fldcw (%rsp)
	fldpi
	raise SIGUSR1
	cvtsd2si %xmm3, %rax
	tell %rax
	stmxcsr (%rsp)
	movl (%rsp), %eax
	tell %rax
	movq $0, (%rsp)
	fnstcw (%rsp)
	movq (%rsp), %rax
	tell %rax
	fnstenv area(%rip)
	movzwl area+4(%rip), %eax
	tell %rax
	movzwl area+8(%rip), %eax
	tell %rax
	fistpll (%rsp)
	movq (%rsp), %rax
	tell %rax`, `
handler:
	movq $0, area(%rip)
	stmxcsr area(%rip)
	movq area(%rip), %rax
	tell %rax
	movq $0, area(%rip)
	fnstcw area(%rip)
	movq area(%rip), %rax
	tell %rax
	fnstenv area(%rip)
	movzwl area+8(%rip), %eax
	tell %rax
	movq %xmm3, %rax
	tell %rax
	movq FRAME_fpstate(%rsp), %rbx
	movq 160+48(%rbx), %rax
	tell %rax
	movl 24(%rbx), %eax
	tell %rax
	movzwl (%rbx), %eax
	tell %rax
	movzwl 2(%rbx), %eax
	tell %rax
	movzwl 4(%rbx), %eax
	tell %rax
	movq 32(%rbx), %rax
	tell %rax
	movl 464(%rbx), %eax
	tell %rax
	pcmpeqb %xmm3, %xmm3
	fld1
	fld1
	ret
	.data
	.balign 8
area: .zero 32`), [8064, 0x37f, 0xffff, 0, 0x4045_0000_0000_0000n, 0x5f80, 0x27f, 0x3a41, 255, -0x4000_0000_0000_0000n, 0x4650_5853, 42, 0x5f80, 0x27f, 0x3a41, 0x9556, -0x8000_0000_0000_0000n]);
});

test('what the frame has no use for stays as it was in memory: the siginfo without SA_SIGINFO, and the reserved words', () => {
	expectBoth(signalProgram(`
	action SIGUSR1, handler
	leaq -8192(%rsp), %rdi
	movl $1024, %ecx
	movabsq $0x5a5a5a5a5a5a5a5a, %rax
	rep stosq
	movl $GETTID, %eax
	syscall
	movl %eax, %edi
	movl $SIGUSR1, %esi
	movl $TKILL, %eax
	syscall`, `
handler:
	movl FRAME_ss_flags+4(%rsp), %eax
	movq FRAME_fpstate+8(%rsp), %rbx
	movq FRAME_fpstate+64(%rsp), %rcx
	movq FRAME_info(%rsp), %rdx
	movq FRAME_info+120(%rsp), %rbp
	tell %rax
	tell %rbx
	movq FRAME_fpstate+64(%rsp), %rcx
	tell %rcx
	tell %rdx
	tell %rbp
	ret`), [0x5a5a_5a5a, 0x5a5a_5a5a_5a5a_5a5an, 0x5a5a_5a5a_5a5a_5a5an, 0x5a5a_5a5a_5a5a_5a5an, 0x5a5a_5a5a_5a5a_5a5an]);
});
