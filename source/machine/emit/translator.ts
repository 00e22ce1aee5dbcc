import type {Block, Runnable} from '../code-cache.js';
import {RAM_OFFSET} from '../layout.js';
import type {Processor} from '../processor.js';
import {meaningOf} from '../semantics/index.js';
import type {Catalogue, Catalogued} from './catalogue.js';
import type {Effects} from './emitting-flags.js';
import {Handler, LinkField, RECORD_AREA, RecordField} from './records.js';

/** A block, and where the records of its instructions are. */
export interface Translated {
	readonly block: Block;
	readonly records: readonly number[];
	/** The link to what follows a block that ends without a jump; 0 for others. */
	readonly end: number;
}

/** Room that the largest block may take. */
const MARGIN = 64 * 256;

/** Bytes of a record without slots of its own, and of one that only has a link. */
const PLAIN = RecordField.SLOTS;
const END_SIZE = PLAIN + LinkField.SIZE;

/** What must be assumed of an instruction that the direct backend does. */
const UNKNOWN: Effects = {readsFlags: true, notesFlags: false, overwritesFlags: false, mayLeave: true};

/** Writes blocks into the record area. */
export class Translator {
	/** Instructions done directly although they have a shape, because the module in use has no handler for it yet. */
	wanted = 0;
	private blocks: Translated[] = [];
	private readonly byAddress = new Map<bigint, Translated>();
	private readonly first: number;
	private free: number;
	private handlers: number = Handler.FIRST;
	private readonly view: DataView;
	private waiting = new Set<Runnable>();

	constructor(
		cpu: Processor,
		private readonly catalogue: Catalogue,
	) {
		this.view = cpu.memory.view;
		this.first = (RAM_OFFSET + cpu.memory.size + 15) & -16;
		this.free = this.first;
	}

	/** Whether all must be cleared before another block is translated. */
	get isFull(): boolean {
		return this.free + MARGIN > this.first + RECORD_AREA;
	}

	/** Forgets all records. @param shapes how many shapes have handlers from now on */
	clear(shapes: number): void {
		for (const {block} of this.blocks) block.record = 0;
		this.blocks = [];
		this.byAddress.clear();
		this.free = this.first;
		this.handlers = Handler.FIRST + shapes;
		this.waiting = new Set();
	}

	/** A block by the number that its records have. */
	at(number: number): Translated {
		return this.blocks[number];
	}

	/** The block that was translated last at an address, if it still holds. */
	find(address: bigint): Translated | undefined {
		const found = this.byAddress.get(address);
		return found?.block.valid === true ? found : undefined;
	}

	/** Notes that an instruction was done directly. */
	count(instruction: Runnable): void {
		if (this.waiting.has(instruction)) this.wanted++;
	}

	/** An instruction's shape; undefined if only the direct backend can do it. */
	shapeOf(instruction: Runnable): Catalogued | undefined {
		const semantic = instruction.alone ? undefined : meaningOf(instruction.name);
		return semantic === undefined ? undefined : this.catalogue.find(instruction, semantic);
	}

	/** Writes a block's records. @returns the first one's address */
	translate(block: Block): number {
		if (this.isFull) return 0;
		const {instructions} = block;
		const number = this.blocks.length;
		const count = instructions.length;
		const shapes = this.shapesOf(instructions);
		const joined = this.joinLast(shapes, instructions);
		const alone = joined === undefined ? count : count - 2;
		const records = instructions.slice(0, alone).map((instruction, index) => this.record(shapes[index], [instruction], number, count - index));
		const last = instructions.slice(alone);
		// The second of two joined ones has a record of its own, for when the first was done directly.
		if (joined !== undefined) records.push(this.record(joined, last, number, 2), this.record(shapes[count - 1], last.slice(1), number, 1));
		const end = instructions[count - 1].changesFlow ? 0 : this.endOf(instructions[count - 1], number);
		const translated = {block, records, end};
		this.blocks.push(translated);
		this.byAddress.set(block.address, translated);
		block.record = records[0];
		return block.record;
	}

	/** The shapes of a block's instructions: quiet ones where a later instruction sets all flags anew before anybody can look. */
	shapesOf(instructions: readonly Runnable[]): (Catalogued | undefined)[] {
		const shapes = instructions.map(instruction => this.shapeOf(instruction));
		let isLookedAt = true;
		for (let index = shapes.length - 1; index >= 0; index--) {
			const found = this.usable(shapes[index]);
			const {mayLeave, readsFlags, notesFlags, overwritesFlags} = found?.effects ?? UNKNOWN;
			if (found !== undefined && notesFlags && !isLookedAt) shapes[index] = this.usable(this.catalogue.quiet(found)) ?? found;
			isLookedAt = mayLeave || readsFlags || (isLookedAt && !overwritesFlags);
		}

		return shapes;
	}

	/** A block's last two instructions as one, where the last goes by the flags that the other sets. */
	joinLast(shapes: readonly (Catalogued | undefined)[], instructions: readonly Runnable[]): Catalogued | undefined {
		const first = this.usable(shapes.at(-2));
		const second = this.usable(shapes.at(-1));
		if (first?.effects.notesFlags !== true || second?.effects.readsFlags !== true || instructions.at(-1)?.changesFlow !== true) return undefined;
		return this.usable(this.catalogue.joined(first, second));
	}

	/** A shape if the module in use has a handler for it. */
	usable(found: Catalogued | undefined): Catalogued | undefined {
		return found !== undefined && found.handler < this.handlers ? found : undefined;
	}

	private header(handler: number, block: number, left: number, size: number): number {
		const {view, free} = this;
		view.setInt32(free + RecordField.HANDLER, handler, true);
		view.setInt32(free + RecordField.LEFT, left, true);
		view.setInt32(free + RecordField.BLOCK, block, true);
		view.setInt32(free + RecordField.PLACE, 0, true);
		this.free += size;
		return free;
	}

	private record(wanted: Catalogued | undefined, instructions: readonly Runnable[], block: number, left: number): number {
		const found = this.usable(wanted);
		if (found === undefined) {
			if (wanted !== undefined) this.waiting.add(instructions[0]);
			return this.header(Handler.DIRECT, block, left, PLAIN);
		}

		const {shape, handler} = found;
		const at = this.header(handler, block, left, shape.size);
		for (const {offset, part, fill, isLink} of shape.slots) {
			this.view.setBigUint64(at + offset, BigInt.asUintN(64, fill(instructions[part])), true);
			if (isLink) this.view.setInt32(at + offset - LinkField.RIP + LinkField.GENERATION, 0, true);
		}

		return at;
	}

	private endOf(last: Runnable, block: number): number {
		const at = this.header(Handler.END, block, 0, END_SIZE);
		this.view.setInt32(at + RecordField.SLOTS + LinkField.GENERATION, 0, true);
		this.view.setBigUint64(at + RecordField.SLOTS + LinkField.RIP, last.next, true);
		return at + RecordField.SLOTS;
	}
}
