import {add, type Binary, divide, multiply, squareRoot, subtract, type Unary} from '../float/arithmetic.js';
import {unpackExtended} from '../float/extended.js';
import type {Float} from '../float/float.js';
import {fromInteger} from '../float/integer.js';
import {type Instruction, type Operand, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import type {SystemSemantic, SystemTable} from './system-table.js';
import {beginX87, endX87, isRefused, memoryNumber, operate, operateOnStack, stackFault, toRegister} from './x87-numeric.js';
import {getRegister, isEmpty, pop, setRegister, x87} from './x87-state.js';

/** A memory operand that is a signed integer, as a number. */
export const memoryInteger = (cpu: Processor, operand: Operand): Float =>
	fromInteger(BigInt.asIntN(operand.bits, cpu.ops.read(operand, operand.bits)));

/** Rounds a result to the precision control, writes it unless an exception forbids, and pops. */
function conclude(cpu: Processor, target: number, value: Float, precision: number, pops: boolean): void {
	const result = toRegister(value, precision);
	endX87(cpu);
	if (isRefused()) return;
	setRegister(cpu, target, result);
	if (pops) pop(cpu);
}

/** st(0) and memory. */
const withMemory = (compute: Binary, read: (cpu: Processor, operand: Operand) => Float): SystemSemantic => x87((cpu, i) => {
	const operand = read(cpu, i.d);
	const context = beginX87(cpu);
	const value = isEmpty(cpu, 0) ? stackFault(false) : operate(unpackExtended(getRegister(cpu, 0)), operand, compute);
	conclude(cpu, 0, value, context.precision, false);
});

/** Two registers, one of them st(0); the first is the destination. */
const withRegister = (compute: Binary, pops: boolean): SystemSemantic => x87((cpu, i) => {
	const context = beginX87(cpu);
	conclude(cpu, i.d.register, operateOnStack(cpu, i.d.register, i.s.register, compute), context.precision, pops);
});

const eitherForm = (compute: Binary): SystemSemantic => {
	const memory = withMemory(compute, memoryNumber);
	const register = withRegister(compute, false);
	return (cpu: Processor, i: Instruction) => (i.d.kind === OperandKind.MEMORY ? memory : register)(cpu, i);
};

const reversed = (compute: Binary): Binary => (context, a, b) => compute(context, b, a);

/** The six operations, by the middle of their names. */
const OPERATIONS: Readonly<Record<string, Binary>> = {
	add,
	mul: multiply,
	sub: subtract,
	subr: reversed(subtract),
	div: divide,
	divr: reversed(divide),
};

const FORMS = Object.fromEntries(Object.entries(OPERATIONS).flatMap(([name, compute]) => [
	[`f${name}`, eitherForm(compute)] as const,
	[`f${name}p`, withRegister(compute, true)] as const,
	[`fi${name}`, withMemory(compute, memoryInteger)] as const,
]));

/** An operation on st(0) alone. */
export const onTop = (compute: Unary, limited: boolean): SystemSemantic => x87(cpu => {
	const context = beginX87(cpu);
	conclude(cpu, 0, operateOnStack(cpu, 0, 0, (c, a) => compute(c, a)), limited ? context.precision : 64, false);
});

/** An operation on st(0) and st(1) whose result replaces st(0), or st(1) which becomes the top. */
export const onTopTwo = (compute: Binary, pops: boolean): SystemSemantic => x87(cpu => {
	beginX87(cpu);
	conclude(cpu, pops ? 1 : 0, operateOnStack(cpu, 0, 1, compute), 64, pops);
});

/** Basic arithmetic (SDM vol. 1, 8.3.5), rounded to the precision control. */
export const X87_ARITHMETIC: SystemTable = {
	...FORMS,
	fsqrt: onTop(squareRoot, true),
};
