import {INDEFINITE, packFinite, packSpecial, infinity, quiet, unpack, zero, type Float, FloatKind, isNaN} from '../float/float.js';
import {SINGLE} from '../float/format.js';
import {readLanes, result, source, vector, writeLanes} from './sse-operands.js';
import type {SystemSemantic, SystemTable} from './system-table.js';

/** Fraction bits that the approximations have; the rest of the significand is zero. */
const RESULT_BITS = 12;

/** A positive number of 12 fraction bits in [1, 2] as the significand and exponent of single precision. */
function pack(negative: boolean, scaled: number, exponent: number): bigint {
	const significand = BigInt(scaled) << BigInt(SINGLE.precision - 1 - RESULT_BITS);
	return packFinite(SINGLE, negative, exponent - SINGLE.precision + 1, significand);
}

const fractionOf = (bits: bigint): number => Number(bits & 0x7f_ffffn);
const exponentOf = (bits: bigint): number => Number((bits >> 23n) & 0xffn) - SINGLE.maximum;

/**
 * 1 / x, as Intel's processors approximate it: the reciprocal of the middle of the interval that the eleven highest
 * fraction bits name, rounded to twelve fraction bits.
 */
function reciprocal(value: Float, bits: bigint): bigint {
	if (value.kind === FloatKind.ZERO) return packSpecial(SINGLE, infinity(value.negative));
	const exponent = -1 - exponentOf(bits);
	if (value.kind === FloatKind.INFINITE || exponent < SINGLE.minimum) return packSpecial(SINGLE, zero(value.negative));
	const middle = 1 + ((fractionOf(bits) >> 12) + 0.5) / 2048;
	return pack(value.negative, Math.round((2 / middle) * 2 ** RESULT_BITS), exponent);
}

/** 1 / √x: likewise, by ten fraction bits and whether the exponent is odd. */
function reciprocalRoot(value: Float, bits: bigint): bigint {
	if (value.kind === FloatKind.ZERO) return packSpecial(SINGLE, infinity(value.negative));
	if (value.negative) return packSpecial(SINGLE, INDEFINITE);
	if (value.kind === FloatKind.INFINITE) return packSpecial(SINGLE, zero(false));
	const half = Math.floor(exponentOf(bits) / 2);
	const scale = exponentOf(bits) - 2 * half === 0 ? 1 : 2;
	const middle = scale * (1 + ((fractionOf(bits) >> 13) + 0.5) / 1024);
	return pack(false, Math.round((2 / Math.sqrt(middle)) * 2 ** RESULT_BITS), -1 - half);
}

/** An approximation in each lane: rounding control is not asked, and no exception is raised; denormals are zero. */
const each = (lanes: number, approximate: (value: Float, bits: bigint) => bigint): SystemSemantic => vector((cpu, i) => {
	readLanes(cpu, i.s, source);
	readLanes(cpu, i.d, result);
	for (let lane = 0; lane < lanes; lane++) {
		const bits = BigInt(source.u32[lane]);
		const value = unpack(SINGLE, bits, true);
		result.u32[lane] = Number(isNaN(value) ? packSpecial(SINGLE, quiet(value)) : approximate(value, bits));
	}

	writeLanes(cpu, i.d, result);
});

/** Approximations with a relative error of at most 1.5 × 2^-12 (SDM vol. 2B, RCPPS and RSQRTPS). */
export const SSE_APPROXIMATE: SystemTable = {
	rcpps: each(4, reciprocal),
	rcpss: each(1, reciprocal),
	rsqrtps: each(4, reciprocalRoot),
	rsqrtss: each(1, reciprocalRoot),
};
