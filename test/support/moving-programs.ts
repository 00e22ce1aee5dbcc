import {Prng} from './prng.js';
import {program} from './programs.js';

/** Registers that the lines of a program may change; rsp, rbp (the data), r14 (more data) and r15 (the loop) have their own work. */
const REGISTERS = [
	['rax', 'eax', 'ax', 'al'], ['rbx', 'ebx', 'bx', 'bl'], ['rcx', 'ecx', 'cx', 'cl'], ['rdx', 'edx', 'dx', 'dl'], ['rsi', 'esi', 'si', 'sil'],
	['rdi', 'edi', 'di', 'dil'], ['r8', 'r8d', 'r8w', 'r8b'], ['r9', 'r9d', 'r9w', 'r9b'], ['r10', 'r10d', 'r10w', 'r10b'], ['r11', 'r11d', 'r11w', 'r11b'],
	['r12', 'r12d', 'r12w', 'r12b'], ['r13', 'r13d', 'r13w', 'r13b'],
] as const;

const WIDTHS = ['q', 'l', 'w', 'b'] as const;
const CONDITIONS = ['e', 'ne', 'b', 'a', 'l', 'ge', 's', 'o'] as const;
const SHIFTS = ['shl', 'shr', 'sar', 'rol', 'ror', 'rcl', 'rcr'] as const;
const ARITHMETIC = ['add', 'sub', 'adc', 'sbb', 'xor', 'and', 'or', 'cmp', 'test'] as const;

/** One line, or a few that belong together, that move values about: in every width, between registers, memory, stack and vectors. */
function lines(random: Prng): string {
	const width = random.below(4);
	const suffix = WIDTHS[width];
	const wide = random.below(2);
	const a = random.pick(REGISTERS);
	const b = random.pick(REGISTERS);
	const place = `${random.below(200)}(%rbp)`;
	const operand = random.once(2) ? place : `%${b[width]}`;
	const vector = `%xmm${random.below(4)}`;
	const condition = random.pick(CONDITIONS);
	return random.pick([
		`mov${suffix} %${a[width]}, ${place}`,
		`mov${suffix} ${place}, %${b[width]}`,
		`mov${suffix} %${a[width]}, %${b[width]}`,
		`mov${suffix} $${random.below(100)}, ${operand}`,
		`movzb${WIDTHS[wide]} ${place}, %${a[wide]}`,
		`movzw${WIDTHS[wide]} %${a[2]}, %${b[wide]}`,
		`movsb${WIDTHS[wide]} ${place}, %${a[wide]}`,
		`movslq ${place}, %${a[0]}`,
		`xchg${suffix} %${a[width]}, ${operand}`,
		`pushq %${a[0]}\npopq ${place}`,
		`pushq ${place}\npopq %${b[0]}`,
		`cmov${condition}${WIDTHS[wide]} %${a[wide]}, %${b[wide]}`,
		`set${condition} %${a[3]}`,
		`set${condition} ${place}`,
		`movq %${b[0]}, %rcx\n${random.pick(SHIFTS)}${suffix} %cl, %${a[width]}`,
		`xorl %ecx, %ecx\n${random.pick(SHIFTS)}${suffix} %cl, ${place}`,
		`${random.pick(SHIFTS)}${suffix} $${random.below(8)}, %${a[width]}`,
		`shld${WIDTHS[wide]} %cl, %${a[wide]}, %${b[wide]}`,
		`bswap${WIDTHS[wide]} %${a[wide]}`,
		`xadd${suffix} %${a[width]}, ${operand}`,
		`cmpxchg${suffix} %${a[width]}, ${operand}`,
		`leaq ${random.below(100)}(%rbp), %rsi\nleaq ${random.below(100)}(%r14), %rdi\nmovl $${random.below(20)}, %ecx\nrep movs${suffix}`,
		`leaq ${random.below(100)}(%rbp), %rsi\nlods${suffix}`,
		`leaq ${random.below(100)}(%rbp), %rdi\nmovl $${random.below(9)}, %ecx\n${random.pick(['repne scasb', 'rep stosq', 'repe scasb'])}`,
		`movups ${place}, ${vector}`,
		`movups ${vector}, ${place}`,
		`movq %${a[0]}, ${vector}`,
		`movq ${vector}, %${a[0]}`,
		`movd %${a[1]}, ${vector}`,
		`movhps ${vector}, ${place}`,
		`paddq %xmm1, ${vector}`,
		`leaq ${random.below(64)}(%${a[0]},%${b[0]}), %${random.pick(REGISTERS)[0]}`,
		`leaq data(%rip), %${a[0]}`,
		`bsf${WIDTHS[wide]} %${a[wide]}, %${b[wide]}`,
		`btsq $${random.below(64)}, %${a[0]}`,
		`pushfq\npopq %${a[0]}`,
		'lahf\nsahf',
		`mul${suffix} %${a[width]}`,
		`imulq %${a[0]}, %${b[0]}`,
		'call routine',
		'movb %ah, %bl\nmovb %dl, %ch',
		'cltq\ncqto',
		`xor${WIDTHS[wide]} %${a[wide]}, %${a[wide]}`,
		// A system call takes many steps, so there are few.
		...(random.once(4) ? [
			`movl $${random.pick([39, 24, 186, 1000])}, %eax\nsyscall`,
			`movl $1, %eax\nmovl $1, %edi\nleaq ${random.below(100)}(%rbp), %rsi\nmovl $${random.below(4)}, %edx\nsyscall`,
		] : []),
		`${random.pick(ARITHMETIC)}${suffix} %${a[width]}, ${operand}`,
	]);
}

/** A program that moves random values about in a loop that never ends; none of it faults. */
export function movingProgram(seed: number): string {
	const random = new Prng(seed);
	const body = Array.from({length: 60}, () => lines(random)).join('\n');
	return program(
		`leaq data(%rip), %rbp\nleaq more(%rip), %r14\nagain: incq %r15\n${body}\njmp again`,
		'.text\nroutine: pushq %rbx\nmovq %rsp, %rbx\nmovl $7, -16(%rbx)\npopq %rbx\nret\n.data\ndata: .fill 64, 8, 0x1122334455667788\nmore: .zero 0x1000',
	);
}
