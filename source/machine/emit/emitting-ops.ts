import {Flag} from '../flags.js';
import {Cell, SegmentCell, TLB_ENTRIES, TLB_PAGE_SHIFT, TLB_REGION_SHIFT, TLB_WORDS, TlbWord} from '../layout.js';
import {ELEMENTS_AT_ONCE} from '../direct.js';
import {type Instruction, type Operand, OperandKind, type Ops, Repeat} from '../ops.js';
import {Register, Segment} from '../registers.js';
import {EmittingFlags} from './emitting-flags.js';
import {maskOf} from './emitting-numbers.js';
import {cellOffset, type Condition, type Exit, known, SLOT_REGISTER, slotOf, slotValue, Unemittable, type Value} from './values.js';
import {Op, WasmType} from './wasm-code.js';

const LOAD: Readonly<Record<number, number>> = {8: Op.i64Load8, 16: Op.i64Load16, 32: Op.i64Load32, 64: Op.i64Load};
const STORE: Readonly<Record<number, number>> = {8: Op.i64Store8, 16: Op.i64Store16, 32: Op.i64Store32, 64: Op.i64Store};

/** The logarithm of the bytes of an entry of the translation cache. */
const ENTRY_SHIFT = Math.log2(TLB_WORDS * 4);

/** Emits semantics as WebAssembly: each operation appends the code that will do it. */
export class EmittingOps extends EmittingFlags implements Ops<Value, Condition> {
	exit: Exit = {kind: 'next'};
	/** Places that may be written, and where they are in the buffer. */
	private readonly writable = new Map<string, number>();
	private readonly canonical = new Set<Value>();

	/**
	 * Begins with an instruction; what was noted of flags stays known.
	 * @param joined whether it is one with the instruction before it, so that it can't leave any more
	 */
	begin(joined: boolean): void {
		this.written = joined;
		this.writable.clear();
		this.exit = {kind: 'next'};
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
		let sum = operand.base < 0 ? known(0n) : this.register(operand.base, 64);
		if (operand.index >= 0) sum = this.add(sum, this.shiftLeft(this.register(operand.index, 64), known(BigInt(Math.log2(Number(operand.scale)))), 64), 64);
		sum = this.add(sum, this.part(operand.displacement), 64);
		return this.truncate(sum, operand.addressBits);
	}

	private address(operand: Operand): Value {
		const offset = this.offset(operand);
		return operand.segment < 0 ? offset : this.add(offset, this.segmentBase(operand.segment), 64);
	}

	segmentBase(segment: number): Value {
		if (segment < 0) return known(0n);
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

	checkWritable(address: Value, bits: number): void {
		this.open(address, bits, TlbWord.WRITE);
	}

	/** A local with the place in the buffer of an access; where the short way is not open, the direct backend takes over. */
	protected open(address: Value, bits: number, right: number): number {
		const key = `${address.local}:${String(address.constant)}:${bits}`;
		const place = right === TlbWord.WRITE ? this.writable.get(key) : undefined;
		if (place !== undefined) return place;
		this.mayFault();
		const {code} = this;
		const entry = code.local(WasmType.I32);
		const found = code.local(WasmType.I32);
		this.put(address);
		// tlbEntry, times the bytes of an entry.
		code.op(Op.wrap).tee(found).i32(TLB_PAGE_SHIFT - ENTRY_SHIFT).op(Op.i32ShrU).get(found).i32(TLB_REGION_SHIFT - ENTRY_SHIFT).op(Op.i32ShrU, Op.i32Xor);
		code.i32((TLB_ENTRIES - 1) << ENTRY_SHIFT).op(Op.i32And).get(this.around.bank).op(Op.i32Add).set(entry);
		this.put(address);
		if (bits > 8) code.i64(BigInt((bits >> 3) - 1)).op(Op.i64Add);
		code.i64(-4096n).op(Op.i64And).get(entry).memory(Op.i64Load, right * 4).op(Op.i64Ne);
		this.leaveIf();
		this.put(address);
		code.op(Op.wrap).get(entry).memory(Op.i32Load, TlbWord.ADDEND * 4).op(Op.i32Add).set(found);
		if (right === TlbWord.WRITE) this.writable.set(key, found);
		return found;
	}

	/** To be called before code that may leave the instruction to the direct backend, which does all of it again. */
	protected mayFault(): void {
		this.effects.mayLeave = true;
		if (this.written) throw new Unemittable('a fault could come after a write');
		if (this.conditions > 0) throw new Unemittable('a fault could come under a condition');
	}

	/** Leaves the instruction to the direct backend if the number on the stack is not zero. */
	protected leaveIf(): void {
		this.code.branch(Op.brIf, this.around.direct);
	}

	/** Divides where the dividend fits into 64 bits and nothing speaks against it; the rest is left to the direct backend. */
	divide(high: Value, low: Value, divisor: Value, bits: number, signed: boolean): readonly [Value, Value] {
		this.faultIf(this.isZero(divisor));
		const by = signed ? this.signExtend(divisor, bits, 64) : divisor;
		// The least number through -1 is too large for WebAssembly as well.
		if (signed) this.faultIf(this.equal(by, known(maskOf(64))));
		const whole = bits === 64 ? low : this.or(this.shiftLeft(high, known(BigInt(bits)), 64), low);
		const dividend = signed ? this.signExtend(whole, Math.min(64, 2 * bits), 64) : whole;
		if (bits === 64) this.faultIf(this.negate(this.equal(high, signed ? this.shiftRightArithmetic(low, known(63n), 64) : known(0n))));
		this.put(dividend);
		this.put(by);
		this.code.op(signed ? Op.i64DivS : Op.i64DivU);
		const quotient = this.result();
		const kept = this.truncate(quotient, bits);
		if (bits < 64) this.faultIf(this.negate(this.equal(quotient, signed ? this.signExtend(kept, bits, 64) : kept)));
		return [kept, this.truncate(this.subtract(dividend, this.multiply(quotient, by, 64), 64), bits)];
	}

	jump(target: bigint): void {
		if (slotOf(target) !== undefined) this.numberUses++;
		this.exit = {kind: 'jump', to: target};
	}

	jumpTo(target: Value): void {
		this.checkCanonical(target);
		if (target.slot === undefined && target.constant === undefined) this.exit = {kind: 'computed', target};
		else this.exit = {kind: 'jump', to: target.constant ?? slotValue(target.slot ?? 0)};
	}

	checkCanonical(target: Value): void {
		// What stands in a record was looked at when it was put there.
		if (target.slot !== undefined || target.constant !== undefined || this.canonical.has(target)) return;
		this.mayFault();
		this.canonical.add(target);
		this.put(target);
		this.code.i64(16n).op(Op.i64Shl).i64(16n).op(Op.i64ShrS);
		this.put(target);
		this.code.op(Op.i64Ne);
		this.leaveIf();
	}

	branch(condition: Condition, target: bigint): void {
		if (slotOf(target) !== undefined) this.numberUses++;
		this.exit = {kind: 'branch', condition, to: target};
	}

	faultIf(condition: Condition): void {
		this.mayFault();
		this.ask(condition);
		this.leaveIf();
	}

	stride(bytes: number): Value {
		const {code} = this;
		code.i64(BigInt(bytes)).i64(BigInt(-bytes)).i32(0).memory(Op.i64Load, cellOffset(Cell.RFLAGS)).i64(Flag.DF).op(Op.i64And, Op.i64Eqz, Op.select);
		return this.result();
	}

	/**
	 * Repeats as often as one step may. What leaves in the middle has done whole elements: the direct backend does the
	 * rest of them, which are fewer than it does in a step.
	 */
	repeat(i: Instruction, element: () => Condition | undefined): void {
		if (i.repeat === Repeat.NONE) {
			element();
			return;
		}

		const {code} = this;
		this.faultIf(this.below(known(BigInt(ELEMENTS_AT_ONCE)), this.register(Register.RCX, i.addressBits)));
		this.inLoop(() => {
			const over = code.open(Op.block);
			const again = code.open(Op.loop);
			const count = this.register(Register.RCX, i.addressBits);
			this.ask(this.isZero(count));
			code.branch(Op.brIf, over);
			const goesOn = element();
			this.setRegister(Register.RCX, i.addressBits, this.subtract(count, known(1n), i.addressBits));
			if (goesOn !== undefined) this.ask(goesOn);
			code.branch(goesOn === undefined ? Op.br : Op.brIf, again);
			code.end().end();
		});
		this.writable.clear();
		this.jump(i.next);
	}
}
