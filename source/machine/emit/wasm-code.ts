/** Types of WebAssembly values and blocks. */
export const WasmType = {I32: 0x7f, I64: 0x7e, EMPTY: 0x40} as const;

/** The instructions of WebAssembly that we use, by their names in its text format. */
export const Op = {
	unreachable: 0x00, loop: 0x03, block: 0x02, if: 0x04, else: 0x05, end: 0x0b, br: 0x0c, brIf: 0x0d, brTable: 0x0e, return: 0x0f, call: 0x10,
	select: 0x1b, get: 0x20, set: 0x21, tee: 0x22,
	i32Load: 0x28, i64Load: 0x29, i64Load8: 0x31, i64Load16: 0x33, i64Load32: 0x35, i32Store: 0x36, i64Store: 0x37, i64Store8: 0x3c, i64Store16: 0x3d, i64Store32: 0x3e,
	i32Const: 0x41, i64Const: 0x42,
	callIndirect: 0x11, i32Ctz: 0x68,
	i32Eqz: 0x45, i32Eq: 0x46, i32Ne: 0x47, i32LtS: 0x48, i32GeS: 0x4e, i32And: 0x71, i32Or: 0x72, i32Xor: 0x73, i32Shl: 0x74, i32ShrU: 0x76, i32Add: 0x6a, i32Sub: 0x6b,
	i64Eqz: 0x50, i64Eq: 0x51, i64Ne: 0x52, i64LtS: 0x53, i64LtU: 0x54, i64LeS: 0x57, i64LeU: 0x58, i64GtU: 0x56,
	i64Clz: 0x79, i64Ctz: 0x7a, i64Popcnt: 0x7b, i64Add: 0x7c, i64Sub: 0x7d, i64Mul: 0x7e, i64DivS: 0x7f, i64DivU: 0x80, i64RemU: 0x82, i64And: 0x83, i64Or: 0x84, i64Xor: 0x85, i64Shl: 0x86, i64ShrS: 0x87, i64ShrU: 0x88,
	wrap: 0xa7, extendU: 0xad, i64Extend8: 0xc2, i64Extend16: 0xc3, i64Extend32: 0xc4,
} as const;

/** The vector instructions of WebAssembly that we use: each stands behind a prefix. */
export const Simd = {
	shuffle: 0x0d, splat64: 0x12, extractLane64: 0x1d, replaceLane64: 0x1e, or: 0x50,
	equal8: 0x23, greaterS8: 0x27, equal16: 0x2d, greaterS16: 0x31, equal32: 0x37, greaterS32: 0x3b,
	bitmask8: 0x64, narrowS16: 0x65, narrowU16: 0x66, bitmask32: 0xa4, narrowS32: 0x85, narrowU32: 0x86,
	add8: 0x6e, addSaturateS8: 0x6f, addSaturateU8: 0x70, subtract8: 0x71, subtractSaturateS8: 0x72, subtractSaturateU8: 0x73,
	minimumU8: 0x77, maximumU8: 0x79, averageU8: 0x7b, addPairsU8: 0x7d,
	shiftLeft16: 0x8b, shiftRightS16: 0x8c, shiftRightU16: 0x8d,
	add16: 0x8e, addSaturateS16: 0x8f, addSaturateU16: 0x90, subtract16: 0x91, subtractSaturateS16: 0x92, subtractSaturateU16: 0x93, multiply16: 0x95,
	minimumS16: 0x96, maximumS16: 0x98, averageU16: 0x9b,
	shiftLeft32: 0xab, shiftRightS32: 0xac, shiftRightU32: 0xad, add32: 0xae, subtract32: 0xb1, dotProductS16: 0xba, multiplyLowS16: 0xbc, multiplyLowU16: 0xbe,
} as const;

const SIMD_PREFIX = 0xfd;

/** Writes an unsigned number in LEB128. */
export function unsigned(into: number[], value: number): void {
	let rest = value;
	do {
		const low = rest % 128;
		rest = Math.floor(rest / 128);
		into.push(rest === 0 ? low : low | 0x80);
	} while (rest !== 0);
}

/** Writes a signed number in LEB128. */
export function signed(into: number[], value: bigint): void {
	let rest = value;
	for (;;) {
		const low = Number(rest & 0x7fn);
		rest >>= 7n;
		if ((rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)) {
			into.push(low);
			return;
		}

		into.push(low | 0x80);
	}
}

/** A place that branches go to: the depth of its block. */
export type Label = number;

/** A function's body while it is being written. Locals are given back after each handler, so that few do for all. */
export class Code {
	private readonly bytes: number[] = [];
	private readonly types: number[] = [];
	private readonly free = new Map<number, number[]>([[WasmType.I32, []], [WasmType.I64, []]]);
	private taken: (readonly [type: number, local: number])[] = [];
	private depth = 0;

	/** @param parameters how many parameters the function has */
	constructor(private readonly parameters: number) {}

	/** A local variable until the next `release`. */
	local(type: number): number {
		const local = this.free.get(type)?.pop() ?? this.fixed(type);
		this.taken.push([type, local]);
		return local;
	}

	/** A local variable for the whole function. */
	fixed(type: number): number {
		return this.parameters + this.types.push(type) - 1;
	}

	/** Gives the locals of a handler back. */
	release(): void {
		for (const [type, local] of this.taken.reverse()) this.free.get(type)?.push(local);
		this.taken = [];
	}

	/** Instructions without immediates. */
	op(...opcodes: readonly number[]): this {
		for (const opcode of opcodes) this.bytes.push(opcode);
		return this;
	}

	/** An instruction with one unsigned immediate: local.get, call… */
	with(opcode: number, immediate: number): this {
		this.bytes.push(opcode);
		unsigned(this.bytes, immediate);
		return this;
	}

	/** A vector instruction, with the bytes that say which lanes it takes. */
	simd(opcode: number, ...lanes: readonly number[]): this {
		this.with(SIMD_PREFIX, opcode);
		this.bytes.push(...lanes);
		return this;
	}

	get(local: number): this {
		return this.with(Op.get, local);
	}

	set(local: number): this {
		return this.with(Op.set, local);
	}

	tee(local: number): this {
		return this.with(Op.tee, local);
	}

	i32(value: number): this {
		this.bytes.push(Op.i32Const);
		signed(this.bytes, BigInt(value | 0));
		return this;
	}

	i64(value: bigint): this {
		this.bytes.push(Op.i64Const);
		signed(this.bytes, BigInt.asIntN(64, value));
		return this;
	}

	/** A load or store at the address on the stack plus an offset; nothing is said of its alignment. */
	memory(opcode: number, offset: number): this {
		this.bytes.push(opcode, 0);
		unsigned(this.bytes, offset);
		return this;
	}

	/** Opens a block, a loop or an if; ended by `end`. */
	open(opcode: number, type: number = WasmType.EMPTY): Label {
		this.bytes.push(opcode, type);
		return ++this.depth;
	}

	end(): this {
		this.depth--;
		this.bytes.push(Op.end);
		return this;
	}

	branch(opcode: number, label: Label): this {
		return this.with(opcode, this.depth - label);
	}

	/** br_table over labels; the last is the one for all other numbers. */
	table(labels: readonly Label[]): this {
		this.with(Op.brTable, labels.length - 1);
		for (const label of labels) unsigned(this.bytes, this.depth - label);
		return this;
	}

	/** The finished body, as the code section has it. */
	body(): number[] {
		const locals: number[] = [];
		unsigned(locals, this.types.length);
		for (const type of this.types) locals.push(1, type);
		const body: number[] = [];
		unsigned(body, locals.length + this.bytes.length + 1);
		for (const byte of locals) body.push(byte);
		for (const byte of this.bytes) body.push(byte);
		body.push(Op.end);
		return body;
	}
}
