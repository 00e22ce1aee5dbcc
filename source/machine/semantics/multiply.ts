import {Flag, FlagKind} from '../flags.js';
import {type Instruction, OperandKind, type Ops, type SemanticTable} from '../ops.js';
import {Register} from '../registers.js';

/**
 * CF and OF: whether the product needs more than its lower half. The others are undefined; processors derive SF and PF
 * from the lower half and clear ZF and AF.
 */
function noteOverflow<V, C>(o: Ops<V, C>, low: V, high: V, bits: number, signed: boolean): void {
	o.noteFlags(FlagKind.LOGIC, bits, low, low, low);
	const fits = signed ? o.equal(high, o.shiftRightArithmetic(low, o.constant(BigInt(bits - 1), 8), bits)) : o.isZero(high);
	o.setFlags(Flag.CF | Flag.OF | Flag.ZF, o.select(fits, o.constant(0n, 64), o.constant(Flag.CF | Flag.OF, 64)));
}

/** Writes a double-width number to where `mul` and `div` have it: ah:al, or the data register and the accumulator. */
function setPair<V, C>(o: Ops<V, C>, bits: number, high: V, low: V): void {
	o.setRegister(Register.RAX, bits, low);
	if (bits === 8) o.setRegister(Register.RAX, 8, high, true);
	else o.setRegister(Register.RDX, bits, high);
}

/** The accumulator times an operand, in double width. */
const multiplyWide = (signed: boolean) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => {
		const {bits} = i;
		const a = o.register(Register.RAX, bits);
		const b = o.read(i.d, bits);
		const low = o.multiply(a, b, bits);
		const high = o.multiplyHigh(a, b, bits, signed);
		setPair(o, bits, high, low);
		noteOverflow(o, low, high, bits, signed);
	};

/** A double-width number through an operand: quotient and remainder. All flags are undefined; they are kept. */
const divide = (signed: boolean) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => {
		const {bits} = i;
		const divisor = o.read(i.d, bits);
		const high = bits === 8 ? o.register(Register.RAX, 8, true) : o.register(Register.RDX, bits);
		const [quotient, remainder] = o.divide(high, o.register(Register.RAX, bits), divisor, bits, signed);
		setPair(o, bits, remainder, quotient);
	};

/** The forms of imul with two or three operands: the product is cut to the operands' width. */
function multiplyInto<V, C>(o: Ops<V, C>, i: Instruction): void {
	const {bits} = i;
	const three = i.t.kind !== OperandKind.NONE;
	const a = o.read(three ? i.s : i.d, bits);
	const b = o.read(three ? i.t : i.s, bits);
	const low = o.multiply(a, b, bits);
	o.write(i.d, bits, low);
	o.noteFlags(FlagKind.MUL, bits, low, a, b);
}

const multiplySigned = multiplyWide(true);

/** Multiplication and division (SDM vol. 1, 7.3.2). */
export const MULTIPLY: SemanticTable = {
	mul: multiplyWide(false),
	imul<V, C>(o: Ops<V, C>, i: Instruction) {
		if (i.s.kind === OperandKind.NONE) multiplySigned(o, i);
		else multiplyInto(o, i);
	},
	div: divide(false),
	idiv: divide(true),
};
