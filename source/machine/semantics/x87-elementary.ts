import {type Binary, invalid} from '../float/arithmetic.js';
import {arctangent, exp2m1, GUARD_BITS, log2p1, pi, sineAndCosine} from '../float/elementary.js';
import {bitLength, finite, type Float, FloatKind, INDEFINITE, infinity, leading, withSign, zero} from '../float/float.js';
import {type FloatContext, FloatFlag} from '../float/format.js';
import {Cell} from '../layout.js';
import type {Processor} from '../processor.js';
import type {SystemSemantic, SystemTable} from './system-table.js';
import {onTop, onTopTwo} from './x87-arithmetic.js';
import {beginX87, endX87, isRefused, nanOf, noteDenormals, number, stackFault, toRegister} from './x87-numeric.js';
import {isEmpty, push, setRegister, Status, x87} from './x87-state.js';

/** Fraction bits with which a number has enough of them below its leading bit. */
const widthFor = (value: Float): number => GUARD_BITS + 64 + Math.max(0, -leading(value));

/** A finite number as a fixed-point one; `bits` must reach down to its lowest bit. */
const toFixed = (value: Float, bits: number): bigint => (value.negative ? -value.significand : value.significand) << BigInt(value.exponent + bits);

/** A fixed-point result; its lowest bit is set, since the true value goes on for ever. */
const fromFixed = (value: bigint, bits: number): Float => {
	const magnitude = (value < 0n ? -value : value) | 1n;
	return finite(value < 0n, -bits, magnitude);
};

const isOne = (value: Float): boolean =>
	value.kind === FloatKind.FINITE && leading(value) === 0 && value.significand === 1n << BigInt(bitLength(value.significand) - 1);

/** f2xm1: 2^x - 1. Outside of -1 to 1 the manual leaves the result open; the operand stays. */
const powerLessOne = (_: FloatContext, x: Float): Float => {
	if (x.kind === FloatKind.INFINITE) return x.negative ? finite(true, 0, 1n) : x;
	if (x.kind === FloatKind.ZERO || leading(x) > 0) return x;
	if (leading(x) === 0) return isOne(x) && x.negative ? finite(true, -1, 1n) : x;
	const bits = widthFor(x);
	return fromFixed(exp2m1(toFixed(x, bits), bits), bits);
};

/** y times a logarithm which is infinite, or zero. */
function timesSpecial(context: FloatContext, y: Float, logarithm: Float): Float {
	const negative = y.negative !== logarithm.negative;
	if (logarithm.kind === FloatKind.INFINITE) return y.kind === FloatKind.ZERO ? invalid(context) : infinity(negative);
	return y.kind === FloatKind.INFINITE ? invalid(context) : zero(negative);
}

/** y times a finite logarithm that is not zero. */
function times(y: Float, logarithm: Float): Float {
	const negative = y.negative !== logarithm.negative;
	if (y.kind === FloatKind.INFINITE) return infinity(negative);
	if (y.kind === FloatKind.ZERO) return zero(negative);
	return finite(negative, y.exponent + logarithm.exponent, y.significand * logarithm.significand);
}

/** log2 of a positive number that is not 1. */
function logarithm(x: Float): Float {
	const length = bitLength(x.significand);
	// A significand between 3/4 and 3/2, so that near 1 no bits cancel.
	const large = x.significand >> BigInt(length - 2) === 3n;
	const power = leading(x) + (large ? 1 : 0);
	const bits = GUARD_BITS + 128;
	const fraction = (x.significand << BigInt(bits + x.exponent - power)) - (1n << BigInt(bits));
	if (fraction === 0n) return finite(power < 0, 0, BigInt(Math.abs(power)));
	return fromFixed((BigInt(power) << BigInt(bits)) + log2p1(fraction, bits), bits);
}

/** fyl2x: st(1) × log2 st(0). */
const timesLogarithm: Binary = (context, x, y) => {
	if (x.kind === FloatKind.ZERO) {
		if (y.kind === FloatKind.FINITE) context.flags |= FloatFlag.ZERO_DIVIDE;
		return timesSpecial(context, y, infinity(true));
	}

	if (x.negative) return invalid(context);
	if (x.kind === FloatKind.INFINITE) return timesSpecial(context, y, x);
	if (isOne(x)) return timesSpecial(context, y, zero(false));
	return times(y, logarithm(x));
};

/** fyl2xp1: st(1) × log2(st(0) + 1). Meant for small numbers; below -1/3 it goes another way, to -1. */
const timesLogarithmPlusOne: Binary = (context, x, y) => {
	if (x.kind === FloatKind.INFINITE) return x.negative ? invalid(context) : timesSpecial(context, y, x);
	if (x.kind === FloatKind.ZERO) return timesSpecial(context, y, x);
	if (x.negative && leading(x) >= 0) return invalid(context);
	if (leading(x) >= -2) {
		const one = 1n << BigInt(Math.max(0, -x.exponent));
		const whole = x.significand << BigInt(Math.max(0, x.exponent));
		return times(y, logarithm(finite(false, Math.min(0, x.exponent), x.negative ? one - whole : one + whole)));
	}

	const bits = widthFor(x);
	return times(y, fromFixed(log2p1(toFixed(x, bits), bits), bits));
};

/** A multiple of π/4. */
const quarters = (count: bigint, negative: boolean): Float => withSign(fromFixed((pi(GUARD_BITS + 64) * count) >> 2n, GUARD_BITS + 64), negative);

/** Where a number stands for the table of special cases: 0 zero, 1 finite, 2 infinite. */
const sizeOf = ({kind}: Float): number => (kind === FloatKind.INFINITE ? 2 : kind === FloatKind.ZERO ? 0 : 1);

/** fpatan where an operand is zero or infinite (SDM vol. 2A, FPATAN). */
function specialAngle(x: Float, y: Float): Float {
	if (sizeOf(y) === sizeOf(x) && sizeOf(y) === 2) return quarters(x.negative ? 3n : 1n, y.negative);
	if (sizeOf(y) > sizeOf(x)) return quarters(2n, y.negative);
	return x.negative ? quarters(4n, y.negative) : zero(y.negative);
}

/** fpatan: the angle of the point (st(0), st(1)). */
const angle: Binary = (_, x, y) => {
	if (sizeOf(x) !== 1 || sizeOf(y) !== 1) return specialAngle(x, y);
	const difference = leading(y) - leading(x);
	const steep = difference > 0;
	const bits = GUARD_BITS + 64 + Math.min(Math.abs(difference), GUARD_BITS);
	const [low, high] = steep ? [x, y] : [y, x];
	const tangent = Math.abs(difference) > GUARD_BITS ? 0n : ratio(low, high, bits);
	if (tangent === 0n && !steep && !x.negative) return tinyAngle(low, high);
	// The ratio may be a little above 1 when the leading bits are level.
	const one = 1n << BigInt(bits);
	const first = tangent > one ? (pi(bits) >> 1n) - arctangent((one * one) / tangent, bits) : arctangent(tangent, bits);
	const upright = steep ? (pi(bits) >> 1n) - (x.negative ? -first : first) : x.negative ? pi(bits) - first : first;
	return withSign(fromFixed(upright, bits), y.negative);
};

const ratio = (low: Float, high: Float, bits: number): bigint => {
	const shift = low.exponent - high.exponent + bits;
	return shift >= 0 ? (low.significand << BigInt(shift)) / high.significand : low.significand / (high.significand << BigInt(-shift));
};

/** An angle so small that it is its tangent, less a remainder that only shows in rounding. */
function tinyAngle(low: Float, high: Float): Float {
	const quotient = (low.significand << BigInt(GUARD_BITS)) / high.significand;
	return finite(low.negative, low.exponent - high.exponent - GUARD_BITS - 8, (quotient << 8n) - 1n);
}

/** The π of the processor's argument reduction has 66 bits: 0.C90FDAA22168C234C (hexadecimal) × 4 (SDM vol. 1, 8.3.8). */
const PI_66 = 0xc_90fd_aa22_168c_234cn;
const PI_66_BITS = 66;

/** From here on the trigonometric instructions do nothing but set C2. */
const TOO_LARGE = 63;

/** Sine and cosine of a finite number that is not zero nor too large. */
function circle(x: Float): readonly [sine: Float, cosine: Float] {
	const bits = Math.max(widthFor(x), PI_66_BITS + 1);
	const quarter = PI_66 << BigInt(bits - PI_66_BITS - 1);
	const magnitude = toFixed(withSign(x, false), bits);
	const turns = (magnitude + (quarter >> 1n)) / quarter;
	const rest = magnitude - turns * quarter;
	// What is left can be much smaller than the number: then it needs more bits.
	const deeper = GUARD_BITS;
	const [sine, cosine] = sineAndCosine(rest << BigInt(deeper), bits + deeper);
	const [s, c] = [[sine, cosine], [cosine, -sine], [-sine, -cosine], [-cosine, sine]][Number(turns & 3n)];
	return [fromFixed(x.negative ? -s : s, bits + deeper), fromFixed(c, bits + deeper)];
}

function tangentOf([sine, cosine]: readonly [Float, Float]): Float {
	const shift = 2 * GUARD_BITS + 64 + bitLength(cosine.significand) - bitLength(sine.significand);
	const quotient = (sine.significand << BigInt(Math.max(0, shift))) / cosine.significand;
	return finite(sine.negative !== cosine.negative, sine.exponent - cosine.exponent - Math.max(0, shift), quotient | 1n);
}

const ONE = finite(false, 0, 1n);

/** A trigonometric instruction: what replaces its operand and, for some, what is pushed after that. */
interface Trigonometric {
	readonly ofZero: (x: Float) => readonly Float[];
	readonly ofCircle: (circle: readonly [sine: Float, cosine: Float]) => readonly Float[];
	readonly pushes: boolean;
}

const FUNCTIONS: Readonly<Record<string, Trigonometric>> = {
	fsin: {ofZero: x => [x], ofCircle: ([sine]) => [sine], pushes: false},
	fcos: {ofZero: () => [ONE], ofCircle: ([, cosine]) => [cosine], pushes: false},
	fsincos: {ofZero: x => [x, ONE], ofCircle: both => both, pushes: true},
	fptan: {ofZero: x => [x, ONE], ofCircle: both => [tangentOf(both), ONE], pushes: true},
};

function evaluate(context: FloatContext, x: Float, {ofZero, ofCircle}: Trigonometric): readonly Float[] {
	const nan = x.kind === FloatKind.INFINITE ? invalid(context) : nanOf(x, x);
	if (nan !== undefined) return [nan, nan];
	noteDenormals(x, x);
	return x.kind === FloatKind.ZERO ? ofZero(x) : ofCircle(circle(x));
}

const setC2 = (cpu: Processor, on: boolean): void => {
	const status = cpu.cells[Cell.X87_STATUS];
	cpu.cells[Cell.X87_STATUS] = on ? status | Status.C2 : status & ~Status.C2;
};

/** The results, before rounding; stack faults give default NaNs. */
function resultsOf(cpu: Processor, context: FloatContext, functions: Trigonometric): readonly Float[] {
	const missing = isEmpty(cpu, 0);
	if (!missing && (!functions.pushes || isEmpty(cpu, 7))) return evaluate(context, number(cpu, 0), functions);
	stackFault(!missing);
	return [INDEFINITE, INDEFINITE];
}

/** A trigonometric instruction; C2 says that the operand was too large and is unchanged. */
const trigonometric = (functions: Trigonometric): SystemSemantic => x87(cpu => {
	const context = beginX87(cpu);
	const x = number(cpu, 0);
	const usable = !isEmpty(cpu, 0) && (!functions.pushes || isEmpty(cpu, 7));
	const tooLarge = usable && x.kind === FloatKind.FINITE && leading(x) >= TOO_LARGE;
	const [first, second] = tooLarge ? [] : resultsOf(cpu, context, functions).map(value => toRegister(value));
	endX87(cpu);
	if (isRefused()) return;
	setC2(cpu, tooLarge);
	if (tooLarge) return;
	setRegister(cpu, 0, first);
	if (functions.pushes) push(cpu, second);
});

/** Trigonometric functions, logarithms and powers (SDM vol. 1, 8.3.7 and 8.3.9), correctly rounded. */
export const X87_ELEMENTARY: SystemTable = {
	f2xm1: onTop(powerLessOne, false),
	fyl2x: onTopTwo(timesLogarithm, true),
	fyl2xp1: onTopTwo(timesLogarithmPlusOne, true),
	fpatan: onTopTwo(angle, true),
	...Object.fromEntries(Object.entries(FUNCTIONS).map(([name, functions]) => [name, trigonometric(functions)])),
};
