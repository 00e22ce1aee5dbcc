import {ARITHMETIC_FLAGS, Flag} from '../flags.js';
import {add, type Binary, compare, divide, multiply, squareRoot, subtract} from '../float/arithmetic.js';
import {FAST_DOUBLE, FAST_SINGLE, type Fast, isModerate, type Moderate, MODERATE_DOUBLE, MODERATE_SINGLE} from '../float/fast.js';
import {type Float, FloatKind, isNaN} from '../float/float.js';
import {DOUBLE, FloatFlag, type Format, Rounding, SINGLE} from '../float/format.js';
import type {Instruction} from '../ops.js';
import type {Processor} from '../processor.js';
import {beginNumeric, endNumeric, finish, nanOf, noteDenormals, operand, type SseContext} from './sse-context.js';
import {destination, type Lanes, readLanes, result, source, vector, writeLanes} from './sse-operands.js';
import type {SystemSemantic, SystemTable} from './system-table.js';

/** What one lane of the result is, as bits of the format. */
type LaneOperation = (context: SseContext, format: Format, a: bigint, b: bigint) => bigint;

/** The suffixes of instructions: format, number of lanes, and what the fast way needs. */
interface Shape {
	readonly format: Format;
	readonly lanes: number;
	readonly fast: Readonly<Record<string, Fast>>;
	readonly moderate: Moderate;
}

const SHAPES: Readonly<Record<string, Shape>> = {
	ps: {format: SINGLE, lanes: 4, fast: FAST_SINGLE, moderate: MODERATE_SINGLE},
	pd: {format: DOUBLE, lanes: 2, fast: FAST_DOUBLE, moderate: MODERATE_DOUBLE},
	ss: {format: SINGLE, lanes: 1, fast: FAST_SINGLE, moderate: MODERATE_SINGLE},
	sd: {format: DOUBLE, lanes: 1, fast: FAST_DOUBLE, moderate: MODERATE_DOUBLE},
};

const numbers = (lanes: Lanes, format: Format): Float32Array | Float64Array => (format.bits === 64 ? lanes.f64 : lanes.f32);

/** A lane's bits. */
export const laneBits = (lanes: Lanes, format: Format, lane: number): bigint =>
	format.bits === 64 ? lanes.u64[lane] : BigInt(lanes.u32[lane]);

/** Sets a lane's bits. */
export function setLaneBits(lanes: Lanes, format: Format, lane: number, bits: bigint): void {
	if (format.bits === 64) lanes.u64[lane] = bits;
	else lanes.u32[lane] = Number(bits);
}

/** Tries one lane with JavaScript's numbers. */
function quickly(context: SseContext, {format, moderate}: Shape, {compute, exact}: Fast, lane: number): boolean {
	const a = numbers(destination, format)[lane];
	const b = numbers(source, format)[lane];
	if (!isModerate(a, moderate) || !isModerate(b, moderate)) return false;
	const value = compute(a, b);
	if (Number.isNaN(value)) return false;
	if (!exact(a, b, value)) context.flags |= FloatFlag.PRECISION;
	numbers(result, format)[lane] = value;
	return true;
}

/** Reads both operands; the lanes of the destination that a scalar instruction does not touch stay in the result. */
function readBoth(cpu: Processor, i: Instruction): void {
	readLanes(cpu, i.s, source);
	readLanes(cpu, i.d, destination);
	result.u64.set(destination.u64);
}

/** An instruction that computes lanes from lanes. */
const each = (shape: Shape, compute: LaneOperation, fast: Fast | undefined): SystemSemantic => vector((cpu, i) => {
	readBoth(cpu, i);
	const {format, lanes} = shape;
	const context = beginNumeric(cpu);
	const quick = context.rounding === Rounding.NEAREST ? fast : undefined;
	for (let lane = 0; lane < lanes; lane++) {
		if (quick !== undefined && quickly(context, shape, quick, lane)) continue;
		setLaneBits(result, format, lane, compute(context, format, laneBits(destination, format, lane), laneBits(source, format, lane)));
	}

	endNumeric(cpu);
	writeLanes(cpu, i.d, result);
});

/** Arithmetic of two operands. */
const binary = (compute: Binary): LaneOperation => (context, format, aBits, bBits) => {
	const a = operand(format, aBits);
	const b = operand(format, bBits);
	const nan = nanOf(a, b);
	if (nan !== undefined) return finish(format, nan);
	const before = context.flags;
	context.flags = 0;
	const value = compute(context, a, b);
	noteDenormals(0, a, b);
	context.flags |= before;
	return finish(format, value);
};

const root = binary((context, _, b) => squareRoot(context, b));

/** sqrt: the source alone counts. */
const rootOfSource: LaneOperation = (context, format, _, bits) => root(context, format, bits, bits);

/** -1, 0, 1, or undefined if one of the operands is a NaN; raises what comparisons raise. */
function order(context: SseContext, a: Float, b: Float, quietRaises: boolean): number | undefined {
	if (isNaN(a) || isNaN(b)) {
		if (quietRaises || a.kind === FloatKind.SIGNALING_NAN || b.kind === FloatKind.SIGNALING_NAN) context.flags |= FloatFlag.INVALID;
		return undefined;
	}

	if (a.denormal || b.denormal) context.flags |= FloatFlag.DENORMAL;
	return compare(a, b);
}

/** min and max: the source, as it is, unless the destination is strictly on the wanted side. */
const choose = (wanted: number): LaneOperation => (context, format, aBits, bBits) => {
	const a = operand(format, aBits);
	const b = operand(format, bBits);
	const [chosen, bits] = order(context, a, b, true) === wanted ? [a, aBits] : [b, bBits];
	return chosen.kind === FloatKind.ZERO ? finish(format, chosen) : bits;
};

interface Predicate {
	readonly holds: (order: number | undefined) => boolean;
	/** Whether quiet NaNs raise invalid-operation too. */
	readonly quietRaises: boolean;
}

/** The predicates of the cmp instructions, by their immediate (SDM vol. 2A, CMPPD). */
const PREDICATES: readonly Predicate[] = [
	{holds: o => o === 0, quietRaises: false},
	{holds: o => o === -1, quietRaises: true},
	{holds: o => o === -1 || o === 0, quietRaises: true},
	{holds: o => o === undefined, quietRaises: false},
	{holds: o => o !== 0, quietRaises: false},
	{holds: o => o !== -1, quietRaises: true},
	{holds: o => o !== -1 && o !== 0, quietRaises: true},
	{holds: o => o !== undefined, quietRaises: false},
];

const compareLanes = ({format, lanes}: Shape): SystemSemantic => vector((cpu, i) => {
	readBoth(cpu, i);
	const context = beginNumeric(cpu);
	const {holds, quietRaises} = PREDICATES[Number(i.t.value & 7n)];
	const ones = (1n << BigInt(format.bits)) - 1n;
	for (let lane = 0; lane < lanes; lane++) {
		const a = operand(format, laneBits(destination, format, lane));
		const b = operand(format, laneBits(source, format, lane));
		setLaneBits(result, format, lane, holds(order(context, a, b, quietRaises)) ? ones : 0n);
	}

	endNumeric(cpu);
	writeLanes(cpu, i.d, result);
});

/** The arithmetic flags that tell an order: less sets CF, equal ZF, unordered all three. */
export function orderFlags(order: number | undefined): bigint {
	if (order === undefined) return Flag.ZF | Flag.PF | Flag.CF;
	return order < 0 ? Flag.CF : order === 0 ? Flag.ZF : 0n;
}

/** comis and ucomis: the order of the lowest lanes goes to the flags. */
const compareToFlags = (format: Format, quietRaises: boolean): SystemSemantic => vector((cpu, i) => {
	readLanes(cpu, i.s, source);
	readLanes(cpu, i.d, destination);
	const context = beginNumeric(cpu);
	const found = order(context, operand(format, laneBits(destination, format, 0)), operand(format, laneBits(source, format, 0)), quietRaises);
	endNumeric(cpu);
	cpu.ops.setFlags(ARITHMETIC_FLAGS, orderFlags(found));
});

const OPERATIONS: Readonly<Record<string, LaneOperation>> = {
	add: binary(add),
	sub: binary(subtract),
	mul: binary(multiply),
	div: binary(divide),
	sqrt: rootOfSource,
	min: choose(-1),
	max: choose(1),
};

/** The four forms of each operation: packed and scalar, single and double. */
const ARITHMETIC = Object.fromEntries(Object.entries(SHAPES).flatMap(([suffix, shape]) => [
	...Object.entries(OPERATIONS).map(([name, compute]) => [`${name}${suffix}`, each(shape, compute, shape.fast[name])] as const),
	[`cmp${suffix}`, compareLanes(shape)] as const,
]));

/** Floating-point arithmetic and comparisons of XMM registers (SDM vol. 1, 10.4.1.2, 10.4.1.3 and 11.4.1). */
export const SSE_FLOAT: SystemTable = {
	...ARITHMETIC,
	comiss: compareToFlags(SINGLE, true),
	ucomiss: compareToFlags(SINGLE, false),
	comisd: compareToFlags(DOUBLE, true),
	ucomisd: compareToFlags(DOUBLE, false),
};
