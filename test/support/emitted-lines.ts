/** Random instructions, each alone or with a few that belong to it: none of them faults, and the stack stays as it was. */
import {type Operands, SUFFIX, WIDE, WIDTHS} from './emitted-operands.js';
import {vectorLine} from './emitted-vector-lines.js';

/** The sixteen conditions. */
export const CONDITIONS = ['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g'] as const;

const TWO_OPERANDS = ['add', 'sub', 'adc', 'sbb', 'and', 'or', 'xor', 'cmp', 'test', 'mov', 'add', 'sub', 'cmp', 'cmp', 'test'] as const;
const ONE_OPERAND = ['inc', 'dec', 'neg', 'not'] as const;
const SHIFTS = ['shl', 'shr', 'sar', 'rol', 'ror', 'rcl', 'rcr'] as const;
const COUNTS = [0, 1, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64] as const;

type Line = (o: Operands) => string;

const twoOperands: Line = o => {
	const {random} = o;
	const name = random.pick(TWO_OPERANDS);
	const width = random.pick(WIDTHS);
	const operation = `${name}${SUFFIX[width]}`;
	const {before, operand} = o.memory();
	switch (random.below(6)) {
		case 0:
		case 1:
			return `${operation} ${o.register(width)}, ${o.register(width)}`;
		case 2:
			return `${operation} ${o.immediate(width)}, ${o.register(width)}`;
		case 3:
			return `${before}${operation} ${o.register(width)}, ${operand}`;
		case 4:
			return name === 'test' ? `${before}${operation} ${o.register(width)}, ${operand}` : `${before}${operation} ${operand}, ${o.register(width)}`;
		default:
			return `${before}${operation} ${o.immediate(width)}, ${operand}`;
	}
};

const highBytes: Line = o => {
	const {random} = o;
	const [one, other] = o.highBytes();
	const {before, operand} = o.plainMemory();
	const name = random.pick(TWO_OPERANDS);
	return random.pick([
		`${name}b ${one}, ${other}`,
		`${name}b ${o.immediate(1)}, ${one}`,
		`${before}${name}b ${one}, ${operand}`,
		`${random.pick(ONE_OPERAND)}b ${one}`,
		`${random.pick(SHIFTS)}b $${random.pick(COUNTS)}, ${one}`,
		`${random.pick(SHIFTS)}b %cl, ${one}`,
		`xchgb ${one}, ${other}`,
		`xaddb ${one}, ${other}`,
		`cmpxchgb ${one}, ${other}`,
		`set${random.pick(CONDITIONS)} ${one}`,
		`movzbl ${one}, %e${random.pick(['ax', 'bx', 'cx', 'dx', 'si'])}`,
		`movsbw ${one}, %${random.pick(['ax', 'bx', 'cx', 'dx', 'si'])}`,
		`${random.pick(['mul', 'imul'])}b ${one}`,
		`${before}movb ${operand}, ${one}`,
	]);
};

/** An operand to be changed: a register or a place, with what must come before. */
function target(o: Operands, width: number): readonly [before: string, operand: string] {
	if (!o.random.once(3)) return ['', o.register(width)];
	const {before, operand} = o.memory();
	return [before, operand];
}

const oneOperand: Line = o => {
	const width = o.random.pick(WIDTHS);
	const [before, operand] = target(o, width);
	return `${before}${o.random.pick(ONE_OPERAND)}${SUFFIX[width]} ${operand}`;
};

const shift: Line = o => {
	const {random} = o;
	const width = random.pick(WIDTHS);
	const [before, operand] = target(o, width);
	const name = `${random.pick(SHIFTS)}${SUFFIX[width]}`;
	switch (random.below(4)) {
		case 0:
			return `${before}${name} $${random.pick(COUNTS)}, ${operand}`;
		case 1:
			return `${before}${name} $1, ${operand}`;
		case 2:
			return `movb $${random.pick(COUNTS)}, %cl\n${before}${name} %cl, ${operand}`;
		default:
			return `${before}${name} %cl, ${operand}`;
	}
};

const doubleShift: Line = o => {
	const {random} = o;
	const width = random.pick(WIDE);
	const [before, operand] = target(o, width);
	// Of counts beyond the width of 16 bits the manual says nothing.
	const count = random.once(2) ? `$${random.below(width === 2 ? 17 : 64)}` : '%cl';
	return `${width === 2 && count === '%cl' ? 'andb $15, %cl\n' : ''}${before}sh${random.pick(['l', 'r'])}d${SUFFIX[width]} ${count}, ${o.register(width)}, ${operand}`;
};

const multiply: Line = o => {
	const {random} = o;
	const width = random.pick(WIDE);
	const any = random.pick(WIDTHS);
	const [before, operand] = target(o, width);
	const [beforeAny, operandAny] = target(o, any);
	return random.pick([
		`${beforeAny}mul${SUFFIX[any]} ${operandAny}`,
		`${beforeAny}imul${SUFFIX[any]} ${operandAny}`,
		`${before}imul${SUFFIX[width]} ${operand}, ${o.register(width)}`,
		`${before}imul${SUFFIX[width]} ${o.immediate(width)}, ${operand}, ${o.register(width)}`,
	]);
};

const bits: Line = o => {
	const {random} = o;
	const width = random.pick(WIDE);
	const {before, operand} = o.memory();
	const suffix = SUFFIX[width];
	const name = random.pick(['bt', 'bts', 'btr', 'btc']);
	// The bit number: the register's low byte, with its sign, so that the place stays near.
	const number = `movsb${suffix} %dl, ${width === 2 ? '%dx' : width === 4 ? '%edx' : '%rdx'}\n`;
	return random.pick([
		`${name}${suffix} $${random.below(80)}, ${o.register(width)}`,
		`${name}${suffix} ${o.register(width)}, ${o.register(width)}`,
		`${before}${name}${suffix} $${random.below(80)}, ${operand}`,
		`leaq ${random.below(0x1000) - 0x800}(%r15), %rsi\n${number}${name}${suffix} ${width === 2 ? '%dx' : width === 4 ? '%edx' : '%rdx'}, (%rsi)`,
		`bs${random.pick(['f', 'r'])}${suffix} ${o.register(width)}, ${o.register(width)}`,
		`${before}bs${random.pick(['f', 'r'])}${suffix} ${operand}, ${o.register(width)}`,
	]);
};

const exchange: Line = o => {
	const {random} = o;
	const width = random.pick(WIDTHS);
	const suffix = SUFFIX[width];
	const [before, operand] = target(o, width);
	const {before: beforePair, operand: pair} = o.memory();
	return random.pick([
		`${before}xchg${suffix} ${o.register(width)}, ${operand}`,
		`${before}xadd${suffix} ${o.register(width)}, ${operand}`,
		`${before}cmpxchg${suffix} ${o.register(width)}, ${operand}`,
		`${before}mov${suffix} ${operand}, ${['', '%al', '%ax', '', '%eax', '', '', '', '%rax'][width]}\n${before}cmpxchg${suffix} ${o.register(width)}, ${operand}`,
		`${beforePair}cmpxchg8b ${pair}`,
		`cmpxchg16b ${16 * random.below(100)}(%r15)`,
		`${beforePair}lock addl $3, ${pair}`,
	]);
};

const flagWords: Line = o => {
	const {random} = o;
	// Only the arithmetic flags.
	const word = random.bits() & 0x8d5;
	return random.pick([
		`pushq $${word | 0x202}\npopfq`,
		`pushfq\npopq ${o.register(8)}`,
		`pushfq\nxorl $${word}, (%rsp)\npopfq`,
		'lahf',
		'sahf',
		`movb $${word & 0xd5}, %ah\nsahf`,
		'clc', 'stc', 'cmc',
	]);
};

const move: Line = o => {
	const {random} = o;
	const width = random.pick(WIDTHS);
	const wide = random.pick(WIDE);
	const to = random.pick([4, 8]);
	const {before, operand} = o.memory();
	return random.pick([
		`${before}mov${SUFFIX[width]} ${operand}, ${o.register(width)}`,
		`${before}mov${SUFFIX[width]} ${o.register(width)}, ${operand}`,
		`movabsq $${o.word()}, ${o.register(8)}`,
		`movl $${random.bits()}, ${o.register(4)}`,
		`mov${random.pick(['z', 's'])}b${SUFFIX[wide]} ${o.register(1)}, ${o.register(wide)}`,
		`mov${random.pick(['z', 's'])}w${SUFFIX[to]} ${o.register(2)}, ${o.register(to)}`,
		`${before}mov${random.pick(['z', 's'])}b${SUFFIX[wide]} ${operand}, ${o.register(wide)}`,
		`${before}mov${random.pick(['z', 's'])}w${SUFFIX[to]} ${operand}, ${o.register(to)}`,
		`movslq ${o.register(4)}, ${o.register(8)}`,
		`${before}movslq ${operand}, ${o.register(8)}`,
		`${before}lea${SUFFIX[wide]} ${operand}, ${o.register(wide)}`,
		`lea${SUFFIX[wide]} ${random.below(99)}(${o.register(8)},${o.register(8)},${random.pick([1, 2, 4, 8])}), ${o.register(wide)}`,
		`leal ${random.below(99)}(${o.register(4)},${o.register(4)},2), ${o.register(4)}`,
		`bswap${SUFFIX[to]} ${o.register(to)}`,
		`leaq ${random.below(0x100)}(%r15), %rbx\nxlatb`,
		random.pick(['cbtw', 'cwtl', 'cltq', 'cwtd', 'cltd', 'cqto']),
		`${before}movnti ${o.register(to)}, ${operand}`,
	]);
};

/** Something that goes by the flags. */
export const asking: Line = o => {
	const {random} = o;
	const width = random.pick(WIDE);
	const condition = random.pick(CONDITIONS);
	const {before, operand} = o.memory();
	return random.pick([
		`set${condition} ${o.register(1)}`,
		`${before}set${condition} ${operand}`,
		`cmov${condition}${SUFFIX[width]} ${o.register(width)}, ${o.register(width)}`,
		`${before}cmov${condition}${SUFFIX[width]} ${operand}, ${o.register(width)}`,
		`adc${SUFFIX[width]} ${o.register(width)}, ${o.register(width)}`,
		`sbb${SUFFIX[width]} ${o.register(width)}, ${o.register(width)}`,
		`rcl${SUFFIX[width]} $1, ${o.register(width)}`,
		`pushfq\npopq ${o.register(8)}`,
		`inc${SUFFIX[width]} ${o.register(width)}\nset${condition} ${o.register(1)}`,
	]);
};

const stack: Line = o => {
	const {random} = o;
	const {before, operand} = o.memory();
	const level = random.once(2) ? 0 : random.below(4);
	return random.pick([
		`pushq ${o.register(8)}\npopq ${o.register(8)}`,
		`pushw ${o.register(2)}\npopw ${o.register(2)}`,
		`pushq $${random.bits() | 0}\npopq ${o.register(8)}`,
		`${before}pushq ${operand}\npopq ${o.register(8)}`,
		`pushq ${o.register(8)}\n${before}popq ${operand.includes('rsp') ? '-8(%rsp)' : operand}`,
		`pushq ${o.register(8)}\npushq ${o.register(8)}\npopq ${o.register(8)}\npopq ${o.register(8)}`,
		`leaq 0x200(%r15), %rbp\nenter $${16 * random.below(8)}, $${level}\nleave`,
		`pushq %rbp\nmovq %rsp, %rbp\nsubq $64, %rsp\nmovq ${o.register(8)}, -24(%rbp)\naddq -24(%rbp), %rax\nleave`,
	]);
};

const string: Line = o => {
	const {random} = o;
	const width = random.pick(WIDTHS);
	const suffix = SUFFIX[width];
	const pointers = `leaq ${random.below(0x1800) - 0x1000}(%r15), %rsi\nleaq ${random.below(0x1800) - 0x1000}(%r15), %rdi\n`;
	const count = `movl $${random.below(40)}, %ecx\n`;
	const name = random.pick(['movs', 'stos', 'lods']);
	const comparing = random.pick(['scas', 'cmps']);
	const body = random.pick([
		`${name}${suffix}`,
		`${name}${suffix}\n${name}${suffix}`,
		`${comparing}${suffix}`,
		`${count}rep ${name}${suffix}`,
		`${count}${random.pick(['repe', 'repne'])} ${comparing}${suffix}`,
		'addr32 lodsb',
	]);
	return random.once(4) ? `${pointers}std\n${body}\ncld` : `${pointers}${body}`;
};

/** A division that can't fail. */
const division: Line = o => {
	const [before, operand] = target(o, 4);
	return o.random.pick([
		`orl $1, %ebx\nxorl %edx, %edx\ndivl %ebx`,
		`orq $1, %rbx\nxorl %edx, %edx\ndivq %rbx`,
		`movl $7, %ebx\ncltd\nidivl %ebx`,
		`movl $-3, %esi\ncltd\nidivl %esi`,
		`movzbl %al, %eax\norb $1, %bl\ndivb %bl`,
		/[er][ad]x/.test(operand) ? 'nop' : `${before}orl $1, ${operand}\nxorl %edx, %edx\n${before}divl ${operand}`,
	]);
};

const LINES: readonly Line[] = [
	twoOperands, twoOperands, twoOperands, twoOperands, twoOperands, highBytes, oneOperand, oneOperand, shift, shift, shift, doubleShift, multiply, multiply, bits, bits,
	exchange, exchange, flagWords, move, move, move, stack, stack, string, vectorLine, division, asking, asking,
];

/** Instructions that set flags. */
const SETTERS: readonly Line[] = [twoOperands, twoOperands, twoOperands, twoOperands, highBytes, oneOperand, oneOperand, shift, doubleShift, multiply, bits, exchange, flagWords, asking];

/** One random line, or a few that belong together. */
export const line: Line = o => (o.vectors && o.random.once(2) ? vectorLine(o) : o.random.pick(LINES)(o));

/** Something that sets flags, perhaps with something behind it that leaves them alone. */
export const setter: Line = o => `${o.random.pick(SETTERS)(o)}${o.random.once(4) ? `\n${move(o)}` : ''}`;

/** Lines that touch no stack and set no flag of the system: for where a fault may come between any two of them. */
export const access: Line = o => o.random.pick([twoOperands, oneOperand, shift, bits, exchange, move])(o);
