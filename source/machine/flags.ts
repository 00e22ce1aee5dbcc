import {Cell} from './layout.js';

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

/** Index of the FLAG_KIND cell's lower half among the 32-bit halves of the cells. */
export const FLAG_KIND_HALF = Cell.FLAG_KIND * 2;

/** For each byte, PF's bit if its number of ones is even. */
const PARITY = BigUint64Array.from({length: 256}, (_, byte) => {
	let ones = 0;
	for (let rest = byte; rest !== 0; rest >>= 1) ones += rest & 1;
	return ones % 2 === 0 ? Flag.PF : 0n;
});

/** PF for a result, from its lowest byte. */
export const parity = (result: bigint): bigint => PARITY[Number(result & 0xffn)];

const topBit = (vector: bigint, bits: bigint): boolean => ((vector >> (bits - 1n)) & 1n) !== 0n;

/** Whether a signed product does not fit into the operands' width. */
const losesProduct = (bits: number, result: bigint, a: bigint, b: bigint): boolean =>
	BigInt.asIntN(bits, a) * BigInt.asIntN(bits, b) !== BigInt.asIntN(bits, result);

/** CF of the noted operation, if its kind alone decides it; the RFLAGS cell's CF otherwise. */
function carry(kind: number, bits: bigint, result: bigint, a: bigint, b: bigint, explicit: bigint): boolean {
	switch (kind) {
		case FlagKind.ADD:
			return result < a;
		case FlagKind.SUB:
			return a < b;
		case FlagKind.ADC:
			return topBit((a & b) | ((a | b) & ~result), bits);
		case FlagKind.SBB:
			return topBit((~a & b) | ((~a | b) & result), bits);
		case FlagKind.LOGIC:
			return false;
		case FlagKind.MUL:
			return losesProduct(Number(bits), result, a, b);
		case FlagKind.SHL:
			return b <= bits && ((a >> (bits - b)) & 1n) !== 0n;
		case FlagKind.SHR:
			return ((a >> (b - 1n)) & 1n) !== 0n;
		case FlagKind.SAR:
			return ((BigInt.asIntN(Number(bits), a) >> (b - 1n)) & 1n) !== 0n;
		default:
			return (explicit & Flag.CF) !== 0n;
	}
}

/** OF of the noted operation. For shifts by more than one, where it is undefined, the first of them decides, as on Intel's. */
function overflow(kind: number, bits: bigint, result: bigint, a: bigint, b: bigint): boolean {
	switch (kind) {
		case FlagKind.ADD:
		case FlagKind.ADC:
			return topBit((a ^ result) & (b ^ result), bits);
		case FlagKind.SUB:
		case FlagKind.SBB:
			return topBit((a ^ b) & (a ^ result), bits);
		case FlagKind.INC:
			return topBit(~a & result, bits);
		case FlagKind.DEC:
			return topBit(a & ~result, bits);
		case FlagKind.SHL:
			return topBit(a ^ (a << 1n), bits);
		case FlagKind.SHR:
			return topBit(a, bits);
		case FlagKind.MUL:
			return losesProduct(Number(bits), result, a, b);
		default:
			return false;
	}
}

/** AF: carry out of bit 3 for additions and subtractions, zero for the rest (where it is undefined). */
const auxiliary = (kind: number, result: bigint, a: bigint, b: bigint): bigint => {
	switch (kind) {
		case FlagKind.ADD:
		case FlagKind.SUB:
		case FlagKind.ADC:
		case FlagKind.SBB:
			return (a ^ b ^ result) & Flag.AF;
		case FlagKind.INC:
		case FlagKind.DEC:
			return (a ^ result ^ 1n) & Flag.AF;
		default:
			return 0n;
	}
};

/** The lazily kept arithmetic flags of a register file. */
export class LazyFlags {
	private readonly halves: Int32Array;

	/** @param cells the machine's cells, see layout.ts */
	constructor(private readonly cells: BigUint64Array) {
		this.halves = new Int32Array(cells.buffer, cells.byteOffset, cells.length * 2);
	}

	/** CF alone, which `adc`, `sbb`, rotates and conditions ask for most. */
	carry(): boolean {
		const {cells} = this;
		const noted = this.halves[FLAG_KIND_HALF];
		const kind = noted & 0xff;
		if (kind === FlagKind.EXPLICIT) return (cells[Cell.RFLAGS] & Flag.CF) !== 0n;
		return carry(kind, BigInt(noted >> FLAG_WIDTH_SHIFT), cells[Cell.FLAG_RESULT], cells[Cell.FLAG_A], cells[Cell.FLAG_B], cells[Cell.RFLAGS]);
	}

	/** The six arithmetic flags in their RFLAGS positions, all others zero. */
	arithmetic(): bigint {
		const {cells} = this;
		const noted = this.halves[FLAG_KIND_HALF];
		const kind = noted & 0xff;
		if (kind === FlagKind.EXPLICIT) return cells[Cell.RFLAGS] & ARITHMETIC_FLAGS;
		const bits = BigInt(noted >> FLAG_WIDTH_SHIFT);
		const result = cells[Cell.FLAG_RESULT];
		const a = cells[Cell.FLAG_A];
		const b = cells[Cell.FLAG_B];
		const cf = carry(kind, bits, result, a, b, cells[Cell.RFLAGS]);
		return (
			(cf ? Flag.CF : 0n) |
			parity(result) |
			auxiliary(kind, result, a, b) |
			// After a multiplication ZF is undefined; processors clear it.
			(result === 0n && kind !== FlagKind.MUL ? Flag.ZF : 0n) |
			(topBit(result, bits) ? Flag.SF : 0n) |
			(overflow(kind, bits, result, a, b) ? Flag.OF : 0n)
		);
	}

	/** RFLAGS with all bits. */
	all(): bigint {
		return (this.cells[Cell.RFLAGS] & ~ARITHMETIC_FLAGS) | this.arithmetic() | RFLAGS_FIXED;
	}

	/** Works the noted flags out into the RFLAGS cell, so that single flags can be replaced there. */
	settle(): void {
		const {cells} = this;
		if (this.halves[FLAG_KIND_HALF] === FlagKind.EXPLICIT) return;
		const flags = this.arithmetic();
		cells[Cell.RFLAGS] = (cells[Cell.RFLAGS] & ~ARITHMETIC_FLAGS) | flags;
		cells[Cell.FLAG_KIND] = 0n;
	}

	/** A condition code of `jcc`, `setcc`, `cmovcc` (0 to 15; odd numbers negate), SDM vol. 1 appendix B. */
	condition(code: number): boolean {
		const {cells} = this;
		const kind = this.halves[FLAG_KIND_HALF];
		if (kind === FlagKind.EXPLICIT) return evaluate(code, cells[Cell.RFLAGS]);
		// The commonest questions, those after a comparison or about the result, need no flag word.
		const asksResult = (code & ~1) === ZERO;
		if (asksResult && (kind & 0xff) !== FlagKind.MUL) return (cells[Cell.FLAG_RESULT] === 0n) === (code === ZERO);
		if ((kind & 0xff) === FlagKind.SUB && COMPARED[code >> 1]) return this.compared(code, kind >> FLAG_WIDTH_SHIFT);
		return evaluate(code, this.arithmetic());
	}

	/** A question about a - b, answered by comparing a and b. Comparing signed is comparing with the top bit turned. */
	private compared(code: number, bits: number): boolean {
		const {cells} = this;
		const signed = code >= SIGNED ? SIGN[bits] : 0n;
		const a = cells[Cell.FLAG_A] ^ signed;
		const b = cells[Cell.FLAG_B] ^ signed;
		const answer = (code & ~1) === BELOW_OR_EQUAL || (code & ~1) === LESS_OR_EQUAL ? a <= b : a < b;
		return answer === ((code & 1) === 0);
	}
}

/** Even condition codes by what they ask; the odd ones are their opposites. */
const ZERO = 4;
const BELOW_OR_EQUAL = 6;
const SIGNED = 12;
const LESS_OR_EQUAL = 14;

/** Which of the eight questions a comparison of the operands answers: below, below or equal, less, less or equal. */
const COMPARED: readonly boolean[] = [false, true, false, true, false, false, true, true];

/** The top bit of each operand width. */
const SIGN: Readonly<Record<number, bigint>> = {8: 1n << 7n, 16: 1n << 15n, 32: 1n << 31n, 64: 1n << 63n};

/** The eight questions that a condition code can ask of a flag word; its lowest bit negates the answer. */
const QUESTIONS: readonly ((flags: bigint) => boolean)[] = [
	flags => (flags & Flag.OF) !== 0n,
	flags => (flags & Flag.CF) !== 0n,
	flags => (flags & Flag.ZF) !== 0n,
	flags => (flags & (Flag.CF | Flag.ZF)) !== 0n,
	flags => (flags & Flag.SF) !== 0n,
	flags => (flags & Flag.PF) !== 0n,
	flags => ((flags >> 7n) & 1n) !== ((flags >> 11n) & 1n),
	flags => (flags & Flag.ZF) !== 0n || ((flags >> 7n) & 1n) !== ((flags >> 11n) & 1n),
];

/** A condition code's answer for a given flag word. */
export const evaluate = (code: number, flags: bigint): boolean =>
	QUESTIONS[code >> 1](flags) !== ((code & 1) === 1);
