import {maskOf} from './emitting-numbers.js';
import {EmittingVectors} from './emitting-vectors.js';
import {cellOffset, type Surroundings, type Value} from './values.js';
import {type Code, Op, WasmType} from './wasm-code.js';

const STORE: Readonly<Record<number, number>> = {8: Op.i64Store8, 16: Op.i64Store16, 32: Op.i64Store, 64: Op.i64Store};

/** How many general registers there are. */
export const GENERAL_COUNT = 16;

/**
 * Emits the code of instructions that are known, numbers and all. The general registers are also kept in locals: they are
 * read there, and written to both places, so that their cells are right whenever the code is left. Flags wait until
 * something asks for them, or the code is left.
 */
export class RegionOps extends EmittingVectors {
	protected override readonly isEager = false;
	/** The record of the instruction that is being emitted. */
	private at = 0;

	/**
	 * @param code what to append to
	 * @param around what is shared by all code
	 * @param registers the first of the locals for general registers
	 * @param leave appends what leaves the code with the answer on the stack
	 */
	constructor(
		code: Code,
		around: Surroundings,
		private readonly registers: number,
		private readonly leave: () => void,
	) {
		super(code, around);
	}

	/** Begins with an instruction that has a record. */
	beginAt(record: number): void {
		this.at = record;
		this.begin(false);
	}

	override register(number: number, bits: number, high = false): Value {
		this.code.get(this.registers + number);
		if (high) this.code.i64(8n).op(Op.i64ShrU);
		this.mask(bits);
		return this.result(bits === 64 ? undefined : maskOf(bits));
	}

	override setRegister(number: number, bits: number, value: Value, high = false): void {
		const {code} = this;
		const local = this.registers + number;
		this.written = true;
		code.i32(0);
		this.put(value);
		code.memory(STORE[bits], cellOffset(number) + (high ? 1 : 0));
		if (bits < 32) code.get(local).i64(~(maskOf(bits) << (high ? 8n : 0n))).op(Op.i64And);
		this.put(value);
		if (high) code.i64(8n).op(Op.i64Shl);
		if (bits < 32) code.op(Op.i64Or);
		code.set(local);
	}

	protected override leaveIf(): void {
		this.code.open(Op.if);
		this.storeNoted();
		this.code.i32(this.at);
		this.leave();
		this.code.end();
	}

	/** To be called at the end of a block. */
	finish(): void {
		this.flushNoted();
	}
}

/** Appends code that reads the general registers into locals. @returns the first of these */
export function loadRegisters(code: Code): number {
	const locals = Array.from({length: GENERAL_COUNT}, () => code.fixed(WasmType.I64));
	for (const [number, local] of locals.entries()) code.i32(0).memory(Op.i64Load, cellOffset(number)).set(local);
	return locals[0];
}
