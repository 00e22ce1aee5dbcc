import {FlagKind} from '../flags.js';
import {type Instruction, type Ops, Repeat, type SemanticTable} from '../ops.js';
import {Register} from '../registers.js';

/** Condition code that `repe` and `repne` ask: ZF. */
const EQUAL = 4;

/** Linear address of the source: ds:rsi, or with an override fs:rsi or gs:rsi. */
const source = <V, C>(o: Ops<V, C>, i: Instruction): V =>
	o.add(o.segmentBase(i.segment), o.register(Register.RSI, i.addressBits), 64);

/** Linear address of the destination: always es:rdi. */
const destination = <V, C>(o: Ops<V, C>, i: Instruction): V => o.register(Register.RDI, i.addressBits);

/** Moves pointers on to the next element. */
function advance<V, C>(o: Ops<V, C>, i: Instruction, ...pointers: readonly number[]): void {
	const stride = o.truncate(o.stride(i.bits >> 3), i.addressBits);
	for (const pointer of pointers) o.setRegister(pointer, i.addressBits, o.add(o.register(pointer, i.addressBits), stride, i.addressBits));
}

/** Does elements whose number rcx alone decides. */
const counted = (element: <V, C>(o: Ops<V, C>, i: Instruction) => void) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => o.repeat(i, () => {
		element(o, i);
		return undefined;
	});

/** Compares elements while `repe` finds them equal, or `repne` unequal. */
const compared = (element: <V, C>(o: Ops<V, C>, i: Instruction) => readonly [a: V, b: V], ...pointers: readonly number[]) =>
	<V, C>(o: Ops<V, C>, i: Instruction): void => o.repeat(i, () => {
		const [a, b] = element(o, i);
		advance(o, i, ...pointers);
		o.noteFlags(FlagKind.SUB, i.bits, o.subtract(a, b, i.bits), a, b);
		return o.condition(i.repeat === Repeat.WHILE_NOT_EQUAL ? EQUAL ^ 1 : EQUAL);
	});

/** String instructions on memory (SDM vol. 1, 7.3.9). A fault leaves the registers at the element that raised it. */
export const STRING: SemanticTable = {
	movs: counted((o, i) => {
		o.store(destination(o, i), i.bits, o.load(source(o, i), i.bits, false), false);
		advance(o, i, Register.RSI, Register.RDI);
	}),
	stos: counted((o, i) => {
		o.store(destination(o, i), i.bits, o.register(Register.RAX, i.bits), false);
		advance(o, i, Register.RDI);
	}),
	lods: counted((o, i) => {
		o.setRegister(Register.RAX, i.bits, o.load(source(o, i), i.bits, false));
		advance(o, i, Register.RSI);
	}),
	scas: compared((o, i) => [o.register(Register.RAX, i.bits), o.load(destination(o, i), i.bits, false)], Register.RDI),
	cmps: compared((o, i) => [o.load(source(o, i), i.bits, false), o.load(destination(o, i), i.bits, false)], Register.RSI, Register.RDI),
};
