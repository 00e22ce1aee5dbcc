import {bitLength, finite, type Float, FloatKind, zero} from './float.js';
import {type FloatContext, FloatFlag} from './format.js';
import {cut, type Cut} from './round.js';

/** The integer that stands for everything which no signed integer of that width can hold. */
export const integerIndefinite = (bits: number): bigint => 1n << BigInt(bits - 1);

/** Beyond this many bits no integer format could hold a number: it need not be made. */
const FAR = 80;

/** A number as an integer, rounded; undefined for NaNs, infinities and what is too large for `bits` bits and a sign. */
export function roundToInteger(value: Float, bits: number, rounding: number): Cut | undefined {
	if (value.kind === FloatKind.ZERO) return {value: 0n, inexact: false, up: false};
	if (value.kind !== FloatKind.FINITE || value.exponent + bitLength(value.significand) > FAR) return undefined;
	const magnitude = cut(value.significand, -value.exponent, value.negative, rounding);
	const signed = value.negative ? -magnitude.value : magnitude.value;
	return BigInt.asIntN(bits, signed) === signed ? {...magnitude, value: signed} : undefined;
}

/** A number as a signed integer of a width, in two's complement; notes invalid-operation or precision. */
export function toInteger(context: FloatContext, value: Float, bits: number, rounding: number): bigint {
	const integer = roundToInteger(value, bits, rounding);
	if (integer === undefined) {
		context.flags |= FloatFlag.INVALID;
		return integerIndefinite(bits);
	}

	if (integer.inexact) context.flags |= FloatFlag.PRECISION;
	return BigInt.asUintN(bits, integer.value);
}

/** A signed integer as a number. */
export const fromInteger = (value: bigint): Float => (value === 0n ? zero(false) : finite(value < 0n, 0, value < 0n ? -value : value));
