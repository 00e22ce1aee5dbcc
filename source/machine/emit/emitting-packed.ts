import type {PackedOperation, PackedShift} from '../ops.js';
import {type Code, Op, Simd} from './wasm-code.js';

/** Puts a 64-bit number on the stack. */
type Put = () => void;

/** Appends an operation on the lanes of two 64-bit numbers; leaves the 64 bits of the result on the stack. */
export type PackedEmission = (code: Code, a: Put, b: Put) => void;

/** Puts a number on the stack as a vector; only its lower half will count. */
export function splat(code: Code, put: Put): Code {
	put();
	return code.simd(Simd.splat64);
}

/** Leaves the lower half of the vector on the stack. */
export const lowerHalf = (code: Code): Code => code.simd(Simd.extractLane64, 0);

/** What WebAssembly has an instruction for. */
const lanes = (opcode: number): PackedEmission => (code, a, b) => {
	splat(code, a);
	lowerHalf(splat(code, b).simd(opcode));
};

/** Bytes of a vector. */
const VECTOR_BYTES = 16;

/** Lanes of both numbers in turn. A shuffle counts the second vector's bytes on from the first's. */
const unpack = (bytes: number, upper: boolean): PackedEmission => {
	const chosen = Array.from({length: VECTOR_BYTES}, (_, to) => {
		const lane = Math.floor((to % 8) / (2 * bytes));
		const isSecond = Math.floor(to / bytes) % 2 === 1;
		return (upper ? 4 : 0) + lane * bytes + (to % bytes) + (isSecond ? VECTOR_BYTES : 0);
	});
	return (code, a, b) => {
		splat(code, a);
		lowerHalf(splat(code, b).simd(Simd.shuffle, ...chosen));
	};
};

/** Narrows the lanes of a vector that both numbers are put into; what else is narrowed does not count. */
const pack = (opcode: number): PackedEmission => (code, a, b) => {
	splat(code, a);
	b();
	code.simd(Simd.replaceLane64, 1);
	lowerHalf(splat(code, a).simd(opcode));
};

/** The upper halves of the products of words: these as double words, moved down and made narrow, which changes nothing. */
const multiplyHigh = (product: number): PackedEmission => (code, a, b) => {
	splat(code, a);
	splat(code, b).simd(product).i32(16).simd(Simd.shiftRightU32);
	lowerHalf(splat(code, a).simd(Simd.narrowU32));
};

/** A one in each word: a product with it has the sum of all words in its highest. */
const ONES = 0x0001_0001_0001_0001n;

/** Of the two differences without going below zero, one is zero and the other absolute. */
const sumOfDifferences: PackedEmission = (code, a, b) => {
	splat(code, a);
	splat(code, b).simd(Simd.subtractSaturateU8);
	splat(code, b);
	splat(code, a).simd(Simd.subtractSaturateU8).simd(Simd.or).simd(Simd.addPairsU8);
	lowerHalf(code).i64(ONES).op(Op.i64Mul).i64(48n).op(Op.i64ShrU);
};

/** How each operation is emitted. */
export const PACKED: Readonly<Record<PackedOperation, PackedEmission>> = {
	add8: lanes(Simd.add8),
	add16: lanes(Simd.add16),
	add32: lanes(Simd.add32),
	subtract8: lanes(Simd.subtract8),
	subtract16: lanes(Simd.subtract16),
	subtract32: lanes(Simd.subtract32),
	addSigned8: lanes(Simd.addSaturateS8),
	addSigned16: lanes(Simd.addSaturateS16),
	addUnsigned8: lanes(Simd.addSaturateU8),
	addUnsigned16: lanes(Simd.addSaturateU16),
	subtractSigned8: lanes(Simd.subtractSaturateS8),
	subtractSigned16: lanes(Simd.subtractSaturateS16),
	subtractUnsigned8: lanes(Simd.subtractSaturateU8),
	subtractUnsigned16: lanes(Simd.subtractSaturateU16),
	average8: lanes(Simd.averageU8),
	average16: lanes(Simd.averageU16),
	minimumUnsigned8: lanes(Simd.minimumU8),
	maximumUnsigned8: lanes(Simd.maximumU8),
	minimumSigned16: lanes(Simd.minimumS16),
	maximumSigned16: lanes(Simd.maximumS16),
	equal8: lanes(Simd.equal8),
	equal16: lanes(Simd.equal16),
	equal32: lanes(Simd.equal32),
	greater8: lanes(Simd.greaterS8),
	greater16: lanes(Simd.greaterS16),
	greater32: lanes(Simd.greaterS32),
	multiplyLow16: lanes(Simd.multiply16),
	multiplyHighSigned16: multiplyHigh(Simd.multiplyLowS16),
	multiplyHighUnsigned16: multiplyHigh(Simd.multiplyLowU16),
	multiplyAdd16: lanes(Simd.dotProductS16),
	sumOfDifferences8: sumOfDifferences,
	unpackLow8: unpack(1, false),
	unpackLow16: unpack(2, false),
	unpackLow32: unpack(4, false),
	unpackHigh8: unpack(1, true),
	unpackHigh16: unpack(2, true),
	unpackHigh32: unpack(4, true),
	packSigned16: pack(Simd.narrowS16),
	packUnsigned16: pack(Simd.narrowU16),
	packSigned32: pack(Simd.narrowS32),
};

/** How a shift of lanes is emitted. WebAssembly takes counts modulo the lane's width. */
export interface ShiftEmission {
	readonly opcode: number;
	readonly width: number;
	/** Whether the sign fills what becomes free. */
	readonly isSigned: boolean;
}

/** How each shift is emitted. */
export const SHIFTS: Readonly<Record<PackedShift, ShiftEmission>> = {
	shiftLeft16: {opcode: Simd.shiftLeft16, width: 16, isSigned: false},
	shiftLeft32: {opcode: Simd.shiftLeft32, width: 32, isSigned: false},
	shiftRight16: {opcode: Simd.shiftRightU16, width: 16, isSigned: false},
	shiftRight32: {opcode: Simd.shiftRightU32, width: 32, isSigned: false},
	shiftRightArithmetic16: {opcode: Simd.shiftRightS16, width: 16, isSigned: true},
	shiftRightArithmetic32: {opcode: Simd.shiftRightS32, width: 32, isSigned: true},
};
