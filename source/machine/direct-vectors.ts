import {isCanonical} from './control-bits.js';
import {DirectOps} from './direct.js';
import {nonCanonical} from './fault.js';
import type {LazyFlags} from './flags.js';
import {Cell} from './layout.js';
import type {LinearMemory} from './linear-memory.js';
import {type Instruction, type Operand, OperandKind, type PackedOperation, type PackedShift, type VectorOps} from './ops.js';
import {Lanes, type NumberView} from './semantics/sse-operands.js';
import {X87_CELLS} from './semantics/x87-state.js';

/** What an instruction of vector registers asks of the processor around it. */
export interface VectorHooks {
	/** Raises what it raises while its registers are switched off. */
	readonly begin: (i: Instruction) => void;
	/** Does what comes with it. */
	readonly end: (i: Instruction) => void;
}

/** What one lane of the result is. The view cuts it to the lane's width. */
type LaneFunction = (a: number, b: number) => number;

/** What 64 bits of the result are. */
type HalfFunction = (a: bigint, b: bigint) => bigint;

/** Where the numbers lie while an operation runs; of each only the lower half is used. */
const first = new Lanes();
const second = new Lanes();
const result = new Lanes();

/** Takes two numbers apart, does something with their lanes, and puts the result together. */
const onLanes = (compute: () => void): HalfFunction => (a, b) => {
	first.u64[0] = a;
	second.u64[0] = b;
	compute();
	return result.u64[0];
};

/** Does one operation in each lane of a width, signed or unsigned. */
const each = (view: NumberView, compute: LaneFunction): HalfFunction => {
	const [a, b, to] = [first[view], second[view], result[view]];
	const lanes = to.length / 2;
	return onLanes(() => {
		for (let lane = 0; lane < lanes; lane++) to[lane] = compute(a[lane], b[lane]);
	});
};

/** Lanes of both numbers in turn, of their lower or upper halves. */
const interleave = (view: NumberView, upper: boolean): HalfFunction => {
	const [a, b, to] = [first[view], second[view], result[view]];
	const half = to.length / 4;
	const from = upper ? half : 0;
	return onLanes(() => {
		for (let lane = 0; lane < half; lane++) {
			to[2 * lane] = a[from + lane];
			to[2 * lane + 1] = b[from + lane];
		}
	});
};

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** The result kept within what a lane can hold. */
const saturate = (compute: LaneFunction, least: number, most: number): LaneFunction => (a, b) => within(compute(a, b), least, most);

/** Narrows the lanes of the first number, then those of the second, keeping them within what the narrow lanes can hold. */
const pack = (wide: NumberView, narrow: NumberView, least: number, most: number): HalfFunction => {
	const [a, b, to] = [first[wide], second[wide], result[narrow]];
	const lanes = a.length / 2;
	return onLanes(() => {
		for (let lane = 0; lane < lanes; lane++) {
			to[lane] = within(a[lane], least, most);
			to[lanes + lane] = within(b[lane], least, most);
		}
	});
};

const add: LaneFunction = (a, b) => a + b;
const subtract: LaneFunction = (a, b) => a - b;
const equal: LaneFunction = (a, b) => (a === b ? -1 : 0);
const greater: LaneFunction = (a, b) => (a > b ? -1 : 0);
const average: LaneFunction = (a, b) => (a + b + 1) >> 1;
const larger: LaneFunction = (a, b) => Math.max(a, b);
const smaller: LaneFunction = (a, b) => Math.min(a, b);
const multiply: LaneFunction = (a, b) => Math.imul(a, b);
const multiplyHigh: LaneFunction = (a, b) => (a * b) >> 16;

/** Products of neighbouring words, added. */
const multiplyAdd = onLanes(() => {
	const {i16: a} = first;
	const {i16: b} = second;
	for (let lane = 0; lane < 2; lane++) {
		const word = 2 * lane;
		result.i32[lane] = a[word] * b[word] + a[word + 1] * b[word + 1];
	}
});

/** The sum of the absolute differences of the bytes. */
const sumOfDifferences = onLanes(() => {
	let sum = 0;
	for (let byte = 0; byte < 8; byte++) sum += Math.abs(first.u8[byte] - second.u8[byte]);
	result.u64[0] = BigInt(sum);
});

const PACKED: Readonly<Record<PackedOperation, HalfFunction>> = {
	add8: each('u8', add),
	add16: each('u16', add),
	add32: each('u32', add),
	subtract8: each('u8', subtract),
	subtract16: each('u16', subtract),
	subtract32: each('u32', subtract),
	addSigned8: each('i8', saturate(add, -128, 127)),
	addSigned16: each('i16', saturate(add, -32_768, 32_767)),
	addUnsigned8: each('u8', saturate(add, 0, 255)),
	addUnsigned16: each('u16', saturate(add, 0, 65_535)),
	subtractSigned8: each('i8', saturate(subtract, -128, 127)),
	subtractSigned16: each('i16', saturate(subtract, -32_768, 32_767)),
	subtractUnsigned8: each('u8', saturate(subtract, 0, 255)),
	subtractUnsigned16: each('u16', saturate(subtract, 0, 65_535)),
	average8: each('u8', average),
	average16: each('u16', average),
	minimumUnsigned8: each('u8', smaller),
	maximumUnsigned8: each('u8', larger),
	minimumSigned16: each('i16', smaller),
	maximumSigned16: each('i16', larger),
	equal8: each('u8', equal),
	equal16: each('u16', equal),
	equal32: each('u32', equal),
	greater8: each('i8', greater),
	greater16: each('i16', greater),
	greater32: each('i32', greater),
	multiplyLow16: each('i16', multiply),
	multiplyHighSigned16: each('i16', multiplyHigh),
	multiplyHighUnsigned16: each('u16', multiplyHigh),
	multiplyAdd16: multiplyAdd,
	sumOfDifferences8: sumOfDifferences,
	unpackLow8: interleave('u8', false),
	unpackLow16: interleave('u16', false),
	unpackLow32: interleave('u32', false),
	unpackHigh8: interleave('u8', true),
	unpackHigh16: interleave('u16', true),
	unpackHigh32: interleave('u32', true),
	packSigned16: pack('i16', 'i8', -128, 127),
	packUnsigned16: pack('i16', 'u8', 0, 255),
	packSigned32: pack('i32', 'i16', -32_768, 32_767),
};

// JavaScript takes shift counts modulo 32, hence the cases of counts that leave nothing.
const left: LaneFunction = (a, count) => (count > 31 ? 0 : a << count);
const right: LaneFunction = (a, count) => (count > 31 ? 0 : a >>> count);
const rightArithmetic: LaneFunction = (a, count) => a >> Math.min(count, 31);

const SHIFTS: Readonly<Record<PackedShift, readonly [NumberView, LaneFunction]>> = {
	shiftLeft16: ['u16', left],
	shiftLeft32: ['u32', left],
	shiftRight16: ['u16', right],
	shiftRight32: ['u32', right],
	shiftRightArithmetic16: ['i16', rightArithmetic],
	shiftRightArithmetic32: ['i32', rightArithmetic],
};

/** The last offset within a page at which 16 bytes still end in that page. */
const LAST_WHOLE = 0xff0n;

const upperAddress = (address: bigint): bigint => BigInt.asUintN(64, address + 8n);

/** What an MMX register's sign and exponent become, so that x87 instructions see a NaN or an infinity. */
const MMX_EXPONENT = 0xffffn;

/** Runs the semantics of vector instructions at once as well. */
export class DirectVectorOps extends DirectOps implements VectorOps<bigint, boolean> {
	constructor(
		private readonly registers: BigUint64Array,
		lazy: LazyFlags,
		private readonly memory: LinearMemory,
		onUnfinished: () => void,
		private readonly hooks: VectorHooks,
	) {
		super(registers, lazy, memory, onUnfinished);
	}

	beginVector(i: Instruction): void {
		this.hooks.begin(i);
	}

	endVector(i: Instruction): void {
		this.hooks.end(i);
	}

	vectorHalf(operand: Operand, half: number): bigint {
		if (operand.kind === OperandKind.XMM) return this.registers[Cell.XMM + 2 * operand.register + half];
		return this.registers[Cell.X87 + X87_CELLS * operand.register];
	}

	setVectorHalf(operand: Operand, half: number, value: bigint): void {
		if (operand.kind === OperandKind.XMM) {
			this.registers[Cell.XMM + 2 * operand.register + half] = value;
			return;
		}

		this.registers[Cell.X87 + X87_CELLS * operand.register] = value;
		this.registers[Cell.X87 + X87_CELLS * operand.register + 1] = MMX_EXPONENT;
	}

	loadPair(address: bigint, stack: boolean): readonly [bigint, bigint] {
		// A last byte beyond the canonical addresses counts before anything that the first half may meet.
		if ((address & 0xfffn) > LAST_WHOLE && !isCanonical(BigInt.asUintN(64, address + 15n))) throw nonCanonical(stack);
		return [this.memory.load(address, 64, stack), this.memory.load(upperAddress(address), 64, stack)];
	}

	storePair(address: bigint, low: bigint, high: bigint, stack: boolean): void {
		// On one page the first half's fault is that of the whole; across two, both must be writable before either is written.
		if ((address & 0xfffn) > LAST_WHOLE) this.memory.checkWritable(address, 16, stack);
		this.memory.store(address, 64, low, stack);
		this.memory.store(upperAddress(address), 64, high, stack);
	}

	packed(operation: PackedOperation, a: bigint, b: bigint): bigint {
		return PACKED[operation](a, b);
	}

	packedShift(operation: PackedShift, value: bigint, count: bigint): bigint {
		const [view, compute] = SHIFTS[operation];
		first.u64[0] = value;
		const by = Number(count);
		for (let lane = 0; lane < result[view].length / 2; lane++) result[view][lane] = compute(first[view][lane], by);
		return result.u64[0];
	}

	packedSigns(value: bigint, bytes: number): bigint {
		first.u64[0] = value;
		let signs = 0;
		for (let lane = 0; lane < 8 / bytes; lane++) signs |= (first.u8[lane * bytes + bytes - 1] >> 7) << lane;
		return BigInt(signs);
	}
}
