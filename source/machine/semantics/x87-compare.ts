import {compare} from '../float/arithmetic.js';
import {type Float, FloatKind, isNaN, zero} from '../float/float.js';
import {FloatFlag} from '../float/format.js';
import {ARITHMETIC_FLAGS} from '../flags.js';
import {Cell} from '../layout.js';
import {type Instruction, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import {orderFlags} from './sse-float.js';
import type {SystemSemantic, SystemTable} from './system-table.js';
import {memoryInteger} from './x87-arithmetic.js';
import {beginX87, endX87, isRefused, memoryNumber, noteDenormals, noteInvalid, number, stackFault, type X87Context} from './x87-numeric.js';
import {CONDITION_CODES, getRegister, isEmpty, pop, Status, x87} from './x87-state.js';

/** Where a comparison's answer goes. */
type Tell = (cpu: Processor, order: number | undefined) => void;

function toConditionCodes(cpu: Processor, order: number | undefined): void {
	const codes = order === undefined ? Status.C3 | Status.C2 | Status.C0 : order < 0 ? Status.C0 : order === 0 ? Status.C3 : 0n;
	cpu.cells[Cell.X87_STATUS] = (cpu.cells[Cell.X87_STATUS] & ~CONDITION_CODES) | codes;
}

const toFlags: Tell = (cpu, order) => cpu.ops.setFlags(ARITHMETIC_FLAGS, orderFlags(order));

/** -1, 0, 1, or undefined for operands without an order. */
function orderOf(context: X87Context, a: Float, b: Float, quietRaises: boolean): number | undefined {
	const unordered = isNaN(a) || isNaN(b) || a.kind === FloatKind.UNSUPPORTED || b.kind === FloatKind.UNSUPPORTED;
	if (!unordered) {
		noteDenormals(a, b);
		return compare(a, b);
	}

	noteInvalid(a);
	noteInvalid(b);
	if (quietRaises) context.flags |= FloatFlag.INVALID;
	return undefined;
}

/** The second operand of a comparison; undefined if it is an empty register. */
type Second = (cpu: Processor, i: Instruction) => Float | undefined;

const fromStack = (cpu: Processor, index: number): Float | undefined => (isEmpty(cpu, index) ? undefined : number(cpu, index));

/** Compares st(0) with another operand, and pops. */
const comparison = (second: Second, tell: Tell, quietRaises: boolean, pops: number): SystemSemantic => x87((cpu, i) => {
	const b = second(cpu, i);
	const context = beginX87(cpu);
	let order: number | undefined;
	if (b === undefined || isEmpty(cpu, 0)) stackFault(false);
	else order = orderOf(context, number(cpu, 0), b, quietRaises);
	endX87(cpu);
	if (isRefused()) return;
	tell(cpu, order);
	for (let count = 0; count < pops; count++) pop(cpu);
});

const registerOrMemory: Second = (cpu, i) => (i.d.kind === OperandKind.MEMORY ? memoryNumber(cpu, i.d) : fromStack(cpu, i.s.register));
const register: Second = (cpu, i) => fromStack(cpu, i.s.register);
const integer: Second = (cpu, i) => memoryInteger(cpu, i.d);
const next: Second = cpu => fromStack(cpu, 1);
const nothing: Second = () => zero(false);

/** What `fxam` answers for each kind of number. */
const CLASSES = new Map<number, bigint>([
	[FloatKind.UNSUPPORTED, 0n],
	[FloatKind.QUIET_NAN, Status.C0],
	[FloatKind.SIGNALING_NAN, Status.C0],
	[FloatKind.FINITE, Status.C2],
	[FloatKind.INFINITE, Status.C2 | Status.C0],
	[FloatKind.ZERO, Status.C3],
]);

const EMPTY_CLASS = Status.C3 | Status.C0;
const DENORMAL_CLASS = Status.C3 | Status.C2;

/** fxam: the kind of st(0) to C3, C2 and C0, its sign to C1. */
const examine = x87(cpu => {
	const value = number(cpu, 0);
	const kind = isEmpty(cpu, 0) ? EMPTY_CLASS : value.denormal ? DENORMAL_CLASS : CLASSES.get(value.kind) ?? 0n;
	const sign = (getRegister(cpu, 0).signExponent & 0x8000n) === 0n ? 0n : Status.C1;
	cpu.cells[Cell.X87_STATUS] = (cpu.cells[Cell.X87_STATUS] & ~CONDITION_CODES) | kind | sign;
});

/** Comparisons and tests (SDM vol. 1, 8.3.6). */
export const X87_COMPARE: SystemTable = {
	fcom: comparison(registerOrMemory, toConditionCodes, true, 0),
	fcomp: comparison(registerOrMemory, toConditionCodes, true, 1),
	fcompp: comparison(next, toConditionCodes, true, 2),
	fucom: comparison(register, toConditionCodes, false, 0),
	fucomp: comparison(register, toConditionCodes, false, 1),
	fucompp: comparison(next, toConditionCodes, false, 2),
	ficom: comparison(integer, toConditionCodes, true, 0),
	ficomp: comparison(integer, toConditionCodes, true, 1),
	fcomi: comparison(register, toFlags, true, 0),
	fcomip: comparison(register, toFlags, true, 1),
	fucomi: comparison(register, toFlags, false, 0),
	fucomip: comparison(register, toFlags, false, 1),
	ftst: comparison(nothing, toConditionCodes, true, 0),
	fxam: examine,
};
