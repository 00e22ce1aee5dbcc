import {type Float, leading} from './float.js';
import {type Range, Rounding} from './format.js';

/** A finite number cut to a range's precision. */
export interface Rounded {
	readonly negative: boolean;
	/** Has `precision` bits, or fewer at the range's lowest exponent; zero if nothing is left. */
	readonly significand: bigint;
	/** Exponent of the significand's lowest bit. */
	readonly exponent: number;
	/** Whether bits that were not zero fell away. */
	readonly inexact: boolean;
	/** Whether the magnitude was made larger. */
	readonly up: boolean;
	/** Whether it would be below the smallest normal number even if exponents had no limit. */
	readonly tiny: boolean;
	/** Whether it is beyond the largest number. */
	readonly overflow: boolean;
}

/** Whether the magnitude goes up when `rest`, out of 2^shift, falls away below an even or odd integer. */
function goesUp(rest: bigint, shift: number, odd: boolean, negative: boolean, rounding: number): boolean {
	if (rest === 0n) return false;
	switch (rounding) {
		case Rounding.DOWN:
			return negative;
		case Rounding.UP:
			return !negative;
		case Rounding.ZERO:
			return false;
		default: {
			const half = 1n << BigInt(shift - 1);
			return rest > half || (rest === half && odd);
		}
	}
}

/** An integer after division by a power of two. */
export interface Cut {
	readonly value: bigint;
	readonly inexact: boolean;
	readonly up: boolean;
}

/** Divides a magnitude by 2^shift and rounds to an integer; a negative shift multiplies. */
export function cut(magnitude: bigint, shift: number, negative: boolean, rounding: number): Cut {
	if (shift <= 0) return {value: magnitude << BigInt(-shift), inexact: false, up: false};
	const whole = magnitude >> BigInt(shift);
	const rest = magnitude - (whole << BigInt(shift));
	const up = goesUp(rest, shift, (whole & 1n) !== 0n, negative, rounding);
	return {value: up ? whole + 1n : whole, inexact: rest !== 0n, up};
}

/**
 * Rounds a finite number to a range (SDM vol. 1, 4.8.4). The one place where results lose bits.
 *
 * Tininess is found after rounding, as x86 processors do it (SDM vol. 1, 4.9.1.5).
 */
export function round(value: Float, range: Range, rounding: number): Rounded {
	const {precision, minimum, maximum} = range;
	const {negative, significand, exponent} = value;
	const top = leading(value);
	const unit = Math.max(top, minimum) - precision + 1;
	const result = cut(significand, unit - exponent, negative, rounding);
	// A carry out of the highest bit leaves zeros below it.
	const carried = result.value >> BigInt(precision) !== 0n;
	const last = carried ? unit + 1 : unit;
	return {
		negative,
		significand: carried ? result.value >> 1n : result.value,
		exponent: last,
		inexact: result.inexact,
		up: result.up,
		tiny: top < minimum && !reaches(value, top, range, rounding),
		overflow: last + precision - 1 > maximum,
	};
}

/** Whether a number just below the smallest normal one becomes that one if only its precision is limited. */
function reaches({significand, exponent, negative}: Float, top: number, {precision, minimum}: Range, rounding: number): boolean {
	if (top !== minimum - 1) return false;
	return cut(significand, top - precision + 1 - exponent, negative, rounding).value >> BigInt(precision) !== 0n;
}

/** Whether a masked overflow gives infinity; else it gives the largest number (SDM vol. 1, table 4-10). */
export const overflowsToInfinity = (negative: boolean, rounding: number): boolean =>
	rounding === Rounding.NEAREST || rounding === (negative ? Rounding.DOWN : Rounding.UP);
