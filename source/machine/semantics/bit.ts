import {Flag, FlagKind} from '../flags.js';
import {type Instruction, OperandKind, type Ops, type SemanticTable} from '../ops.js';

/** The bit number's power of two per operand width: 16 is 2 to the 4th. */
const LOG2: Readonly<Record<number, bigint>> = {16: 4n, 32: 5n, 64: 6n};

/** ZF's place in RFLAGS. */
const ZF_POSITION = 6n;

/**
 * Where the bit's word is: with a bit number in a register, any number of words before or behind the operand.
 * Undefined for a register operand.
 */
function wordOf<V, C>(o: Ops<V, C>, i: Instruction, number: V): V | undefined {
	if (i.d.kind !== OperandKind.MEMORY || i.s.kind === OperandKind.IMMEDIATE) return o.locate(i.d);
	const words = o.shiftRightArithmetic(o.signExtend(number, i.bits, 64), o.constant(LOG2[i.bits], 64), 64);
	const distance = o.multiply(words, o.constant(BigInt(i.bits >> 3), 64), 64);
	const offset = o.truncate(o.add(o.offset(i.d), distance, 64), i.d.addressBits);
	return o.add(o.segmentBase(i.d.segment), offset, 64);
}

/** What a bit test does to the word besides. */
type Change = <V, C>(o: Ops<V, C>, word: V, mask: V, bits: number) => V;

/** CF ← the bit; then the bit changes. The other flags are undefined but ZF; all are kept. */
const bitTest = (change?: Change) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => {
		const {bits} = i;
		const number = o.read(i.s, bits);
		const place = wordOf(o, i, number);
		const position = o.and(number, o.constant(BigInt(bits - 1), bits));
		const word =
			change !== undefined ? o.readForWrite(i.d, place, bits) : place === undefined ? o.read(i.d, bits) : o.load(place, bits, i.d.stack);
		if (change !== undefined) {
			const mask = o.shiftLeft(o.constant(1n, bits), position, bits);
			o.writeBack(i.d, place, bits, change(o, word, mask, bits));
		}

		o.setFlags(Flag.CF, o.and(o.shiftRight(word, position, bits), o.constant(1n, bits)));
	};

/**
 * bsf, bsr: a source of zero sets ZF and leaves the destination as it was. The other flags are undefined; processors
 * derive PF from the result and clear the rest.
 */
const bitScan = (find: <V, C>(o: Ops<V, C>, value: V) => V) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => {
		const value = o.read(i.s, i.bits);
		const nothing = o.isZero(value);
		o.noteFlags(FlagKind.LOGIC, i.bits, value, value, value);
		o.when(o.negate(nothing), () => {
			const position = find(o, value);
			o.write(i.d, i.bits, position);
			o.noteFlags(FlagKind.LOGIC, i.bits, position, position, position);
		});
		o.setFlags(Flag.ZF, o.shiftLeft(o.toValue(nothing), o.constant(ZF_POSITION, 64), 64));
	};

/** Bit tests and bit scans (SDM vol. 1, 7.3.7). */
export const BIT: SemanticTable = {
	bt: bitTest(),
	bts: bitTest((o, word, mask) => o.or(word, mask)),
	btr: bitTest((o, word, mask, bits) => o.and(word, o.not(mask, bits))),
	btc: bitTest((o, word, mask) => o.xor(word, mask)),
	bsf: bitScan((o, value) => o.lowestBit(value)),
	bsr: bitScan((o, value) => o.highestBit(value)),
};
