import {fromInteger, toInteger} from '../float/integer.js';
import {FloatFlag, type Format, DOUBLE, Rounding, SINGLE} from '../float/format.js';
import {isNaN, packSpecial} from '../float/float.js';
import {type Instruction, type Operand, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import {beginNumeric, endNumeric, finish, nanOf, operand, type SseContext} from './sse-context.js';
import {laneBits, setLaneBits} from './sse-float.js';
import {checkMmx, checkSse, readLanes, result, source, vector, writeLanes} from './sse-operands.js';
import type {SystemSemantic, SystemTable} from './system-table.js';
import {enterMmx} from './x87-state.js';

/** From one format to the other; denormal operands raise their exception. */
export function convert(context: SseContext, from: Format, to: Format, bits: bigint): bigint {
	const value = operand(from, bits);
	if (isNaN(value)) return packSpecial(to, nanOf(value, value) ?? value);
	if (value.denormal) context.flags |= FloatFlag.DENORMAL;
	return finish(to, value);
}

/** Converts lanes of one format to the other; lanes of the result beyond them become zero in packed forms, stay in scalar ones. */
const formats = (from: Format, to: Format, lanes: number): SystemSemantic => vector((cpu, i) => {
	readLanes(cpu, i.s, source);
	if (lanes === 1) readLanes(cpu, i.d, result);
	else result.u64.fill(0n);
	const context = beginNumeric(cpu);
	for (let lane = 0; lane < lanes; lane++) setLaneBits(result, to, lane, convert(context, from, to, laneBits(source, from, lane)));
	endNumeric(cpu);
	writeLanes(cpu, i.d, result);
});

/** MMX state is entered even if a numeric exception keeps the instruction from completing. */
function enterIfMmx(cpu: Processor, {kind}: Operand): void {
	if (kind === OperandKind.MMX) enterMmx(cpu);
}

/** Doublewords to numbers. Two of them to single precision keep the upper half of the destination. */
const fromPacked = (to: Format, lanes: number): SystemSemantic => (cpu, i) => {
	readLanes(cpu, i.s, source);
	enterIfMmx(cpu, i.s);
	readLanes(cpu, i.d, result);
	beginNumeric(cpu);
	for (let lane = 0; lane < lanes; lane++) setLaneBits(result, to, lane, finish(to, fromInteger(BigInt(source.i32[lane]))));
	endNumeric(cpu);
	writeLanes(cpu, i.d, result);
};

/** Numbers to doublewords; what is above them becomes zero. */
const toPacked = (from: Format, lanes: number, truncate: boolean): SystemSemantic => vector((cpu, i) => {
	readLanes(cpu, i.s, source);
	enterIfMmx(cpu, i.d);
	result.u64.fill(0n);
	const context = beginNumeric(cpu);
	const rounding = truncate ? Rounding.ZERO : context.rounding;
	for (let lane = 0; lane < lanes; lane++) {
		result.u32[lane] = Number(toInteger(context, operand(from, laneBits(source, from, lane)), 32, rounding));
	}

	endNumeric(cpu);
	writeLanes(cpu, i.d, result);
});

/** The largest integers that every format of 53 bits holds exactly, both signs. */
const EXACT = 1n << 53n;

/** cvtsi2ss and cvtsi2sd: a general register or memory, 32 or 64 bits, to the lowest lane. */
const fromGeneral = (to: Format): SystemSemantic => vector((cpu, i) => {
	const value = BigInt.asIntN(i.s.bits, cpu.ops.read(i.s, i.s.bits));
	readLanes(cpu, i.d, result);
	if (to === DOUBLE && value <= EXACT && value >= -EXACT) {
		result.f64[0] = Number(value);
	} else {
		beginNumeric(cpu);
		setLaneBits(result, to, 0, finish(to, fromInteger(value)));
		endNumeric(cpu);
	}

	writeLanes(cpu, i.d, result);
});

/** The magnitude below which a number certainly fits an integer width. */
const fits = (bits: number): number => 2 ** (bits - 1);

/** The lowest lane to a general register of 32 or 64 bits. */
const toGeneral = (from: Format, truncate: boolean): SystemSemantic => vector((cpu, i) => {
	readLanes(cpu, i.s, source);
	const context = beginNumeric(cpu);
	const number = from === DOUBLE ? source.f64[0] : source.f32[0];
	// Normal numbers are cut by JavaScript; it does so exactly.
	const simple = truncate && Math.abs(number) < fits(i.d.bits) && Math.abs(number) >= 1;
	let value: bigint;
	if (simple) {
		const whole = Math.trunc(number);
		if (whole !== number) context.flags |= FloatFlag.PRECISION;
		value = BigInt.asUintN(i.d.bits, BigInt(whole));
	} else {
		value = toInteger(context, operand(from, laneBits(source, from, 0)), i.d.bits, truncate ? Rounding.ZERO : context.rounding);
	}

	endNumeric(cpu);
	cpu.ops.setRegister(i.d.register, i.d.bits, value);
});

/** cvtpi2ps always goes to MMX state; cvtpi2pd only if its operand is an MMX register (SDM vol. 2A). */
function mmxToSingles(cpu: Processor, i: Instruction): void {
	checkSse(cpu);
	checkMmx(cpu);
	fromPacked(SINGLE, 2)(cpu, i);
	enterMmx(cpu);
}

/** Conversions between formats and integers (SDM vol. 1, 10.4.4, 11.4.1.6 and table 4-4). */
export const SSE_CONVERT: SystemTable = {
	cvtps2pd: formats(SINGLE, DOUBLE, 2),
	cvtpd2ps: formats(DOUBLE, SINGLE, 2),
	cvtss2sd: formats(SINGLE, DOUBLE, 1),
	cvtsd2ss: formats(DOUBLE, SINGLE, 1),
	cvtdq2ps: vector(fromPacked(SINGLE, 4)),
	cvtdq2pd: vector(fromPacked(DOUBLE, 2)),
	cvtpi2ps: mmxToSingles,
	cvtpi2pd: vector(fromPacked(DOUBLE, 2)),
	cvtps2dq: toPacked(SINGLE, 4, false),
	cvttps2dq: toPacked(SINGLE, 4, true),
	cvtpd2dq: toPacked(DOUBLE, 2, false),
	cvttpd2dq: toPacked(DOUBLE, 2, true),
	cvtps2pi: toPacked(SINGLE, 2, false),
	cvttps2pi: toPacked(SINGLE, 2, true),
	cvtpd2pi: toPacked(DOUBLE, 2, false),
	cvttpd2pi: toPacked(DOUBLE, 2, true),
	cvtsi2ss: fromGeneral(SINGLE),
	cvtsi2sd: fromGeneral(DOUBLE),
	cvtss2si: toGeneral(SINGLE, false),
	cvttss2si: toGeneral(SINGLE, true),
	cvtsd2si: toGeneral(DOUBLE, false),
	cvttsd2si: toGeneral(DOUBLE, true),
};
