/**
 * Arithmetic by JavaScript's own numbers, which are double precision rounded to nearest: right, flags included, while
 * the operands are zero or of moderate size. Then no result can overflow or be tiny, so that the one open question is
 * whether it was rounded; error-free transformations answer it.
 */

/** One operation on numbers of moderate size. */
export interface Fast {
	/** The rounded result; NaN says that the long way must be taken. */
	readonly compute: (a: number, b: number) => number;
	/** Whether the result of `compute` is the true one. */
	readonly exact: (a: number, b: number, result: number) => boolean;
}

/** The magnitudes between which products, quotients, roots and their errors stay normal numbers. */
export interface Moderate {
	readonly least: number;
	readonly most: number;
}

/** Single precision: products lie between 2^-124 and 2^124, sums are multiples of 2^-85. */
export const MODERATE_SINGLE: Moderate = {least: 2 ** -62, most: 2 ** 62};

/** Double precision: products lie between 2^-960 and 2^960, and their errors are multiples of 2^-1064. */
export const MODERATE_DOUBLE: Moderate = {least: 2 ** -480, most: 2 ** 480};

/** Whether the fast way is open to an operand: denormal numbers, infinities and NaNs are outside. */
export const isModerate = (value: number, {least, most}: Moderate): boolean => {
	const size = Math.abs(value);
	return (size >= least && size <= most) || value === 0;
};

/** Whether a + b is exactly `sum`, its nearest number: Knuth's two-sum finds the error. */
function sumIsExact(a: number, b: number, sum: number): boolean {
	const fromB = sum - a;
	return a - (sum - fromB) + (b - fromB) === 0;
}

/** The same for a sum in single precision: the sum in double precision must not have been rounded either. */
const singleSumIsExact = (a: number, b: number, sum: number): boolean => a + b === sum && sumIsExact(a, b, sum);

/** Splits a number into halves of 26 bits, whose products are exact (Veltkamp). */
const SPLITTER = 2 ** 27 + 1;

/** Whether a × b is exactly `product`: Dekker's product finds the error. */
function productIsExact(a: number, b: number, product: number): boolean {
	if (a * b !== product) return false;
	const scaledA = a * SPLITTER;
	const scaledB = b * SPLITTER;
	const highA = scaledA - (scaledA - a);
	const highB = scaledB - (scaledB - b);
	const lowA = a - highA;
	const lowB = b - highB;
	return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB === 0;
}

const always = (): boolean => true;
const smaller = (a: number, b: number): number => (a < b ? a : b);
const larger = (a: number, b: number): number => (a > b ? a : b);

/** Operations in double precision. Those of one operand take their second one. */
export const FAST_DOUBLE: Readonly<Record<string, Fast>> = {
	add: {compute: (a, b) => a + b, exact: sumIsExact},
	sub: {compute: (a, b) => a - b, exact: (a, b, result) => sumIsExact(a, -b, result)},
	mul: {compute: (a, b) => a * b, exact: productIsExact},
	div: {compute: (a, b) => (b === 0 ? NaN : a / b), exact: (a, b, result) => productIsExact(result, b, a)},
	sqrt: {compute: (_, b) => Math.sqrt(b), exact: (_, b, result) => productIsExact(result, result, b)},
	min: {compute: smaller, exact: always},
	max: {compute: larger, exact: always},
};

/**
 * Operations in single precision. A double has more than twice the bits, so rounding twice is rounding once (Figueroa,
 * “When is double rounding innocuous?”), and the product of two singles is exact.
 */
export const FAST_SINGLE: Readonly<Record<string, Fast>> = {
	add: {compute: (a, b) => Math.fround(a + b), exact: singleSumIsExact},
	sub: {compute: (a, b) => Math.fround(a - b), exact: (a, b, result) => singleSumIsExact(a, -b, result)},
	mul: {compute: (a, b) => Math.fround(a * b), exact: (a, b, result) => a * b === result},
	div: {compute: (a, b) => (b === 0 ? NaN : Math.fround(a / b)), exact: (a, b, result) => result * b === a},
	sqrt: {compute: (_, b) => Math.fround(Math.sqrt(b)), exact: (_, b, result) => result * result === b},
	min: {compute: smaller, exact: always},
	max: {compute: larger, exact: always},
};
