import type {Format} from './format.js';

/** What a number is (SDM vol. 1, 4.8.3). */
export const FloatKind = {ZERO: 0, FINITE: 1, INFINITE: 2, QUIET_NAN: 3, SIGNALING_NAN: 4, UNSUPPORTED: 5} as const;

/** A number taken out of its format. */
export interface Float {
	/** One of FloatKind. */
	readonly kind: number;
	readonly negative: boolean;
	/** Exponent of the significand's lowest bit, for finite numbers. */
	readonly exponent: number;
	/**
	 * For finite numbers an integer that is not zero: the value is significand × 2^exponent. For NaNs the 64-bit
	 * significand that an x87 register would hold, the leading bit included.
	 */
	readonly significand: bigint;
	/** Whether it was stored with the lowest exponent: this raises the denormal-operand exception. */
	readonly denormal: boolean;
}

const LEADING = 1n << 63n;
const QUIET = 1n << 62n;

/** Zero of either sign. */
export const zero = (negative: boolean): Float => ({kind: FloatKind.ZERO, negative, exponent: 0, significand: 0n, denormal: false});

/** Infinity of either sign. */
export const infinity = (negative: boolean): Float => ({kind: FloatKind.INFINITE, negative, exponent: 0, significand: LEADING, denormal: false});

/** A finite number that is not zero. */
export const finite = (negative: boolean, exponent: number, significand: bigint): Float =>
	({kind: FloatKind.FINITE, negative, exponent, significand, denormal: false});

/** The default NaN: what an invalid operation gives. */
export const INDEFINITE: Float = {kind: FloatKind.QUIET_NAN, negative: true, exponent: 0, significand: LEADING | QUIET, denormal: false};

/** Whether a number is a NaN of either kind. */
export const isNaN = (value: Float): boolean => value.kind === FloatKind.QUIET_NAN || value.kind === FloatKind.SIGNALING_NAN;

/** A NaN made quiet: its payload stays. */
export const quiet = (value: Float): Float => ({...value, kind: FloatKind.QUIET_NAN, significand: value.significand | QUIET});

/** The kind of NaN that a 64-bit significand makes. */
export const nanKind = (significand: bigint): number => (significand & QUIET) === 0n ? FloatKind.SIGNALING_NAN : FloatKind.QUIET_NAN;

/** The same number with another sign. */
export const withSign = (value: Float, negative: boolean): Float => ({...value, negative});

const halves = new BigUint64Array(1);
const words = new Uint32Array(halves.buffer);

/** Number of bits up to the highest one that is set. */
export function bitLength(value: bigint): number {
	let above = 0;
	let rest = value;
	for (; rest >= 1n << 64n; rest >>= 64n) above += 64;
	halves[0] = rest;
	return above + (words[1] === 0 ? 32 - Math.clz32(words[0]) : 64 - Math.clz32(words[1]));
}

/** Exponent of a finite number's leading bit. */
export const leading = (value: Float): number => value.exponent + bitLength(value.significand) - 1;

/** Takes a number out of a format of memory or of an XMM register. */
export function unpack(format: Format, bits: bigint, denormalsAreZero = false): Float {
	const fractionBits = format.precision - 1;
	const negative = bits >> BigInt(format.bits - 1) !== 0n;
	const fraction = BigInt.asUintN(fractionBits, bits);
	const biased = Number(BigInt.asUintN(format.bits - format.precision, bits >> BigInt(fractionBits)));
	if (biased === 0) {
		if (fraction === 0n || denormalsAreZero) return zero(negative);
		return {kind: FloatKind.FINITE, negative, exponent: format.minimum - fractionBits, significand: fraction, denormal: true};
	}

	if (biased <= 2 * format.maximum) return finite(negative, biased - format.maximum - fractionBits, fraction | (1n << BigInt(fractionBits)));
	if (fraction === 0n) return infinity(negative);
	const significand = LEADING | (fraction << BigInt(64 - format.precision));
	return {kind: nanKind(significand), negative, exponent: 0, significand, denormal: false};
}

/** The bits of a zero, an infinity or a NaN in a format. */
export function packSpecial(format: Format, value: Float): bigint {
	const sign = value.negative ? 1n << BigInt(format.bits - 1) : 0n;
	if (value.kind === FloatKind.ZERO) return sign;
	const top = BigInt(2 * format.maximum + 1) << BigInt(format.precision - 1);
	return sign | top | BigInt.asUintN(format.precision - 1, value.significand >> BigInt(64 - format.precision));
}

/**
 * The bits of a finite number that fits the format exactly.
 * @param significand below 2^precision; with fewer bits than `precision` only at the lowest exponent
 * @param exponent of the significand's lowest bit
 */
export function packFinite(format: Format, negative: boolean, exponent: number, significand: bigint): bigint {
	const fractionBits = format.precision - 1;
	const sign = negative ? 1n << BigInt(format.bits - 1) : 0n;
	const biased = significand >> BigInt(fractionBits) === 0n ? 0 : exponent + fractionBits + format.maximum;
	return sign | (BigInt(biased) << BigInt(fractionBits)) | BigInt.asUintN(fractionBits, significand);
}
