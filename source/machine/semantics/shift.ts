import {Flag, FlagKind} from '../flags.js';
import {type Instruction, OperandKind, type Ops, type SemanticTable} from '../ops.js';

/** The count of a shift: its low five bits, or six for 64-bit operands. */
const countOf = <V, C>(o: Ops<V, C>, count: V, bits: number): V => o.and(count, o.constant(bits === 64 ? 63n : 31n, 8));

const shift = (compute: <V, C>(o: Ops<V, C>, a: V, count: V, bits: number) => V, kind: number) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => {
		const place = o.locate(i.d);
		const a = o.readForWrite(i.d, place, i.bits);
		const count = countOf(o, o.read(i.s, 8), i.bits);
		const result = compute(o, a, count, i.bits);
		o.writeBack(i.d, place, i.bits, result);
		o.when(o.negate(o.isZero(count)), () => o.noteFlags(kind, i.bits, result, a, count));
	};

const bit = <V, C>(o: Ops<V, C>, value: V, position: number): V =>
	o.and(o.shiftRight(value, o.constant(BigInt(position), 64), 64), o.constant(1n, 64));

/** Sets CF and OF from two one-bit values. */
const setCarryOverflow = <V, C>(o: Ops<V, C>, carry: V, overflow: V): void =>
	o.setFlags(Flag.CF | Flag.OF, o.or(carry, o.shiftLeft(overflow, o.constant(11n, 64), 64)));

/**
 * Whether a rotation leaves OF alone. By more than one the manual leaves OF undefined: processors keep it if the count
 * is immediate, and let the first rotation decide if it is in cl.
 */
const keepsOverflow = (i: Instruction): boolean => i.s.kind === OperandKind.IMMEDIATE && (i.s.value & (i.bits === 64 ? 63n : 31n)) !== 1n;

/** rol or ror: by the count modulo the width; CF and OF change if the masked count is not zero. */
const rotate = (left: boolean) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => {
		const {bits} = i;
		const width = o.constant(BigInt(bits), 8);
		const place = o.locate(i.d);
		const a = o.readForWrite(i.d, place, bits);
		const masked = countOf(o, o.read(i.s, 8), bits);
		const count = o.modulo(masked, BigInt(bits));
		const rest = o.modulo(o.subtract(width, count, 8), BigInt(bits));
		const result = o.or(o.shiftLeft(a, left ? count : rest, bits), o.shiftRight(a, left ? rest : count, bits));
		o.writeBack(i.d, place, bits, result);
		o.when(o.negate(o.isZero(masked)), () => {
			const carry = bit(o, result, left ? 0 : bits - 1);
			if (keepsOverflow(i)) o.setFlags(Flag.CF, carry);
			else setCarryOverflow(o, carry, o.xor(bit(o, a, bits - 1), bit(o, a, left ? bits - 2 : 0)));
		});
	};

/** rcl or rcr: a rotation of width + 1 bits, with CF above the operand. The first rotation decides on OF. */
const rotateThroughCarry = (left: boolean) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => {
		const {bits} = i;
		const place = o.locate(i.d);
		const a = o.readForWrite(i.d, place, bits);
		const masked = countOf(o, o.read(i.s, 8), bits);
		const count = o.modulo(masked, BigInt(bits + 1));
		const carry = o.toValue(o.carry());
		const width = o.constant(BigInt(bits), 8);
		const one = o.constant(1n, 8);
		const around = o.subtract(o.add(width, one, 8), count, 8);
		// Of the turned ring of bits: what stays, what comes round, and the old carry between them. A count of zero makes
		// the carry's place and the other part's shift reach the width, where shifts give zero.
		const before = o.subtract(around, one, 8);
		const kept = left ? o.shiftLeft(a, count, bits) : o.shiftRight(a, count, bits);
		const came = left ? o.shiftRight(a, around, bits) : o.shiftLeft(a, around, bits);
		const middle = left ? o.subtract(count, one, 8) : before;
		const turned = o.or(o.or(kept, came), o.truncate(o.shiftLeft(carry, middle, bits), bits));
		const moves = o.negate(o.isZero(count));
		const result = o.select(moves, turned, a);
		o.writeBack(i.d, place, bits, result);
		o.when(moves, () => {
			const out = left ? o.shiftRight(a, before, bits) : o.shiftRight(a, o.subtract(count, one, 8), bits);
			setCarryOverflow(o, o.and(out, o.constant(1n, 64)), o.xor(bit(o, a, bits - 1), left ? bit(o, a, bits - 2) : carry));
		});
	};

/** shld or shrd: bits of the source come in at the end that the shift frees. The first shift decides on OF. */
const doubleShift = (left: boolean) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => {
		const {bits} = i;
		const place = o.locate(i.d);
		const a = o.readForWrite(i.d, place, bits);
		const b = o.read(i.s, bits);
		const count = countOf(o, o.read(i.t, 8), bits);
		const rest = o.subtract(o.constant(BigInt(bits), 8), count, 8);
		const incoming = left ? o.shiftRight(b, rest, bits) : o.shiftLeft(b, rest, bits);
		const shifted = o.or(left ? o.shiftLeft(a, count, bits) : o.shiftRight(a, count, bits), incoming);
		const moves = o.negate(o.isZero(count));
		const result = o.select(moves, shifted, a);
		o.writeBack(i.d, place, bits, result);
		o.when(moves, () => {
			const out = left ? o.shiftRight(a, rest, bits) : o.shiftRight(a, o.subtract(count, o.constant(1n, 8), 8), bits);
			// SF, ZF and PF are a logic result's; AF is undefined and cleared.
			o.noteFlags(FlagKind.LOGIC, bits, result, result, result);
			setCarryOverflow(o, o.and(out, o.constant(1n, 64)), o.xor(bit(o, a, bits - 1), left ? bit(o, a, bits - 2) : bit(o, b, 0)));
		});
	};

const shiftLeft = shift((o, a, count, bits) => o.shiftLeft(a, count, bits), FlagKind.SHL);

/** Shifts and rotates (SDM vol. 1, 7.3.6). */
export const SHIFT: SemanticTable = {
	shl: shiftLeft,
	sal: shiftLeft,
	shr: shift((o, a, count, bits) => o.shiftRight(a, count, bits), FlagKind.SHR),
	sar: shift((o, a, count, bits) => o.shiftRightArithmetic(a, count, bits), FlagKind.SAR),
	rol: rotate(true),
	ror: rotate(false),
	rcl: rotateThroughCarry(true),
	rcr: rotateThroughCarry(false),
	shld: doubleShift(true),
	shrd: doubleShift(false),
};
