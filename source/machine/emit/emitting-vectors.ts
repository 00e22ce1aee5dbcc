import {Cr0, Cr4} from '../control-bits.js';
import {Cell, TlbWord} from '../layout.js';
import {type Instruction, type Operand, OperandKind, type PackedOperation, type PackedShift, type VectorOps} from '../ops.js';
import {EmittingOps} from './emitting-ops.js';
import {lowerHalf, PACKED, SHIFTS, splat} from './emitting-packed.js';
import {cellOffset, type Condition, known, SLOT_REGISTER, Unemittable, type Value} from './values.js';
import {Op, Simd} from './wasm-code.js';

/** Bytes of half an XMM register. */
const HALF = 8;

/** For lanes of some bytes, what collects the sign bits of a vector, and which of these are those of its lower half. */
const SIGNS: Readonly<Record<number, readonly [opcode: number, mask: bigint]>> = {1: [Simd.bitmask8, 0xffn], 4: [Simd.bitmask32, 3n]};

/** Emits the semantics of vector instructions as well: lanes are worked on with the vector instructions of WebAssembly. */
export class EmittingVectors extends EmittingOps implements VectorOps<Value, Condition> {
	/** Whether the code emitted so far has found XMM registers switched on. Nothing that is emitted switches them off. */
	private areOn = false;

	beginVector({d, s, t}: Instruction): void {
		if ([d, s, t].some(({kind}) => kind === OperandKind.MMX)) throw new Unemittable('MMX registers are the x87’s');
		if (this.areOn) return;
		this.mayFault();
		const {code} = this;
		code.i32(0).memory(Op.i32Load, cellOffset(Cell.CR0)).i32(Number(Cr0.EM | Cr0.TS)).op(Op.i32And);
		code.i32(0).memory(Op.i32Load, cellOffset(Cell.CR4)).i32(Number(Cr4.OSFXSR)).op(Op.i32And, Op.i32Eqz, Op.i32Or);
		this.leaveIf();
		this.areOn = true;
	}

	endVector(): void {
		// Only instructions of MMX registers do something here.
	}

	/** Pushes the byte address of an XMM register's half, less what is constant; answers that. */
	private vectorBase(register: number, half: number): number {
		if (register < SLOT_REGISTER) {
			this.code.i32(0);
			return cellOffset(Cell.XMM + 2 * register + half);
		}

		this.code.get(this.around.record).memory(Op.i32Load, register - SLOT_REGISTER);
		return half * HALF;
	}

	vectorHalf({register}: Operand, half: number): Value {
		this.code.memory(Op.i64Load, this.vectorBase(register, half));
		return this.result();
	}

	setVectorHalf({register}: Operand, half: number, value: Value): void {
		this.written = true;
		const offset = this.vectorBase(register, half);
		this.put(value);
		this.code.memory(Op.i64Store, offset);
	}

	loadPair(address: Value): readonly [Value, Value] {
		const place = this.open(address, 128, TlbWord.READ);
		this.code.get(place).memory(Op.i64Load, 0);
		const low = this.result();
		this.code.get(place).memory(Op.i64Load, HALF);
		return [low, this.result()];
	}

	storePair(address: Value, low: Value, high: Value): void {
		const place = this.open(address, 128, TlbWord.WRITE);
		for (const [offset, value] of [[0, low], [HALF, high]] as const) {
			this.code.get(place);
			this.put(value);
			this.code.memory(Op.i64Store, offset);
		}

		this.written = true;
	}

	packed(operation: PackedOperation, a: Value, b: Value): Value {
		PACKED[operation](this.code, () => this.put(a), () => this.put(b));
		return this.result();
	}

	packedShift(operation: PackedShift, value: Value, count: Value): Value {
		const {code} = this;
		const {opcode, width, isSigned} = SHIFTS[operation];
		splat(code, () => this.put(value));
		this.put(count);
		code.op(Op.wrap);
		// The count may be the width itself. For signed shifts one less does the same; the others leave nothing.
		if (isSigned) {
			this.put(count);
			code.op(Op.wrap).i32(Math.log2(width)).op(Op.i32ShrU, Op.i32Sub);
		}

		lowerHalf(code.simd(opcode));
		const shifted = this.result();
		return isSigned ? shifted : this.select(this.equal(count, known(BigInt(width))), known(0n), shifted);
	}

	packedSigns(value: Value, bytes: number): Value {
		if (bytes === HALF) return this.shiftRight(value, known(63n));
		const [opcode, mask] = SIGNS[bytes];
		splat(this.code, () => this.put(value)).simd(opcode).op(Op.extendU);
		return this.and(this.result(), known(mask));
	}
}
