import {ARITHMETIC_FLAGS, Flag, FLAG_WIDTH_SHIFT, FlagKind} from '../flags.js';
import {Cell, SegmentCell, SHARED_OFFSET, SharedWord, TLB_ENTRIES, TLB_WORDS, TlbWord} from '../layout.js';
import {type Instruction, type Operand, OperandKind, type Ops, Repeat} from '../ops.js';
import {Register, Segment} from '../registers.js';
import {type Code, type Label, Op, WasmType} from './wasm-code.js';

/** A number that the emitted code will have: in a local variable, or known already. */
export interface Value {
	readonly local: number;
	readonly constant?: bigint;
	/** The slot of a record that it came from. */
	readonly slot?: number;
	/** What it does not exceed, where that is known. */
	readonly limit?: bigint;
}

/** A truth value that the emitted code will have, in a local variable. */
export interface Condition {
	readonly local: number;
}

/** Numbers of the module's helping functions. */
export interface Helpers {
	readonly multiplyHigh: number;
	readonly carry: number;
	readonly arithmetic: number;
	readonly settle: number;
	readonly condition: number;
}

/** Where the handlers' code finds what all of them share. */
export interface Surroundings {
	readonly helpers: Helpers;
	/** Local with the address of the record. */
	readonly record: number;
	/** Local with the offset of the translation cache's bank. */
	readonly bank: number;
	/** Where a handler goes that leaves its instruction to the direct backend. */
	readonly direct: Label;
}

/** How a handler ends. */
export type Exit =
	| {readonly kind: 'next'}
	| {readonly kind: 'jump'; readonly slot: number}
	| {readonly kind: 'branch'; readonly condition: Condition; readonly slot: number}
	| {readonly kind: 'computed'; readonly target: Value};

/** An instruction that has to be left to the direct backend. */
export class Unemittable extends Error {}

/** Register numbers from here on mean: the register whose byte offset is in that slot. */
export const SLOT_REGISTER = 1000;

const SLOT_VALUE = 1n << 100n;
const SLOT_DISTANCE = 1n << 70n;

/** Stands for the number in a slot; whatever is computed from it is no such number any more. */
export const slotValue = (slot: number): bigint => SLOT_VALUE + BigInt(slot) * SLOT_DISTANCE;

/** The slot that a number stands for; undefined for an ordinary number. */
export function slotOf(value: bigint): number | undefined {
	if (value < SLOT_VALUE - SLOT_DISTANCE) return undefined;
	const rest = value - SLOT_VALUE;
	if (rest < 0n || rest % SLOT_DISTANCE !== 0n) throw new Unemittable('the meaning looks into a number that is the record’s');
	return Number(rest / SLOT_DISTANCE);
}

const LOAD: Readonly<Record<number, number>> = {8: Op.i64Load8, 16: Op.i64Load16, 32: Op.i64Load32, 64: Op.i64Load};
const STORE: Readonly<Record<number, number>> = {8: Op.i64Store8, 16: Op.i64Store16, 32: Op.i64Store32, 64: Op.i64Store};
const EXTEND: Readonly<Record<number, number | undefined>> = {8: Op.i64Extend8, 16: Op.i64Extend16, 32: Op.i64Extend32};
const maskOf = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

/** Byte offset of a cell. */
export const cellOffset = (cell: number): number => cell * 8;

/** Emits semantics as WebAssembly: each operation appends the code that will do it. */
export class EmittingOps implements Ops<Value, Condition> {
	exit: Exit = {kind: 'next'};
	/** How often a number of the record was used, but for the parts of addresses. */
	numberUses = 0;
	/** Whether something has been changed that a fault must not find changed. */
	private written = false;
	/** Places that may be written, and where they are in the buffer. */
	private readonly writable = new Map<string, number>();
	private readonly canonical = new Set<Value>();

	constructor(
		private readonly code: Code,
		private readonly around: Surroundings,
	) {}

	constant(value: bigint, bits: number): Value {
		const slot = slotOf(value);
		if (slot === undefined) return {local: -1, constant: BigInt.asUintN(bits, value)};
		this.numberUses++;
		return this.fromSlot(slot);
	}

	private fromSlot(slot: number): Value {
		this.code.get(this.around.record).memory(Op.i64Load, slot);
		return {...this.result(), slot};
	}

	/** Part of an address, which meanings don't look at. */
	private part(value: bigint): Value {
		const slot = slotOf(value);
		return slot === undefined ? {local: -1, constant: value} : this.fromSlot(slot);
	}

	/** Pushes the byte address of a register, less what is constant; answers that. */
	private registerBase(number: number): number {
		if (number < SLOT_REGISTER) {
			this.code.i32(0);
			return cellOffset(number);
		}

		this.code.get(this.around.record).memory(Op.i32Load, number - SLOT_REGISTER);
		return 0;
	}

	register(number: number, bits: number, high = false): Value {
		const offset = this.registerBase(number);
		this.code.memory(LOAD[bits], offset + (high ? 1 : 0));
		return this.result(bits === 64 ? undefined : maskOf(bits));
	}

	setRegister(number: number, bits: number, value: Value, high = false): void {
		this.written = true;
		const offset = this.registerBase(number);
		this.put(value);
		// A 32-bit write clears the upper half: values are zero-extended.
		this.code.memory(STORE[bits === 32 ? 64 : bits], offset + (high ? 1 : 0));
	}

	read(operand: Operand, bits: number): Value {
		if (operand.kind === OperandKind.REGISTER) return this.register(operand.register, bits, operand.high);
		if (operand.kind === OperandKind.MEMORY) return this.load(this.address(operand), bits);
		return this.constant(operand.value, 64);
	}

	write(operand: Operand, bits: number, value: Value): void {
		if (operand.kind === OperandKind.REGISTER) this.setRegister(operand.register, bits, value, operand.high);
		else this.store(this.address(operand), bits, value);
	}

	offset(operand: Operand): Value {
		const {code} = this;
		this.put(this.part(operand.displacement));
		this.put(this.register(operand.base, 64));
		code.op(Op.i64Add);
		if (operand.index >= 0) {
			this.put(this.register(operand.index, 64));
			this.put(this.part(operand.scale));
			code.op(Op.i64Shl, Op.i64Add);
		}

		this.mask(operand.addressBits);
		return this.result();
	}

	private address(operand: Operand): Value {
		const offset = this.offset(operand);
		return operand.segment < 0 ? offset : this.add(offset, this.segmentBase(operand.segment), 64);
	}

	segmentBase(segment: number): Value {
		if (segment < 0) return {local: -1, constant: 0n};
		return this.cell(Cell.SEGMENTS + (segment === Segment.FS ? Segment.FS : Segment.GS) * SegmentCell.COUNT + SegmentCell.BASE);
	}

	locate(operand: Operand): Value | undefined {
		return operand.kind === OperandKind.MEMORY ? this.address(operand) : undefined;
	}

	readForWrite(operand: Operand, place: Value | undefined, bits: number): Value {
		if (place === undefined) return this.register(operand.register, bits, operand.high);
		this.code.get(this.open(place, bits, TlbWord.WRITE)).memory(LOAD[bits], 0);
		return this.result(bits === 64 ? undefined : maskOf(bits));
	}

	writeBack(operand: Operand, place: Value | undefined, bits: number, value: Value): void {
		if (place === undefined) this.setRegister(operand.register, bits, value, operand.high);
		else this.store(place, bits, value);
	}

	load(address: Value, bits: number): Value {
		this.code.get(this.open(address, bits, TlbWord.READ)).memory(LOAD[bits], 0);
		return this.result(bits === 64 ? undefined : maskOf(bits));
	}

	store(address: Value, bits: number, value: Value): void {
		this.code.get(this.open(address, bits, TlbWord.WRITE));
		this.put(value);
		this.code.memory(STORE[bits], 0);
		this.written = true;
	}

	peek(offset: bigint, bits: number): Value {
		return this.load(this.add(this.register(Register.RSP, 64), this.constant(offset, 64), 64), bits);
	}

	push(bits: number, value: Value): void {
		const top = this.subtract(this.register(Register.RSP, 64), this.constant(BigInt(bits >> 3), 64), 64);
		this.store(top, bits, value);
		this.setRegister(Register.RSP, 64, top);
	}

	/** Puts a value on WebAssembly's stack. */
	put(value: Value): void {
		if (value.constant === undefined) this.code.get(value.local);
		else this.code.i64(value.constant);
	}

	checkWritable(address: Value, bits: number): void {
		this.open(address, bits, TlbWord.WRITE);
	}

	/** A local with the place in the buffer of an access; where the short way is not open, the direct backend takes over. */
	private open(address: Value, bits: number, right: number): number {
		const key = `${address.local}:${String(address.constant)}:${bits}`;
		const known = right === TlbWord.WRITE ? this.writable.get(key) : undefined;
		if (known !== undefined) return known;
		this.mayFault();
		const {code} = this;
		const entry = code.local(WasmType.I32);
		const place = code.local(WasmType.I32);
		this.put(address);
		code.op(Op.wrap).i32(12).op(Op.i32ShrU).i32(TLB_ENTRIES - 1).op(Op.i32And).i32(Math.log2(TLB_WORDS * 4)).op(Op.i32Shl).get(this.around.bank).op(Op.i32Add).set(entry);
		this.put(address);
		if (bits > 8) code.i64(BigInt((bits >> 3) - 1)).op(Op.i64Add);
		code.i64(-4096n).op(Op.i64And).get(entry).memory(Op.i64Load, right * 4).op(Op.i64Ne).branch(Op.brIf, this.around.direct);
		this.put(address);
		code.op(Op.wrap).get(entry).memory(Op.i32Load, TlbWord.ADDEND * 4).op(Op.i32Add).set(place);
		if (right === TlbWord.WRITE) this.writable.set(key, place);
		return place;
	}

	/** To be called before code that may leave the instruction to the direct backend, which does all of it again. */
	private mayFault(): void {
		if (this.written) throw new Unemittable('a fault could come after a write');
	}

	private binary(opcode: number, a: Value, b: Value, bits = 64): Value {
		this.put(a);
		this.put(b);
		this.code.op(opcode);
		this.mask(bits);
		return this.result();
	}

	add(a: Value, b: Value, bits: number): Value {
		return this.binary(Op.i64Add, a, b, bits);
	}

	subtract(a: Value, b: Value, bits: number): Value {
		return this.binary(Op.i64Sub, a, b, bits);
	}

	multiply(a: Value, b: Value, bits: number): Value {
		return this.binary(Op.i64Mul, a, b, bits);
	}

	multiplyHigh(a: Value, b: Value, bits: number, isSigned: boolean): Value {
		const {code} = this;
		if (bits < 64) {
			this.put(isSigned ? this.signExtend(a, bits, 64) : a);
			this.put(isSigned ? this.signExtend(b, bits, 64) : b);
			code.op(Op.i64Mul).i64(BigInt(bits)).op(isSigned ? Op.i64ShrS : Op.i64ShrU);
			this.mask(bits);
			return this.result();
		}

		this.put(a);
		this.put(b);
		code.with(Op.call, this.around.helpers.multiplyHigh);
		if (!isSigned) return this.result();
		// A negative factor counts as 2^64 more than it is.
		for (const [sign, other] of [[a, b], [b, a]]) {
			this.put(other);
			this.put(sign);
			code.i64(63n).op(Op.i64ShrS, Op.i64And, Op.i64Sub);
		}

		return this.result();
	}

	divide(): never {
		throw new Unemittable('a division may fault in more ways than one');
	}

	and(a: Value, b: Value): Value {
		return {...this.binary(Op.i64And, a, b), ...(b.constant === undefined ? {} : {limit: b.constant})};
	}

	or(a: Value, b: Value): Value {
		return this.binary(Op.i64Or, a, b);
	}

	xor(a: Value, b: Value): Value {
		return this.binary(Op.i64Xor, a, b);
	}

	not(a: Value, bits: number): Value {
		return this.binary(Op.i64Xor, a, {local: -1, constant: maskOf(bits)});
	}

	shiftLeft(a: Value, count: Value, bits: number): Value {
		return this.shift(Op.i64Shl, a, count, bits);
	}

	shiftRight(a: Value, count: Value): Value {
		return this.shift(Op.i64ShrU, a, count, 64);
	}

	/** WebAssembly takes counts modulo 64; here zero comes out of larger ones. */
	private shift(opcode: number, a: Value, count: Value, bits: number): Value {
		const most = count.constant ?? count.limit;
		if (most !== undefined && most < 64n) return this.binary(opcode, a, count, bits);
		this.put(this.binary(opcode, a, count, bits));
		this.code.i64(0n);
		this.put(count);
		this.code.i64(64n).op(Op.i64LtU, Op.select);
		return this.result();
	}

	shiftRightArithmetic(a: Value, count: Value, bits: number): Value {
		const most = count.constant ?? count.limit;
		if (most === undefined || most >= 64n) throw new Unemittable('a signed shift may be as far as the number is wide');
		this.put(this.signExtend(a, bits, 64));
		this.put(count);
		this.code.op(Op.i64ShrS);
		this.mask(bits);
		return this.result();
	}

	signExtend(value: Value, from: number, to: number): Value {
		this.put(value);
		const extend = EXTEND[from];
		if (extend !== undefined) this.code.op(extend);
		this.mask(to);
		return this.result();
	}

	truncate(value: Value, bits: number): Value {
		this.put(value);
		this.mask(bits);
		return this.result();
	}

	modulo(a: Value, divisor: bigint): Value {
		return {...this.binary(Op.i64RemU, a, {local: -1, constant: divisor}), limit: divisor - 1n};
	}

	lowestBit(value: Value): Value {
		this.put(value);
		this.code.op(Op.i64Ctz);
		return this.result(64n);
	}

	highestBit(value: Value): Value {
		this.code.i64(63n);
		this.put(value);
		this.code.op(Op.i64Clz, Op.i64Sub);
		return this.result();
	}

	equal(a: Value, b: Value): Condition {
		return this.compare(Op.i64Eq, a, b);
	}

	below(a: Value, b: Value): Condition {
		return this.compare(Op.i64LtU, a, b);
	}

	private compare(opcode: number, a: Value, b: Value): Condition {
		this.put(a);
		this.put(b);
		this.code.op(opcode);
		return this.answer();
	}

	isZero(value: Value): Condition {
		this.put(value);
		this.code.op(Op.i64Eqz);
		return this.answer();
	}

	negate(condition: Condition): Condition {
		this.code.get(condition.local).op(Op.i32Eqz);
		return this.answer();
	}

	select(condition: Condition, whenTrue: Value, whenFalse: Value): Value {
		this.put(whenTrue);
		this.put(whenFalse);
		this.code.get(condition.local).op(Op.select);
		return this.result();
	}

	toValue(condition: Condition): Value {
		this.code.get(condition.local).op(Op.extendU);
		return this.result(1n);
	}

	when(condition: Condition, body: () => void): void {
		this.code.get(condition.local).open(Op.if);
		body();
		this.code.end();
	}

	noteFlags(kind: number, bits: number, result: Value, a: Value, b: Value): void {
		const {code} = this;
		this.written = true;
		if (kind === FlagKind.INC || kind === FlagKind.DEC) code.with(Op.call, this.around.helpers.settle);
		code.i32(0).i32(kind | (bits << FLAG_WIDTH_SHIFT)).memory(Op.i32Store, cellOffset(Cell.FLAG_KIND));
		this.setCell(Cell.FLAG_RESULT, result);
		this.setCell(Cell.FLAG_A, a);
		this.setCell(Cell.FLAG_B, b);
	}

	carry(): Condition {
		this.code.with(Op.call, this.around.helpers.carry);
		return this.answer();
	}

	condition(number: number): Condition {
		this.code.i32(number).with(Op.call, this.around.helpers.condition);
		return this.answer();
	}

	flags(): Value {
		this.code.with(Op.call, this.around.helpers.arithmetic);
		return this.result();
	}

	setFlags(mask: bigint, word: Value): void {
		const {code} = this;
		this.written = true;
		if (mask === ARITHMETIC_FLAGS) this.setCell(Cell.FLAG_KIND, {local: -1, constant: 0n});
		else code.with(Op.call, this.around.helpers.settle);
		code.i32(0).i32(0).memory(Op.i64Load, cellOffset(Cell.RFLAGS)).i64(~mask).op(Op.i64And);
		this.put(word);
		code.i64(mask).op(Op.i64And, Op.i64Or).memory(Op.i64Store, cellOffset(Cell.RFLAGS));
	}

	jump(target: bigint): void {
		const slot = slotOf(target);
		if (slot === undefined) throw new Unemittable('a jump goes to an address of its own');
		this.numberUses++;
		this.exit = {kind: 'jump', slot};
	}

	jumpTo(target: Value): void {
		this.checkCanonical(target);
		this.exit = target.slot === undefined ? {kind: 'computed', target} : {kind: 'jump', slot: target.slot};
	}

	checkCanonical(target: Value): void {
		// What stands in a record was looked at when it was put there.
		if (target.slot !== undefined || this.canonical.has(target)) return;
		this.mayFault();
		this.canonical.add(target);
		this.put(target);
		this.code.i64(16n).op(Op.i64Shl).i64(16n).op(Op.i64ShrS);
		this.put(target);
		this.code.op(Op.i64Ne).branch(Op.brIf, this.around.direct);
	}

	branch(condition: Condition, target: bigint): void {
		const slot = slotOf(target);
		if (slot === undefined) throw new Unemittable('a branch goes to an address of its own');
		this.numberUses++;
		this.exit = {kind: 'branch', condition, slot};
	}

	faultIf(condition: Condition): void {
		this.mayFault();
		this.code.get(condition.local).branch(Op.brIf, this.around.direct);
	}

	stride(bytes: number): Value {
		const {code} = this;
		code.i64(BigInt(bytes)).i64(BigInt(-bytes)).i32(0).memory(Op.i64Load, cellOffset(Cell.RFLAGS)).i64(Flag.DF).op(Op.i64And, Op.i64Eqz, Op.select);
		return this.result();
	}

	repeat(i: Instruction, element: () => Condition | undefined): void {
		if (i.repeat !== Repeat.NONE) throw new Unemittable('repetitions are counted by the direct backend');
		element();
	}

	/** What the stack holds, in a local. */
	private result(limit?: bigint): Value {
		const local = this.code.local(WasmType.I64);
		this.code.set(local);
		return limit === undefined ? {local} : {local, limit};
	}

	private answer(): Condition {
		const local = this.code.local(WasmType.I32);
		this.code.set(local);
		return {local};
	}

	private mask(bits: number): void {
		if (bits < 64) this.code.i64(maskOf(bits)).op(Op.i64And);
	}

	private cell(number: number): Value {
		this.code.i32(0).memory(Op.i64Load, cellOffset(number));
		return this.result();
	}

	private setCell(number: number, value: Value): void {
		this.code.i32(0);
		this.put(value);
		this.code.memory(Op.i64Store, cellOffset(number));
	}
}

/** Byte offset that stands for a register which is always zero. */
export const ZERO_REGISTER = SHARED_OFFSET + SharedWord.ZERO;
