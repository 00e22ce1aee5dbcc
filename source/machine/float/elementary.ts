/**
 * Elementary functions on big integers that stand for fixed-point numbers. Results carry far more bits than an x87
 * register, so that rounding them rounds the true value: none of them but a few simple ones, which callers treat
 * themselves, lies exactly between two numbers of a register.
 */

/** Fraction bits of the constants. */
const CONSTANT_BITS = 320;

/** Fraction bits that a result should have below its leading bit. */
export const GUARD_BITS = 192;

const square = (x: bigint, bits: bigint): bigint => (x * x) >> bits;

/** The sum of a series whose terms `next` makes from the term before, until they vanish. */
function series(first: bigint, next: (term: bigint, index: bigint) => bigint): bigint {
	let sum = 0n;
	let term = first;
	for (let index = 1n; term !== 0n && term !== -1n; index++) {
		sum += term;
		term = next(term, index);
	}

	return sum;
}

/** The sum of x^(2k+1) / (2k+1), with alternating signs or not. */
function oddSeries(x: bigint, bits: bigint, alternating: boolean): bigint {
	const step = alternating ? -square(x, bits) : square(x, bits);
	let power = x;
	let sum = 0n;
	for (let divisor = 1n; power !== 0n && power !== -1n; divisor += 2n) {
		sum += power / divisor;
		power = (power * step) >> bits;
	}

	return sum;
}

/** The area tangent of numbers up to 1/2. */
const artanh = (x: bigint, bits: bigint): bigint => oddSeries(x, bits, false);

const ONE = 1n << BigInt(CONSTANT_BITS);

/** ln 2, from artanh(1/3). */
const LN2 = 2n * artanh(ONE / 3n, BigInt(CONSTANT_BITS));

/** π, by Machin's formula. */
const PI = 16n * oddSeries(ONE / 5n, BigInt(CONSTANT_BITS), true) - 4n * oddSeries(ONE / 239n, BigInt(CONSTANT_BITS), true);

/** A constant with some number of fraction bits; beyond its own the rest is zeros, which only tiny numbers would meet. */
const withBits = (constant: bigint, bits: number): bigint =>
	bits >= CONSTANT_BITS ? constant << BigInt(bits - CONSTANT_BITS) : constant >> BigInt(CONSTANT_BITS - bits);

/** π with some number of fraction bits, at most 320 of them true. */
export const pi = (bits: number): bigint => withBits(PI, bits);

/** 2^x - 1 for x between -1 and 1. */
export function exp2m1(x: bigint, bits: number): bigint {
	const width = BigInt(bits);
	const y = (x * LN2) >> BigInt(CONSTANT_BITS);
	return series(y, (term, index) => ((term * y) >> width) / (index + 1n));
}

/** log2 of 1 + x, for x between -1/3 and 1. */
export function log2p1(x: bigint, bits: number): bigint {
	const width = BigInt(bits);
	const two = 2n << width;
	const natural = 2n * artanh((x << width) / (two + x), width);
	return (natural << BigInt(CONSTANT_BITS)) / LN2;
}

/** Sine and cosine of an angle between -π/4 and π/4. */
export function sineAndCosine(x: bigint, bits: number): readonly [sine: bigint, cosine: bigint] {
	const width = BigInt(bits);
	const step = -square(x, width);
	const next = (first: bigint) => (term: bigint, index: bigint): bigint => ((term * step) >> width) / ((2n * index - 1n + first) * (2n * index + first));
	return [series(x, next(1n)), series(1n << width, next(0n))];
}

function integerRoot(value: bigint, start: bigint): bigint {
	let root = start;
	for (;;) {
		const next = (root + value / root) >> 1n;
		if (next >= root) return root;
		root = next;
	}
}

/** How often an angle is halved before its series is summed. */
const HALVINGS = 4n;

/** The angle whose tangent is x, for x between 0 and 1. */
export function arctangent(x: bigint, bits: number): bigint {
	const width = BigInt(bits);
	const one = 1n << width;
	let tangent = x;
	for (let count = 0n; count < HALVINGS; count++) {
		const secant = integerRoot((one << width) + tangent * tangent, 2n * one);
		tangent = (tangent << width) / (one + secant);
	}

	return oddSeries(tangent, width, true) << HALVINGS;
}
