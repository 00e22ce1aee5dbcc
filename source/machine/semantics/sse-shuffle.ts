import {type Instruction, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import {destination, type NumberView, readLanes, result, source, vector, writeLanes} from './sse-operands.js';
import type {SystemSemantic, SystemTable} from './system-table.js';

/** Takes lanes in turn from destination and source, of their lower or upper halves. */
const interleave = (bytes: number, upper: boolean): SystemSemantic => vector((cpu, i) => {
	readLanes(cpu, i.s, source);
	readLanes(cpu, i.d, destination);
	const half = i.d.bits / 16;
	const from = upper ? half : 0;
	for (let byte = 0; byte < half; byte++) {
		const lane = Math.floor(byte / bytes);
		const to = lane * bytes + byte;
		result.u8[to] = destination.u8[from + byte];
		result.u8[to + bytes] = source.u8[from + byte];
	}

	writeLanes(cpu, i.d, result);
});

/** Narrows the lanes of destination and source, keeping them within what the narrow lanes can hold. */
const pack = (wide: NumberView, narrow: NumberView, least: number, most: number): SystemSemantic => vector((cpu, i) => {
	readLanes(cpu, i.s, source);
	readLanes(cpu, i.d, destination);
	const to = result[narrow];
	const lanes = i.d.bits / 8 / destination[wide].BYTES_PER_ELEMENT;
	for (let lane = 0; lane < lanes; lane++) {
		to[lane] = Math.min(most, Math.max(least, destination[wide][lane]));
		to[lanes + lane] = Math.min(most, Math.max(least, source[wide][lane]));
	}

	writeLanes(cpu, i.d, result);
});

/** The immediate byte that an instruction's last operand is. */
const selector = (i: Instruction): number => Number(i.t.value & 0xffn);

/** Fills four lanes from `first` on with the source's lanes of the same four that the immediate chooses; the rest is copied. */
const choose = (view: NumberView, first: number): SystemSemantic => vector((cpu, i) => {
	readLanes(cpu, i.s, source);
	result.u64.set(source.u64);
	for (let lane = 0; lane < 4; lane++) result[view][first + lane] = source[view][first + ((selector(i) >> (2 * lane)) & 3)];
	writeLanes(cpu, i.d, result);
});

/** shufps: two lanes of the destination, then two of the source. */
const shuffleSingles = vector((cpu, i) => {
	readLanes(cpu, i.s, source);
	readLanes(cpu, i.d, destination);
	for (let lane = 0; lane < 4; lane++) result.u32[lane] = (lane < 2 ? destination : source).u32[(selector(i) >> (2 * lane)) & 3];
	writeLanes(cpu, i.d, result);
});

/** shufpd: one half of the destination, then one of the source. */
const shuffleDoubles = vector((cpu, i) => {
	readLanes(cpu, i.s, source);
	readLanes(cpu, i.d, destination);
	result.u64[0] = destination.u64[selector(i) & 1];
	result.u64[1] = source.u64[(selector(i) >> 1) & 1];
	writeLanes(cpu, i.d, result);
});

const wordLane = (i: Instruction, vectorBits: number): number => selector(i) % (vectorBits / 16);

function insertWord(cpu: Processor, i: Instruction): void {
	const value = cpu.ops.read(i.s, i.s.kind === OperandKind.MEMORY ? 16 : 32);
	readLanes(cpu, i.d, destination);
	destination.u16[wordLane(i, i.d.bits)] = Number(value & 0xffffn);
	writeLanes(cpu, i.d, destination);
}

function extractWord(cpu: Processor, i: Instruction): void {
	readLanes(cpu, i.s, source);
	cpu.ops.setRegister(i.d.register, 64, BigInt(source.u16[wordLane(i, i.s.bits)]));
}

/** Packed lanes put into other places (SDM vol. 1, 9.4.4, 10.4.4 and 11.4.2), in MMX and XMM registers. */
export const SSE_SHUFFLE: SystemTable = {
	punpcklbw: interleave(1, false),
	punpcklwd: interleave(2, false),
	punpckldq: interleave(4, false),
	punpcklqdq: interleave(8, false),
	punpckhbw: interleave(1, true),
	punpckhwd: interleave(2, true),
	punpckhdq: interleave(4, true),
	punpckhqdq: interleave(8, true),
	unpcklps: interleave(4, false),
	unpckhps: interleave(4, true),
	unpcklpd: interleave(8, false),
	unpckhpd: interleave(8, true),
	packsswb: pack('i16', 'i8', -128, 127),
	packssdw: pack('i32', 'i16', -32_768, 32_767),
	packuswb: pack('i16', 'u8', 0, 255),
	pshufd: choose('u32', 0),
	pshuflw: choose('u16', 0),
	pshufhw: choose('u16', 4),
	pshufw: choose('u16', 0),
	shufps: shuffleSingles,
	shufpd: shuffleDoubles,
	pinsrw: vector(insertWord),
	pextrw: vector(extractWord),
};
