/**
 * The abstract interface against which each instruction is written once.
 *
 * A value `V` is an unsigned number of some width, always zero-extended; a condition `C` is a truth value. One
 * implementation computes them now (direct.ts); another may emit code that will. So a semantic function must not look
 * into a value with JavaScript: it asks the interface. What depends on the instruction alone (widths, operand kinds,
 * condition codes) is ordinary data.
 *
 * Order matters: everything that can fault (loads, stores, checks) comes before the first change to a register or a
 * flag, so that a fault leaves the state as it was.
 */

/** Kinds of operand. */
export const OperandKind = {NONE: 0, REGISTER: 1, MEMORY: 2, IMMEDIATE: 3, XMM: 4, SEGMENT: 5, CONTROL: 6, DEBUG: 7, X87: 8, TARGET: 9, MMX: 10} as const;

/** One operand of a decoded instruction. Every operand has every field, so that engines see one shape. */
export interface Operand {
	/** One of OperandKind. */
	readonly kind: number;
	/** Width of the operand in bits; for memory, of what is accessed there. */
	readonly bits: number;
	/** Register number, for the register kinds. */
	readonly register: number;
	/** True for ah, ch, dh, bh. */
	readonly high: boolean;
	/** The immediate (as an unsigned number of the operation's width) or the branch target. */
	readonly value: bigint;
	/** Base register of a memory operand, or -1. */
	readonly base: number;
	/** Index register of a memory operand, or -1. */
	readonly index: number;
	/** What the index is multiplied by: 1, 2, 4 or 8. */
	readonly scale: bigint;
	/** Displacement; for rip-relative operands the whole address. */
	readonly displacement: bigint;
	/** Segment.FS or Segment.GS when their base is added, else -1. */
	readonly segment: number;
	/** True when a non-canonical address raises #SS instead of #GP: the base is rsp or rbp. */
	readonly stack: boolean;
	/** 64, or 32 with an address-size prefix: then the sum is cut to 32 bits. */
	readonly addressBits: number;
}

/** Repeat prefixes of string instructions. */
export const Repeat = {NONE: 0, WHILE_EQUAL: 1, WHILE_NOT_EQUAL: 2} as const;

/** A decoded instruction. */
export interface Instruction {
	/** Key into the semantics tables. */
	readonly name: string;
	/** The mnemonic that the disassembler would use, for messages. */
	readonly mnemonic: string;
	readonly address: bigint;
	/** Address of the next instruction. */
	readonly next: bigint;
	readonly length: number;
	/** Operand width in bits. */
	readonly bits: number;
	readonly addressBits: number;
	/** Destination, source and third operand; OperandKind.NONE where absent. */
	readonly d: Operand;
	readonly s: Operand;
	readonly t: Operand;
	/** Condition code of jcc, setcc, cmovcc. */
	readonly condition: number;
	/** One of Repeat. */
	readonly repeat: number;
	/** Segment override of a string source: Segment.FS, Segment.GS or -1. */
	readonly segment: number;
	/** Whether it may go elsewhere than to `next`. */
	readonly changesFlow: boolean;
}

/** The operations on numbers and truth values alone: they neither read nor change anything of the machine. */
export interface Numbers<V, C> {
	constant(value: bigint, bits: number): V;
	add(a: V, b: V, bits: number): V;
	subtract(a: V, b: V, bits: number): V;
	multiply(a: V, b: V, bits: number): V;
	/** The upper half of the product, which is twice as wide as the factors. */
	multiplyHigh(a: V, b: V, bits: number, signed: boolean): V;
	and(a: V, b: V): V;
	or(a: V, b: V): V;
	xor(a: V, b: V): V;
	not(a: V, bits: number): V;
	/** Shifts by a count that is below `bits`, or any count if it may be larger: then zero comes out. */
	shiftLeft(a: V, count: V, bits: number): V;
	shiftRight(a: V, count: V, bits: number): V;
	shiftRightArithmetic(a: V, count: V, bits: number): V;
	signExtend(value: V, from: number, to: number): V;
	truncate(value: V, bits: number): V;
	/** Remainder of an unsigned division by a constant that is not zero. */
	modulo(a: V, divisor: bigint): V;
	/** Position of the lowest bit that is set, in a value that is not zero. */
	lowestBit(value: V): V;
	/** Position of the highest bit that is set, in a value that is not zero. */
	highestBit(value: V): V;

	equal(a: V, b: V): C;
	below(a: V, b: V): C;
	isZero(value: V): C;
	/** Whether the lowest byte has an even number of ones. */
	hasEvenParity(value: V): C;
	negate(condition: C): C;
	select(condition: C, whenTrue: V, whenFalse: V): V;
	/** 1 or 0. */
	toValue(condition: C): V;
}

/** The operations that semantics are made of. */
export interface Ops<V, C> extends Numbers<V, C> {
	/** A general register's low `bits`, or its second byte if `high`. */
	register(number: number, bits: number, high?: boolean): V;
	/** Writes a general register: 32-bit writes clear the upper half, 8- and 16-bit ones keep the rest. */
	setRegister(number: number, bits: number, value: V, high?: boolean): void;

	/** Reads an operand: register, memory or immediate. */
	read(operand: Operand, bits: number): V;
	/** Writes a register or memory operand. */
	write(operand: Operand, bits: number, value: V): void;
	/** The offset of a memory operand within its segment, as `lea` gives it: 64 bits wide. */
	offset(operand: Operand): V;
	/** The linear address of a memory operand, once for a read and a write; undefined for a register operand. */
	locate(operand: Operand): V | undefined;
	/** Reads an operand that will be written next: a fault is that of a write. */
	readForWrite(operand: Operand, place: V | undefined, bits: number): V;
	/** Writes an operand that `readForWrite` has read. */
	writeBack(operand: Operand, place: V | undefined, bits: number, value: V): void;
	load(address: V, bits: number, stack: boolean): V;
	store(address: V, bits: number, value: V, stack: boolean): void;
	/** Reads the word at rsp + `offset` bytes; rsp is not changed. */
	peek(offset: bigint, bits: number): V;
	/** Writes below rsp, then moves rsp down. */
	push(bits: number, value: V): void;
	/** Raises the fault that a write to memory would raise. */
	checkWritable(address: V, bits: number, stack: boolean): void;
	/** The base that a segment override adds: FS or GS; zero for -1. */
	segmentBase(segment: number): V;

	/**
	 * Divides the double-width number high:low, towards zero. Raises #DE if the divisor is zero or the quotient does not
	 * fit into `bits`.
	 */
	divide(high: V, low: V, divisor: V, bits: number, signed: boolean): readonly [quotient: V, remainder: V];

	/** Runs the body only if the condition holds. */
	when(condition: C, body: () => void): void;

	/** Notes what set the arithmetic flags; see FlagKind. */
	noteFlags(kind: number, bits: number, result: V, a: V, b: V): void;
	/** CF as a condition. */
	carry(): C;
	/** A condition code's answer. */
	condition(code: number): C;
	/** The arithmetic flags as a word, in RFLAGS positions. */
	flags(): V;
	/** Replaces the arithmetic flags that `mask` names by those of a word. */
	setFlags(mask: bigint, word: V): void;

	/** Goes to a constant address. */
	jump(target: bigint): void;
	/** Goes to a computed address; #GP if it is not canonical. */
	jumpTo(target: V): void;
	/** Raises #GP if an address is not canonical: for checks before a write. */
	checkCanonical(target: V): void;
	branch(condition: C, target: bigint): void;
	/** Raises a fault if the condition holds. */
	faultIf(condition: C, vector: number, errorCode?: number): void;

	/** How far a string instruction's pointers move after an element of some bytes: forwards, or backwards with DF. */
	stride(bytes: number): V;
	/**
	 * Does a string instruction's element: once, or with a repeat prefix until the count register is zero. If the element
	 * answers with a condition, the repetition also ends when that does not hold. A step does a bounded number of
	 * elements; if some are left, the instruction comes next again.
	 */
	repeat(i: Instruction, element: () => C | undefined): void;
}

/** An instruction's meaning, written once for every way of running it. */
export type Semantic = <V, C>(o: Ops<V, C>, i: Instruction) => void;

/** Names to meanings. */
export type SemanticTable = Readonly<Record<string, Semantic>>;

/**
 * Operations in each lane of a 64-bit number; the number in a name is a lane's width in bits. `unpack` takes the lanes of
 * the lower or upper halves of both numbers in turn; `pack` narrows the lanes of the first number, then those of the
 * second, from the named width to half of it, and keeps them within what that holds.
 */
export type PackedOperation =
	| `${'add' | 'subtract' | 'equal' | 'greater' | 'unpackLow' | 'unpackHigh'}${8 | 16 | 32}`
	| `${'addSigned' | 'addUnsigned' | 'subtractSigned' | 'subtractUnsigned' | 'average'}${8 | 16}`
	| 'minimumUnsigned8' | 'maximumUnsigned8' | 'minimumSigned16' | 'maximumSigned16'
	| 'multiplyLow16' | 'multiplyHighSigned16' | 'multiplyHighUnsigned16' | 'multiplyAdd16' | 'sumOfDifferences8'
	| 'packSigned16' | 'packUnsigned16' | 'packSigned32';

/** Shifts of each lane of a 64-bit number. */
export type PackedShift = `${'shiftLeft' | 'shiftRight' | 'shiftRightArithmetic'}${16 | 32}`;

/** What instructions of XMM and MMX registers are made of besides: these registers are read and written in 64-bit halves. */
export interface VectorOps<V, C> extends Ops<V, C> {
	/** Raises what the instruction raises while its registers are switched off: #UD or #NM, and #MF for MMX. */
	beginVector(i: Instruction): void;
	/** Does to the x87 unit what comes with an instruction of MMX registers. */
	endVector(i: Instruction): void;
	/** A 64-bit half of an XMM register, 0 being the lower one, or the whole of an MMX register as its half 0. */
	vectorHalf(operand: Operand, half: number): V;
	/** Writes a half of an XMM register, or an MMX register. */
	setVectorHalf(operand: Operand, half: number, value: V): void;
	/** Reads 16 bytes: the lower half, then the upper one. */
	loadPair(address: V, stack: boolean): readonly [low: V, high: V];
	/** Writes 16 bytes, all of them or none. */
	storePair(address: V, low: V, high: V, stack: boolean): void;
	/** Does an operation in each lane of two 64-bit numbers. */
	packed(operation: PackedOperation, a: V, b: V): V;
	/** Shifts each lane by a count that is not above the lane's width. */
	packedShift(operation: PackedShift, value: V, count: V): V;
	/** The sign bits of the lanes of 1, 4 or 8 bytes, the lowest lane's in bit 0. */
	packedSigns(value: V, bytes: number): V;
}

/** The meaning of an instruction that may need vector registers. Each `Semantic` is one too. */
export type VectorSemantic = <V, C>(o: VectorOps<V, C>, i: Instruction) => void;

/** Names to meanings that may need vector registers. */
export type VectorTable = Readonly<Record<string, VectorSemantic>>;
