import {type Instruction, OperandKind, type Ops, type SemanticTable} from '../ops.js';
import {Register} from '../registers.js';

/** loop, loope, loopne: counts down and goes if the count is not zero and the condition, if any, holds. */
const loop = (condition: number | undefined) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => {
		const count = o.subtract(o.register(Register.RCX, i.addressBits), o.constant(1n, i.addressBits), i.addressBits);
		const more = o.toValue(o.negate(o.isZero(count)));
		const goes = condition === undefined ? more : o.and(more, o.toValue(o.condition(condition)));
		o.branch(o.negate(o.isZero(goes)), i.d.value);
		o.setRegister(Register.RCX, i.addressBits, count);
	};

/** jecxz, jrcxz. */
const jumpIfCountZero = (bits: number) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => o.branch(o.isZero(o.register(Register.RCX, bits)), i.d.value);

/** Condition codes that loops use. */
const EQUAL = 4;
const NOT_EQUAL = 5;

/** Near jumps, calls and returns (SDM vol. 1, 6.4 and 7.3.8). */
export const FLOW: SemanticTable = {
	jmp<V, C>(o: Ops<V, C>, i: Instruction) {
		if (i.d.kind === OperandKind.TARGET) o.jump(i.d.value);
		else o.jumpTo(o.read(i.d, 64));
	},
	jcc<V, C>(o: Ops<V, C>, i: Instruction) {
		o.branch(o.condition(i.condition), i.d.value);
	},
	jecxz: jumpIfCountZero(32),
	jrcxz: jumpIfCountZero(64),
	loop: loop(undefined),
	loope: loop(EQUAL),
	loopne: loop(NOT_EQUAL),
	call<V, C>(o: Ops<V, C>, i: Instruction) {
		const target = i.d.kind === OperandKind.TARGET ? o.constant(i.d.value, 64) : o.read(i.d, 64);
		o.checkCanonical(target);
		o.push(64, o.constant(i.next, 64));
		o.jumpTo(target);
	},
	ret<V, C>(o: Ops<V, C>, i: Instruction) {
		const target = o.peek(0n, 64);
		o.jumpTo(target);
		const dropped = 8n + (i.d.kind === OperandKind.IMMEDIATE ? i.d.value : 0n);
		o.setRegister(Register.RSP, 64, o.add(o.register(Register.RSP, 64), o.constant(dropped, 64), 64));
	},
};
