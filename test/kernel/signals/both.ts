/** Programs that use signals, on this kernel and, where that can be done, on the one of this very computer. */
import {expect} from 'vitest';
import {SIGNAL_NAMES} from '../../../source/kernel/constants.js';
import {type RecordOptions, Run} from '../../support/machines.js';
import {lacking, type Ending, runReally} from '../../support/real-program.js';

/** Macros for programs that use signals. */
const PRELUDE = `
.macro sys nr:req, a=0, b=0, c=0, d=0, e=0
	movabsq	$\\nr, %rax
	movabsq	$\\a, %rdi
	movabsq	$\\b, %rsi
	movabsq	$\\c, %rdx
	movabsq	$\\d, %r10
	movabsq	$\\e, %r8
	syscall
.endm

# A signal's action: its handler, its flags besides SA_RESTORER, the signals held back meanwhile.
.macro action signal:req, handler:req, flags=0, mask=0
	movabsq	$\\handler, %rax
	movq	%rax, new_action(%rip)
	movabsq	$(\\flags | SA_RESTORER), %rax
	movq	%rax, new_action+8(%rip)
	movabsq	$restorer, %rax
	movq	%rax, new_action+16(%rip)
	movabsq	$\\mask, %rax
	movq	%rax, new_action+24(%rip)
	sys	RT_SIGACTION, \\signal, new_action, 0, 8
.endm

# The mask of the thread, as rt_sigprocmask changes it.
.macro mask how:req, set:req
	movabsq	$\\set, %rax
	movq	%rax, new_mask(%rip)
	sys	RT_SIGPROCMASK, \\how, new_mask, 0, 8
.endm

# A signal to this very thread.
.macro raise signal:req
	movl	$GETTID, %eax
	syscall
	movl	%eax, %edi
	movl	$\\signal, %esi
	movl	$TKILL, %eax
	syscall
.endm

# Prints eight bytes from a register or a place. All registers are kept but rcx and r11; the red zone is left alone.
.macro tell value:req
	leaq	-128(%rsp), %rsp
	pushq	%rax
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	\\value
	movl	$WRITE, %eax
	movl	$1, %edi
	movq	%rsp, %rsi
	movl	$8, %edx
	syscall
	leaq	8(%rsp), %rsp
	popq	%rdx
	popq	%rsi
	popq	%rdi
	popq	%rax
	leaq	128(%rsp), %rsp
.endm

# Prints what a call has answered.
.macro answer
	tell	%rax
.endm

.macro exit status=0
	sys	EXIT_GROUP, \\status
.endm

.equ READ, 0
.equ WRITE, 1
.equ OPEN, 2
.equ CLOSE, 3
.equ RT_SIGACTION, 13
.equ RT_SIGPROCMASK, 14
.equ RT_SIGRETURN, 15
.equ PIPE, 22
.equ SCHED_YIELD, 24
.equ PAUSE, 34
.equ NANOSLEEP, 35
.equ GETPID, 39
.equ CLONE, 56
.equ FORK, 57
.equ VFORK, 58
.equ EXECVE, 59
.equ EXIT, 60
.equ WAIT4, 61
.equ KILL, 62
.equ UNLINK, 87
.equ SETPGID, 109
.equ RT_SIGPENDING, 127
.equ RT_SIGTIMEDWAIT, 128
.equ RT_SIGQUEUEINFO, 129
.equ RT_SIGSUSPEND, 130
.equ SIGALTSTACK, 131
.equ GETTID, 186
.equ TKILL, 200
.equ RESTART_SYSCALL, 219
.equ EXIT_GROUP, 231
.equ TGKILL, 234
.equ RT_TGSIGQUEUEINFO, 297

.equ SIGHUP, 1
.equ SIGINT, 2
.equ SIGILL, 4
.equ SIGTRAP, 5
.equ SIGBUS, 7
.equ SIGFPE, 8
.equ SIGKILL, 9
.equ SIGUSR1, 10
.equ SIGSEGV, 11
.equ SIGUSR2, 12
.equ SIGTERM, 15
.equ SIGCHLD, 17
.equ SIGCONT, 18
.equ SIGSTOP, 19
.equ SIGTSTP, 20
.equ SIGURG, 23
.equ SIG_DFL, 0
.equ SIG_IGN, 1
.equ SIG_BLOCK, 0
.equ SIG_UNBLOCK, 1
.equ SIG_SETMASK, 2
.equ SA_NOCLDSTOP, 1
.equ SA_NOCLDWAIT, 2
.equ SA_SIGINFO, 4
.equ SA_RESTORER, 0x4000000
.equ SA_ONSTACK, 0x8000000
.equ SA_RESTART, 0x10000000
.equ SA_NODEFER, 0x40000000
.equ SA_RESETHAND, 0x80000000
.equ SS_ONSTACK, 1
.equ SS_DISABLE, 2
.equ SS_AUTODISARM, 0x80000000

# A handler's frame, from its stack pointer, where the return address stands.
.equ FRAME_uc, 8
.equ FRAME_uc_flags, 8
.equ FRAME_uc_link, 16
.equ FRAME_ss_sp, 24
.equ FRAME_ss_flags, 32
.equ FRAME_ss_size, 40
.equ FRAME_r8, 48
.equ FRAME_di, 112
.equ FRAME_bx, 136
.equ FRAME_dx, 144
.equ FRAME_ax, 152
.equ FRAME_cx, 160
.equ FRAME_sp, 168
.equ FRAME_ip, 176
.equ FRAME_flags, 184
.equ FRAME_cs, 192
.equ FRAME_gs, 194
.equ FRAME_fs, 196
.equ FRAME_ss, 198
.equ FRAME_err, 200
.equ FRAME_trapno, 208
.equ FRAME_oldmask, 216
.equ FRAME_cr2, 224
.equ FRAME_fpstate, 232
.equ FRAME_sigmask, 304
.equ FRAME_info, 312
`;

const EPILOGUE = `
	exit
restorer:
	movl	$RT_SIGRETURN, %eax
	syscall

.data
.balign 8
new_action: .zero 32
new_mask: .zero 8
`;

/** A program from the lines of its \`_start\`, behind which it exits with 0; `rest` has its handlers and its data. */
export const signalProgram = (lines: string, rest = ''): string => `${PRELUDE}\n.globl _start\n.text\n_start:\n${lines}\n${EPILOGUE}\n.text\n${rest}\n`;

const reason = lacking();

/** Whether there is a real kernel to compare with. */
export const compares = reason === undefined;

if (reason !== undefined) process.stdout.write(`Signals are not compared with a real kernel: ${reason} is missing.\n`);

/** Eight bytes each, as signed numbers. */
function wordsOf(output: Buffer): bigint[] {
	expect(output.length % 8, `the output is not made of words: ${output.toString('hex')}`).toBe(0);
	return Array.from({length: output.length / 8}, (_, index) => output.readBigInt64LE(index * 8));
}

/** What our kernel makes of a program. */
export function runOurs(text: string, options: RecordOptions = {}): Ending {
	const run = new Run(text, options);
	const {outcome} = run;
	const output = Buffer.from(run.output, 'latin1');
	if (outcome.kind !== 'killed') return {output, end: run.end};
	return {output, end: SIGNAL_NAMES.get(outcome.signal.number) ?? 'a real-time signal'};
}

/** Words that a program is to print, and its end. */
interface Expected {
	readonly words: readonly (bigint | number)[];
	readonly end: string;
}

function check(name: string, {output, end}: Ending, expected: Expected): void {
	expect({words: wordsOf(output), end}, name).toEqual({words: expected.words.map(BigInt), end: expected.end});
}

/** Expects that a program prints these words and ends so, on our kernel and on a real one. */
export function expectBoth(text: string, words: readonly (bigint | number)[], end = 'exited with 0'): void {
	if (compares) check('on a real kernel', runReally(text), {words, end});
	expectOurs(text, words, end);
}

/** The same on our kernel alone. */
export function expectOurs(text: string, words: readonly (bigint | number)[], end = 'exited with 0'): void {
	check('on ours', runOurs(text), {words, end});
}
