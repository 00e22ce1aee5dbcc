/**
 * Programs that ask for anything: every number, with every kind of argument. Whatever they do, the run ends with an exit,
 * a signal, tasks that wait or the step limit; the kernel never gives up, and nothing here throws.
 */
import {expect, test} from 'vitest';
import {ADDRESSES} from '../../source/kernel/constants.js';
import {IMPLEMENTED} from '../../source/kernel/implemented.js';
import {buildKernel, type KernelOptions} from '../../source/kernel/kernel.js';
import {boot} from '../../source/kernel/loader.js';
import {NR_SYSCALLS, syscallNumber} from '../../source/kernel/syscall-table.js';
import {type Image, SymbolTable} from '../../source/program/image.js';
import {type Outcome, outcomeOf} from '../../source/trace/outcome.js';
import {imageOf} from '../support/machines.js';
import {Prng} from '../support/prng.js';

const MEMORY = 8 * 1024 * 1024;

/** Calls that one program makes, at most; a signal or a call that waits for ever may end it earlier. */
const BATCH = 64;

/** Bytes of a call in the program's table: the number and six arguments. */
const CALL_SIZE = 56;

/** Bytes that arguments point into. */
const BUFFER_SIZE = 8192;

/** Makes the calls of a table one after the other. */
const CALLER = imageOf(`
	.globl _start
_start:
	leaq table(%rip), %rbx
	movl $${BATCH}, %ebp
1:	movq (%rbx), %rax
	movq 8(%rbx), %rdi
	movq 16(%rbx), %rsi
	movq 24(%rbx), %rdx
	movq 32(%rbx), %r10
	movq 40(%rbx), %r8
	movq 48(%rbx), %r9
	addq $${CALL_SIZE}, %rbx
	syscall
	decl %ebp
	jnz 1b
	movl $231, %eax
	xorl %edi, %edi
	syscall
	.section .rodata
path:	.asciz "/tmp/file"
	.data
	.balign 4096
buffer:	.zero ${BUFFER_SIZE}
table:	.zero ${BATCH * CALL_SIZE}
`);

const symbols = new SymbolTable(CALLER.symbols);
const at = (label: string): bigint => symbols.addressOf(label) ?? 0n;

/** Calls that end the program or make it wait for ever: they come, but seldom. */
const SELDOM: ReadonlySet<string> = new Set([
	'exit', 'exit_group', 'pause', 'rt_sigsuspend', 'rt_sigreturn', 'rt_sigtimedwait', 'execve', 'kill', 'tkill', 'tgkill', 'fork', 'vfork', 'clone',
	'nanosleep', 'clock_nanosleep', 'poll', 'ppoll', 'munmap', 'mprotect', 'mremap', 'close_range', 'alarm', 'setitimer',
]);

function callNumber(random: Prng): bigint {
	if (random.once(12)) return random.word();
	if (random.once(10)) return BigInt(random.below(NR_SYSCALLS + 8));
	const name = random.pick(IMPLEMENTED);
	return BigInt(syscallNumber(SELDOM.has(name) && !random.once(6) ? 'getpid' : name));
}

/** Arguments of every kind: small numbers, flags, addresses good, bad and on the border, numbers of all sizes. */
const ARGUMENTS: readonly ((random: Prng) => bigint)[] = [
	() => 0n,
	random => BigInt(random.below(8)),
	random => BigInt(random.below(8)),
	random => BigInt(random.below(4096)),
	random => 1n << BigInt(random.below(64)),
	random => at('buffer') + BigInt(random.below(BUFFER_SIZE)),
	random => at('buffer') + BigInt(random.below(BUFFER_SIZE / 8) * 8),
	() => at('buffer'),
	() => at('table') + BigInt(BATCH * CALL_SIZE) + 4092n,
	() => at('path'),
	() => at('_start'),
	() => ADDRESSES.TASK_SIZE_MAX - 8n,
	() => ADDRESSES.TASK_SIZE_MAX,
	random => ADDRESSES.PAGE_OFFSET + BigInt(random.below(1 << 22)),
	() => ADDRESSES.KERNEL_TEXT,
	() => 0x8000_0000_0000_0000n,
	random => BigInt.asUintN(64, -BigInt(random.below(200))),
	random => BigInt(random.bits()),
	random => random.word(),
];

const argument = (random: Prng): bigint => random.pick(ARGUMENTS)(random);

/** The program with a table and a buffer of its own. */
function wildProgram(random: Prng): Image {
	const words = [
		...Array.from({length: BUFFER_SIZE / 8}, () => (random.once(3) ? argument(random) : 0n)),
		...Array.from({length: BATCH}, () => [callNumber(random), ...Array.from({length: 6}, () => argument(random))]).flat(),
	];
	const bytes = new Uint8Array(BigUint64Array.from(words).buffer);
	return {...CALLER, segments: CALLER.segments.map(segment => (segment.address === at('buffer') ? {...segment, bytes} : segment))};
}

const KERNELS: readonly KernelOptions[] = [{}, {isolation: true}, {entryStack: false}, {door80: true}];

/** Runs one program: how many calls it made, and how it ended. */
function wildRun(seed: number): {readonly made: number; readonly outcome: Outcome; readonly words: string} {
	const kernel = buildKernel(KERNELS[seed % KERNELS.length]);
	const machine = boot(kernel, wildProgram(new Prng(seed)), {memory: MEMORY, seed: BigInt(seed), populate: seed % 3 !== 0, input: Uint8Array.of(104, 105, 10)});
	let made = 0;
	machine.listen({mark: ({kind}) => void (made += kind === 'syscall' ? 1 : 0)});
	const stop = machine.run(3_000_000);
	return {made, outcome: outcomeOf(machine, kernel, stop), words: Buffer.from(machine.serial.output).toString('latin1')};
}

/** Calls that are made, all programs together. */
const CALLS = 20_000;

test(`${CALLS} calls with any number and any arguments leave the kernel in order`, () => {
	const ends = new Map<string, number>();
	let made = 0;
	for (let seed = 1; made < CALLS; seed++) {
		const run = wildRun(seed);
		const {kind} = run.outcome;
		expect(kind, `seed ${seed}: ${run.words.slice(-200)}`).toMatch(/^(?:exited|killed|waits|step-limit)$/);
		ends.set(kind, (ends.get(kind) ?? 0) + 1);
		made += run.made;
	}

	// The programs get far enough to mean something, and end in more than one way.
	expect(ends.get('exited') ?? 0).toBeGreaterThan(50);
	expect(ends.get('killed') ?? 0).toBeGreaterThan(10);
}, 120_000);

const LOOPS: readonly (readonly [what: string, text: string, kinds: readonly string[]])[] = [
	['goes round and round', '1: jmp 1b', ['step-limit']],
	['forks without end', '1: movl $57, %eax\nsyscall\njmp 1b', ['step-limit']],
	['forks and exits without end', '1: movl $57, %eax\nsyscall\ntestl %eax, %eax\njnz 1b\nmovl $60, %eax\nsyscall', ['step-limit']],
	['makes threads without end', '1: movl $56, %eax\nmovl $0x10f00, %edi\nleaq -4096(%rsp), %rsi\nsyscall\njmp 1b', ['step-limit', 'killed']],
	['maps without end', '1: movl $9, %eax\nxorl %edi, %edi\nmovl $0x1000000, %esi\nmovl $3, %edx\nmovl $0x8022, %r10d\nmovq $-1, %r8\nxorl %r9d, %r9d\nsyscall\njmp 1b', ['step-limit']],
	['touches memory without end', '1: pushq $1\njmp 1b', ['killed', 'step-limit']],
	['opens pipes without end', '1: movl $22, %eax\nleaq -64(%rsp), %rdi\nsyscall\njmp 1b', ['step-limit']],
	['raises brk without end', 'xorl %edi, %edi\n1: movl $12, %eax\nsyscall\nleaq 0x100000(%rax), %rdi\njmp 1b', ['step-limit']],
	['writes without end', '1: movl $1, %eax\nmovl $1, %edi\nleaq _start(%rip), %rsi\nmovl $64, %edx\nsyscall\njmp 1b', ['step-limit']],
];

test.each(LOOPS)('a program that %s ends with a signal or at the step limit', (_, text, kinds) => {
	for (const options of [{}, {isolation: true}]) {
		const kernel = buildKernel(options);
		const machine = boot(kernel, imageOf(`.globl _start\n_start:\n${text}`), {memory: MEMORY, populate: false});
		expect(kinds).toContain(outcomeOf(machine, kernel, machine.run(3_000_000)).kind);
	}
});
