/** Random calls around signals: this kernel must print what the computer's own prints. */
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {compares, runOurs, signalProgram} from './both.js';
import {runReally} from '../../support/real-program.js';

/** Signals that the programs use: with and without a default action, two faults, two real-time ones. */
const SIGNALS = [1, 10, 11, 12, 8, 15, 17, 23, 28, 34, 40] as const;

/** Those whose default action is to do nothing. */
const HARMLESS = [17, 23, 28] as const;

const FLAGS = ['SA_SIGINFO', 'SA_ONSTACK', 'SA_NODEFER', 'SA_RESETHAND', 'SA_RESTART'] as const;

const signal = fc.constantFrom(...SIGNALS);
const set = fc.subarray([...SIGNALS, 9, 19]).map(signals => signals.reduce((bits, number) => bits | (1n << BigInt(number - 1)), 0n));
const flags = fc.subarray([...FLAGS]).map(names => ['0', ...names].join(' | '));
const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** One or more lines of a program. */
const operation: fc.Arbitrary<string> = fc.oneof(
	{weight: 4, arbitrary: fc.tuple(signal, flags, set).map(([number, bits, mask]) => `action ${number}, handler, ${bits}, ${hex(mask)}\nanswer`)},
	{weight: 1, arbitrary: signal.map(number => `action ${number}, SIG_IGN\nanswer`)},
	{weight: 1, arbitrary: fc.constantFrom(...HARMLESS).map(number => `action ${number}, SIG_DFL\nanswer`)},
	{weight: 4, arbitrary: fc.tuple(fc.constantFrom('SIG_BLOCK', 'SIG_UNBLOCK', 'SIG_SETMASK'), set).map(([how, mask]) => `mask ${how}, ${hex(mask)}\nanswer`)},
	{weight: 6, arbitrary: signal.map(number => `raise ${number}\nanswer`)},
	{weight: 3, arbitrary: signal.map(number => `movl $${number}, %r12d\ncall kill_process`)},
	{weight: 3, arbitrary: fc.tuple(signal, fc.nat(99)).map(([number, value]) => `movl $${number}, %r12d\nmovl $${value}, info+24(%rip)\ncall queue`)},
	{weight: 2, arbitrary: fc.constant('call pending')},
	{weight: 2, arbitrary: set.map(signals => `movq $${hex(signals)}, %r12\ncall take`)},
	{weight: 1, arbitrary: fc.constantFrom('stack', 'no_stack', 'disarmed').map(name => `sys SIGALTSTACK, ${name}, 0\nanswer`)},
	{weight: 1, arbitrary: fc.tuple(signal, set).map(([number, mask]) => `action ${number}, handler\nmask SIG_BLOCK, ${hex(1n << BigInt(number - 1))}\nraise ${number}\nmovabsq $${hex(mask & ~(1n << BigInt(number - 1)))}, %r12\ncall suspend`)},
	{weight: 1, arbitrary: fc.tuple(fc.nat(3), signal).map(([depth, number]) => `movl $${depth}, depth(%rip)\nmovl $${number}, again(%rip)`)},
);

/** What the calls go to, and the handler: it says what it sees, and may send another signal. */
const REST = `
kill_process:
	sys	GETPID
	movl	%eax, %edi
	movl	%r12d, %esi
	movl	$KILL, %eax
	syscall
	answer
	ret
queue:	sys	GETPID
	movl	%eax, %edi
	movl	%r12d, %esi
	leaq	info(%rip), %rdx
	movl	$RT_SIGQUEUEINFO, %eax
	syscall
	answer
	ret
pending:
	sys	RT_SIGPENDING, word, 8
	movq	word(%rip), %rax
	tell	%rax
	sys	RT_SIGPROCMASK, 0, 0, word, 8
	movq	word(%rip), %rax
	tell	%rax
	ret
take:	movq	%r12, word(%rip)
	sys	RT_SIGTIMEDWAIT, word, taken, at_once, 8
	answer
	movl	taken+8(%rip), %eax
	tell	%rax
	movl	taken+24(%rip), %eax
	tell	%rax
	ret
suspend:
	movq	%r12, word(%rip)
	sys	RT_SIGSUSPEND, word, 8
	answer
	ret
handler:
	tell	%rdi
	movq	FRAME_sigmask(%rsp), %rax
	tell	%rax
	movq	FRAME_ss_size(%rsp), %rax
	tell	%rax
	movl	FRAME_ss_flags(%rsp), %eax
	tell	%rax
	leaq	room(%rip), %rax
	cmpq	%rax, %rsp
	sbbq	%rbx, %rbx
	tell	%rbx
	leaq	room_end(%rip), %rax
	cmpq	%rax, %rsp
	sbbq	%rbx, %rbx
	tell	%rbx
	sys	RT_SIGPROCMASK, 0, 0, word, 8
	movq	word(%rip), %rax
	tell	%rax
	decl	depth(%rip)
	js	1f
	movl	$GETTID, %eax
	syscall
	movl	%eax, %edi
	movl	again(%rip), %esi
	movl	$TKILL, %eax
	syscall
1:	ret
.data
.balign 8
stack:		.quad room, 0, 0x20000
no_stack:	.quad 0, SS_DISABLE, 0
disarmed:	.quad room, SS_AUTODISARM, 0x20000
at_once:	.quad 0, 0
word:		.quad 0
depth:		.long 0
again:		.long SIGURG
info:		.long 0, 0, -1, 0, 55, 66, 0, 0
		.zero 96
taken:		.zero 128
.bss
.balign 64
room:		.zero 0x20000
room_end:	.zero 64
`;

/** How many programs are tried. */
const RUNS = 8;

/** At first all signals have a handler, so that few programs end early. */
const HANDLERS = SIGNALS.map(number => `action ${number}, handler, SA_SIGINFO`);

test.skipIf(!compares)('random calls around signals do the same on a real kernel', () => {
	fc.assert(fc.property(fc.array(operation, {minLength: 20, maxLength: 60, size: 'max'}), operations => {
		const text = signalProgram([...HANDLERS, ...operations].join('\n'), REST);
		const [real, ours] = [runReally(text), runOurs(text)];
		expect({output: ours.output.toString('hex'), end: ours.end}).toEqual({output: real.output.toString('hex'), end: real.end});
	}), {numRuns: RUNS, seed: 1});
}, 100_000);
