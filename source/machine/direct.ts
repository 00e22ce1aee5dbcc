import {BigIntNumbers} from './bigint-numbers.js';
import {isCanonical} from './control-bits.js';
import {Fault, generalProtection, NOT_CANONICAL, Vector} from './fault.js';
import {ARITHMETIC_FLAGS, Flag, FLAG_KIND_HALF, FLAG_WIDTH_SHIFT, FlagKind, type LazyFlags} from './flags.js';
import {Cell, SegmentCell} from './layout.js';
import type {LinearMemory} from './linear-memory.js';
import {type Instruction, type Operand, OperandKind, type Ops, Repeat} from './ops.js';
import {Register, Segment} from './registers.js';

const FS_BASE = Cell.SEGMENTS + Segment.FS * SegmentCell.COUNT + SegmentCell.BASE;
const GS_BASE = Cell.SEGMENTS + Segment.GS * SegmentCell.COUNT + SegmentCell.BASE;

/** What a partial register write keeps of the old value. */
const KEEP_LOW_BYTE = 0xffff_ffff_ffff_ff00n;
const KEEP_HIGH_BYTE = 0xffff_ffff_ffff_00ffn;
const KEEP_WORD = 0xffff_ffff_ffff_0000n;

/** Elements of a repeated string instruction that one step does at most. */
export const ELEMENTS_AT_ONCE = 512;

/** DR7 bits that switch breakpoints on. */
const BREAKPOINTS_ENABLED = 0xffn;

/** Does some of the operations in place of others, and tells them. */
export type Teller = Pick<
	DirectOps,
	'register' | 'setRegister' | 'offset' | 'address' | 'segmentBase' | 'peek' | 'push' | 'noteFlags' | 'carry' | 'condition' | 'flags' | 'setFlags' | 'jumpTo' | 'repeat'
>;

/** Runs semantics at once: values are bigints, always zero-extended, and conditions are booleans. */
export class DirectOps extends BigIntNumbers implements Ops<bigint, boolean> {
	/** Does what is worth telling, while somebody hears it. */
	teller: Teller | undefined;
	/** The cells' halves: a small number is read and written faster there. */
	private readonly halves: Int32Array;

	constructor(
		private readonly cells: BigUint64Array,
		private readonly lazy: LazyFlags,
		private readonly linear: LinearMemory,
		/** Called when a step has left a string instruction unfinished. */
		private readonly onUnfinished: () => void,
	) {
		super();
		this.halves = new Int32Array(cells.buffer, cells.byteOffset, cells.length * 2);
	}

	register(number: number, bits: number, high = false): bigint {
		if (this.teller !== undefined) return this.teller.register(number, bits, high);
		const whole = this.cells[number];
		if (bits === 64) return whole;
		if (bits === 32) return BigInt.asUintN(32, whole);
		if (high) return (whole >> 8n) & 0xffn;
		return bits === 8 ? whole & 0xffn : whole & 0xffffn;
	}

	setRegister(number: number, bits: number, value: bigint, high = false): void {
		if (this.teller !== undefined) {
			this.teller.setRegister(number, bits, value, high);
			return;
		}

		const {cells} = this;
		if (bits >= 32) cells[number] = value;
		else if (high) cells[number] = (cells[number] & KEEP_HIGH_BYTE) | (value << 8n);
		else cells[number] = (cells[number] & (bits === 8 ? KEEP_LOW_BYTE : KEEP_WORD)) | value;
	}

	read(operand: Operand, bits: number): bigint {
		switch (operand.kind) {
			case OperandKind.REGISTER:
				return this.register(operand.register, bits, operand.high);
			case OperandKind.MEMORY:
				return this.linear.load(this.address(operand), bits, operand.stack);
			default:
				return operand.value;
		}
	}

	write(operand: Operand, bits: number, value: bigint): void {
		if (operand.kind === OperandKind.REGISTER) this.setRegister(operand.register, bits, value, operand.high);
		else this.linear.store(this.address(operand), bits, value, operand.stack);
	}

	offset(operand: Operand): bigint {
		if (this.teller !== undefined) return this.teller.offset(operand);
		let sum = operand.displacement;
		if (operand.base >= 0) sum += this.cells[operand.base];
		if (operand.index >= 0) sum += this.cells[operand.index] * operand.scale;
		return operand.addressBits === 64 ? BigInt.asUintN(64, sum) : BigInt.asUintN(32, sum);
	}

	/** Linear address of a memory operand: its offset plus the base of FS or GS. */
	address(operand: Operand): bigint {
		if (this.teller !== undefined) return this.teller.address(operand);
		const offset = this.offset(operand);
		return operand.segment < 0 ? offset : BigInt.asUintN(64, offset + this.segmentBase(operand.segment));
	}

	segmentBase(segment: number): bigint {
		if (segment < 0) return 0n;
		if (this.teller !== undefined) return this.teller.segmentBase(segment);
		return this.cells[segment === Segment.FS ? FS_BASE : GS_BASE];
	}

	locate(operand: Operand): bigint | undefined {
		return operand.kind === OperandKind.MEMORY ? this.address(operand) : undefined;
	}

	readForWrite(operand: Operand, place: bigint | undefined, bits: number): bigint {
		if (place === undefined) return this.register(operand.register, bits, operand.high);
		return this.linear.loadForWrite(place, bits, operand.stack);
	}

	writeBack(operand: Operand, place: bigint | undefined, bits: number, value: bigint): void {
		if (place === undefined) this.setRegister(operand.register, bits, value, operand.high);
		else this.linear.store(place, bits, value, operand.stack);
	}

	load(address: bigint, bits: number, stack: boolean): bigint {
		return this.linear.load(address, bits, stack);
	}

	store(address: bigint, bits: number, value: bigint, stack: boolean): void {
		this.linear.store(address, bits, value, stack);
	}

	peek(offset: bigint, bits: number): bigint {
		if (this.teller !== undefined) return this.teller.peek(offset, bits);
		return this.linear.load(BigInt.asUintN(64, this.cells[Register.RSP] + offset), bits, true);
	}

	checkWritable(address: bigint, bits: number, stack: boolean): void {
		this.linear.checkWritable(address, bits >> 3, stack);
	}

	push(bits: number, value: bigint): void {
		if (this.teller !== undefined) {
			this.teller.push(bits, value);
			return;
		}

		const {linear, cells} = this;
		const top = BigInt.asUintN(64, cells[Register.RSP] - BigInt(bits >> 3));
		linear.purpose = 'push';
		try {
			linear.store(top, bits, value, true);
		} finally {
			linear.purpose = 'data';
		}

		cells[Register.RSP] = top;
	}

	divide(high: bigint, low: bigint, divisor: bigint, bits: number, signed: boolean): readonly [bigint, bigint] {
		if (divisor === 0n) throw new Fault(Vector.DE, undefined, undefined, 'the divisor is zero');
		const whole = (high << BigInt(bits)) | low;
		const dividend = signed ? BigInt.asIntN(2 * bits, whole) : whole;
		const by = signed ? BigInt.asIntN(bits, divisor) : divisor;
		const quotient = dividend / by;
		const kept = BigInt.asUintN(bits, quotient);
		if ((signed ? BigInt.asIntN(bits, kept) : kept) !== quotient) throw new Fault(Vector.DE, undefined, undefined, 'the quotient does not fit into its register');
		return [kept, BigInt.asUintN(bits, dividend - quotient * by)];
	}

	when(condition: boolean, body: () => void): void {
		if (condition) body();
	}

	noteFlags(kind: number, bits: number, result: bigint, a: bigint, b: bigint): void {
		if (this.teller !== undefined) {
			this.teller.noteFlags(kind, bits, result, a, b);
			return;
		}

		const {cells} = this;
		// INC and DEC leave CF alone: it moves to the cell where it stays.
		if (kind === FlagKind.INC || kind === FlagKind.DEC) this.lazy.keepCarry();
		this.halves[FLAG_KIND_HALF] = kind | (bits << FLAG_WIDTH_SHIFT);
		cells[Cell.FLAG_RESULT] = result;
		cells[Cell.FLAG_A] = a;
		cells[Cell.FLAG_B] = b;
	}

	carry(): boolean {
		if (this.teller !== undefined) return this.teller.carry();
		return this.lazy.carry();
	}

	condition(code: number): boolean {
		if (this.teller !== undefined) return this.teller.condition(code);
		return this.lazy.condition(code);
	}

	flags(): bigint {
		if (this.teller !== undefined) return this.teller.flags();
		return this.lazy.arithmetic();
	}

	setFlags(mask: bigint, word: bigint): void {
		if (this.teller !== undefined) {
			this.teller.setFlags(mask, word);
			return;
		}

		const {cells} = this;
		if (mask === ARITHMETIC_FLAGS) cells[Cell.FLAG_KIND] = 0n;
		else this.lazy.settle();
		cells[Cell.RFLAGS] = (cells[Cell.RFLAGS] & ~mask) | (word & mask);
	}

	jump(target: bigint): void {
		this.jumpTo(target);
	}

	jumpTo(target: bigint): void {
		if (this.teller !== undefined) {
			this.teller.jumpTo(target);
			return;
		}

		this.checkCanonical(target);
		this.cells[Cell.RIP] = target;
	}

	checkCanonical(target: bigint): void {
		if (!isCanonical(target)) throw generalProtection(0, NOT_CANONICAL);
	}

	branch(condition: boolean, target: bigint): void {
		if (condition) this.jumpTo(target);
	}

	faultIf(condition: boolean, vector: number, errorCode?: number): void {
		if (condition) throw new Fault(vector, errorCode);
	}

	stride(bytes: number): bigint {
		return (this.cells[Cell.RFLAGS] & Flag.DF) === 0n ? BigInt(bytes) : BigInt.asUintN(64, BigInt(-bytes));
	}

	repeat(i: Instruction, element: () => boolean | undefined): void {
		if (this.teller !== undefined) {
			this.teller.repeat(i, element);
			return;
		}

		if (i.repeat === Repeat.NONE) {
			element();
			return;
		}

		const bits = i.addressBits;
		for (let left = this.elementsAtOnce(); left > 0; left--) {
			const count = this.register(Register.RCX, bits);
			if (count === 0n) return;
			const goesOn = element();
			this.setRegister(Register.RCX, bits, count - 1n);
			if (count === 1n || goesOn === false) return;
		}

		this.again(i);
	}

	/** Makes an unfinished instruction come next again. Like a fault in mid-string, RF says that it has begun: its breakpoint does not fire again. */
	again(i: Instruction): void {
		const {cells} = this;
		cells[Cell.RIP] = i.address;
		cells[Cell.RFLAGS] = cells[Cell.RFLAGS] | Flag.RF;
		this.onUnfinished();
	}

	/** Elements of a repeated string instruction that a step does at most: one if something may want to trap after each element; that depends on the registers alone. */
	elementsAtOnce(): number {
		const {cells} = this;
		return (cells[Cell.RFLAGS] & Flag.TF) !== 0n || (cells[Cell.DR7] & BREAKPOINTS_ENABLED) !== 0n ? 1 : ELEMENTS_AT_ONCE;
	}
}
