/** Random programs with loops, calls, jump tables and faults, which go on for ever. */
import {access, asking, CONDITIONS, line, setter} from './emitted-lines.js';
import {DATA_REACH, Operands, RESUME} from './emitted-operands.js';
import {Prng} from './prng.js';

/** Registers that count loops, by depth. */
const COUNTERS = [['r13', 'r13d'], ['r12', 'r12d']] as const;

const FUNCTIONS = 5;
const TABLE = 4;

/** How a random program is made. */
export interface RandomProgramOptions {
	/** Statements of its outermost loop. */
	readonly statements?: number;
	/** Whether there are faults, which somebody handles by going on at the address at RESUME. */
	readonly faults?: boolean;
	/** Whether many of its instructions are of vector registers. */
	readonly vectors?: boolean;
	/** Instructions that only this program's surroundings allow, one a text. */
	readonly extra?: readonly string[];
}

/** Writes one program. */
class Writer {
	private readonly operands: Operands;
	private labels = 0;
	private tables: string[] = [];

	constructor(
		private readonly random: Prng,
		private readonly options: RandomProgramOptions,
	) {
		this.operands = new Operands(random, options.vectors === true);
	}

	private label(): string {
		return `label${this.labels++}`;
	}

	/** The whole text: `begin`, which never ends, and what it calls. */
	write(): string {
		const {random, options} = this;
		const body = this.statements(options.statements ?? 24, 0);
		const functions = Array.from({length: FUNCTIONS}, (_, number) => this.routine(number)).join('\n');
		return `
begin:	leaq middle(%rip), %r15
	wrfsbase %r15
	wrgsbase %r15
	leaq middle-${DATA_REACH}(%rip), %rdi
	movl $${(2 * DATA_REACH) / 8}, %ecx
	movabsq $${random.word()}, %rax
	movabsq $${random.word() | 5n}, %rbx
1:	stosq
	imulq %rbx, %rax
	addq $${random.below(1000)}, %rax
	loop 1b
	xorl %r14d, %r14d
again:	incq %r14
	movabsq $${random.word() | 1n}, %rax
	imulq %r14, %rax
	xorq %rax, %${random.pick(['rbx', 'rcx', 'rdx', 'rsi', 'r8', 'r10'])}
	movq %rax, ${8 * random.below(900)}(%r15)
${body}
	jmp again
${functions}
	.balign 8
${this.tables.join('\n')}
`;
	}

	/** Ends with a jump to the program's middle of data where that is not known: nothing falls through. */
	private routine(number: number): string {
		const {random} = this;
		const lines = Array.from({length: 1 + random.below(4)}, () => line(this.operands)).join('\n');
		const inner = number + 1 < FUNCTIONS && random.once(2) ? `call function${number + 1}` : '';
		const guarded = `${setter(this.operands)}\nj${random.pick(CONDITIONS)} 1f\n${line(this.operands)}\n1:`;
		return `function${number}:\n${lines}\n${guarded}\n${inner}\nret${number === 0 ? ' $16' : ''}`;
	}

	private statements(count: number, depth: number): string {
		return Array.from({length: count}, () => this.statement(depth)).join('\n');
	}

	private statement(depth: number): string {
		const {random, operands} = this;
		switch (random.below(14)) {
			case 0:
			case 1:
			case 2:
				return this.condition(depth);
			case 3:
			case 4:
				return depth < COUNTERS.length ? this.loop(depth) : this.condition(depth);
			case 5:
				return this.call();
			case 6:
				return this.table(depth);
			case 7:
				return this.options.faults === true && !random.once(3) ? this.fault() : line(operands);
			case 8:
				return this.options.extra === undefined || random.once(2) ? `${setter(operands)}\n${asking(operands)}` : random.pick(this.options.extra);
			case 9:
				return `${setter(operands)}\n${asking(operands)}\n${asking(operands)}`;
			default:
				return line(operands);
		}
	}

	private condition(depth: number): string {
		const {random, operands} = this;
		const [other, end] = [this.label(), this.label()];
		const jump = random.once(12) ? `j${random.pick(['e', 'r'])}cxz` : `j${random.pick(CONDITIONS)}`;
		// jrcxz does not reach far.
		const isNear = jump.endsWith('cxz');
		const inner = (): string => (isNear ? 'incl %ecx' : depth < 2 && random.once(3) ? this.statement(depth + 1) : line(operands));
		return random.once(3)
			? `${setter(operands)}\n${jump} ${end}\n${inner()}\n${end}:`
			: `${setter(operands)}\n${jump} ${other}\n${inner()}\njmp ${end}\n${other}:\n${inner()}\n${end}:`;
	}

	private loop(depth: number): string {
		const {random, operands} = this;
		const [counter, counter32] = COUNTERS[depth];
		const top = this.label();
		const end = this.label();
		const out = random.once(3) ? `${setter(operands)}\nj${random.pick(CONDITIONS)} ${end}` : '';
		const body = this.statements(1 + random.below(4), depth + 1);
		const back = random.pick([
			`decl %${counter32}\njnz ${top}`,
			`subq $1, %${counter}\njg ${top}`,
			`decq %${counter}\ntestq %${counter}, %${counter}\njne ${top}`,
			`leaq -1(%${counter}), %${counter}\ncmpl $0, %${counter32}\nja ${top}`,
			// The nearer jumps go by way of another.
			`movq %${counter}, %rcx\ndecq %${counter}\nloop 1f\njmp ${end}\n1: jmp ${top}`,
			`movl %${counter32}, %ecx\ndecl %${counter32}\n${setter(operands)}\nmovl %${counter32}, %ecx\nincl %ecx\nloop${random.pick(['e', 'ne'])} 1f\njmp ${end}\n1: jmp ${top}`,
		]);
		return `movl $${1 + random.below(depth === 0 ? 12 : 8)}, %${counter32}\n${top}:\n${body}\n${out}\n${back}\n${end}:`;
	}

	private call(): string {
		const {random} = this;
		const number = 1 + random.below(FUNCTIONS - 1);
		return random.pick([
			`call function${number}`,
			`leaq function${number}(%rip), %rax\ncall *%rax`,
			`leaq function${number}(%rip), %rdx\nmovq %rdx, 0x100(%r15)\ncall *0x100(%r15)`,
			'pushq %rax\npushq $7\ncall function0',
			`movl %r14d, %edx\nandl $${TABLE - 1}, %edx\ncall *calls(,%rdx,8)`,
		]);
	}

	private table(depth: number): string {
		const {random, operands} = this;
		const [table, end] = [this.label(), this.label()];
		const cases = Array.from({length: TABLE}, () => this.label());
		this.tables.push(`${table}: .quad ${cases.join(', ')}`);
		const chooser = random.pick(['%r14d', '%ebx', '%r8d']);
		const bodies = cases.map(label => `${label}:\n${depth < 2 && random.once(3) ? this.statement(depth + 1) : line(operands)}\njmp ${end}`).join('\n');
		const jump = random.once(2) ? `jmp *${table}(,%rax,8)` : `movq ${table}(,%rax,8), %rax\njmp *%rax`;
		return `movl ${chooser}, %eax\nandl $${TABLE - 1}, %eax\n${jump}\n${bodies}\n${end}:`;
	}

	/** Something that faults, now or sometimes. */
	private fault(): string {
		const {random, operands} = this;
		const end = this.label();
		const {before, operand} = operands.memory();
		const faulty = random.pick([
			'divl %ebx', 'idivq %rcx', 'divb %bl', 'idivw %si',
			`${before}idivl ${operand}`,
			'xorl %ecx, %ecx\ndivl %ecx',
			'movl $0x10, %ebx\naddl (%rbx), %eax',
			'movabsq $0x800000000000, %rbx\nincq (%rbx)',
			`xorl %esi, %esi\nleaq 64(%r15), %rdi\n${line(operands)}\nmovsq`,
			'ud2',
			'leaq constant(%rip), %rax\nmovq %rax, (%rax)',
			// Data that must be aligned, for a while.
			`pushfq\norl $0x40000, (%rsp)\npopfq\n${access(operands)}\n${access(operands)}`,
			'movabsq $0x8000000000000000, %rdx\njmp *%rdx',
		]);
		const clear = 'pushfq\nandl $~0x40000, (%rsp)\npopfq';
		return `leaq ${end}(%rip), %rax\nmovq %rax, ${RESUME}(%r15)\n${setter(operands)}\n${faulty}\n${end}:\n${clear}`;
	}
}

/** What a random program reads and can't write; it stands among the code. */
const CONSTANTS = `
	.balign 8
constant: .quad 1
calls:	.quad ${Array.from({length: TABLE}, (_, number) => `function${1 + (number % (FUNCTIONS - 1))}`).join(', ')}
`;

/** The data of a random program: two pages on either side of `middle`. */
const DATA = `
	.balign 4096
	.zero ${DATA_REACH}
middle:	.zero ${DATA_REACH}
`;

/** The code of a random program, from its label `begin`, where it finds what faults go on with. */
const randomCode = (seed: number, options: RandomProgramOptions): string => `${new Writer(new Prng(seed), options).write()}${CONSTANTS}`;

/** What the machine around a random program is like. */
export interface SurroundingOptions extends RandomProgramOptions {
	/** The ring that it runs in. */
	readonly ring?: 0 | 3;
	/** Steps from one interrupt of the timer to the next; without it there is none. */
	readonly period?: number;
}

/** A random program as a text for a guest: with handlers of its faults, and perhaps a timer. */
export function randomGuest(seed: number, {ring = 3, period, ...options}: SurroundingOptions = {}): string {
	return `
start:	${period === undefined ? '' : `timer_every ${period}`}
	${ring === 3 ? 'to_user begin' : 'movabsq $USER_STACK, %rsp\npushq $0x202\npopfq\nmovq $begin, %rax\njmp *%rax'}

vector_0:
vector_6:
	pushq	$0
vector_12:
vector_13:
vector_14:
vector_17:
	pushq	%rax
	${ring === 3 ? 'stac' : ''}
	movq	${RESUME}(%r15), %rax
	${ring === 3 ? 'clac' : ''}
	movq	%rax, 16(%rsp)
	popq	%rax
	leaq	8(%rsp), %rsp
	iretq

vector_32:
	incq	ticks(%rip)
	iretq

	.data
ticks:	.quad 0
	.section .userdata,"aw"
${DATA}
	.section .user,"ax"
${randomCode(seed, {faults: true, ...options})}
`;
}

/** Offsets of r15 and rip in a handler's context (struct ucontext). */
const CONTEXT_R15 = 96;
const CONTEXT_RIP = 168;

/** SA_SIGINFO, SA_NODEFER and SA_RESTORER. */
const ACTION_FLAGS = 0x4400_0004;

/** The signals that faults become: SIGILL, SIGBUS, SIGFPE, SIGSEGV. */
const SIGNALS = [4, 7, 8, 11] as const;

/** System calls for random programs: one of no effect, one whose argument the kernel can't read, one that prints. */
const CALLS = [
	'movl $39, %eax\nsyscall',
	'movl $1, %eax\nmovl $1, %edi\nmovl $0x10, %esi\nmovl $5, %edx\nsyscall',
	'movl $1, %eax\nmovl $1, %edi\nleaq 0x100(%r15), %rsi\nmovl $3, %edx\nsyscall',
] as const;

/** A random program under the kernel, which makes signals of its faults. */
export function randomSignalProgram(seed: number, options: RandomProgramOptions = {}): string {
	const actions = SIGNALS.map(signal => `movl $13, %eax\nmovl $${signal}, %edi\nleaq action(%rip), %rsi\nxorl %edx, %edx\nmovl $8, %r10d\nsyscall`).join('\n');
	return `
	.globl _start
	.text
_start:	${actions}
	jmp begin
handler: movq ${CONTEXT_R15}(%rdx), %rax
	movq ${RESUME}(%rax), %rax
	movq %rax, ${CONTEXT_RIP}(%rdx)
	ret
restorer: movl $15, %eax
	syscall
${randomCode(seed, {faults: true, extra: CALLS, ...options})}
	.data
action:	.quad handler, ${ACTION_FLAGS}, restorer, 0
${DATA}
`;
}
