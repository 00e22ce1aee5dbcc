/** Programs with two threads: system calls between them, and interrupts that take the CPU from one to the other. */

/** Starts a second thread with a stack of its own; both go on at their labels. */
const twoThreads = (maker: string, made: string): string => `
	.globl _start
_start:	movl $56, %eax
	movl $0x10f00, %edi
	leaq stack_top(%rip), %rsi
	xorl %edx, %edx
	syscall
	testl %eax, %eax
	jz made
${maker}
made:
${made}
	.data
	.balign 8
a:	.ascii "A"
b:	.ascii "B"
	.balign 8
mine:	.quad 0
yours:	.quad 0
	.bss
	.balign 16
	.zero 1024
stack_top:
	.zero 16
`;

/** One byte to the console. */
const print = (label: string): string => `
	movl $1, %eax
	movl $1, %edi
	leaq ${label}(%rip), %rsi
	movl $1, %edx
	syscall`;

const exit = (number: number, status: number): string => `
	movl $${number}, %eax
	movl $${status}, %edi
	syscall`;

const turns = (label: string, status: number): string => `	movl $3, %ebx
1:	${print(label)}
	movl $24, %eax
	syscall
	decl %ebx
	jnz 1b
	${exit(60, status)}`;

/** Two threads that print and yield by turns: it prints ABABAB and exits with 3. */
export const TURNS = twoThreads(turns('a', 3), turns('b', 4));

const counting = (own: string, other: string, label: string): string => `	movl $12000, %ecx
1:	incq ${own}(%rip)
	cmpq $1, ${other}(%rip)
	loop 1b
	${print(label)}
2:	incq ${own}(%rip)
	jmp 2b`;

/** Two threads that count for ever, print on the way and never yield: the timer takes the CPU from them. */
export const COUNTERS = twoThreads(counting('mine', 'yours', 'a'), counting('yours', 'mine', 'b'));
