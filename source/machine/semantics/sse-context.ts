import {Cr4} from '../control-bits.js';
import {Fault, Vector} from '../fault.js';
import {type Float, FloatKind, infinity, isNaN, packFinite, packSpecial, quiet, unpack, zero} from '../float/float.js';
import {ALL_FLOAT_FLAGS, BEFORE_COMPUTING, type FloatContext, FloatFlag, type Format, Rounding} from '../float/format.js';
import {overflowsToInfinity, round} from '../float/round.js';
import {Cell} from '../layout.js';
import type {Processor} from '../processor.js';

/** MXCSR bits (SDM vol. 1, 10.2.3). The six lowest are those of FloatFlag. */
export const Mxcsr = {DENORMALS_ARE_ZERO: 1 << 6, MASKS_SHIFT: 7, ROUNDING_SHIFT: 13, FLUSH_TO_ZERO: 1 << 15} as const;

/** The bits of MXCSR that exist; `fxsave` stores them as MXCSR_MASK. */
export const MXCSR_EXISTING = 0xffffn;

/** MXCSR taken apart for the instruction that is running, and the flags that it has raised so far. */
export interface SseContext extends FloatContext {
	/** Exceptions that are masked, as FloatFlag bits. */
	masked: number;
	denormalsAreZero: boolean;
	flushToZero: boolean;
}

const context: SseContext = {rounding: Rounding.NEAREST, flags: 0, masked: ALL_FLOAT_FLAGS, denormalsAreZero: false, flushToZero: false};

/** Begins an instruction that may raise numeric exceptions. */
export function beginNumeric(cpu: Processor): SseContext {
	const mxcsr = Number(cpu.cells[Cell.MXCSR]);
	context.flags = 0;
	context.rounding = (mxcsr >> Mxcsr.ROUNDING_SHIFT) & 3;
	context.masked = (mxcsr >> Mxcsr.MASKS_SHIFT) & ALL_FLOAT_FLAGS;
	context.denormalsAreZero = (mxcsr & Mxcsr.DENORMALS_ARE_ZERO) !== 0;
	context.flushToZero = (mxcsr & Mxcsr.FLUSH_TO_ZERO) !== 0;
	return context;
}

/**
 * Notes the flags in MXCSR and raises #XM for those that are not masked, before the result is written (SDM vol. 1,
 * 11.5.3). An unmasked exception of the operands, of any lane, keeps those of the results from being found.
 */
export function endNumeric(cpu: Processor): void {
	if (context.flags === 0) return;
	const {cells} = cpu;
	const unmasked = context.flags & ~context.masked;
	const early = (unmasked & BEFORE_COMPUTING) !== 0;
	cells[Cell.MXCSR] = cells[Cell.MXCSR] | BigInt(early ? context.flags & BEFORE_COMPUTING : context.flags);
	if (unmasked !== 0) throw new Fault((cells[Cell.CR4] & Cr4.OSXMMEXCPT) === 0n ? Vector.UD : Vector.XM);
}

/** Takes an operand out of its format. */
export const operand = (format: Format, bits: bigint): Float => unpack(format, bits, context.denormalsAreZero);

/**
 * The NaN that two operands give: the first that is one, made quiet; a signaling one of either raises invalid-operation
 * (SDM vol. 1, table 4-7). Undefined if neither is a NaN.
 */
export function nanOf(a: Float, b: Float): Float | undefined {
	if (!isNaN(a) && !isNaN(b)) return undefined;
	if (a.kind === FloatKind.SIGNALING_NAN || b.kind === FloatKind.SIGNALING_NAN) context.flags |= FloatFlag.INVALID;
	return quiet(isNaN(a) ? a : b);
}

/** Raises denormal-operand, which invalid-operation and divide-by-zero come before. */
export function noteDenormals(flagsBefore: number, a: Float, b: Float): void {
	if ((a.denormal || b.denormal) && context.flags === flagsBefore) context.flags |= FloatFlag.DENORMAL;
}

/** The largest number of a format, or the infinity beyond it: what a masked overflow gives. */
function beyond(format: Format, negative: boolean): bigint {
	const {precision, maximum} = format;
	if (overflowsToInfinity(negative, context.rounding)) return packSpecial(format, infinity(negative));
	return packFinite(format, negative, maximum + 1 - precision, (1n << BigInt(precision)) - 1n);
}

/** The flags of a tiny result. With the exception unmasked its handler wants the result as if exponents had no limit. */
function underflowFlags(format: Format, value: Float, inexact: boolean): number {
	if ((context.masked & FloatFlag.UNDERFLOW) !== 0) return inexact || context.flushToZero ? FloatFlag.UNDERFLOW | FloatFlag.PRECISION : 0;
	const unlimited = round(value, {...format, minimum: -Infinity}, context.rounding);
	return unlimited.inexact ? FloatFlag.UNDERFLOW | FloatFlag.PRECISION : FloatFlag.UNDERFLOW;
}

/** The bits of a result in a format, rounded, with the exceptions that are found after computing. */
export function finish(format: Format, value: Float): bigint {
	if (value.kind !== FloatKind.FINITE) return packSpecial(format, value);
	const {negative, significand, exponent, inexact, tiny, overflow} = round(value, format, context.rounding);
	if (tiny) {
		context.flags |= underflowFlags(format, value, inexact);
		if (context.flushToZero) return packSpecial(format, zero(negative));
	} else if (inexact) {
		context.flags |= FloatFlag.PRECISION;
	}

	if (!overflow) return packFinite(format, negative, exponent, significand);
	// A masked overflow is inexact because the result is not what was rounded.
	context.flags |= (context.masked & FloatFlag.OVERFLOW) === 0 ? FloatFlag.OVERFLOW : FloatFlag.OVERFLOW | FloatFlag.PRECISION;
	return beyond(format, negative);
}
