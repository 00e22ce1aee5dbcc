import {DirectOps} from '../../machine/direct.js';
import {Fault} from '../../machine/fault.js';
import {ARITHMETIC_FLAGS, Flag, FlagKind, LazyFlags} from '../../machine/flags.js';
import {Cell} from '../../machine/layout.js';
import type {Machine} from '../../machine/machine.js';
import {type Instruction, type Operand, OperandKind, type Ops, Repeat} from '../../machine/ops.js';
import {Register, SEGMENT_REGISTERS} from '../../machine/registers.js';
import {FlowState} from './flow-state.js';
import {areTheSame, CONSTANT, constant, type FlowCondition, type FlowValue, made, NEXT_ADDRESS, type Origin, originOf, system, uniform, unitsIn} from './origin.js';
import {Unit} from './place.js';

/** The flags that each pair of condition codes asks about, by half the code (SDM vol. 1, appendix B). */
const ASKED: readonly bigint[] = [
	Flag.OF, Flag.CF, Flag.ZF, Flag.CF | Flag.ZF, Flag.SF, Flag.PF, Flag.SF | Flag.OF, Flag.ZF | Flag.SF | Flag.OF,
];

/** A bit's position in a condition that was made from a value of one bit. */
const inputsOf = (...values: readonly FlowValue[]): ReadonlySet<number> => new Set(values.flatMap(({bytes}) => [...unitsIn(bytes)]));

/** The kinds of computation that leave CF as it is. */
const KEEPS_CARRY: ReadonlySet<number> = new Set([FlagKind.INC, FlagKind.DEC]);

/**
 * Runs semantics to find out where each byte that they write comes from: every value carries the origins of its bytes
 * along. What an instruction copies stays a copy, what it computes is made of its inputs. Values are computed by the
 * operations that the machine itself runs on; the machine is not touched.
 */
export class FlowOps implements Ops<FlowValue, FlowCondition> {
	/** Whether what was written depends on values: on a condition, a count. Then it may be something else the next time. */
	dependsOnValues = false;
	/** Elements of a string instruction that are done at most. */
	elements = Infinity;
	/** False: only what is read and written is wanted, not where it comes from. */
	tracksOrigins = true;
	readonly state: FlowState;
	private readonly direct: DirectOps;
	/** Whether the instruction moves only if a condition holds. */
	private isConditionalMove = false;

	constructor(machine: Machine) {
		this.state = new FlowState(machine);
		const {cells} = this.state;
		this.direct = new DirectOps(cells, new LazyFlags(cells), machine.cpu.linear, () => undefined);
	}

	/** Begins with an instruction that the machine comes to next. */
	begin({name}: Instruction): void {
		this.state.begin();
		this.dependsOnValues = false;
		this.isConditionalMove = name === 'cmovcc';
	}

	constant(value: bigint, bits: number): FlowValue {
		return constant(BigInt.asUintN(bits, value));
	}

	register(number: number, bits: number, high = false): FlowValue {
		return {value: this.direct.register(number, bits, high), bytes: this.state.lookAt(number * 8 + (high ? 1 : 0), bits >> 3)};
	}

	setRegister(number: number, bits: number, value: FlowValue, high = false): void {
		const {state} = this;
		this.direct.setRegister(number, bits, value.value, high);
		const first = number * 8 + (high ? 1 : 0);
		for (let index = 0; index < (bits >= 32 ? 8 : bits >> 3); index++) {
			// A 32-bit write makes the upper half zero.
			const origin = index < bits >> 3 ? originOf(value, index) : CONSTANT;
			// A move whose condition does not hold leaves the register alone, but for the upper half of a 32-bit one.
			if (!this.isConditionalMove || origin !== first + index) state.writes.set(first + index, origin);
		}
	}

	read(operand: Operand, bits: number): FlowValue {
		switch (operand.kind) {
			case OperandKind.REGISTER:
				return this.register(operand.register, bits, operand.high);
			case OperandKind.MEMORY:
				return this.load(this.address(operand), bits);
			default:
				return constant(operand.value);
		}
	}

	write(operand: Operand, bits: number, value: FlowValue): void {
		if (operand.kind === OperandKind.REGISTER) this.setRegister(operand.register, bits, value, operand.high);
		else this.store(this.address(operand), bits, value);
	}

	offset(operand: Operand): FlowValue {
		const parts = [operand.base, operand.index].filter(number => number >= 0).flatMap(number => this.register(number, operand.addressBits).bytes);
		return uniform(this.direct.offset(operand), made(parts));
	}

	/** Linear address of a memory operand. */
	address(operand: Operand): FlowValue {
		const offset = this.offset(operand);
		return operand.segment < 0 ? offset : this.add(offset, this.segmentBase(operand.segment), 64);
	}

	segmentBase(segment: number): FlowValue {
		return segment < 0 ? constant(0n) : uniform(this.direct.segmentBase(segment), system(`${SEGMENT_REGISTERS[segment]}.base`));
	}

	locate(operand: Operand): FlowValue | undefined {
		return operand.kind === OperandKind.MEMORY ? this.address(operand) : undefined;
	}

	readForWrite(operand: Operand, place: FlowValue | undefined, bits: number): FlowValue {
		return place === undefined ? this.register(operand.register, bits, operand.high) : this.load(place, bits);
	}

	writeBack(operand: Operand, place: FlowValue | undefined, bits: number, value: FlowValue): void {
		if (place === undefined) this.setRegister(operand.register, bits, value, operand.high);
		else this.store(place, bits, value);
	}

	load(address: FlowValue, bits: number): FlowValue {
		return this.state.load(address.value, bits >> 3);
	}

	store(address: FlowValue, bits: number, value: FlowValue): void {
		this.state.store(address.value, bits >> 3, value);
	}

	peek(offset: bigint, bits: number): FlowValue {
		return this.load(this.add(this.register(Register.RSP, 64), constant(BigInt.asUintN(64, offset)), 64), bits);
	}

	push(bits: number, value: FlowValue): void {
		const top = this.subtract(this.register(Register.RSP, 64), constant(BigInt(bits >> 3)), 64);
		this.store(top, bits, value);
		this.setRegister(Register.RSP, 64, top);
	}

	checkWritable(): void {
		// Whether a write faults is seen from the step itself.
	}

	/** A value computed from others. */
	private computed(value: bigint, ...inputs: readonly FlowValue[]): FlowValue {
		if (!this.tracksOrigins) return constant(value);
		return uniform(value, made(inputs.flatMap(({bytes}) => bytes)));
	}

	add(a: FlowValue, b: FlowValue, bits: number): FlowValue {
		return this.computed(this.direct.add(a.value, b.value, bits), a, b);
	}

	subtract(a: FlowValue, b: FlowValue, bits: number): FlowValue {
		return areTheSame(a, b) ? constant(0n) : this.computed(this.direct.subtract(a.value, b.value, bits), a, b);
	}

	multiply(a: FlowValue, b: FlowValue, bits: number): FlowValue {
		return this.computed(this.direct.multiply(a.value, b.value, bits), a, b);
	}

	multiplyHigh(a: FlowValue, b: FlowValue, bits: number, signed: boolean): FlowValue {
		return this.computed(this.direct.multiplyHigh(a.value, b.value, bits, signed), a, b);
	}

	divide(high: FlowValue, low: FlowValue, divisor: FlowValue, bits: number, signed: boolean): readonly [FlowValue, FlowValue] {
		const [quotient, remainder] = this.direct.divide(high.value, low.value, divisor.value, bits, signed);
		return [this.computed(quotient, high, low, divisor), this.computed(remainder, high, low, divisor)];
	}

	and(a: FlowValue, b: FlowValue): FlowValue {
		return this.computed(a.value & b.value, a, b);
	}

	or(a: FlowValue, b: FlowValue): FlowValue {
		return this.computed(a.value | b.value, a, b);
	}

	xor(a: FlowValue, b: FlowValue): FlowValue {
		return areTheSame(a, b) ? constant(0n) : this.computed(a.value ^ b.value, a, b);
	}

	not(a: FlowValue, bits: number): FlowValue {
		return this.computed(this.direct.not(a.value, bits), a);
	}

	shiftLeft(a: FlowValue, count: FlowValue, bits: number): FlowValue {
		return this.computed(this.direct.shiftLeft(a.value, count.value, bits), a, count);
	}

	shiftRight(a: FlowValue, count: FlowValue): FlowValue {
		return this.computed(this.direct.shiftRight(a.value, count.value), a, count);
	}

	shiftRightArithmetic(a: FlowValue, count: FlowValue, bits: number): FlowValue {
		return this.computed(this.direct.shiftRightArithmetic(a.value, count.value, bits), a, count);
	}

	signExtend(value: FlowValue, from: number, to: number): FlowValue {
		const kept = Array.from({length: from >> 3}, (_, index) => originOf(value, index));
		const sign = made(kept.slice(-1), 'converted');
		const spread = Array.from({length: Math.max(0, (to - from) >> 3)}, () => sign);
		return {value: this.direct.signExtend(value.value, from, to), bytes: [...kept, ...spread]};
	}

	truncate(value: FlowValue, bits: number): FlowValue {
		return {value: BigInt.asUintN(bits, value.value), bytes: value.bytes.slice(0, Math.ceil(bits / 8))};
	}

	modulo(a: FlowValue, divisor: bigint): FlowValue {
		return this.computed(this.direct.modulo(a.value, divisor), a);
	}

	lowestBit(value: FlowValue): FlowValue {
		return this.computed(this.direct.lowestBit(value.value), value);
	}

	highestBit(value: FlowValue): FlowValue {
		return this.computed(this.direct.highestBit(value.value), value);
	}

	equal(a: FlowValue, b: FlowValue): FlowCondition {
		return {holds: a.value === b.value, inputs: inputsOf(a, b)};
	}

	below(a: FlowValue, b: FlowValue): FlowCondition {
		return {holds: a.value < b.value, inputs: inputsOf(a, b)};
	}

	isZero(value: FlowValue): FlowCondition {
		return {holds: value.value === 0n, inputs: inputsOf(value)};
	}

	hasEvenParity(value: FlowValue): FlowCondition {
		return {holds: this.direct.hasEvenParity(value.value), inputs: inputsOf(value)};
	}

	negate({holds, inputs}: FlowCondition): FlowCondition {
		return {holds: !holds, inputs};
	}

	select({holds, inputs}: FlowCondition, whenTrue: FlowValue, whenFalse: FlowValue): FlowValue {
		if (inputs.size > 0) this.dependsOnValues = true;
		const chosen = holds ? whenTrue : whenFalse;
		// A choice between two constants says as much as the condition does.
		return whenTrue.bytes.length + whenFalse.bytes.length === 0 && inputs.size > 0 ? uniform(chosen.value, {kind: 'computed', inputs}) : chosen;
	}

	toValue({holds, inputs}: FlowCondition): FlowValue {
		return inputs.size === 0 ? constant(holds ? 1n : 0n) : uniform(holds ? 1n : 0n, {kind: 'computed', inputs});
	}

	when({holds, inputs}: FlowCondition, body: () => void): void {
		if (inputs.size > 0) this.dependsOnValues = true;
		if (holds) body();
	}

	noteFlags(kind: number, bits: number, result: FlowValue, a: FlowValue, b: FlowValue): void {
		this.direct.noteFlags(kind, bits, result.value, a.value, b.value);
		const source = areTheSame(a, b) && result.bytes.length === 0 ? made([]) : made([...a.bytes, ...b.bytes, ...result.bytes]);
		this.state.putFlags(ARITHMETIC_FLAGS & ~(KEEPS_CARRY.has(kind) ? Flag.CF : 0n), source);
	}

	carry(): FlowCondition {
		return {holds: this.direct.carry(), inputs: new Set(unitsIn(this.state.lookAtFlags(Flag.CF)))};
	}

	condition(code: number): FlowCondition {
		return {holds: this.direct.condition(code), inputs: new Set(unitsIn(this.state.lookAtFlags(ASKED[code >> 1])))};
	}

	flags(): FlowValue {
		return uniform(this.direct.flags(), made(this.state.lookAtFlags(ARITHMETIC_FLAGS), 'converted'));
	}

	setFlags(mask: bigint, word: FlowValue): void {
		this.direct.setFlags(mask, word.value);
		this.state.putFlags(mask, made(word.bytes));
	}

	jump(target: bigint): void {
		this.state.put(Unit.RIP, 8, constant(target));
	}

	jumpTo(target: FlowValue): void {
		this.direct.checkCanonical(target.value);
		this.state.put(Unit.RIP, 8, target);
	}

	checkCanonical(target: FlowValue): void {
		this.direct.checkCanonical(target.value);
	}

	branch({holds, inputs}: FlowCondition, target: bigint): void {
		// Which way a jump goes is computed from what it asks about.
		if (holds) this.state.put(Unit.RIP, 8, inputs.size === 0 ? constant(target) : uniform(target, {kind: 'computed', inputs}));
		else this.state.put(Unit.RIP, 8, uniform(0n, inputs.size === 0 ? NEXT_ADDRESS : {kind: 'computed', inputs}));
	}

	faultIf({holds}: FlowCondition, vector: number, errorCode?: number): void {
		if (holds) throw new Fault(vector, errorCode);
	}

	stride(bytes: number): FlowValue {
		this.state.look(Unit.FLAGS + 10);
		return constant(this.direct.stride(bytes));
	}

	repeat(i: Instruction, element: () => FlowCondition | undefined): void {
		if (i.repeat === Repeat.NONE) {
			element();
			return;
		}

		this.dependsOnValues = true;
		const bits = i.addressBits;
		for (let left = this.elements; left > 0; left--) {
			const count = this.register(Register.RCX, bits);
			if (count.value === 0n) return;
			const goesOn = element();
			this.setRegister(Register.RCX, bits, this.subtract(count, constant(1n), bits));
			if (count.value === 1n || goesOn?.holds === false) return;
		}
	}

	/** RFLAGS as a value, all of it read. */
	flagsWord(mask: bigint, value: bigint): FlowValue {
		return uniform(value, made(this.state.lookAtFlags(mask), 'converted'));
	}

	/** The bytes of a vector register from one on. */
	vector(number: number, from = 0, count = 16): Origin[] {
		return this.state.lookAt(Unit.XMM + number * 16 + from, count);
	}

	/** Notes where bytes of a vector register come from, from one on. */
	setVector(number: number, from: number, bytes: readonly Origin[]): void {
		for (const [index, origin] of bytes.entries()) this.state.writes.set(Unit.XMM + number * 16 + from + index, origin);
	}

	/** A cell as it is before the instruction. */
	cell(index: number): bigint {
		return this.state.machine.cpu.cells[index];
	}

	/** The privilege level before the instruction. */
	get cpl(): number {
		return Number(this.cell(Cell.CPL));
	}
}
