import {BigIntNumbers} from '../bigint-numbers.js';
import type {Numbers} from '../ops.js';
import {cellOffset, type Condition, known, slotOf, Unemittable, type Value} from './values.js';
import {type Code, Op, WasmType} from './wasm-code.js';

const EXTEND: Readonly<Record<number, number | undefined>> = {8: Op.i64Extend8, 16: Op.i64Extend16, 32: Op.i64Extend32};

/** Computes what is known when the code is emitted. */
const EXACT = new BigIntNumbers();

/** All ones of a width. */
export const maskOf = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

/** The operations on numbers and conditions alone: each appends the code that will do it, unless the answer is known. */
export class EmittingNumbers implements Numbers<Value, Condition> {
	/** How often a number of the record was used, but for the parts of addresses. */
	numberUses = 0;

	/**
	 * @param code what to append to
	 * @param record local with the address of the record
	 * @param multiplyHighHelper number of the function for the upper half of a product
	 */
	constructor(
		protected readonly code: Code,
		private readonly record: number,
		private readonly multiplyHighHelper: number,
	) {}

	constant(value: bigint, bits: number): Value {
		const slot = slotOf(value);
		if (slot === undefined) return known(BigInt.asUintN(bits, value));
		this.numberUses++;
		return this.fromSlot(slot);
	}

	private fromSlot(slot: number): Value {
		this.code.get(this.record).memory(Op.i64Load, slot);
		return {...this.result(), slot};
	}

	/** Part of an address, which meanings don't look at. */
	protected part(value: bigint): Value {
		const slot = slotOf(value);
		return slot === undefined ? known(BigInt.asUintN(64, value)) : this.fromSlot(slot);
	}

	/** Puts a value on WebAssembly's stack. */
	put(value: Value): void {
		if (value.constant === undefined) this.code.get(value.local);
		else this.code.i64(value.constant);
	}

	/** Puts a condition on WebAssembly's stack. */
	ask(condition: Condition): void {
		if (condition.constant === undefined) this.code.get(condition.local);
		else this.code.i32(condition.constant ? 1 : 0);
	}

	private binary(opcode: number, a: Value, b: Value, bits = 64): Value {
		this.put(a);
		this.put(b);
		this.code.op(opcode);
		this.mask(bits);
		return this.result();
	}

	add(a: Value, b: Value, bits: number): Value {
		if (a.constant !== undefined && b.constant !== undefined) return known(EXACT.add(a.constant, b.constant, bits));
		if (b.constant === 0n) return a;
		return a.constant === 0n ? b : this.binary(Op.i64Add, a, b, bits);
	}

	subtract(a: Value, b: Value, bits: number): Value {
		if (a.constant !== undefined && b.constant !== undefined) return known(EXACT.subtract(a.constant, b.constant, bits));
		return b.constant === 0n ? a : this.binary(Op.i64Sub, a, b, bits);
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
		code.with(Op.call, this.multiplyHighHelper);
		if (!isSigned) return this.result();
		// A negative factor counts as 2^64 more than it is.
		for (const [sign, other] of [[a, b], [b, a]]) {
			this.put(other);
			this.put(sign);
			code.i64(63n).op(Op.i64ShrS, Op.i64And, Op.i64Sub);
		}

		return this.result();
	}

	and(a: Value, b: Value): Value {
		if (a.constant !== undefined && b.constant !== undefined) return known(a.constant & b.constant);
		return {...this.binary(Op.i64And, a, b), ...(b.constant === undefined ? {} : {limit: b.constant})};
	}

	or(a: Value, b: Value): Value {
		if (a.constant !== undefined && b.constant !== undefined) return known(a.constant | b.constant);
		if (b.constant === 0n) return a;
		return a.constant === 0n ? b : this.binary(Op.i64Or, a, b);
	}

	xor(a: Value, b: Value): Value {
		if (a.constant !== undefined && b.constant !== undefined) return known(a.constant ^ b.constant);
		return b.constant === 0n ? a : this.binary(Op.i64Xor, a, b);
	}

	not(a: Value, bits: number): Value {
		return this.xor(a, known(maskOf(bits)));
	}

	shiftLeft(a: Value, count: Value, bits: number): Value {
		if (a.constant !== undefined && count.constant !== undefined) return known(EXACT.shiftLeft(a.constant, count.constant, bits));
		return count.constant === 0n ? a : this.shift(Op.i64Shl, a, count, bits);
	}

	shiftRight(a: Value, count: Value): Value {
		if (a.constant !== undefined && count.constant !== undefined) return known(EXACT.shiftRight(a.constant, count.constant));
		return count.constant === 0n ? a : this.shift(Op.i64ShrU, a, count, 64);
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
		if (value.constant !== undefined) return known(EXACT.signExtend(value.constant, from, to));
		this.put(value);
		const extend = EXTEND[from];
		if (extend !== undefined) this.code.op(extend);
		this.mask(to);
		return this.result();
	}

	truncate(value: Value, bits: number): Value {
		if (value.constant !== undefined) return known(EXACT.truncate(value.constant, bits));
		if (bits === 64) return value;
		this.put(value);
		this.mask(bits);
		return this.result();
	}

	modulo(a: Value, divisor: bigint): Value {
		if (a.constant !== undefined) return known(EXACT.modulo(a.constant, divisor));
		return {...this.binary(Op.i64RemU, a, known(divisor)), limit: divisor - 1n};
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
		if (value.constant !== undefined) return {local: -1, constant: value.constant === 0n};
		this.put(value);
		this.code.op(Op.i64Eqz);
		return this.answer();
	}

	hasEvenParity(value: Value): Condition {
		this.put(value);
		this.code.i64(0xffn).op(Op.i64And, Op.i64Popcnt).i64(1n).op(Op.i64And, Op.i64Eqz);
		return this.answer();
	}

	negate(condition: Condition): Condition {
		if (condition.constant !== undefined) return {local: -1, constant: !condition.constant};
		this.ask(condition);
		this.code.op(Op.i32Eqz);
		return this.answer();
	}

	select(condition: Condition, whenTrue: Value, whenFalse: Value): Value {
		if (condition.constant !== undefined) return condition.constant ? whenTrue : whenFalse;
		this.put(whenTrue);
		this.put(whenFalse);
		this.ask(condition);
		this.code.op(Op.select);
		return this.result();
	}

	toValue(condition: Condition): Value {
		if (condition.constant !== undefined) return known(condition.constant ? 1n : 0n);
		this.ask(condition);
		this.code.op(Op.extendU);
		return this.result(1n);
	}

	/** What the stack holds, in a local. */
	protected result(limit?: bigint): Value {
		const local = this.code.local(WasmType.I64);
		this.code.set(local);
		return limit === undefined ? {local} : {local, limit};
	}

	protected answer(): Condition {
		const local = this.code.local(WasmType.I32);
		this.code.set(local);
		return {local};
	}

	protected mask(bits: number): void {
		if (bits < 64) this.code.i64(maskOf(bits)).op(Op.i64And);
	}

	protected cell(number: number): Value {
		this.code.i32(0).memory(Op.i64Load, cellOffset(number));
		return this.result();
	}

	protected setCell(number: number, value: Value): void {
		this.code.i32(0);
		this.put(value);
		this.code.memory(Op.i64Store, cellOffset(number));
	}
}
