import {Vector} from '../fault.js';
import {type Operand, OperandKind, type VectorOps, type VectorSemantic} from '../ops.js';

/** The low four bits of an address that is aligned to 16 bytes are zero. */
const BELOW_ALIGNMENT = 15n;

/** Address of a 16-byte operand; #GP if it must be aligned and is not. */
function pairAddress<V, C>(o: VectorOps<V, C>, operand: Operand, aligned: boolean): V {
	const address = o.locate(operand) ?? o.constant(0n, 64);
	if (aligned) o.faultIf(o.negate(o.isZero(o.and(address, o.constant(BELOW_ALIGNMENT, 64)))), Vector.GP, 0);
	return address;
}

/**
 * Reads a register, memory or immediate operand.
 * @returns its 64-bit halves: two of 128 bits, the lower one first; else one
 */
export function readHalves<V, C>(o: VectorOps<V, C>, operand: Operand, aligned = true): readonly V[] {
	if (operand.kind === OperandKind.XMM) return [o.vectorHalf(operand, 0), o.vectorHalf(operand, 1)];
	if (operand.kind === OperandKind.MMX) return [o.vectorHalf(operand, 0)];
	if (operand.kind === OperandKind.MEMORY && operand.bits === 128) return o.loadPair(pairAddress(o, operand, aligned), operand.stack);
	return [o.read(operand, operand.bits)];
}

/** Writes 64-bit halves, the lower one first: both to 128 bits, else as much of the first as the operand has. */
export function writeHalves<V, C>(o: VectorOps<V, C>, operand: Operand, [low, high]: readonly V[], aligned = true): void {
	if (operand.kind === OperandKind.XMM) {
		o.setVectorHalf(operand, 0, low);
		o.setVectorHalf(operand, 1, high);
	} else if (operand.kind === OperandKind.MMX) {
		o.setVectorHalf(operand, 0, low);
	} else if (operand.bits === 128) {
		o.storePair(pairAddress(o, operand, aligned), low, high, operand.stack);
	} else {
		o.write(operand, operand.bits, o.truncate(low, operand.bits));
	}
}

/** The low 64 bits of an operand, or the whole of a shorter one. */
export const readLow = <V, C>(o: VectorOps<V, C>, operand: Operand): V =>
	operand.kind === OperandKind.XMM ? o.vectorHalf(operand, 0) : readHalves(o, operand)[0];

/** An instruction of XMM or MMX registers, with the checks that come before it and the change to MMX that comes with it. */
export const onVectors = (semantic: VectorSemantic): VectorSemantic => (o, i) => {
	o.beginVector(i);
	semantic(o, i);
	o.endVector(i);
};
