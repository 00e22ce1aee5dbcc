import {type Instruction, OperandKind, type Ops, type SemanticTable} from '../ops.js';
import {Register} from '../registers.js';

/** Moves rsp up past what was read. */
const drop = <V, C>(o: Ops<V, C>, bytes: bigint): void =>
	o.setRegister(Register.RSP, 64, o.add(o.register(Register.RSP, 64), o.constant(bytes, 64), 64));

/** push, pop and stack frames (SDM vol. 1, 6.2). */
export const STACK: SemanticTable = {
	push<V, C>(o: Ops<V, C>, i: Instruction) {
		o.push(i.bits, o.read(i.d, i.bits));
	},
	pop<V, C>(o: Ops<V, C>, i: Instruction) {
		const value = o.peek(0n, i.bits);
		if (i.d.kind === OperandKind.REGISTER) {
			drop(o, BigInt(i.bits >> 3));
			o.write(i.d, i.bits, value);
			return;
		}

		// A memory destination's address counts rsp after the pop; rsp itself may only move once the store is done.
		const from = o.register(Register.RSP, 64);
		drop(o, BigInt(i.bits >> 3));
		const place = o.locate(i.d);
		const after = o.register(Register.RSP, 64);
		o.setRegister(Register.RSP, 64, from);
		o.writeBack(i.d, place, i.bits, value);
		o.setRegister(Register.RSP, 64, after);
	},
	enter<V, C>(o: Ops<V, C>, i: Instruction) {
		const bytes = BigInt(i.bits >> 3);
		const level = Number(i.s.value & 31n);
		const caller = o.register(Register.RBP, 64);
		const below = (address: V, distance: bigint): V => o.subtract(address, o.constant(distance, 64), 64);
		const frame = below(o.register(Register.RSP, 64), bytes);
		let top = frame;
		o.store(top, i.bits, o.truncate(caller, i.bits), true);
		// The pointers to the frames of the enclosing procedures, then to this one. Registers wait: a push may fault.
		for (let depth = 1; depth < level; depth++) {
			const link = o.load(below(caller, bytes * BigInt(depth)), i.bits, true);
			top = below(top, bytes);
			o.store(top, i.bits, link, true);
		}

		if (level > 0) {
			top = below(top, bytes);
			o.store(top, i.bits, o.truncate(frame, i.bits), true);
		}

		top = below(top, i.d.value);
		o.checkWritable(top, i.bits, true);
		o.setRegister(Register.RSP, 64, top);
		o.setRegister(Register.RBP, i.bits, o.truncate(frame, i.bits));
	},
	leave<V, C>(o: Ops<V, C>, i: Instruction) {
		const frame = o.register(Register.RBP, 64);
		const value = o.load(frame, i.bits, true);
		o.setRegister(Register.RSP, 64, o.add(frame, o.constant(BigInt(i.bits >> 3), 64), 64));
		o.setRegister(Register.RBP, i.bits, value);
	},
};
