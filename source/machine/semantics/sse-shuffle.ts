import {type Instruction, OperandKind, type PackedOperation, type VectorOps, type VectorSemantic, type VectorTable} from '../ops.js';
import {onVectors, readHalves, writeHalves} from './vector-operands.js';

/** Takes lanes in turn from destination and source, of their lower or upper halves: of XMM registers, one 64-bit half makes two. */
const interleave = (bits: 8 | 16 | 32, half: 0 | 1): VectorSemantic => onVectors((o, i) => {
	const source = readHalves(o, i.s);
	const destination = readHalves(o, i.d);
	const unpack = (which: 'Low' | 'High', from: number): (typeof source)[number] => o.packed(`unpack${which}${bits}`, destination[from], source[from]);
	if (i.d.kind === OperandKind.MMX) writeHalves(o, i.d, [unpack(half === 0 ? 'Low' : 'High', 0)]);
	else writeHalves(o, i.d, [unpack('Low', half), unpack('High', half)]);
});

/** The same of 64-bit lanes, which are the halves themselves. */
const interleaveHalves = (half: 0 | 1): VectorSemantic => onVectors((o, i) => {
	const source = readHalves(o, i.s);
	writeHalves(o, i.d, [o.vectorHalf(i.d, half), source[half]]);
});

/** Narrows the lanes of destination and source, keeping them within what the narrow lanes can hold. */
const pack = (operation: PackedOperation): VectorSemantic => onVectors((o, i) => {
	const source = readHalves(o, i.s);
	const destination = readHalves(o, i.d);
	if (i.d.kind === OperandKind.MMX) writeHalves(o, i.d, [o.packed(operation, destination[0], source[0])]);
	else writeHalves(o, i.d, [destination, source].map(([low, high]) => o.packed(operation, low, high)));
});

/** The immediate byte that an instruction's last operand is. */
const selector = (i: Instruction): number => Number(i.t.value & 0xffn);

/** Which of four lanes the immediate chooses for the lane with that number. */
const chosen = (i: Instruction, lane: number): number => (selector(i) >> (2 * lane)) & 3;

/** 64 bits made of some lanes of other halves, which are numbered through from the lowest. */
function gather<V, C>(o: VectorOps<V, C>, bits: number, halves: readonly V[], lanes: readonly number[]): V {
	return lanes.reduce((gathered, lane, index) => {
		const shift = o.constant(BigInt((lane * bits) % 64), 64);
		const value = o.truncate(o.shiftRight(halves[Math.floor((lane * bits) / 64)], shift, 64), bits);
		return o.or(gathered, o.shiftLeft(value, o.constant(BigInt(index * bits), 64), 64));
	}, o.constant(0n, 64));
}

const gatherWords = <V, C>(o: VectorOps<V, C>, i: Instruction, half: V): V => gather(o, 16, [half], [0, 1, 2, 3].map(lane => chosen(i, lane)));

/** pshuflw, pshufhw and pshufw: choose among the words of one half; the other is copied. */
const chooseWords = (half: 0 | 1): VectorSemantic => onVectors((o, i) => {
	const source = readHalves(o, i.s);
	writeHalves(o, i.d, source.map((words, index) => (index === half ? gatherWords(o, i, words) : words)));
});

/** pshufd: four lanes of the source. */
const chooseSingles = onVectors((o, i) => {
	const source = readHalves(o, i.s);
	writeHalves(o, i.d, [0, 2].map(first => gather(o, 32, source, [chosen(i, first), chosen(i, first + 1)])));
});

/** shufps: two lanes of the destination, then two of the source. */
const shuffleSingles = onVectors((o, i) => {
	const source = readHalves(o, i.s);
	const destination = readHalves(o, i.d);
	writeHalves(o, i.d, [gather(o, 32, destination, [chosen(i, 0), chosen(i, 1)]), gather(o, 32, source, [chosen(i, 2), chosen(i, 3)])]);
});

/** shufpd: one half of the destination, then one of the source. */
const shuffleDoubles = onVectors((o, i) => {
	const source = readHalves(o, i.s);
	const destination = readHalves(o, i.d);
	writeHalves(o, i.d, [destination[selector(i) & 1], source[(selector(i) >> 1) & 1]]);
});

/** The word that the immediate chooses: its half, and where in that it begins. */
function wordPlace(i: Instruction, vectorBits: number): readonly [half: number, shift: bigint] {
	const word = selector(i) % (vectorBits / 16);
	return [word >> 2, BigInt((word & 3) * 16)];
}

const WORD = 0xffffn;

const insertWord = onVectors((o, i) => {
	const value = o.truncate(o.read(i.s, i.s.kind === OperandKind.MEMORY ? 16 : 32), 16);
	const [half, shift] = wordPlace(i, i.d.bits);
	const kept = o.and(o.vectorHalf(i.d, half), o.constant(~(WORD << shift), 64));
	o.setVectorHalf(i.d, half, o.or(kept, o.shiftLeft(value, o.constant(shift, 64), 64)));
});

const extractWord = onVectors((o, i) => {
	const [half, shift] = wordPlace(i, i.s.bits);
	o.setRegister(i.d.register, 64, o.truncate(o.shiftRight(o.vectorHalf(i.s, half), o.constant(shift, 64), 64), 16));
});

/** Packed lanes put into other places (SDM vol. 1, 9.4.4, 10.4.4 and 11.4.2), in MMX and XMM registers. */
export const SSE_SHUFFLE: VectorTable = {
	punpcklbw: interleave(8, 0),
	punpcklwd: interleave(16, 0),
	punpckldq: interleave(32, 0),
	punpcklqdq: interleaveHalves(0),
	punpckhbw: interleave(8, 1),
	punpckhwd: interleave(16, 1),
	punpckhdq: interleave(32, 1),
	punpckhqdq: interleaveHalves(1),
	unpcklps: interleave(32, 0),
	unpckhps: interleave(32, 1),
	unpcklpd: interleaveHalves(0),
	unpckhpd: interleaveHalves(1),
	packsswb: pack('packSigned16'),
	packssdw: pack('packSigned32'),
	packuswb: pack('packUnsigned16'),
	pshufd: chooseSingles,
	pshuflw: chooseWords(0),
	pshufhw: chooseWords(1),
	pshufw: chooseWords(0),
	shufps: shuffleSingles,
	shufpd: shuffleDoubles,
	pinsrw: insertWord,
	pextrw: extractWord,
};
