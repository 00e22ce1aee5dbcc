/**
 * Exact arithmetic on numbers that are no NaNs. A result that would need too many bits is cut where no rounding can
 * see it: its lowest bit then stands for everything that fell away, and lies well below any bit that a range keeps.
 */
import {bitLength, finite, type Float, FloatKind, INDEFINITE, infinity, leading, withSign, zero} from './float.js';
import {type FloatContext, FloatFlag, Rounding} from './format.js';

/** An operation of two operands; it raises invalid-operation and divide-by-zero itself. */
export type Binary = (context: FloatContext, a: Float, b: Float) => Float;

/** An operation of one operand. */
export type Unary = (context: FloatContext, a: Float) => Float;

/** More bits than twice the widest precision, so that a cut below them is never seen. */
const PLENTY = 136;

/** Notes an invalid operation; its result is the default NaN. */
export function invalid(context: FloatContext): Float {
	context.flags |= FloatFlag.INVALID;
	return INDEFINITE;
}

/** The sum of two zeros, or of two numbers that cancel. */
const zeroSum = (context: FloatContext): Float => zero(context.rounding === Rounding.DOWN);

/** The sum of two finite numbers, the one with the larger exponent first. */
function addFinite(context: FloatContext, high: Float, low: Float): Float {
	let gap = high.exponent - low.exponent;
	let addend = low.significand;
	let {exponent} = low;
	if (gap > 2 * PLENTY) {
		// The smaller number only shows as a remainder: any number that is not zero and small enough will do.
		addend = 1n;
		exponent = high.exponent - PLENTY;
		gap = PLENTY;
	}

	const larger = high.significand << BigInt(gap);
	const sum = (high.negative ? -larger : larger) + (low.negative ? -addend : addend);
	if (sum === 0n) return zeroSum(context);
	return finite(sum < 0n, exponent, sum < 0n ? -sum : sum);
}

/** a + b. */
export const add: Binary = (context, a, b) => {
	if (a.kind === FloatKind.INFINITE) return b.kind === FloatKind.INFINITE && a.negative !== b.negative ? invalid(context) : a;
	if (b.kind === FloatKind.INFINITE) return b;
	if (a.kind === FloatKind.ZERO) return b.kind === FloatKind.ZERO && a.negative !== b.negative ? zeroSum(context) : b;
	if (b.kind === FloatKind.ZERO) return a;
	return a.exponent >= b.exponent ? addFinite(context, a, b) : addFinite(context, b, a);
};

/** a - b. */
export const subtract: Binary = (context, a, b) => add(context, a, withSign(b, !b.negative));

/** a × b. */
export const multiply: Binary = (context, a, b) => {
	const negative = a.negative !== b.negative;
	if (a.kind === FloatKind.INFINITE || b.kind === FloatKind.INFINITE) {
		return a.kind === FloatKind.ZERO || b.kind === FloatKind.ZERO ? invalid(context) : infinity(negative);
	}

	if (a.kind === FloatKind.ZERO || b.kind === FloatKind.ZERO) return zero(negative);
	return finite(negative, a.exponent + b.exponent, a.significand * b.significand);
};

/** a ÷ b. */
export const divide: Binary = (context, a, b) => {
	const negative = a.negative !== b.negative;
	if (a.kind === FloatKind.INFINITE) return b.kind === FloatKind.INFINITE ? invalid(context) : infinity(negative);
	if (b.kind === FloatKind.INFINITE) return zero(negative);
	if (b.kind === FloatKind.ZERO) {
		if (a.kind === FloatKind.ZERO) return invalid(context);
		context.flags |= FloatFlag.ZERO_DIVIDE;
		return infinity(negative);
	}

	if (a.kind === FloatKind.ZERO) return zero(negative);
	const shift = PLENTY - bitLength(a.significand) + bitLength(b.significand);
	const numerator = a.significand << BigInt(shift);
	const quotient = numerator / b.significand;
	const rest = quotient * b.significand === numerator ? 0n : 1n;
	return finite(negative, a.exponent - b.exponent - shift - 1, (quotient << 1n) | rest);
};

/** The integer part of a square root, by Newton's method from above. */
function integerRoot(square: bigint): bigint {
	let root = 1n << BigInt((bitLength(square) + 1) >> 1);
	for (;;) {
		const next = (root + square / root) >> 1n;
		if (next >= root) return root;
		root = next;
	}
}

/** √a. */
export const squareRoot: Unary = (context, a) => {
	if (a.kind === FloatKind.ZERO) return a;
	if (a.negative) return invalid(context);
	if (a.kind === FloatKind.INFINITE) return a;
	let shift = 2 * PLENTY - bitLength(a.significand);
	if (((a.exponent - shift) & 1) !== 0) shift++;
	const square = a.significand << BigInt(shift);
	const root = integerRoot(square);
	const rest = root * root === square ? 0n : 1n;
	return finite(false, (a.exponent - shift) / 2 - 1, (root << 1n) | rest);
};

/** -1, 0 or 1 as a is less than, equal to or greater than b. */
export function compare(a: Float, b: Float): number {
	const left = orderOf(a);
	const right = orderOf(b);
	if (left !== right || left === 0 || Math.abs(left) === 2) return Math.sign(left - right);
	const above = leading(a) - leading(b);
	if (above !== 0) return above > 0 ? left : -left;
	const gap = a.exponent - b.exponent;
	const difference = gap >= 0 ? (a.significand << BigInt(gap)) - b.significand : a.significand - (b.significand << BigInt(-gap));
	if (difference === 0n) return 0;
	return difference > 0n ? left : -left;
}

/** Where a number stands on the line, roughly: -2 and 2 for infinities, 0 for zeros. */
function orderOf({kind, negative}: Float): number {
	const size = kind === FloatKind.INFINITE ? 2 : kind === FloatKind.ZERO ? 0 : 1;
	return negative ? -size : size;
}
