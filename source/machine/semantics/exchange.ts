import {Flag} from '../flags.js';
import {Vector} from '../fault.js';
import type {Instruction, Ops, SemanticTable} from '../ops.js';
import {Register} from '../registers.js';

/**
 * Compares the data register and the accumulator with two words in memory, and on a match stores rcx:rbx there. Memory is
 * written in any case. Only ZF changes.
 */
function exchangePair<V, C>(o: Ops<V, C>, i: Instruction, place: V, bits: number): void {
	const second = o.add(place, o.constant(BigInt(bits >> 3), 64), 64);
	const low = o.readForWrite(i.d, place, bits);
	const high = o.readForWrite(i.d, second, bits);
	const differs = o.or(o.xor(low, o.register(Register.RAX, bits)), o.xor(high, o.register(Register.RDX, bits)));
	const same = o.isZero(differs);
	o.writeBack(i.d, place, bits, o.select(same, o.register(Register.RBX, bits), low));
	o.writeBack(i.d, second, bits, o.select(same, o.register(Register.RCX, bits), high));
	o.when(o.negate(same), () => {
		o.setRegister(Register.RAX, bits, low);
		o.setRegister(Register.RDX, bits, high);
	});
	o.setFlags(Flag.ZF, o.select(same, o.constant(Flag.ZF, 64), o.constant(0n, 64)));
}

/** Compare-and-exchange of pairs (SDM vol. 2A, CMPXCHG8B/CMPXCHG16B). */
export const EXCHANGE: SemanticTable = {
	cmpxchg8b<V, C>(o: Ops<V, C>, i: Instruction) {
		const place = o.locate(i.d);
		if (place === undefined) return;
		o.checkWritable(place, 64, i.d.stack);
		exchangePair(o, i, place, 32);
	},
	cmpxchg16b<V, C>(o: Ops<V, C>, i: Instruction) {
		const place = o.locate(i.d);
		if (place === undefined) return;
		o.faultIf(o.negate(o.isZero(o.and(place, o.constant(15n, 64)))), Vector.GP, 0);
		exchangePair(o, i, place, 64);
	},
};
