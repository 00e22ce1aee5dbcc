import {describe, expect, test} from 'vitest';
import {add, type Binary, divide, multiply, squareRoot, subtract} from '../../source/machine/float/arithmetic.js';
import {FAST_DOUBLE, FAST_SINGLE, type Fast, isModerate, MODERATE_DOUBLE, MODERATE_SINGLE} from '../../source/machine/float/fast.js';
import {packFinite, packSpecial, unpack, FloatKind} from '../../source/machine/float/float.js';
import {DOUBLE, type Format, Rounding, SINGLE} from '../../source/machine/float/format.js';
import {round} from '../../source/machine/float/round.js';
import {Prng} from '../support/prng.js';

const OPERATIONS: Readonly<Record<string, Binary>> = {
	add, sub: subtract, mul: multiply, div: divide, sqrt: (context, _, b) => squareRoot(context, b),
};

const view = new DataView(new ArrayBuffer(8));

function toNumber(format: Format, bits: bigint): number {
	view.setBigUint64(0, bits);
	return format === DOUBLE ? view.getFloat64(0) : view.getFloat32(4);
}

function toBits(format: Format, value: number): bigint {
	view.setBigUint64(0, 0n);
	if (format === DOUBLE) view.setFloat64(0, value);
	else view.setFloat32(4, value);
	return view.getBigUint64(0);
}

/** Result and exactness by big integers. */
function exactly(format: Format, compute: Binary, a: bigint, b: bigint): {bits: bigint; exact: boolean} {
	const value = compute({rounding: Rounding.NEAREST, flags: 0}, unpack(format, a), unpack(format, b));
	if (value.kind !== FloatKind.FINITE) return {bits: packSpecial(format, value), exact: true};
	const rounded = round(value, format, Rounding.NEAREST);
	return {bits: packFinite(format, rounded.negative, rounded.exponent, rounded.significand), exact: !rounded.inexact};
}

/** Numbers whose sums, products and quotients are often exact or halfway: few bits, close exponents. */
function operand(format: Format, random: Prng): bigint {
	const fraction = format.precision - 1;
	const exponent = BigInt(format.maximum + random.below(random.once(4) ? 60 : 6) - 3) << BigInt(fraction);
	const kept = BigInt(random.pick([3, fraction >> 1, fraction]));
	const significand = BigInt.asUintN(fraction, (random.word() >> (64n - kept)) << (BigInt(fraction) - kept));
	return (random.once(2) ? 1n << BigInt(format.bits - 1) : 0n) | exponent | significand;
}

/** The first operands for which the fast way and the exact one differ. */
function difference(format: Format, compute: Binary, fast: Fast, count: number): string | undefined {
	const random = new Prng(count);
	const moderate = format === DOUBLE ? MODERATE_DOUBLE : MODERATE_SINGLE;
	for (let index = 0; index < count; index++) {
		const a = operand(format, random);
		const b = random.once(50) ? 0n : operand(format, random);
		const [x, y] = [toNumber(format, a), toNumber(format, b)];
		const result = fast.compute(x, y);
		if (!isModerate(x, moderate) || !isModerate(y, moderate) || Number.isNaN(result)) continue;
		const wanted = exactly(format, compute, a, b);
		const found = {bits: toBits(format, result), exact: fast.exact(x, y, result)};
		if (found.bits !== wanted.bits || found.exact !== wanted.exact) return `${x}, ${y}: ${result}, exact ${String(found.exact)}`;
	}

	return undefined;
}

describe('the fast way through JavaScript’s numbers', () => {
	test.each(Object.entries(OPERATIONS))('%s gives what exact arithmetic gives, and knows whether it was rounded', (name, compute) => {
		expect(difference(DOUBLE, compute, FAST_DOUBLE[name], 6000)).toBeUndefined();
		expect(difference(SINGLE, compute, FAST_SINGLE[name], 6000)).toBeUndefined();
	});

	test('is closed to denormal numbers, infinities, NaNs and extreme exponents', () => {
		for (const value of [5e-324, 2 ** -1022, 2 ** 481, Infinity, -Infinity, NaN]) expect(isModerate(value, MODERATE_DOUBLE)).toBe(false);
		for (const value of [2 ** -149, 2 ** -126, 2 ** 63, Infinity, NaN]) expect(isModerate(value, MODERATE_SINGLE)).toBe(false);
		for (const value of [0, -0, 1, 2 ** -62]) expect(isModerate(value, MODERATE_SINGLE)).toBe(true);
	});
});
