import {type Instruction, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import {destination, type NumberView, readLanes, result, source, vector, writeLanes} from './sse-operands.js';
import type {SystemSemantic, SystemTable} from './system-table.js';

/** What one lane of the result is, from the destination's lane and the source's. The view cuts it to the lane's width. */
type LaneFunction = (a: number, b: number) => number;

/** What 64 bits of the result are. */
type QuadFunction = (a: bigint, b: bigint) => bigint;

function readBoth(cpu: Processor, i: Instruction): void {
	readLanes(cpu, i.s, source);
	readLanes(cpu, i.d, destination);
}

/** Does one operation in each lane of a width, signed or unsigned. */
const each = (view: NumberView, compute: LaneFunction): SystemSemantic => vector((cpu, i) => {
	readBoth(cpu, i);
	const a = destination[view];
	const b = source[view];
	const to = result[view];
	const lanes = i.d.bits / 8 / to.BYTES_PER_ELEMENT;
	for (let lane = 0; lane < lanes; lane++) to[lane] = compute(a[lane], b[lane]);
	writeLanes(cpu, i.d, result);
});

/** Does one operation in each 64-bit half. */
const quads = (compute: QuadFunction): SystemSemantic => vector((cpu, i) => {
	readBoth(cpu, i);
	for (let half = 0; half < i.d.bits / 64; half++) result.u64[half] = compute(destination.u64[half], source.u64[half]);
	writeLanes(cpu, i.d, result);
});

const add: LaneFunction = (a, b) => a + b;
const subtract: LaneFunction = (a, b) => a - b;
const equal: LaneFunction = (a, b) => (a === b ? -1 : 0);
const greater: LaneFunction = (a, b) => (a > b ? -1 : 0);
const average: LaneFunction = (a, b) => (a + b + 1) >> 1;
const larger: LaneFunction = (a, b) => Math.max(a, b);
const smaller: LaneFunction = (a, b) => Math.min(a, b);
const multiply: LaneFunction = (a, b) => Math.imul(a, b);
const multiplyHigh: LaneFunction = (a, b) => (a * b) >> 16;

/** The result kept within what a lane can hold. */
const saturate = (compute: LaneFunction, least: number, most: number): LaneFunction =>
	(a, b) => Math.min(most, Math.max(least, compute(a, b)));

const ALL_ONES = 0xffff_ffff_ffff_ffffn;
const and: QuadFunction = (a, b) => a & b;
const andNot: QuadFunction = (a, b) => (a ^ ALL_ONES) & b;
const or: QuadFunction = (a, b) => a | b;
const xor: QuadFunction = (a, b) => a ^ b;
const LOW = 0xffff_ffffn;

/** pmaddwd: products of neighbouring words, added. */
const multiplyAdd = vector((cpu, i) => {
	readBoth(cpu, i);
	const a = destination.i16;
	const b = source.i16;
	for (let lane = 0; lane < i.d.bits / 32; lane++) {
		const word = 2 * lane;
		result.i32[lane] = a[word] * b[word] + a[word + 1] * b[word + 1];
	}

	writeLanes(cpu, i.d, result);
});

/** psadbw: the sum of the absolute differences of the bytes of each half. */
const sumOfDifferences = vector((cpu, i) => {
	readBoth(cpu, i);
	for (let half = 0; half < i.d.bits / 64; half++) {
		let sum = 0;
		for (let byte = 8 * half; byte < 8 * half + 8; byte++) sum += Math.abs(destination.u8[byte] - source.u8[byte]);
		result.u64[half] = BigInt(sum);
	}

	writeLanes(cpu, i.d, result);
});

/** How many bits a shift moves: an immediate, or the low 64 bits of a vector register or memory. */
function shiftCount(cpu: Processor, i: Instruction, limit: number): number {
	if (i.s.kind === OperandKind.IMMEDIATE) return Math.min(limit, Number(i.s.value & 0xffn));
	readLanes(cpu, i.s, source);
	return source.u64[0] < BigInt(limit) ? Number(source.u64[0]) : limit;
}

/** Shifts each lane of 16 or 32 bits; from the lane's width on nothing is left but what `compute` makes of that count. */
const shift = (view: NumberView, width: number, compute: LaneFunction): SystemSemantic => vector((cpu, i) => {
	const count = shiftCount(cpu, i, width);
	readLanes(cpu, i.d, destination);
	const a = destination[view];
	for (let lane = 0; lane < i.d.bits / width; lane++) result[view][lane] = compute(a[lane], count);
	writeLanes(cpu, i.d, result);
});

/** Shifts each 64-bit half. */
const shiftQuads = (compute: QuadFunction): SystemSemantic => vector((cpu, i) => {
	const count = BigInt(shiftCount(cpu, i, 64));
	readLanes(cpu, i.d, destination);
	for (let half = 0; half < i.d.bits / 64; half++) result.u64[half] = compute(destination.u64[half], count);
	writeLanes(cpu, i.d, result);
});

/** Shifts the whole register by bytes, to the left if `step` is 1, else to the right. */
const shiftBytes = (step: 1 | -1): SystemSemantic => vector((cpu, i) => {
	const count = shiftCount(cpu, i, 16) * step;
	readLanes(cpu, i.d, destination);
	result.u8.fill(0);
	for (let byte = Math.max(0, count); byte < 16 + Math.min(0, count); byte++) result.u8[byte] = destination.u8[byte - count];
	writeLanes(cpu, i.d, result);
});

// JavaScript takes shift counts modulo 32, hence the cases of counts that leave nothing.
const left: LaneFunction = (a, count) => (count > 31 ? 0 : a << count);
const right: LaneFunction = (a, count) => (count > 31 ? 0 : a >>> count);
const rightArithmetic: LaneFunction = (a, count) => a >> Math.min(count, 31);

/** Arithmetic, comparison, logic and shifts of packed integers (SDM vol. 1, 9.4 and 11.4.2), in MMX and XMM registers. */
export const SSE_INTEGER: SystemTable = {
	paddb: each('u8', add),
	paddw: each('u16', add),
	paddd: each('u32', add),
	paddq: quads((a, b) => a + b),
	psubb: each('u8', subtract),
	psubw: each('u16', subtract),
	psubd: each('u32', subtract),
	psubq: quads((a, b) => a - b),
	paddsb: each('i8', saturate(add, -128, 127)),
	paddsw: each('i16', saturate(add, -32_768, 32_767)),
	paddusb: each('u8', saturate(add, 0, 255)),
	paddusw: each('u16', saturate(add, 0, 65_535)),
	psubsb: each('i8', saturate(subtract, -128, 127)),
	psubsw: each('i16', saturate(subtract, -32_768, 32_767)),
	psubusb: each('u8', saturate(subtract, 0, 255)),
	psubusw: each('u16', saturate(subtract, 0, 65_535)),
	pmullw: each('i16', multiply),
	pmulhw: each('i16', multiplyHigh),
	pmulhuw: each('u16', multiplyHigh),
	pmuludq: quads((a, b) => (a & LOW) * (b & LOW)),
	pmaddwd: multiplyAdd,
	psadbw: sumOfDifferences,
	pavgb: each('u8', average),
	pavgw: each('u16', average),
	pminub: each('u8', smaller),
	pmaxub: each('u8', larger),
	pminsw: each('i16', smaller),
	pmaxsw: each('i16', larger),
	pcmpeqb: each('u8', equal),
	pcmpeqw: each('u16', equal),
	pcmpeqd: each('u32', equal),
	pcmpgtb: each('i8', greater),
	pcmpgtw: each('i16', greater),
	pcmpgtd: each('i32', greater),
	pand: quads(and),
	andps: quads(and),
	andpd: quads(and),
	pandn: quads(andNot),
	andnps: quads(andNot),
	andnpd: quads(andNot),
	por: quads(or),
	orps: quads(or),
	orpd: quads(or),
	pxor: quads(xor),
	xorps: quads(xor),
	xorpd: quads(xor),
	psllw: shift('u16', 16, left),
	pslld: shift('u32', 32, left),
	psllq: shiftQuads((a, count) => a << count),
	psrlw: shift('u16', 16, right),
	psrld: shift('u32', 32, right),
	psrlq: shiftQuads((a, count) => a >> count),
	psraw: shift('i16', 16, rightArithmetic),
	psrad: shift('i32', 32, rightArithmetic),
	pslldq: shiftBytes(1),
	psrldq: shiftBytes(-1),
};
