/**
 * The emitted interpreter: a second way of running instructions, made from the same meanings as the first. The page of
 * explanation is readme.md, in this folder.
 */
import type {Block, Runnable} from '../code-cache.js';
import {Cell, JUMP_ENTRIES, SHARED_OFFSET, SharedWord} from '../layout.js';
import type {Processor} from '../processor.js';
import {Catalogue, type Edition} from './catalogue.js';
import {parseKeptEdition} from './kept-edition.js';
import {Answer, LinkField, RecordField} from './records.js';
import {learnCommonShapes} from './common-code.js';
import {Regions} from './regions.js';
import {Translator} from './translator.js';
import {type WasmInstance, type WasmMemory, webAssembly} from './web-assembly.js';

/** Shapes are the same for all machines, and so are modules. */
const CATALOGUE = new Catalogue(learnCommonShapes);

/** How eager the interpreter is; tests want it to take over at once. */
export interface Eagerness {
	/** Blocks that a machine runs before it is worth while to begin. */
	blocksBefore: number;
	/** Instructions that were done directly for want of a handler before a new module is made. */
	wantedBefore: number;
	/** Times that a block is done directly before it gets records. */
	timesBefore: number;
	/** Steps after which the interpreter comes back at the latest. */
	slice: number;
	/** Times that a block must be met at the end of a slice before it is compiled with those around it. */
	metBefore: number;
}

type Run = (record: number, budget: number) => number;

/** Runs the blocks that it has; see above. */
export class EmittedInterpreter {
	/** How eager the interpreters of all machines are. */
	static readonly eagerness: Eagerness = {blocksBefore: 20_000, wantedBefore: 30_000, timesBefore: 2, slice: 50_000, metBefore: 6};
	/** Gives the text of the kept edition, if there is one. */
	static readKept: () => string | undefined = () => undefined;
	private readonly translator: Translator;
	private readonly view: DataView;
	private edition: Edition | undefined;
	private readonly regions: Regions;
	private instance: WasmInstance | undefined;
	private wasm: Run | undefined;
	private calls = 0;
	/** The step at which the budget of the current call ends. */
	private end = 0;
	/** Whether the current call left in the middle of a block: then the step counter is right already. */
	private left = false;
	/** Instructions of the current call that the direct backend has done. */
	private doneDirectly = 0;

	/** The interpreter of a machine whose memory WebAssembly can see; undefined for others. */
	static for(cpu: Processor): EmittedInterpreter | undefined {
		return cpu.memory.wasm === undefined ? undefined : new EmittedInterpreter(cpu, cpu.memory.wasm);
	}

	private constructor(
		private readonly cpu: Processor,
		private readonly memory: WasmMemory,
	) {
		this.view = cpu.memory.view;
		this.translator = new Translator(cpu, CATALOGUE);
		this.regions = new Regions(cpu.memory, memory, this.translator);
	}

	/** Instructions that it left to the direct backend for want of a handler. */
	get wanted(): number {
		return this.translator.wanted;
	}

	/**
	 * Runs from rip on, if it has the block there.
	 * @param steps how many steps it may do at most
	 * @returns whether it has done any
	 */
	run(steps: number): boolean {
		const {cpu} = this;
		if (!this.isReady()) return false;
		if (this.translator.isFull) this.clear();
		const block = cpu.code.block(cpu.cells[Cell.RIP]);
		const record = this.recordOf(block);
		const budget = Math.min(steps, EmittedInterpreter.eagerness.slice);
		const rest = budget - block.instructions.length;
		if (record === 0 || rest < 0 || this.wasm === undefined) return false;
		this.end = cpu.steps + budget;
		this.left = false;
		this.doneDirectly = 0;
		const before = cpu.steps;
		this.share();
		const unused = this.wasm(record, rest);
		if (!this.hasLeft()) {
			cpu.steps = this.end - unused;
			if (this.instance !== undefined) this.regions.meet(cpu.cells[Cell.RIP], EmittedInterpreter.eagerness.metBefore, this.instance);
		}

		cpu.quickSteps += cpu.steps - before - this.doneDirectly;
		cpu.current = undefined;
		return true;
	}

	private hasLeft(): boolean {
		return this.left;
	}

	/** Whether there is a module; makes one when it is time. */
	private isReady(): boolean {
		const {edition, translator} = this;
		const {eagerness} = EmittedInterpreter;
		if (edition === undefined) {
			if (++this.calls <= eagerness.blocksBefore) return false;
			this.install(CATALOGUE.edition ?? this.firstEdition());
		} else if (translator.wanted > eagerness.wantedBefore) {
			translator.wanted = 0;
			this.install(CATALOGUE.publish());
		} else if (CATALOGUE.edition !== edition) {
			this.install(CATALOGUE.edition);
		}

		return this.wasm !== undefined;
	}

	/** The module that was made when the package was built; else one with common shapes and those of all code that has run so far. */
	private firstEdition(): Edition | undefined {
		const kept = EmittedInterpreter.readKept();
		if (kept !== undefined) {
			CATALOGUE.begin(parseKeptEdition(kept));
			return CATALOGUE.edition;
		}

		const {translator} = this;
		learnCommonShapes(CATALOGUE);
		translator.clear(Infinity);
		for (const {instructions} of this.cpu.code.known()) translator.joinLast(translator.shapesOf(instructions), instructions);
		return CATALOGUE.publish();
	}

	private install(edition: Edition | undefined): void {
		if (edition === undefined || edition === this.edition || webAssembly === undefined) return;
		const machine = {
			memory: this.memory,
			table: this.regions.table,
			find: (link: number, budget: number): number => this.find(link, budget),
			direct: (record: number, ahead: number): number => this.direct(record, ahead),
		};
		this.instance = new webAssembly.Instance(edition.module, {machine});
		this.wasm = this.instance.exports.run as Run;
		this.edition = edition;
		this.clear();
	}

	/** Forgets all records. */
	private clear(): void {
		this.translator.clear(this.edition?.shapes ?? 0);
		this.regions.clear();
		for (let entry = 0; entry < JUMP_ENTRIES; entry++) {
			this.view.setInt32(SHARED_OFFSET + SharedWord.JUMPS + entry * LinkField.SIZE + LinkField.GENERATION, 0, true);
		}
	}

	/** The record of a block's first instruction, or 0 if it has none: it is rarely run, or for once only. */
	private recordOf(block: Block): number {
		if (block.record !== 0 || !block.valid) return block.valid ? block.record : 0;
		if (++block.wanted <= EmittedInterpreter.eagerness.timesBefore) return 0;
		return this.translator.translate(block);
	}

	/** Tells the module what has changed. */
	private share(): void {
		const {view, cpu} = this;
		view.setInt32(SHARED_OFFSET + SharedWord.GENERATION, cpu.linear.fetchGeneration, true);
		view.setInt32(SHARED_OFFSET + SharedWord.BANK, cpu.linear.bankOffset, true);
	}

	/** Called by the module where a link does not hold: finds its block. Answers 0 if the direct backend must go on. */
	private find(link: number, budget: number): number {
		const {cpu, view} = this;
		const rip = view.getBigUint64(link + LinkField.RIP, true);
		cpu.steps = this.end - budget;
		cpu.cells[Cell.RIP] = rip;
		cpu.current = undefined;
		// At the end of its budget a run does not fetch any more: that might fault, which is a step.
		if (budget <= 0) return 0;
		const generation = cpu.linear.fetchGeneration;
		const block = cpu.code.block(rip);
		if (this.translator.isFull) {
			this.clear();
			return 0;
		}

		const record = this.recordOf(block);
		this.share();
		// A fetch may itself have changed what is known of translations.
		if (record !== 0 && cpu.linear.fetchGeneration === generation) {
			view.setInt32(link + LinkField.RECORD, record, true);
			view.setInt32(link + LinkField.GENERATION, generation, true);
		}

		return record;
	}

	/**
	 * Called by the module where the direct backend must do an instruction.
	 * @param ahead steps from before that instruction to the end of the budget
	 * @returns the record to go on with, or one of Answer
	 */
	private direct(record: number, ahead: number): number {
		const {cpu, view, translator} = this;
		const {block, records} = translator.at(view.getInt32(record + RecordField.BLOCK, true));
		const index = block.instructions.length - view.getInt32(record + RecordField.LEFT, true);
		const instruction = block.instructions[index];
		const isLast = index === block.instructions.length - 1;
		if (isLast) cpu.cells[Cell.RIP] = instruction.next;
		cpu.steps = this.end - ahead;
		cpu.current = instruction;
		const {horizon} = cpu.timer;
		instruction.run(instruction.on, instruction);
		cpu.steps++;
		this.doneDirectly++;
		translator.count(instruction);
		if (!block.valid || this.mustLeave(instruction, horizon)) {
			if (!isLast) cpu.cells[Cell.RIP] = instruction.next;
			this.left = true;
			return Answer.LEAVE;
		}

		this.share();
		return isLast ? Answer.BY_RIP : records[index + 1];
	}

	private mustLeave({alone}: Runnable, horizon: number): boolean {
		const {cpu} = this;
		return cpu.attention || (alone && (cpu.stopped !== undefined || cpu.timer.horizon !== horizon || cpu.tellsDetails));
	}
}
