import type {Numbers} from './ops.js';

/** All ones of each operand width. */
const MASK: Readonly<Record<number, bigint>> = {8: 0xffn, 16: 0xffffn, 32: 0xffff_ffffn, 64: 0xffff_ffff_ffff_ffffn};

/** For each byte, whether its number of ones is even. */
const EVEN: readonly boolean[] = Array.from({length: 256}, (_, byte) => {
	let ones = 0;
	for (let rest = byte; rest !== 0; rest >>= 1) ones += rest & 1;
	return ones % 2 === 0;
});

/** Computes with numbers at once: they are bigints, always zero-extended, and conditions are booleans. */
export class BigIntNumbers implements Numbers<bigint, boolean> {
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

	hasEvenParity(value: bigint): boolean {
		return EVEN[Number(value & 0xffn)];
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
}
