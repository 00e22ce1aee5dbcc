import {type Instruction, OperandKind, type PackedOperation, type PackedShift, type VectorOps, type VectorSemantic, type VectorTable} from '../ops.js';
import {onVectors, readHalves, readLow, writeHalves} from './vector-operands.js';

/** What 64 bits of the result are, from those of the destination and those of the source. */
type HalfFunction = <V, C>(o: VectorOps<V, C>, a: V, b: V) => V;

/** Does one operation with each 64-bit half. */
const halves = (compute: HalfFunction): VectorSemantic => onVectors((o, i) => {
	const source = readHalves(o, i.s);
	const destination = readHalves(o, i.d);
	writeHalves(o, i.d, destination.map((half, index) => compute(o, half, source[index])));
});

/** Does one operation in each lane. */
const each = (operation: PackedOperation): VectorSemantic => halves((o, a, b) => o.packed(operation, a, b));

const and = halves((o, a, b) => o.and(a, b));
const andNot = halves((o, a, b) => o.and(o.not(a, 64), b));
const or = halves((o, a, b) => o.or(a, b));
const xor = halves((o, a, b) => o.xor(a, b));

/** The immediate byte that says how far a shift goes; from `limit` on it is that. */
const immediateCount = (i: Instruction, limit: number): number => Math.min(limit, Number(i.s.value & 0xffn));

/** How many bits a shift moves: an immediate, or the low 64 bits of a vector register or memory; from `limit` on, `limit`. */
function shiftCount<V, C>(o: VectorOps<V, C>, i: Instruction, limit: number): V {
	if (i.s.kind === OperandKind.IMMEDIATE) return o.constant(BigInt(immediateCount(i, limit)), 64);
	// Of 16 bytes in memory all are read, though half of them don't count.
	const count = readLow(o, i.s);
	const most = o.constant(BigInt(limit), 64);
	return o.select(o.below(count, most), count, most);
}

/** Shifts each 64-bit half, or something in it, by a count that is at most `limit`. */
const shifted = (limit: number, compute: HalfFunction): VectorSemantic => onVectors((o, i) => {
	const count = shiftCount(o, i, limit);
	writeHalves(o, i.d, readHalves(o, i.d).map(half => compute(o, half, count)));
});

/** Shifts each lane of 16 or 32 bits. */
const shift = (operation: PackedShift, width: number): VectorSemantic => shifted(width, (o, value, count) => o.packedShift(operation, value, count));

/** pslldq and psrldq: shift the whole register by bytes. What leaves one half enters the other, whole if it is 8 bytes or more. */
const shiftBytes = (leftwards: boolean): VectorSemantic => onVectors((o, i) => {
	const bits = 8 * immediateCount(i, 16);
	const [low, high] = readHalves(o, i.d);
	const [near, far] = leftwards ? [low, high] : [high, low];
	const by = (value: typeof low, count: number, forwards: boolean): typeof low => {
		const distance = o.constant(BigInt(count), 64);
		return leftwards === forwards ? o.shiftLeft(value, distance, 64) : o.shiftRight(value, distance, 64);
	};

	const rest = bits < 64 ? by(near, bits, true) : o.constant(0n, 64);
	const entered = bits < 64 ? o.or(by(far, bits, true), by(near, 64 - bits, false)) : by(near, bits - 64, true);
	writeHalves(o, i.d, leftwards ? [rest, entered] : [entered, rest]);
});

/** Arithmetic, comparison, logic and shifts of packed integers (SDM vol. 1, 9.4 and 11.4.2), in MMX and XMM registers. */
export const SSE_INTEGER: VectorTable = {
	paddb: each('add8'),
	paddw: each('add16'),
	paddd: each('add32'),
	paddq: halves((o, a, b) => o.add(a, b, 64)),
	psubb: each('subtract8'),
	psubw: each('subtract16'),
	psubd: each('subtract32'),
	psubq: halves((o, a, b) => o.subtract(a, b, 64)),
	paddsb: each('addSigned8'),
	paddsw: each('addSigned16'),
	paddusb: each('addUnsigned8'),
	paddusw: each('addUnsigned16'),
	psubsb: each('subtractSigned8'),
	psubsw: each('subtractSigned16'),
	psubusb: each('subtractUnsigned8'),
	psubusw: each('subtractUnsigned16'),
	pmullw: each('multiplyLow16'),
	pmulhw: each('multiplyHighSigned16'),
	pmulhuw: each('multiplyHighUnsigned16'),
	pmuludq: halves((o, a, b) => o.multiply(o.truncate(a, 32), o.truncate(b, 32), 64)),
	pmaddwd: each('multiplyAdd16'),
	psadbw: each('sumOfDifferences8'),
	pavgb: each('average8'),
	pavgw: each('average16'),
	pminub: each('minimumUnsigned8'),
	pmaxub: each('maximumUnsigned8'),
	pminsw: each('minimumSigned16'),
	pmaxsw: each('maximumSigned16'),
	pcmpeqb: each('equal8'),
	pcmpeqw: each('equal16'),
	pcmpeqd: each('equal32'),
	pcmpgtb: each('greater8'),
	pcmpgtw: each('greater16'),
	pcmpgtd: each('greater32'),
	pand: and,
	andps: and,
	andpd: and,
	pandn: andNot,
	andnps: andNot,
	andnpd: andNot,
	por: or,
	orps: or,
	orpd: or,
	pxor: xor,
	xorps: xor,
	xorpd: xor,
	psllw: shift('shiftLeft16', 16),
	pslld: shift('shiftLeft32', 32),
	psllq: shifted(64, (o, value, count) => o.shiftLeft(value, count, 64)),
	psrlw: shift('shiftRight16', 16),
	psrld: shift('shiftRight32', 32),
	psrlq: shifted(64, (o, value, count) => o.shiftRight(value, count, 64)),
	psraw: shift('shiftRightArithmetic16', 16),
	psrad: shift('shiftRightArithmetic32', 32),
	pslldq: shiftBytes(true),
	psrldq: shiftBytes(false),
};
