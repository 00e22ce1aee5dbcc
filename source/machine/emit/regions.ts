import {OperandKind} from '../ops.js';
import type {PhysicalMemory} from '../physical-memory.js';
import {meaningOf} from '../semantics/index.js';
import {Handler, LinkField, RecordField, REGION_BLOCKS, regionPlace} from './records.js';
import {regionBytes, type RegionBlock, type RegionInstruction} from './region-code.js';
import type {Translated, Translator} from './translator.js';
import {type WasmInstance, type WasmMemory, type WasmTable, webAssembly} from './web-assembly.js';

/** Instructions of a region at most: larger functions take the compiler behind WebAssembly too long. */
const MOST_INSTRUCTIONS = 1200;

/** Regions of a machine at most. */
const MOST_REGIONS = 200;

/** Finds the code that runs most, and has it compiled. */
export class Regions {
	/** The functions of all regions, by number; none has number 0. */
	readonly table: WasmTable | undefined;
	private readonly heat = new Map<Translated, number>();
	private count = 0;

	constructor(
		private readonly memory: PhysicalMemory,
		private readonly wasmMemory: WasmMemory,
		private readonly translator: Translator,
	) {
		this.table = webAssembly === undefined ? undefined : new webAssembly.Table({initial: MOST_REGIONS + 1, element: 'anyfunc'});
	}

	/** Forgets all regions: their records are no more. */
	clear(): void {
		this.heat.clear();
		this.count = 0;
	}

	/**
	 * Notes where the machine was met at some moment.
	 * @param hot how many times a block must be met
	 * @param helpers the module that has the helping functions
	 */
	meet(address: bigint, hot: number, helpers: WasmInstance): void {
		const found = this.translator.find(address);
		if (found === undefined || this.count >= MOST_REGIONS || this.isCompiled(found)) return;
		const heat = (this.heat.get(found) ?? 0) + 1;
		this.heat.set(found, heat);
		if (heat === hot) this.compile(found, helpers);
	}

	private isCompiled({records}: Translated): boolean {
		return this.memory.view.getInt32(records[0] + RecordField.PLACE, true) !== 0;
	}

	private compile(hot: Translated, helpers: WasmInstance): void {
		if (webAssembly === undefined) return;
		const members = this.grow(hot);
		if (members.length === 0) return;
		const number = ++this.count;
		const module = new webAssembly.Module(regionBytes([members.map(member => this.blockOf(member))], number));
		const {exports} = new webAssembly.Instance(module, {machine: {memory: this.wasmMemory, ...helpers.exports}});
		this.table?.set(number, exports[`region${number}`]);
		for (const [index, member] of members.entries()) this.enter(member, regionPlace(number, index));
	}

	/** From now on whoever comes to the block runs its region; the first region that has it keeps it. */
	private enter(member: Translated, place: number): void {
		if (this.isCompiled(member)) return;
		const {view} = this.memory;
		view.setInt32(member.records[0] + RecordField.PLACE, place, true);
		view.setInt32(member.records[0] + RecordField.HANDLER, Handler.REGION, true);
	}

	/** The blocks that can be reached from a hot one by jumps, and by returns from what they call. */
	private grow(hot: Translated): Translated[] {
		const members = new Set<Translated>();
		const waiting: Translated[] = [hot];
		let instructions = 0;
		for (let next = waiting.shift(); next !== undefined && members.size < REGION_BLOCKS; next = waiting.shift()) {
			const {block} = next;
			if (members.has(next) || !this.begins(next) || instructions + block.instructions.length > MOST_INSTRUCTIONS) continue;
			members.add(next);
			instructions += block.instructions.length;
			const last = block.instructions[block.instructions.length - 1];
			for (const address of [...(last.d.kind === OperandKind.TARGET ? [last.d.value] : []), last.next]) {
				const found = this.translator.find(address);
				if (found !== undefined) waiting.push(found);
			}
		}

		return [...members].sort((one, other) => (one.block.address < other.block.address ? -1 : 1));
	}

	/** Whether it is any use to have a block: its first instruction must not be the direct backend's. */
	private begins({block}: Translated): boolean {
		return this.translator.usable(this.translator.shapeOf(block.instructions[0])) !== undefined;
	}

	private blockOf({block, records, end}: Translated): RegionBlock {
		const {translator} = this;
		const shapes = translator.shapesOf(block.instructions).map(shape => translator.usable(shape));
		const instructions = block.instructions.map((instruction, index): RegionInstruction => {
			const found = shapes[index];
			return {instruction, semantic: found === undefined ? undefined : meaningOf(instruction.name), isQuiet: found?.shape.isQuiet === true, record: records[index]};
		});
		const last = shapes.at(-1)?.shape;
		const record = records[records.length - 1];
		const link = (offset: number | undefined): number => (offset === undefined ? 0 : record + offset - LinkField.RIP);
		const target = last?.slots.find(({isLink, offset}) => isLink && offset !== last.nextSlot)?.offset;
		return {address: block.address, record: records[0], instructions, target: link(target ?? last?.nextSlot), next: end === 0 ? link(last?.nextSlot) : end};
	}
}
