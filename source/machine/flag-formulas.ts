/**
 * How each arithmetic flag follows from what was noted of the operation that set it (SDM vol. 1, 3.4.3.1 and the pages of
 * the instructions). Written once, against the abstract numbers: the direct backend computes the formulas, the emitted
 * interpreter has code made from them.
 */
import {Flag, FlagKind} from './flag-bits.js';
import type {Numbers} from './ops.js';

/** What set the flags: the kind and width of an operation, its result and its operands. */
export interface Noted<V> {
	/** One of FlagKind, but not EXPLICIT. */
	readonly kind: number;
	readonly bits: number;
	readonly result: V;
	readonly a: V;
	readonly b: V;
}

/** The numbers of the even condition codes, by what they ask (SDM vol. 1, appendix B); odd ones are their opposites. */
const Asked = {OVERFLOW: 0, BELOW: 2, ZERO: 4, BELOW_OR_EQUAL: 6, SIGN: 8, PARITY: 10, LESS: 12, LESS_OR_EQUAL: 14} as const;

const no = <V, C>(o: Numbers<V, C>): C => o.isZero(o.constant(1n, 8));

const isSet = <V, C>(o: Numbers<V, C>, word: V, mask: bigint): C => o.negate(o.isZero(o.and(word, o.constant(mask, 64))));

const topBit = <V, C>(o: Numbers<V, C>, value: V, bits: number): C => isSet(o, value, 1n << BigInt(bits - 1));

const either = <V, C>(o: Numbers<V, C>, one: C, other: C): C => o.negate(o.isZero(o.or(o.toValue(one), o.toValue(other))));

const differ = <V, C>(o: Numbers<V, C>, one: C, other: C): C => o.negate(o.equal(o.toValue(one), o.toValue(other)));

/** Whether a signed product does not fit into the operands' width. */
const losesProduct = <V, C>(o: Numbers<V, C>, {bits, result, a, b}: Noted<V>): C =>
	o.negate(o.equal(o.multiplyHigh(a, b, bits, true), o.shiftRightArithmetic(result, o.constant(BigInt(bits - 1), 8), bits)));

/** The bit that a shift by b to the right pushed out last, counted from the bit that the first shift pushes out. */
const pushedOut = <V, C>(o: Numbers<V, C>, value: V, b: V): C => isSet(o, o.shiftRight(value, o.subtract(b, o.constant(1n, 64), 64), 64), 1n);

/** CF. Kinds that keep it answer with `kept`. */
export function carryOf<V, C>(o: Numbers<V, C>, noted: Noted<V>, kept: () => C): C {
	const {kind, bits, result, a, b} = noted;
	switch (kind) {
		case FlagKind.ADD:
			return o.below(result, a);
		case FlagKind.SUB:
			return o.below(a, b);
		case FlagKind.ADC:
			return topBit(o, o.or(o.and(a, b), o.and(o.or(a, b), o.not(result, bits))), bits);
		case FlagKind.SBB:
			return topBit(o, o.or(o.and(o.not(a, bits), b), o.and(o.or(o.not(a, bits), b), result)), bits);
		case FlagKind.LOGIC:
			return no(o);
		case FlagKind.MUL:
			return losesProduct(o, noted);
		case FlagKind.SHL:
			// A count beyond the width pushes out zeros: the difference is then a huge number.
			return isSet(o, o.shiftRight(a, o.subtract(o.constant(BigInt(bits), 64), b, 64), 64), 1n);
		case FlagKind.SHR:
			return pushedOut(o, a, b);
		case FlagKind.SAR:
			return isSet(o, o.shiftRightArithmetic(o.signExtend(a, bits, 64), o.and(o.subtract(b, o.constant(1n, 64), 64), o.constant(63n, 64)), 64), 1n);
		default:
			return kept();
	}
}

/** OF. For shifts by more than one, where it is undefined, the first of them decides, as on Intel's. */
export function overflowOf<V, C>(o: Numbers<V, C>, noted: Noted<V>): C {
	const {kind, bits, result, a, b} = noted;
	switch (kind) {
		case FlagKind.ADD:
		case FlagKind.ADC:
			return topBit(o, o.and(o.xor(a, result), o.xor(b, result)), bits);
		case FlagKind.SUB:
		case FlagKind.SBB:
			return topBit(o, o.and(o.xor(a, b), o.xor(a, result)), bits);
		case FlagKind.INC:
			return topBit(o, o.and(o.not(a, bits), result), bits);
		case FlagKind.DEC:
			return topBit(o, o.and(a, o.not(result, bits)), bits);
		case FlagKind.SHL:
			return topBit(o, o.xor(a, o.shiftLeft(a, o.constant(1n, 8), bits)), bits);
		case FlagKind.SHR:
			return topBit(o, a, bits);
		case FlagKind.MUL:
			return losesProduct(o, noted);
		default:
			return no(o);
	}
}

/** AF as its bit: the carry out of bit 3 for additions and subtractions, zero for the rest (where it is undefined). */
function auxiliaryOf<V, C>(o: Numbers<V, C>, {kind, result, a, b}: Noted<V>): V {
	const bit = o.constant(Flag.AF, 64);
	switch (kind) {
		case FlagKind.ADD:
		case FlagKind.SUB:
		case FlagKind.ADC:
		case FlagKind.SBB:
			return o.and(o.xor(o.xor(a, b), result), bit);
		case FlagKind.INC:
		case FlagKind.DEC:
			return o.and(o.xor(o.xor(a, result), o.constant(1n, 64)), bit);
		default:
			return o.constant(0n, 64);
	}
}

/** ZF. After a multiplication it is undefined; processors clear it. */
const zeroOf = <V, C>(o: Numbers<V, C>, {kind, result}: Noted<V>): C => (kind === FlagKind.MUL ? no(o) : o.isZero(result));

/** The six flags as a word, in their RFLAGS positions. */
export function wordOf<V, C>(o: Numbers<V, C>, noted: Noted<V>, kept: () => C): V {
	const flag = (condition: C, bit: bigint): V => o.select(condition, o.constant(bit, 64), o.constant(0n, 64));
	const low = o.or(flag(carryOf(o, noted, kept), Flag.CF), flag(o.hasEvenParity(noted.result), Flag.PF));
	const middle = o.or(auxiliaryOf(o, noted), flag(zeroOf(o, noted), Flag.ZF));
	const high = o.or(flag(topBit(o, noted.result, noted.bits), Flag.SF), flag(overflowOf(o, noted), Flag.OF));
	return o.or(low, o.or(middle, high));
}

/** Less, by signed comparison: after a subtraction by the operands, whose order does not change when both signs turn. */
function lessOf<V, C>(o: Numbers<V, C>, noted: Noted<V>, orEqual: boolean): C {
	const {kind, bits, result, a, b} = noted;
	if (kind === FlagKind.SUB) {
		const sign = o.constant(1n << BigInt(bits - 1), bits);
		return orEqual ? o.negate(o.below(o.xor(b, sign), o.xor(a, sign))) : o.below(o.xor(a, sign), o.xor(b, sign));
	}

	const less = differ(o, topBit(o, result, bits), overflowOf(o, noted));
	return orEqual ? either(o, less, zeroOf(o, noted)) : less;
}

function belowOrEqualOf<V, C>(o: Numbers<V, C>, noted: Noted<V>, kept: () => C): C {
	if (noted.kind === FlagKind.SUB) return o.negate(o.below(noted.b, noted.a));
	return either(o, carryOf(o, noted, kept), zeroOf(o, noted));
}

function answerOf<V, C>(o: Numbers<V, C>, asked: number, noted: Noted<V>, kept: () => C): C {
	switch (asked) {
		case Asked.OVERFLOW:
			return overflowOf(o, noted);
		case Asked.BELOW:
			return carryOf(o, noted, kept);
		case Asked.ZERO:
			return zeroOf(o, noted);
		case Asked.BELOW_OR_EQUAL:
			return belowOrEqualOf(o, noted, kept);
		case Asked.SIGN:
			return topBit(o, noted.result, noted.bits);
		case Asked.PARITY:
			return o.hasEvenParity(noted.result);
		default:
			return lessOf(o, noted, asked === Asked.LESS_OR_EQUAL);
	}
}

/** A condition code's answer (0 to 15; odd numbers negate), SDM vol. 1 appendix B. */
export function conditionOf<V, C>(o: Numbers<V, C>, code: number, noted: Noted<V>, kept: () => C): C {
	const answer = answerOf(o, code & ~1, noted, kept);
	return (code & 1) === 0 ? answer : o.negate(answer);
}

/** What each even condition code asks of a word of flags: one of some flags, or whether SF and OF differ, or both. */
const QUESTIONS: readonly (readonly [flags: bigint, signs: boolean])[] = [
	[Flag.OF, false], [Flag.CF, false], [Flag.ZF, false], [Flag.CF | Flag.ZF, false],
	[Flag.SF, false], [Flag.PF, false], [0n, true], [Flag.ZF, true],
];

/** A condition code's answer for a given word of flags. */
export function conditionOfWord<V, C>(o: Numbers<V, C>, code: number, word: V): C {
	const [flags, signs] = QUESTIONS[code >> 1];
	const less = (): C => differ(o, isSet(o, word, Flag.SF), isSet(o, word, Flag.OF));
	const answer = !signs ? isSet(o, word, flags) : flags === 0n ? less() : either(o, less(), isSet(o, word, flags));
	return (code & 1) === 0 ? answer : o.negate(answer);
}
