import {JUMP_ENTRIES, SHARED_OFFSET, SharedWord} from '../layout.js';
import type {Instruction, VectorSemantic} from '../ops.js';
import {helperSignatures, helpersFrom} from './flag-helpers.js';
import {LinkField, RecordField, REGION_BLOCKS} from './records.js';
import {loadRegisters, RegionOps} from './region-ops.js';
import {type Condition, type Exit, sharedOffset, type Value} from './values.js';
import {Code, type Label, Op, WasmType} from './wasm-code.js';
import {moduleBytes, type Signature, type WasmFunction} from './wasm-module.js';

const {I32, I64} = WasmType;

/**
 * A region's function: the number of the block to begin with, the steps that may be done after it, the bank of the
 * translation cache, and the fetch generation in the upper half of a number. It answers with a record that the direct
 * backend must do, or with the negative of a link to follow, or with zero if a computed jump goes where TARGET says;
 * BUDGET then has the steps that are left.
 */
export const REGION_SIGNATURE: Signature = {parameters: [I32, I32, I32, I64], results: [I32]};

const ENTRY = 0;
const BUDGET = 1;
const BANK = 2;
const KEY = 3;

const HELPERS = helpersFrom(0);

/** An instruction of a region: what it is, and its record. Without a meaning the direct backend does it. */
export interface RegionInstruction {
	readonly instruction: Instruction;
	readonly semantic: VectorSemantic | undefined;
	readonly isQuiet: boolean;
	readonly record: number;
}

/** A block of a region. */
export interface RegionBlock {
	readonly address: bigint;
	readonly record: number;
	readonly instructions: readonly RegionInstruction[];
	/** The links at its end: where its jump goes, and what follows it; 0 where it has none. */
	readonly target: number;
	readonly next: number;
}

/** Writes the function of a region: a loop around its blocks, which go to each other where the links say the same. */
class RegionWriter {
	readonly code = new Code(REGION_SIGNATURE.parameters.length);
	private readonly registers: number;
	private readonly numbers: ReadonlyMap<bigint, number>;
	private top: Label = 0;
	private labels: readonly Label[] = [];
	/** The block that is being written, and the loop around it. */
	private current = 0;
	private again: Label = 0;

	constructor(
		private readonly blocks: readonly RegionBlock[],
		private readonly region: number,
	) {
		this.numbers = new Map(blocks.map(({address}, number) => [address, number]));
		this.registers = loadRegisters(this.code);
	}

	write(): Code {
		const {code, blocks} = this;
		this.top = code.open(Op.loop);
		// The last block is the outermost, so that ways ahead are branches to the ends of these.
		this.labels = blocks.map(() => code.open(Op.block)).reverse();
		code.get(ENTRY).table([...this.labels, this.labels[0]]);
		for (const [number, block] of blocks.entries()) {
			code.end();
			this.current = number;
			this.again = code.open(Op.loop);
			this.block(block);
			code.end().op(Op.unreachable);
			code.release();
		}

		code.end().op(Op.unreachable);
		return code;
	}

	private block({instructions, target, next}: RegionBlock): void {
		const {code, registers} = this;
		const ops = new RegionOps(code, {helpers: HELPERS, record: -1, bank: BANK, direct: 0}, registers, () => this.leave());
		for (const {instruction, semantic, isQuiet, record} of instructions) {
			if (semantic === undefined) {
				ops.finish();
				code.i32(record);
				this.leave();
				return;
			}

			ops.isQuiet = isQuiet;
			ops.beginAt(record);
			semantic(ops, instruction);
		}

		ops.finish();
		this.end(ops, ops.exit, target, next);
	}

	private end(ops: RegionOps, exit: Exit, target: number, next: number): void {
		const {code} = this;
		switch (exit.kind) {
			case 'next':
				this.follow(next, this.followed(next));
				break;
			case 'jump':
				this.follow(target, exit.to);
				break;
			case 'branch':
				this.branch(ops, exit.condition, () => this.follow(target, exit.to));
				this.follow(next, this.followed(next));
				break;
			case 'computed':
				this.compute(ops, exit.target);
		}

		code.op(Op.unreachable);
	}

	/** The address behind the block that is being written. */
	private followed(link: number): bigint | undefined {
		return link === 0 ? undefined : this.blocks[this.current].instructions.at(-1)?.instruction.next;
	}

	private branch(ops: RegionOps, condition: Condition, taken: () => void): void {
		ops.ask(condition);
		this.code.open(Op.if);
		taken();
		this.code.end();
	}

	/** Goes along a link: within the region if its block is there and the link says so too, and the budget allows it. */
	private follow(link: number, address: bigint | undefined): void {
		const number = address === undefined ? undefined : this.numbers.get(address);
		const {code} = this;
		if (number !== undefined) {
			const {record, instructions} = this.blocks[number];
			const left = code.local(I32);
			code.get(KEY).i64(BigInt(record)).op(Op.i64Or).i32(0).memory(Op.i64Load, link).op(Op.i64Eq).open(Op.if);
			code.get(BUDGET).i32(instructions.length).op(Op.i32Sub).tee(left).i32(0).op(Op.i32GeS).open(Op.if);
			code.get(left).set(BUDGET);
			this.goTo(number);
			code.end().end();
		}

		code.i32(-link);
		this.leave();
	}

	private goTo(number: number): void {
		const {code, current} = this;
		if (number === current) code.branch(Op.br, this.again);
		else if (number > current) code.branch(Op.br, this.labels[number]);
		else code.i32(number).set(ENTRY).branch(Op.br, this.top);
	}

	/** Goes to a computed address: within the region if the table of jumps knows it as one of its blocks. */
	private compute(ops: RegionOps, target: Value): void {
		const {code} = this;
		const link = code.local(I32);
		const record = code.local(I32);
		const left = code.local(I32);
		jumpEntry(code, () => ops.put(target));
		code.tee(link).memory(Op.i64Load, LinkField.RIP);
		ops.put(target);
		code.op(Op.i64Eq).get(link).memory(Op.i64Load, LinkField.RECORD).i64(32n).op(Op.i64ShrU).i64(32n).op(Op.i64Shl).get(KEY).op(Op.i64Eq, Op.i32And).open(Op.if);
		code.get(link).memory(Op.i32Load, LinkField.RECORD).tee(record).memory(Op.i32Load, RecordField.PLACE).i32(Math.log2(REGION_BLOCKS)).op(Op.i32ShrU).i32(this.region).op(Op.i32Eq).open(Op.if);
		code.get(BUDGET).get(record).memory(Op.i32Load, RecordField.LEFT).op(Op.i32Sub).tee(left).i32(0).op(Op.i32GeS).open(Op.if);
		code.get(left).set(BUDGET).get(record).memory(Op.i32Load, RecordField.PLACE).i32(REGION_BLOCKS - 1).op(Op.i32And).set(ENTRY).branch(Op.br, this.top);
		code.end().end().end().i32(0);
		ops.put(target);
		code.memory(Op.i64Store, sharedOffset('TARGET')).i32(0);
		this.leave();
	}

	/** Returns with the answer on the stack. */
	private leave(): void {
		this.code.i32(0).get(BUDGET).memory(Op.i32Store, sharedOffset('BUDGET')).op(Op.return);
	}
}

/** Appends code that leaves on the stack where the table of jumps has the link of an address. */
export function jumpEntry(code: Code, put: () => void): void {
	put();
	put();
	code.i64(12n).op(Op.i64ShrU, Op.i64Xor, Op.wrap).i32(JUMP_ENTRIES - 1).op(Op.i32And);
	code.i32(Math.log2(LinkField.SIZE)).op(Op.i32Shl).i32(SHARED_OFFSET + SharedWord.JUMPS).op(Op.i32Add);
}

/** The bytes of a module with the functions of some regions, which are numbered from `first` on. They are called `region` and that number. */
export function regionBytes(regions: readonly (readonly RegionBlock[])[], first: number): Uint8Array {
	const functions: WasmFunction[] = regions.map((blocks, index) => ({name: `region${first + index}`, signature: REGION_SIGNATURE, code: new RegionWriter(blocks, first + index).write()}));
	return moduleBytes([...helperSignatures(), ...functions]);
}
