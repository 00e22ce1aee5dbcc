import {Cell, SHARED_OFFSET, SharedWord} from '../layout.js';
import type {Effects} from './emitting-flags.js';
import {EmittingVectors} from './emitting-vectors.js';
import {HELPER_COUNT, helperFunctions, helpersFrom} from './flag-helpers.js';
import {Answer, Handler, LinkField, RecordField, REGION_BLOCKS} from './records.js';
import {emitShape, type Shape} from './shapes.js';
import {jumpEntry, REGION_SIGNATURE} from './region-code.js';
import {cellOffset, sharedOffset, slotOf} from './values.js';
import {Code, type Label, Op, WasmType} from './wasm-code.js';
import {moduleBytes, type WasmFunction} from './wasm-module.js';

const {I32, I64} = WasmType;
const IMPORTS = {find: 0, direct: 1} as const;
const RUN = 2;
const SIGNATURE = {parameters: [I32, I32], results: [I32]};
const HELPERS = helpersFrom(RUN + 1);

/** The number of the type of regions' functions: after those of all functions. */
const REGION_TYPE = RUN + 1 + HELPER_COUNT;

/** The parameters of `run`: the record to begin with, and the steps that may be done after its block. */
const RECORD = 0;
const BUDGET = 1;

/** Writes the function `run`: a loop around one switch, a handler for each shape, and the ways between blocks. */
class Interpreter {
	readonly code = new Code(2);
	private readonly generation = this.code.fixed(I32);
	private readonly bank = this.code.fixed(I32);
	private readonly link = this.code.fixed(I32);
	private readonly target = this.code.fixed(I64);
	private top: Label = 0;
	private follow: Label = 0;
	private computed: Label = 0;
	private direct: Label = 0;

	write(shapes: readonly (Shape | undefined)[]): Code {
		const {code} = this;
		this.refresh();
		this.top = code.open(Op.loop);
		this.follow = code.open(Op.block);
		this.computed = code.open(Op.block);
		this.direct = code.open(Op.block);
		// The last handler's block is the outermost, so that each one's code stands behind the end of its own.
		const count = Handler.FIRST + shapes.length;
		const labels = Array.from({length: count}, () => code.open(Op.block)).reverse();
		code.get(RECORD).memory(Op.i32Load, RecordField.HANDLER).table([...labels, labels[Handler.DIRECT]]);
		for (let handler = 0; handler < count; handler++) {
			code.end();
			this.handler(handler, shapes);
			code.release();
		}

		code.end();
		this.directly();
		code.end();
		this.compute();
		code.end();
		this.go();
		code.end().get(BUDGET);
		return code;
	}

	/** Reads what JavaScript may have changed. */
	private refresh(): void {
		const {code} = this;
		code.i32(0).memory(Op.i32Load, SHARED_OFFSET + SharedWord.GENERATION).set(this.generation);
		code.i32(0).memory(Op.i32Load, SHARED_OFFSET + SharedWord.BANK).set(this.bank);
	}

	private handler(number: number, shapes: readonly (Shape | undefined)[]): void {
		const {code} = this;
		switch (number) {
			case Handler.DIRECT:
				code.branch(Op.br, this.direct);
				break;
			case Handler.REGION:
				this.region();
				break;
			case Handler.END:
				this.along(RecordField.SLOTS);
				break;
			default:
				this.shape(shapes[number - Handler.FIRST]);
		}
	}

	/** Follows the link at an offset of the record. */
	private along(offset: number): void {
		this.code.get(RECORD).i32(offset).op(Op.i32Add).set(this.link).branch(Op.br, this.follow);
	}

	private shape(shape: Shape | undefined): void {
		const {code, bank, direct} = this;
		if (shape === undefined) {
			code.branch(Op.br, direct);
			return;
		}

		const ops = new EmittingVectors(code, {helpers: HELPERS, record: RECORD, bank, direct});
		emitShape(shape, ops);
		const {exit} = ops;
		switch (exit.kind) {
			case 'next':
				code.get(RECORD).i32(shape.size).op(Op.i32Add).set(RECORD).branch(Op.br, this.top);
				break;
			case 'jump':
				this.along(linkOf(exit.to));
				break;
			case 'branch':
				// A branch, not a choice between two addresses: so the processor may guess where it goes on.
				ops.ask(exit.condition);
				code.open(Op.if);
				this.along(linkOf(exit.to));
				code.end();
				this.along((shape.nextSlot ?? 0) - LinkField.RIP);
				break;
			case 'computed':
				ops.put(exit.target);
				code.set(this.target).branch(Op.br, this.computed);
		}
	}

	/** Runs the function of the block's region, and goes on where that leaves. */
	private region(): void {
		const {code} = this;
		const place = code.local(I32);
		const answer = code.local(I32);
		code.get(RECORD).memory(Op.i32Load, RecordField.PLACE).tee(place).i32(REGION_BLOCKS - 1).op(Op.i32And);
		code.get(BUDGET).get(this.bank).get(this.generation).op(Op.extendU).i64(32n).op(Op.i64Shl);
		code.get(place).i32(Math.log2(REGION_BLOCKS)).op(Op.i32ShrU).with(Op.callIndirect, REGION_TYPE).op(0).set(answer);
		code.i32(0).memory(Op.i32Load, sharedOffset('BUDGET')).set(BUDGET);
		code.get(answer).i32(0).op(Op.i32LtS).open(Op.if);
		code.i32(0).get(answer).op(Op.i32Sub).set(this.link).branch(Op.br, this.follow);
		code.end().get(answer).open(Op.if);
		code.get(answer).set(RECORD).branch(Op.br, this.direct);
		code.end().i32(0).memory(Op.i64Load, sharedOffset('TARGET')).set(this.target).branch(Op.br, this.computed);
	}

	/** The direct backend does the instruction; then its block goes on, or another one, or the run comes back. */
	private directly(): void {
		const {code} = this;
		const answer = code.local(I32);
		code.get(RECORD).get(BUDGET).get(RECORD).memory(Op.i32Load, RecordField.LEFT).op(Op.i32Add).with(Op.call, IMPORTS.direct).set(answer);
		code.get(answer).i32(Answer.LEAVE).op(Op.i32Eq).open(Op.if);
		code.get(BUDGET).op(Op.return).end();
		this.refresh();
		code.get(answer).open(Op.if);
		code.get(answer).set(RECORD).branch(Op.br, this.top).end();
		code.i32(0).memory(Op.i64Load, cellOffset(Cell.RIP)).set(this.target);
	}

	/** Looks a computed target up in the table of jumps. */
	private compute(): void {
		const {code} = this;
		jumpEntry(code, () => code.get(this.target));
		code.tee(this.link);
		code.memory(Op.i64Load, LinkField.RIP).get(this.target).op(Op.i64Ne).open(Op.if);
		code.get(this.link).get(this.target).memory(Op.i64Store, LinkField.RIP);
		code.get(this.link).i32(0).memory(Op.i32Store, LinkField.GENERATION).end();
	}

	/** Goes where a link leads, if it holds and the budget allows the whole block. */
	private go(): void {
		const {code} = this;
		const next = code.local(I32);
		const left = code.local(I32);
		code.get(this.link).memory(Op.i32Load, LinkField.RECORD).set(next);
		code.get(this.link).memory(Op.i32Load, LinkField.GENERATION).get(this.generation).op(Op.i32Ne).open(Op.if);
		code.get(this.link).get(BUDGET).with(Op.call, IMPORTS.find).tee(next).op(Op.i32Eqz).open(Op.if);
		code.get(BUDGET).op(Op.return).end();
		this.refresh();
		code.end();
		code.get(BUDGET).get(next).memory(Op.i32Load, RecordField.LEFT).op(Op.i32Sub).tee(left).i32(0).op(Op.i32LtS).open(Op.if);
		code.i32(0).get(this.link).memory(Op.i64Load, LinkField.RIP).memory(Op.i64Store, cellOffset(Cell.RIP)).get(BUDGET).op(Op.return);
		code.end().get(left).set(BUDGET).get(next).set(RECORD).branch(Op.br, this.top);
	}
}

/** Byte offset in a record of the link whose address is that slot. */
const linkOf = (slot: bigint): number => (slotOf(slot) ?? 0) - LinkField.RIP;

/**
 * Finds out whether a shape's meaning can be emitted, by trying.
 * @returns what it has to do with flags and faults
 * @throws Unemittable if the direct backend must do it
 */
export function tryShape(shape: Shape): Effects {
	const code = new Code(2);
	return emitShape(shape, new EmittingVectors(code, {helpers: HELPERS, record: RECORD, bank: BUDGET, direct: code.open(Op.block)}));
}

/** The bytes of a module whose `run` has a handler for each of some shapes. */
export function interpreterBytes(shapes: readonly (Shape | undefined)[]): Uint8Array {
	const code = new Interpreter().write(shapes);
	const functions: WasmFunction[] = [{name: 'find', signature: SIGNATURE}, {name: 'direct', signature: SIGNATURE}, {name: 'run', signature: SIGNATURE, code}, ...helperFunctions(RUN + 1)];
	return moduleBytes(functions, REGION_SIGNATURE);
}
