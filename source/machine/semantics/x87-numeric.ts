import {type Extended, packExtended, unpackExtended} from '../float/extended.js';
import type {Binary} from '../float/arithmetic.js';
import {type Float, FloatKind, finite, INDEFINITE, infinity, isNaN, packFinite, packSpecial, quiet, unpack, zero} from '../float/float.js';
import {BEFORE_COMPUTING, DOUBLE, extendedRange, type FloatContext, FloatFlag, type Format, type Range, Rounding, SINGLE} from '../float/format.js';
import {overflowsToInfinity, round, type Rounded} from '../float/round.js';
import {Cell} from '../layout.js';
import type {Operand} from '../ops.js';
import type {Processor} from '../processor.js';
import {getRegister, isEmpty, Status, summarize} from './x87-state.js';

/** The control word taken apart for the instruction that is running, and what it has raised so far. */
export interface X87Context extends FloatContext {
	/** Exceptions that are masked, as FloatFlag bits. */
	masked: number;
	/** Bits of the significand that arithmetic rounds to: the precision control. */
	precision: number;
	/** Whether a register was empty that should be used, or in use that should be empty. */
	stackFault: boolean;
	/** What C1 becomes: a result was rounded up, or a stack fault was an overflow. */
	c1: boolean;
}

/** Significand bits by the control word's bits 9:8; the second value is reserved. */
const PRECISIONS = [24, 64, 53, 64];

/** What an unmasked overflow takes from the exponent, and an underflow adds (SDM vol. 1, 8.5.4 and 8.5.5). */
const EXPONENT_BIAS = 24_576;

const context: X87Context = {rounding: Rounding.NEAREST, flags: 0, masked: 0, precision: 64, stackFault: false, c1: false};

/** Begins an instruction that may raise numeric exceptions. */
export function beginX87(cpu: Processor): X87Context {
	const control = Number(cpu.cells[Cell.X87_CONTROL]);
	context.flags = 0;
	context.masked = control;
	context.precision = PRECISIONS[(control >> 8) & 3];
	context.rounding = (control >> 10) & 3;
	context.stackFault = false;
	context.c1 = false;
	return context;
}

/** Whether an exception that is not masked keeps the result from being written. */
export const isRefused = (blocking: number = BEFORE_COMPUTING): boolean => (context.flags & ~context.masked & blocking) !== 0;

/** Ends an instruction: its exceptions and C1 go to the status word. Those not masked wait for the next instruction. */
export function endX87(cpu: Processor): void {
	const {cells} = cpu;
	const early = isRefused();
	const flags = BigInt(early ? context.flags & BEFORE_COMPUTING : context.flags);
	const up = context.c1 && (context.stackFault || !early);
	cells[Cell.X87_STATUS] = (cells[Cell.X87_STATUS] & ~Status.C1) | flags | (context.stackFault ? Status.STACK_FAULT : 0n) | (up ? Status.C1 : 0n);
	if (flags !== 0n) summarize(cpu);
}

/** A stack fault: an invalid operation whose result is the default NaN. */
export function stackFault(overflow: boolean): Float {
	context.flags |= FloatFlag.INVALID;
	context.stackFault = true;
	context.c1 = overflow;
	return INDEFINITE;
}

/** What st(index) holds, as a number. */
export const number = (cpu: Processor, index: number): Float => unpackExtended(getRegister(cpu, index));

/** A memory operand of 32 or 64 bits as a number. */
export const memoryNumber = (cpu: Processor, operand: Operand): Float =>
	unpack(operand.bits === 64 ? DOUBLE : SINGLE, cpu.ops.read(operand, operand.bits));

/** Raises invalid-operation for signaling NaNs and for what is no number. */
export function noteInvalid(value: Float): void {
	if (value.kind === FloatKind.SIGNALING_NAN || value.kind === FloatKind.UNSUPPORTED) context.flags |= FloatFlag.INVALID;
}

/** Of two NaNs the quiet one, else the one with the larger significand, else the positive one (SDM vol. 1, table 4-7). */
function preferred(a: Float, b: Float): Float {
	if (a.kind !== b.kind) return a.kind === FloatKind.QUIET_NAN ? a : b;
	if (a.significand !== b.significand) return a.significand > b.significand ? a : b;
	return a.negative ? b : a;
}

/** The result that operands which are no numbers give, with its exception; undefined if all is well. */
export function nanOf(a: Float, b: Float): Float | undefined {
	noteInvalid(a);
	noteInvalid(b);
	if (a.kind === FloatKind.UNSUPPORTED || b.kind === FloatKind.UNSUPPORTED) return INDEFINITE;
	if (!isNaN(a)) return isNaN(b) ? quiet(b) : undefined;
	return quiet(isNaN(b) ? preferred(a, b) : a);
}

/** Raises denormal-operand, which invalid-operation and divide-by-zero come before. */
export function noteDenormals(a: Float, b: Float): void {
	if ((a.denormal || b.denormal) && (context.flags & (FloatFlag.INVALID | FloatFlag.ZERO_DIVIDE)) === 0) context.flags |= FloatFlag.DENORMAL;
}

/** The result of an operation before rounding, with the exceptions of its operands. */
export function operate(a: Float, b: Float, compute: Binary): Float {
	const nan = nanOf(a, b);
	if (nan !== undefined) return nan;
	const value = compute(context, a, b);
	noteDenormals(a, b);
	return value;
}

/** The same for operands of the stack, which may be missing. */
export function operateOnStack(cpu: Processor, first: number, second: number, compute: Binary): Float {
	if (isEmpty(cpu, first) || isEmpty(cpu, second)) return stackFault(false);
	return operate(number(cpu, first), number(cpu, second), compute);
}

/** An overflow to a register: infinity or the largest number, or for a handler the number with a smaller exponent. */
function overflowed(rounded: Rounded, {precision, maximum}: Range): Float {
	const {negative} = rounded;
	context.flags |= FloatFlag.OVERFLOW;
	if ((context.masked & FloatFlag.OVERFLOW) === 0) {
		const exponent = rounded.exponent - EXPONENT_BIAS;
		if (exponent + precision - 1 <= maximum) return finite(negative, exponent, rounded.significand);
		// Scaling can go so far that even this is too large.
		context.flags |= FloatFlag.PRECISION;
		context.c1 = true;
		return infinity(negative);
	}

	context.flags |= FloatFlag.PRECISION;
	context.c1 = overflowsToInfinity(negative, context.rounding);
	return context.c1 ? infinity(negative) : finite(negative, maximum + 1 - precision, (1n << BigInt(precision)) - 1n);
}

function noteRounding({inexact, up}: Rounded): void {
	if (inexact) context.flags |= FloatFlag.PRECISION;
	if (up) context.c1 = true;
}

/** A tiny result for a handler: rounded as if exponents had no limit, with a larger exponent. */
function underflowed(value: Float, range: Range): Float {
	context.flags |= FloatFlag.UNDERFLOW;
	const rounded = round(value, {...range, minimum: -Infinity}, context.rounding);
	noteRounding(rounded);
	const exponent = rounded.exponent + EXPONENT_BIAS;
	if (exponent + range.precision - 1 >= range.minimum) return finite(rounded.negative, exponent, rounded.significand);
	// Scaling can go so far that even this is too small.
	context.flags |= FloatFlag.PRECISION;
	context.c1 = false;
	return zero(rounded.negative);
}

/** A result for a register, rounded to some bits, with the exceptions that are found after computing. */
export function toRegister(value: Float, precision = 64): Extended {
	if (value.kind !== FloatKind.FINITE) return packExtended(value);
	const range = extendedRange(precision);
	const rounded = round(value, range, context.rounding);
	const {negative, exponent, significand, inexact, tiny, overflow} = rounded;
	if (tiny && (context.masked & FloatFlag.UNDERFLOW) === 0) return packExtended(underflowed(value, range));
	if (tiny && inexact) context.flags |= FloatFlag.UNDERFLOW;
	noteRounding(rounded);
	if (overflow) return packExtended(overflowed(rounded, range));
	return packExtended(significand === 0n ? zero(negative) : finite(negative, exponent, significand));
}

/** What keeps a store to memory from being done: then nothing is popped either. */
export const STORE_BLOCKING = FloatFlag.INVALID | FloatFlag.OVERFLOW | FloatFlag.UNDERFLOW;

/** The flags of a number in a format of memory. What is not stored is not inexact either (SDM vol. 1, 8.5.6). */
function storeFlags({inexact, tiny, overflow}: Rounded): number {
	if (overflow) return (context.masked & FloatFlag.OVERFLOW) === 0 ? FloatFlag.OVERFLOW : FloatFlag.OVERFLOW | FloatFlag.PRECISION;
	if (tiny && (context.masked & FloatFlag.UNDERFLOW) === 0) return FloatFlag.UNDERFLOW;
	if (!inexact) return 0;
	return tiny ? FloatFlag.UNDERFLOW | FloatFlag.PRECISION : FloatFlag.PRECISION;
}

/** The bits of a register's number in a format of memory. */
export function toMemory(format: Format, value: Float): bigint {
	noteInvalid(value);
	if (value.kind === FloatKind.UNSUPPORTED) return format.indefinite;
	if (isNaN(value)) return packSpecial(format, quiet(value));
	if (value.kind !== FloatKind.FINITE) return packSpecial(format, value);
	const rounded = round(value, format, context.rounding);
	const {negative, overflow} = rounded;
	context.flags |= storeFlags(rounded);
	context.c1 = !isRefused(STORE_BLOCKING) && (overflow ? overflowsToInfinity(negative, context.rounding) : rounded.up);
	if (!overflow) return packFinite(format, negative, rounded.exponent, rounded.significand);
	if (context.c1) return packSpecial(format, infinity(negative));
	return packFinite(format, negative, format.maximum + 1 - format.precision, (1n << BigInt(format.precision)) - 1n);
}
