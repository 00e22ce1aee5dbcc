/** RFLAGS bits (SDM vol. 1, 3.4.3). */
export const Flag = {
	CF: 1n << 0n,
	PF: 1n << 2n,
	AF: 1n << 4n,
	ZF: 1n << 6n,
	SF: 1n << 7n,
	TF: 1n << 8n,
	IF: 1n << 9n,
	DF: 1n << 10n,
	OF: 1n << 11n,
	IOPL: 3n << 12n,
	NT: 1n << 14n,
	RF: 1n << 16n,
	VM: 1n << 17n,
	AC: 1n << 18n,
	VIF: 1n << 19n,
	VIP: 1n << 20n,
	ID: 1n << 21n,
} as const;

/** The name of a flag. */
export type FlagName = keyof typeof Flag;

/** Bit 1 of RFLAGS always reads as one. */
export const RFLAGS_FIXED = 2n;

/** The six flags that arithmetic sets. */
export const ARITHMETIC_FLAGS = Flag.CF | Flag.PF | Flag.AF | Flag.ZF | Flag.SF | Flag.OF;

/** Every bit that exists in RFLAGS; the rest read as zero. */
export const RFLAGS_EXISTING = 0x3f7fd7n;

/**
 * What set the arithmetic flags last. Flags are lazy: an instruction notes its kind, width, result and operands, and
 * a flag is worked out from them when something asks.
 */
export const FlagKind = {
	/** The arithmetic flags stand in the RFLAGS cell itself. */
	EXPLICIT: 0,
	/** result = a + b. */
	ADD: 1,
	/** result = a - b. */
	SUB: 2,
	/** and, or, xor, test: CF, OF and AF are zero. */
	LOGIC: 3,
	/** result = a + 1; CF stays as it stands in the RFLAGS cell. */
	INC: 4,
	/** result = a - 1; CF stays as it stands in the RFLAGS cell. */
	DEC: 5,
	/** result = a shifted left by b, b not zero. */
	SHL: 6,
	/** result = a shifted right by b with zeros, b not zero. */
	SHR: 7,
	/** result = a shifted right by b with copies of the sign, b not zero. */
	SAR: 8,
	/** result = a + b + carry. */
	ADC: 9,
	/** result = a - b - borrow. */
	SBB: 10,
	/** result = the lower half of a times b, signed: CF and OF tell whether it is the whole product. */
	MUL: 11,
} as const;

/** Bits by which the operand width is shifted within the FLAG_KIND cell. */
export const FLAG_WIDTH_SHIFT = 8;
