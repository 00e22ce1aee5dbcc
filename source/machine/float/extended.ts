import {bitLength, type Float, FloatKind, infinity, nanKind, zero} from './float.js';
import {EXTENDED} from './format.js';

/** An 80-bit number as an x87 register holds it (SDM vol. 1, table 4-3): its leading bit is not implied. */
export interface Extended {
	readonly significand: bigint;
	/** The sign in bit 15, the biased exponent below it. */
	readonly signExponent: bigint;
}

const SIGN = 0x8000n;
const TOP_EXPONENT = 0x7fff;
const LEADING = 1n << 63n;

/** Exponent of the lowest bit of a significand whose biased exponent is zero. */
const LOWEST = EXTENDED.minimum - 63;

/** Takes a number out of a register. What has an exponent but no leading bit is no number that processors still know. */
export function unpackExtended({significand, signExponent}: Extended): Float {
	const negative = (signExponent & SIGN) !== 0n;
	const biased = Number(signExponent) & TOP_EXPONENT;
	if (biased === 0) {
		if (significand === 0n) return zero(negative);
		return {kind: FloatKind.FINITE, negative, exponent: LOWEST, significand, denormal: true};
	}

	if ((significand & LEADING) === 0n) return {kind: FloatKind.UNSUPPORTED, negative, exponent: 0, significand, denormal: false};
	if (biased === TOP_EXPONENT) {
		return significand === LEADING ? infinity(negative) : {kind: nanKind(significand), negative, exponent: 0, significand, denormal: false};
	}

	return {kind: FloatKind.FINITE, negative, exponent: biased - EXTENDED.maximum - 63, significand, denormal: false};
}

/** Puts a number that an 80-bit register holds exactly into one. */
export function packExtended(value: Float): Extended {
	const sign = value.negative ? SIGN : 0n;
	if (value.kind === FloatKind.ZERO) return {significand: 0n, signExponent: sign};
	if (value.kind !== FloatKind.FINITE) return {significand: value.significand, signExponent: sign | BigInt(TOP_EXPONENT)};
	const unit = Math.max(value.exponent + bitLength(value.significand) - 64, LOWEST);
	const shift = BigInt(Math.abs(value.exponent - unit));
	const significand = value.exponent >= unit ? value.significand << shift : value.significand >> shift;
	const biased = (significand & LEADING) === 0n ? 0 : unit + 63 + EXTENDED.maximum;
	return {significand, signExponent: sign | BigInt(biased)};
}
