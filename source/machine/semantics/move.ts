import type {Instruction, Ops, SemanticTable} from '../ops.js';
import {Register} from '../registers.js';

/** cbw, cwde, cdqe: sign-extends the lower half of the accumulator into all of it. */
const extendAccumulator = (to: number) =>
	<V, C>(o: Ops<V, C>): void => o.setRegister(Register.RAX, to, o.signExtend(o.register(Register.RAX, to / 2), to / 2, to));

/** cwd, cdq, cqo: fills the data register with the accumulator's sign. */
const spreadSign = (bits: number) =>
	<V, C>(o: Ops<V, C>): void => {
		const sign = o.shiftRightArithmetic(o.register(Register.RAX, bits), o.constant(BigInt(bits - 1), bits), bits);
		o.setRegister(Register.RDX, bits, sign);
	};

/** Moves of data without arithmetic (SDM vol. 1, 7.3.1). None of them changes a flag. */
export const MOVE: SemanticTable = {
	nop() {
		// It does nothing, by definition.
	},
	mov<V, C>(o: Ops<V, C>, i: Instruction) {
		o.write(i.d, i.bits, o.read(i.s, i.bits));
	},
	movabs<V, C>(o: Ops<V, C>, i: Instruction) {
		o.write(i.d, i.bits, o.read(i.s, i.bits));
	},
	movnti<V, C>(o: Ops<V, C>, i: Instruction) {
		o.write(i.d, i.bits, o.read(i.s, i.bits));
	},
	movzx<V, C>(o: Ops<V, C>, i: Instruction) {
		o.write(i.d, i.bits, o.read(i.s, i.s.bits));
	},
	movsx<V, C>(o: Ops<V, C>, i: Instruction) {
		o.write(i.d, i.bits, o.signExtend(o.read(i.s, i.s.bits), i.s.bits, i.bits));
	},
	movsxd<V, C>(o: Ops<V, C>, i: Instruction) {
		const from = Math.min(32, i.bits);
		o.write(i.d, i.bits, o.signExtend(o.read(i.s, from), from, i.bits));
	},
	lea<V, C>(o: Ops<V, C>, i: Instruction) {
		o.write(i.d, i.bits, o.truncate(o.offset(i.s), i.bits));
	},
	xchg<V, C>(o: Ops<V, C>, i: Instruction) {
		const place = o.locate(i.d);
		const old = o.readForWrite(i.d, place, i.bits);
		const other = o.read(i.s, i.bits);
		o.writeBack(i.d, place, i.bits, other);
		o.write(i.s, i.bits, old);
	},
	bswap<V, C>(o: Ops<V, C>, i: Instruction) {
		// With a 16-bit register the manual leaves the result undefined; processors write zero.
		const value = o.read(i.d, i.bits);
		let swapped = o.constant(0n, i.bits);
		if (i.bits > 16) {
			for (let from = 0; from < i.bits; from += 8) {
				const byte = o.and(o.shiftRight(value, o.constant(BigInt(from), i.bits), i.bits), o.constant(0xffn, i.bits));
				swapped = o.or(swapped, o.shiftLeft(byte, o.constant(BigInt(i.bits - 8 - from), i.bits), i.bits));
			}
		}

		o.write(i.d, i.bits, swapped);
	},
	cmovcc<V, C>(o: Ops<V, C>, i: Instruction) {
		const value = o.read(i.s, i.bits);
		o.write(i.d, i.bits, o.select(o.condition(i.condition), value, o.read(i.d, i.bits)));
	},
	setcc<V, C>(o: Ops<V, C>, i: Instruction) {
		o.write(i.d, 8, o.toValue(o.condition(i.condition)));
	},
	cbw: extendAccumulator(16),
	cwde: extendAccumulator(32),
	cdqe: extendAccumulator(64),
	cwd: spreadSign(16),
	cdq: spreadSign(32),
	cqo: spreadSign(64),
	xlatb<V, C>(o: Ops<V, C>, i: Instruction) {
		const table = o.add(o.register(Register.RBX, i.addressBits), o.register(Register.RAX, 8), i.addressBits);
		o.setRegister(Register.RAX, 8, o.load(o.add(table, o.segmentBase(i.segment), 64), 8, false));
	},
};
