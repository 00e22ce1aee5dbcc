import {Flag, FlagKind} from '../flags.js';
import type {Instruction, Ops, SemanticTable} from '../ops.js';
import {Register} from '../registers.js';

/** A result from two operands and the carry flag. */
type Compute = <V, C>(o: Ops<V, C>, a: V, b: V, bits: number) => V;

/** d ← d op s, with flags. */
const combine = (compute: Compute, kind: number) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => {
		const place = o.locate(i.d);
		const a = o.readForWrite(i.d, place, i.bits);
		const b = o.read(i.s, i.bits);
		const result = compute(o, a, b, i.bits);
		o.writeBack(i.d, place, i.bits, result);
		o.noteFlags(kind, i.bits, result, a, b);
	};

/** Flags of d op s; d stays. */
const compare = (compute: Compute, kind: number) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => {
		const a = o.read(i.d, i.bits);
		const b = o.read(i.s, i.bits);
		o.noteFlags(kind, i.bits, compute(o, a, b, i.bits), a, b);
	};

/** d ← d op constant, with flags. */
const step = (compute: Compute, kind: number) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => {
		const place = o.locate(i.d);
		const a = o.readForWrite(i.d, place, i.bits);
		const one = o.constant(1n, i.bits);
		const result = compute(o, a, one, i.bits);
		o.writeBack(i.d, place, i.bits, result);
		o.noteFlags(kind, i.bits, result, a, one);
	};

const add: Compute = (o, a, b, bits) => o.add(a, b, bits);
const subtract: Compute = (o, a, b, bits) => o.subtract(a, b, bits);
const and: Compute = (o, a, b) => o.and(a, b);
const or: Compute = (o, a, b) => o.or(a, b);
const xor: Compute = (o, a, b) => o.xor(a, b);
const addCarry: Compute = (o, a, b, bits) => o.add(o.add(a, b, bits), o.toValue(o.carry()), bits);
const subtractBorrow: Compute = (o, a, b, bits) => o.subtract(o.subtract(a, b, bits), o.toValue(o.carry()), bits);

/** Sets CF, by what it becomes from what it was. */
const setCarry = (becomes: <V, C>(o: Ops<V, C>) => V) =>
	<V, C>(o: Ops<V, C>): void => o.setFlags(Flag.CF, becomes(o));

/** The flags that `lahf` and `sahf` move. */
const STATUS_FLAGS = Flag.CF | Flag.PF | Flag.AF | Flag.ZF | Flag.SF;

/** Addition, subtraction, comparison and logic (SDM vol. 1, 7.3.2 and 7.3.5), and the instructions of CF alone. */
export const ARITHMETIC: SemanticTable = {
	add: combine(add, FlagKind.ADD),
	adc: combine(addCarry, FlagKind.ADC),
	sub: combine(subtract, FlagKind.SUB),
	sbb: combine(subtractBorrow, FlagKind.SBB),
	and: combine(and, FlagKind.LOGIC),
	or: combine(or, FlagKind.LOGIC),
	xor: combine(xor, FlagKind.LOGIC),
	cmp: compare(subtract, FlagKind.SUB),
	test: compare(and, FlagKind.LOGIC),
	inc: step(add, FlagKind.INC),
	dec: step(subtract, FlagKind.DEC),
	neg<V, C>(o: Ops<V, C>, i: Instruction) {
		const place = o.locate(i.d);
		const value = o.readForWrite(i.d, place, i.bits);
		const zero = o.constant(0n, i.bits);
		const result = o.subtract(zero, value, i.bits);
		o.writeBack(i.d, place, i.bits, result);
		o.noteFlags(FlagKind.SUB, i.bits, result, zero, value);
	},
	not<V, C>(o: Ops<V, C>, i: Instruction) {
		const place = o.locate(i.d);
		o.writeBack(i.d, place, i.bits, o.not(o.readForWrite(i.d, place, i.bits), i.bits));
	},
	xadd<V, C>(o: Ops<V, C>, i: Instruction) {
		const place = o.locate(i.d);
		const a = o.readForWrite(i.d, place, i.bits);
		const b = o.read(i.s, i.bits);
		const result = o.add(a, b, i.bits);
		// The sum goes in last, so that it wins where both operands are one register. A store that faults comes first.
		if (place === undefined) {
			o.write(i.s, i.bits, a);
			o.write(i.d, i.bits, result);
		} else {
			o.writeBack(i.d, place, i.bits, result);
			o.write(i.s, i.bits, a);
		}

		o.noteFlags(FlagKind.ADD, i.bits, result, a, b);
	},
	cmpxchg<V, C>(o: Ops<V, C>, i: Instruction) {
		const place = o.locate(i.d);
		const old = o.readForWrite(i.d, place, i.bits);
		const expected = o.register(Register.RAX, i.bits);
		const same = o.equal(expected, old);
		// Memory is written in any case, with its own value if the comparison failed; a register only if it did not.
		if (place === undefined) o.when(same, () => o.write(i.d, i.bits, o.read(i.s, i.bits)));
		else o.writeBack(i.d, place, i.bits, o.select(same, o.read(i.s, i.bits), old));
		o.when(o.negate(same), () => o.setRegister(Register.RAX, i.bits, old));
		o.noteFlags(FlagKind.SUB, i.bits, o.subtract(expected, old, i.bits), expected, old);
	},
	clc: setCarry(o => o.constant(0n, 64)),
	stc: setCarry(o => o.constant(Flag.CF, 64)),
	cmc: setCarry(o => o.not(o.flags(), 64)),
	lahf<V, C>(o: Ops<V, C>) {
		const status = o.or(o.and(o.flags(), o.constant(STATUS_FLAGS, 64)), o.constant(2n, 64));
		o.setRegister(Register.RAX, 8, o.truncate(status, 8), true);
	},
	sahf<V, C>(o: Ops<V, C>) {
		o.setFlags(STATUS_FLAGS, o.register(Register.RAX, 8, true));
	},
};
