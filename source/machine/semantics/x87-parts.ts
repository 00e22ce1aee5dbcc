import {type Binary, invalid, type Unary} from '../float/arithmetic.js';
import {packExtended} from '../float/extended.js';
import {bitLength, finite, type Float, FloatKind, INDEFINITE, infinity, leading, zero} from '../float/float.js';
import {type FloatContext, FloatFlag, Rounding} from '../float/format.js';
import {fromInteger, roundToInteger} from '../float/integer.js';
import {cut} from '../float/round.js';
import {Cell} from '../layout.js';
import type {Processor} from '../processor.js';
import type {SystemSemantic, SystemTable} from './system-table.js';
import {onTopTwo} from './x87-arithmetic.js';
import {beginX87, endX87, isRefused, nanOf, noteDenormals, number, operateOnStack, stackFault, toRegister} from './x87-numeric.js';
import {CONDITION_CODES, isEmpty, push, setRegister, Status, x87} from './x87-state.js';

/** frndint: to an integer, by the rounding control. */
const toIntegral: Unary = (context, a) => {
	if (a.kind !== FloatKind.FINITE || a.exponent >= 0) return a;
	const {value, inexact, up} = cut(a.significand, -a.exponent, a.negative, context.rounding);
	if (inexact) context.flags |= FloatFlag.PRECISION;
	roundedUp = up;
	return value === 0n ? zero(a.negative) : finite(a.negative, 0, value);
};

/** Whether the integer that frndint has made is larger than what it was made of. */
let roundedUp = false;

const roundToIntegral = x87(cpu => {
	const context = beginX87(cpu);
	roundedUp = false;
	const result = toRegister(operateOnStack(cpu, 0, 0, toIntegral));
	if (!context.stackFault) context.c1 = roundedUp;
	endX87(cpu);
	if (!isRefused()) setRegister(cpu, 0, result);
});

/** Beyond this power of two every number overflows or vanishes. */
const FAR = 1n << 17n;

/** fscale: a × 2^b, b cut to an integer. */
const scale: Binary = (context, a, b) => {
	if (b.kind === FloatKind.INFINITE) {
		if (b.negative) return a.kind === FloatKind.INFINITE ? invalid(context) : zero(a.negative);
		return a.kind === FloatKind.ZERO ? invalid(context) : infinity(a.negative);
	}

	if (a.kind !== FloatKind.FINITE) return a;
	const power = roundToInteger(b, 64, Rounding.ZERO)?.value ?? (b.negative ? -FAR : FAR);
	const limited = power > FAR ? FAR : power < -FAR ? -FAR : power;
	return finite(a.negative, a.exponent + Number(limited), a.significand);
};

/** Significand in [1, 2) and exponent of a number; each is a number of its own. */
function split(context: FloatContext, a: Float): readonly [significand: Float, exponent: Float] {
	const nan = nanOf(a, a);
	if (nan !== undefined) return [nan, nan];
	if (a.kind === FloatKind.INFINITE) return [a, infinity(false)];
	if (a.kind === FloatKind.ZERO) {
		context.flags |= FloatFlag.ZERO_DIVIDE;
		return [a, infinity(true)];
	}

	noteDenormals(a, a);
	return [finite(a.negative, 1 - bitLength(a.significand), a.significand), fromInteger(BigInt(leading(a)))];
}

/** fxtract: the exponent replaces st(0), the significand is pushed. */
const extract = x87(cpu => {
	const context = beginX87(cpu);
	let parts: readonly [Float, Float] = [INDEFINITE, INDEFINITE];
	if (isEmpty(cpu, 0)) stackFault(false);
	else if (isEmpty(cpu, 7)) parts = split(context, number(cpu, 0));
	else stackFault(true);
	endX87(cpu);
	if (isRefused()) return;
	setRegister(cpu, 0, packExtended(parts[1]));
	push(cpu, packExtended(parts[0]));
});

/** What a remainder instruction found. */
interface Remainder {
	readonly value: Float;
	/** The whole quotient; only its three lowest bits are told. */
	readonly quotient: bigint;
	/** Whether there is more to reduce. */
	readonly partial: boolean;
}

/** Quotient bits that one instruction finds; with more to find it stops after 32 to 63 of them. */
const QUOTIENT_BITS = 64;

function reduce(a: Float, b: Float, nearest: boolean): Remainder {
	const difference = leading(a) - leading(b);
	if (difference < -1) return {value: a, quotient: 0n, partial: false};
	const partial = difference >= QUOTIENT_BITS;
	const skipped = partial ? difference - ((difference & 31) | 32) : 0;
	const exponent = Math.min(a.exponent, b.exponent + skipped);
	const dividend = a.significand << BigInt(a.exponent - exponent);
	const divisor = b.significand << BigInt(b.exponent + skipped - exponent);
	let quotient = dividend / divisor;
	let rest = dividend - quotient * divisor;
	// To nearest the quotient may be one more, which makes the remainder change sign.
	if (nearest && !partial && (2n * rest > divisor || (2n * rest === divisor && (quotient & 1n) !== 0n))) {
		quotient += 1n;
		rest -= divisor;
	}

	if (rest === 0n) return {value: zero(a.negative), quotient, partial};
	return {value: finite(a.negative !== rest < 0n, exponent, rest < 0n ? -rest : rest), quotient, partial};
}

/** C0, C3 and C1 take the quotient's bits 2, 1 and 0; C2 says that the reduction is partial. */
function tellQuotient(cpu: Processor, {quotient, partial}: Remainder): void {
	const codes = [Status.C1, Status.C3, Status.C0].filter((_, bit) => !partial && ((quotient >> BigInt(bit)) & 1n) !== 0n);
	const word = codes.reduce((all, code) => all | code, partial ? Status.C2 : 0n);
	cpu.cells[Cell.X87_STATUS] = (cpu.cells[Cell.X87_STATUS] & ~CONDITION_CODES) | word;
}

/** fprem and fprem1. */
const remainder = (nearest: boolean): SystemSemantic => x87(cpu => {
	beginX87(cpu);
	let found: Remainder | undefined;
	const value = operateOnStack(cpu, 0, 1, (context, a, b) => {
		if (a.kind === FloatKind.INFINITE || b.kind === FloatKind.ZERO) return invalid(context);
		found = a.kind === FloatKind.ZERO || b.kind === FloatKind.INFINITE ? {value: a, quotient: 0n, partial: false} : reduce(a, b, nearest);
		return found.value;
	});
	const result = toRegister(value);
	endX87(cpu);
	if (isRefused()) return;
	setRegister(cpu, 0, result);
	if (found === undefined) cpu.cells[Cell.X87_STATUS] &= ~Status.C2;
	else tellQuotient(cpu, found);
});

/** Remainders, scaling and taking numbers apart (SDM vol. 1, 8.3.5 and 8.3.8). */
export const X87_PARTS: SystemTable = {
	frndint: roundToIntegral,
	fscale: onTopTwo(scale, false),
	fxtract: extract,
	fprem: remainder(false),
	fprem1: remainder(true),
};
