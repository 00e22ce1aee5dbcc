import {isCanonical} from './control-bits.js';
import {Fault, generalProtection, NOT_CANONICAL, Vector} from './fault.js';

/** All ones of each operand width. */
const MASK: Readonly<Record<number, bigint>> = {8: 0xffn, 16: 0xffffn, 32: 0xffff_ffffn, 64: 0xffff_ffff_ffff_ffffn};

/** Operations on values alone: bigints, always zero-extended, and conditions that are booleans. */
export class ValueOps {
	constant(value: bigint, bits: number): bigint {
		return BigInt.asUintN(bits, value);
	}

	add(a: bigint, b: bigint, bits: number): bigint {
		return BigInt.asUintN(bits, a + b);
	}

	subtract(a: bigint, b: bigint, bits: number): bigint {
		return BigInt.asUintN(bits, a - b);
	}

	multiply(a: bigint, b: bigint, bits: number): bigint {
		return BigInt.asUintN(bits, a * b);
	}

	and(a: bigint, b: bigint): bigint {
		return a & b;
	}

	or(a: bigint, b: bigint): bigint {
		return a | b;
	}

	xor(a: bigint, b: bigint): bigint {
		return a ^ b;
	}

	not(a: bigint, bits: number): bigint {
		return a ^ MASK[bits];
	}

	shiftLeft(a: bigint, count: bigint, bits: number): bigint {
		return BigInt.asUintN(bits, a << count);
	}

	shiftRight(a: bigint, count: bigint): bigint {
		return a >> count;
	}

	shiftRightArithmetic(a: bigint, count: bigint, bits: number): bigint {
		return BigInt.asUintN(bits, BigInt.asIntN(bits, a) >> count);
	}

	multiplyHigh(a: bigint, b: bigint, bits: number, signed: boolean): bigint {
		const product = signed ? BigInt.asIntN(bits, a) * BigInt.asIntN(bits, b) : a * b;
		return BigInt.asUintN(bits, product >> BigInt(bits));
	}

	divide(high: bigint, low: bigint, divisor: bigint, bits: number, signed: boolean): readonly [bigint, bigint] {
		if (divisor === 0n) throw new Fault(Vector.DE, undefined, undefined, 'the divisor is zero');
		const whole = (high << BigInt(bits)) | low;
		const dividend = signed ? BigInt.asIntN(2 * bits, whole) : whole;
		const by = signed ? BigInt.asIntN(bits, divisor) : divisor;
		const quotient = dividend / by;
		const kept = BigInt.asUintN(bits, quotient);
		if ((signed ? BigInt.asIntN(bits, kept) : kept) !== quotient) throw new Fault(Vector.DE, undefined, undefined, 'the quotient does not fit into its register');
		return [kept, BigInt.asUintN(bits, dividend - quotient * by)];
	}

	lowestBit(value: bigint): bigint {
		return this.highestBit(value & -value);
	}

	highestBit(value: bigint): bigint {
		const high = Number(value >> 32n);
		return BigInt(high === 0 ? 31 - Math.clz32(Number(value)) : 63 - Math.clz32(high));
	}

	signExtend(value: bigint, from: number, to: number): bigint {
		return BigInt.asUintN(to, BigInt.asIntN(from, value));
	}

	truncate(value: bigint, bits: number): bigint {
		return BigInt.asUintN(bits, value);
	}

	modulo(a: bigint, divisor: bigint): bigint {
		return a % divisor;
	}

	equal(a: bigint, b: bigint): boolean {
		return a === b;
	}

	below(a: bigint, b: bigint): boolean {
		return a < b;
	}

	isZero(value: bigint): boolean {
		return value === 0n;
	}

	negate(condition: boolean): boolean {
		return !condition;
	}

	select(condition: boolean, whenTrue: bigint, whenFalse: bigint): bigint {
		return condition ? whenTrue : whenFalse;
	}

	toValue(condition: boolean): bigint {
		return condition ? 1n : 0n;
	}

	when(condition: boolean, body: () => void): void {
		if (condition) body();
	}

	checkCanonical(target: bigint): void {
		if (!isCanonical(target)) throw generalProtection(0, NOT_CANONICAL);
	}

	faultIf(condition: boolean, vector: number, errorCode?: number): void {
		if (condition) throw new Fault(vector, errorCode);
	}
}
