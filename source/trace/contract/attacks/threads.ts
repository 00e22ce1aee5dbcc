import {type Attack, attackProgram, EXITS} from './attack.js';

/** Starts a second thread; both go on at their labels. */
const twoThreads = (first: string, second: string): string => attackProgram(`	movl	$56, %eax			# clone: a thread of this process
	movl	$0x10f00, %edi
	leaq	stack_top(%rip), %rsi
	xorl	%edx, %edx
	syscall
	testl	%eax, %eax
	jz	second
${first}
second:
${second}`, `	.data
	.balign	8
ready:	.quad	0
	.bss
	.balign	16
	.zero	1024
stack_top:
	.zero	16
`);

/** Rounds of calls with a mark in a few registers, looked at behind each. */
const rounds = (mark: string, body: string): string => `	movl	$20, %ebx
	movq	$${mark}, %r12
	movq	$${mark}1, %r15
	movq	$${mark}2, %rbp
	movq	%rsp, %r13
1:	${body}
	expect	%r12, ${mark}
	expect	%r15, ${mark}1
	expect	%rbp, ${mark}2
	cmpq	%rsp, %r13
	jne	wrong
	decl	%ebx
	jnz	1b`;

/** Gives the CPU to the other thread in the middle of a call. */
const YIELD = 'call	24';

/** Uses up a share of the CPU. */
const SPIN = `movl	$3000, %ecx
2:	loop	2b
	call	39`;

/** Attacks by two threads at once. */
export const THREAD_ATTACKS: readonly Attack[] = [
	{
		name: 'second-thread',
		sentence: 'Two threads with marks of their own give each other the CPU in the middle of calls.',
		program: twoThreads(`${rounds('0x11', YIELD)}
3:	cmpq	$1, ready(%rip)
	je	4f
	call	24
	jmp	3b
4:	leave`, `${rounds('0x22', YIELD)}
	movq	$1, ready(%rip)
5:	call	24
	jmp	5b`),
		expects: EXITS,
	},
	{
		name: 'interrupted-thread',
		sentence: 'Two threads compute and never give way: the timer takes the CPU from them between their calls.',
		program: twoThreads(`${rounds('0x33', SPIN)}
	leave`, `${rounds('0x44', SPIN)}
6:	jmp	6b`),
		expects: EXITS,
		steps: 400_000,
	},
];
