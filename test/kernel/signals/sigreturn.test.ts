import {test} from 'vitest';
import {expectBoth, signalProgram} from './both.js';

/** What a handler does to its frame before it returns, and what comes of it. */
interface Change {
	readonly what: string;
	readonly lines: string;
	readonly flags?: string;
	/** Behind a return: rax, the flags, the mask, the alternate stack's address and size. In SIGSEGV's handler: what it was about. */
	readonly words: readonly (bigint | number)[];
	readonly end?: string;
}

const CHANGES: readonly Change[] = [
	{what: 'the stack pointer is in a page that is not there', lines: 'leaq 8(%rsp), %rsp\nmovq $0x1000, %rsp\nmovl $RT_SIGRETURN, %eax\nsyscall', words: [11, 128, 0, 0, 0, 0, 2560, 51, 43], end: 'exited with 7'},
	{what: 'the stack pointer is the kernel’s', lines: 'movabsq $0xffffffff81000000, %rsp\nmovl $RT_SIGRETURN, %eax\nsyscall', words: [11, 128, 0, 0, 0, 0, 2560, 51, 43], end: 'exited with 7'},
	{what: 'the stack pointer is no address', lines: 'movabsq $0x8000000000000000, %rsp\nmovl $RT_SIGRETURN, %eax\nsyscall', words: [11, 128, 0, 0, 0, 0, 2560, 51, 43], end: 'exited with 7'},
	{what: 'cs is the kernel’s', lines: 'movw $0x10, FRAME_cs(%rsp)', words: [11, 128, 0, 16, 13, 0, 2048, 19, 43], end: 'exited with 7'},
	{what: 'cs is null', lines: 'movw $0, FRAME_cs(%rsp)', words: [11, 128, 0, 0, 13, 0, 2048, 3, 43], end: 'exited with 7'},
	{what: 'cs is a data segment', lines: 'movw $0x2b, FRAME_cs(%rsp)', words: [11, 128, 0, 40, 13, 0, 2048, 43, 43], end: 'exited with 7'},
	{what: 'cs is beyond the table', lines: 'movw $0xfff8, FRAME_cs(%rsp)', words: [11, 128, 0, 0xfff8, 13, 0, 2048, 0xfffb, 43], end: 'exited with 7'},
	{what: 'ss is null', lines: 'movw $0, FRAME_ss(%rsp)', words: [11, 128, 0, 0, 13, 0, 2048, 51, 3], end: 'exited with 7'},
	{what: 'ss is a code segment', lines: 'movw $0x33, FRAME_ss(%rsp)', words: [11, 128, 0, 48, 13, 0, 2048, 51, 51], end: 'exited with 7'},
	{what: 'ss is null, and the context asks for one that works', lines: 'movw $0, FRAME_ss(%rsp)\nandl $~4, FRAME_uc_flags(%rsp)', words: [0, 514, 2048, 0, 0x4000]},
	{what: 'rip is no address', lines: 'movabsq $0x8000000000000000, %rax\nmovq %rax, FRAME_ip(%rsp)', words: [11, 128, 0, 0, 13, 0, 2048, 51, 43], end: 'exited with 7'},
	{what: 'rip is the kernel’s', lines: 'movabsq $0xffffffff81000000, %rax\nmovq %rax, FRAME_ip(%rsp)', words: [11, 1, -0x7f000000, 21, 14, -0x7f000000, 2048, 51, 43], end: 'exited with 7'},
	{what: 'there is no floating-point state, and rax is 7', lines: 'movq $0, FRAME_fpstate(%rsp)\nmovl $7, FRAME_ax(%rsp)', words: [7, 514, 2048, 0, 0x4000]},
	{what: 'the floating-point state is in a page that is not there', lines: 'movq $0x1000, FRAME_fpstate(%rsp)', words: [11, 128, 0, 0, 0, 0, 2048, 51, 43], end: 'exited with 7'},
	{what: 'the floating-point state is the kernel’s', lines: 'movabsq $0xffffffff81000000, %rax\nmovq %rax, FRAME_fpstate(%rsp)', words: [11, 128, 0, 0, 0, 0, 2048, 51, 43], end: 'exited with 7'},
	{what: 'mxcsr has bits that there are not', lines: 'movq FRAME_fpstate(%rsp), %rax\nmovl $-1, 24(%rax)', words: [11, 128, 0, 0, 0, 0, 2048, 51, 43], end: 'exited with 7'},
	{what: 'all flags are set but TF', lines: 'movq $-1, FRAME_flags(%rsp)\nandw $~0x100, FRAME_flags(%rsp)', words: [0, 0x40ed7, 2048, 0, 0x4000]},
	{what: 'all signals are blocked', lines: 'movq $-1, FRAME_sigmask(%rsp)', words: [0, 514, -0x40101, 0, 0x4000]},
	{what: 'another alternate stack is named', lines: 'movq $room, FRAME_ss_sp(%rsp)\nmovl $0, FRAME_ss_flags(%rsp)\nmovq $8192, FRAME_ss_size(%rsp)', words: [0, 514, 2048, 0, 0x2000]},
	{what: 'another alternate stack is named by a handler that runs on it', lines: 'movq $room, FRAME_ss_sp(%rsp)\nmovl $0, FRAME_ss_flags(%rsp)\nmovq $8192, FRAME_ss_size(%rsp)', flags: 'SA_ONSTACK', words: [0, 514, 2048, 0, 0x4000]},
	{what: 'the alternate stack is disabled', lines: 'movq $room, FRAME_ss_sp(%rsp)\nmovl $2, FRAME_ss_flags(%rsp)\nmovq $8192, FRAME_ss_size(%rsp)', words: [0, 514, 2048, 0, 0]},
	{what: 'the alternate stack’s flags are wrong', lines: 'movq $room, FRAME_ss_sp(%rsp)\nmovl $7, FRAME_ss_flags(%rsp)\nmovq $1, FRAME_ss_size(%rsp)', words: [0, 514, 2048, 0, 0x4000]},
];

const program = ({lines, flags = '0'}: Change): string => signalProgram(`
	action SIGUSR1, handler, ${flags}
	sys SIGALTSTACK, stack, 0
	action SIGSEGV, segv, SA_SIGINFO | SA_ONSTACK | SA_RESETHAND
	mask SIG_BLOCK, 0x800
	raise SIGUSR1
	pushfq
	popq %rbx
	pushq $0x202
	popfq
	tell %rax
	tell %rbx
	sys RT_SIGPROCMASK, 0, 0, old_mask, 8
	movq old_mask(%rip), %rax
	tell %rax
	sys SIGALTSTACK, 0, old_stack
	movq old_stack(%rip), %rax
	testq %rax, %rax
	jz 1f
	subq $room, %rax
1:	tell %rax
	movq old_stack+16(%rip), %rax
	tell %rax`, `
handler:
	tell $1
${lines}
	ret
segv:
	movq FRAME_info(%rsp), %rax
	tell %rax
	movq FRAME_info+8(%rsp), %rax
	tell %rax
	movq FRAME_info+16(%rsp), %rax
	tell %rax
	movq FRAME_err(%rsp), %rax
	tell %rax
	movq FRAME_trapno(%rsp), %rax
	tell %rax
	movq FRAME_cr2(%rsp), %rax
	tell %rax
	movq FRAME_sigmask(%rsp), %rax
	tell %rax
	movzwl FRAME_cs(%rsp), %eax
	tell %rax
	movzwl FRAME_ss(%rsp), %eax
	tell %rax
	exit 7
	.data
	.balign 8
stack: .quad room, 0, 16384
old_stack: .quad 0, 0, 0
other_stack: .quad room, 0, 8192
old_mask: .quad 0
	.bss
	.balign 64
room: .zero 16384
image: .zero 4096
`);

test.each(CHANGES)('rt_sigreturn where $what', change => {
	expectBoth(program(change), [1, ...change.words], change.end);
});
