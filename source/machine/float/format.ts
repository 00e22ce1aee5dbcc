/** Rounding modes, as MXCSR and the x87 control word encode them (SDM vol. 1, table 4-8). */
export const Rounding = {NEAREST: 0, DOWN: 1, UP: 2, ZERO: 3} as const;

/** Exception flags, at the places that MXCSR and the x87 status word share (SDM vol. 1, 4.9.1). */
export const FloatFlag = {INVALID: 1, DENORMAL: 2, ZERO_DIVIDE: 4, OVERFLOW: 8, UNDERFLOW: 16, PRECISION: 32} as const;

/** All six exception flags. */
export const ALL_FLOAT_FLAGS = 0x3f;

/** What is found before a result is computed; the other flags are about the result (SDM vol. 1, 4.9.2). */
export const BEFORE_COMPUTING = FloatFlag.INVALID | FloatFlag.DENORMAL | FloatFlag.ZERO_DIVIDE;

/** The numbers that a result may be rounded to. */
export interface Range {
	/** Bits of the significand, the leading one included. */
	readonly precision: number;
	/** Exponent of the leading bit of the smallest normal number. */
	readonly minimum: number;
	/** Exponent of the leading bit of the largest number; also the bias of the exponent field. */
	readonly maximum: number;
}

/** A format of memory and XMM registers, whose leading bit is implied (SDM vol. 1, table 4-3). */
export interface Format extends Range {
	readonly bits: number;
	/** The default NaN, which the manual calls the QNaN floating-point indefinite. */
	readonly indefinite: bigint;
}

/** Single precision: 32 bits. */
export const SINGLE: Format = {bits: 32, precision: 24, minimum: -126, maximum: 127, indefinite: 0xffc0_0000n};

/** Double precision: 64 bits. */
export const DOUBLE: Format = {bits: 64, precision: 53, minimum: -1022, maximum: 1023, indefinite: 0xfff8_0000_0000_0000n};

/** The x87 registers' own range; `precision` may be less by the control word's precision control. */
export const extendedRange = (precision: number): Range => ({precision, minimum: -16_382, maximum: 16_383});

/** The x87 registers' range at full precision: 80 bits with an explicit leading bit. */
export const EXTENDED = extendedRange(64);

/** What an operation asks of the rounding rules, and where it notes what happened. */
export interface FloatContext {
	/** One of Rounding. */
	rounding: number;
	/** FloatFlag bits, gathered. */
	flags: number;
}
