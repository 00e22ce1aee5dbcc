import type {Machine} from '../machine/machine.js';
import {PAGE_SIZE} from '../machine/physical-memory.js';
import type {Stop} from '../machine/stop.js';

/** Changes something of a machine between two steps: a register that a person edits, a key that is typed. */
export type Edit = (machine: Machine) => void;

/** A page of memory as it was at some moment. */
interface KeptPage {
	readonly page: number;
	readonly bytes: Uint8Array;
}

/** A moment from which a run can be done again, and what is needed to come back to it. */
interface Epoch {
	/** The step at which it begins. */
	readonly start: number;
	/** Done to the machine at that step, in each pass; the registers and pages kept are those before them. */
	readonly edits: Edit[];
	/** The registers; undefined if the run has not come to this epoch yet. */
	cells: BigUint64Array | undefined;
	/** What the machine's other parts remember. */
	parts: readonly unknown[];
	/** Pages as they were when the epoch began, in the order of their first write. */
	undo: KeptPage[];
	/** The same pages as they are when it ends, while the machine stands before that: the way ahead without running. */
	redo: KeptPage[] | undefined;
}

/** Steps between two epochs, if no edit makes one earlier and the direct backend does them. */
const EPOCH_STEPS = 150_000;

/** How many steps of emitted code are as much work as one that the direct backend does. */
const QUICK = 8;

/** The part of an epoch's work that is left undone rather than run for its own sake. */
const CRUMB = 1 / 100;

/** Bytes that are kept at most, for the pages of all epochs. */
const BYTES_KEPT = 128 * 1024 * 1024;

/**
 * A machine that can be taken to any step of its run, back and forth. Going back undoes the pages that were written
 * since the last epoch before the goal, puts its registers back, and runs forward again: runs repeat exactly. Going
 * ahead over epochs that the run has been through puts their pages in place likewise.
 *
 * What is kept does not grow beyond a limit: then epochs are joined, the oldest ones most, and going to a step in such a
 * long epoch takes longer.
 */
export class Timeline {
	private readonly epochs: Epoch[] = [];
	/** Index of the epoch that the machine is in. */
	private current = -1;
	/** The furthest step that the run has reached, and why it stands still there. */
	private reached: number;
	private ended: Stop | undefined;
	/** The machine's count of quick steps at the beginning of the current epoch. */
	private quickBefore = 0;
	private joined = false;

	constructor(
		readonly machine: Machine,
		private readonly interval = EPOCH_STEPS,
		private readonly bytesAllowed = BYTES_KEPT,
	) {
		machine.memory.onCopy = page => this.keepPage(page);
		this.reached = machine.steps;
		this.epochs.push(newEpoch(machine.steps));
		this.begin(0);
	}

	/** The step that the machine stands at: so many have been done. */
	get step(): number {
		return this.machine.steps;
	}

	/** The furthest step so far. */
	get length(): number {
		return this.reached;
	}

	/** Why the run ends at its furthest step, if it does. */
	get end(): Stop | undefined {
		return this.ended;
	}

	/** Bytes kept for going back and ahead. */
	get bytesKept(): number {
		return this.epochs.reduce((sum, {undo, redo = [], cells}) => sum + (undo.length + redo.length) * (PAGE_SIZE + 16) + (cells?.byteLength ?? 0), 0);
	}

	/** Whether epochs had to be joined, so that going far back takes longer. */
	get isJoined(): boolean {
		return this.joined;
	}

	/**
	 * Runs at most `steps` on from where the machine stands; it may come back earlier if a listener pauses it.
	 * @returns why the machine stands still, if it does
	 */
	run(steps: number): Stop | undefined {
		const {machine} = this;
		const goal = machine.steps + steps;
		let stop: Stop | undefined;
		do {
			this.enterNext();
			stop = machine.run(Math.min(goal, this.boundary()) - machine.steps);
		} while (stop === undefined && machine.steps < goal && !machine.cpu.paused);

		// A run that is repeated up to its end does not try again what ended it.
		if (machine.steps > this.reached || stop !== undefined) {
			this.reached = machine.steps;
			this.ended = stop;
		}

		return stop;
	}

	/** Takes the machine to a step, backwards or forwards; not beyond the end of the run. */
	seek(step: number): void {
		const goal = Math.max(this.startOf(0), step);
		if (goal < this.step || (goal === this.step && this.startOf(this.current) > goal)) this.rewind(goal);
		else this.skip(goal);
		while (this.step < goal && this.run(goal - this.step) === undefined);
		// Standing exactly where an edit was made means: after it.
		this.enterNext();
	}

	/** Changes the machine where it stands. What came after is no longer: the run goes on from here. */
	edit(edit: Edit): void {
		const {step} = this;
		this.epochs.length = this.current + 1;
		const here = this.epochs[this.current];
		if (here.start !== step) {
			this.epochs.push(newEpoch(step));
			this.begin(this.current + 1);
		}

		this.epochs[this.current].redo = undefined;
		this.epochs[this.current].edits.push(edit);
		edit(this.machine);
		this.machine.cpu.stateReplaced();
		this.reached = step;
		this.ended = undefined;
	}

	/** The step up to which the machine may run within the current epoch, as far as is known now. */
	private boundary(): number {
		const planned = this.epochs.at(this.current + 1)?.start;
		if (planned !== undefined) return planned;
		// No epoch begins where the run has been: it must be as it was.
		return this.step < this.reached ? this.reached : this.step + Math.max(this.crumb, this.workLeft());
	}

	private get crumb(): number {
		return Math.ceil(this.interval * CRUMB);
	}

	/** Steps that the direct backend may do until the next epoch is due; quick ones count less. */
	private workLeft(): number {
		const quick = this.machine.cpu.quickSteps - this.quickBefore;
		return this.interval - Math.ceil(this.step - this.startOf(this.current) - quick + quick / QUICK);
	}

	private startOf(epoch: number): number {
		return this.epochs[epoch].start;
	}

	/** Begins the next epoch if the machine stands where one begins or is due. */
	private enterNext(): void {
		const next = this.current + 1;
		const planned = this.epochs.at(next)?.start;
		if (planned === undefined && this.step >= this.reached && this.workLeft() < this.crumb) this.epochs.push(newEpoch(this.step));
		else if (planned !== this.step) return;
		this.begin(next);
	}

	/** Makes an epoch the current one: from now on the first write to any page keeps what stood there. */
	private begin(index: number): void {
		const epoch = this.epochs[index];
		const {cpu, memory, parts} = this.machine;
		this.current = index;
		this.quickBefore = cpu.quickSteps;
		epoch.undo = [];
		// What has been run through has its pages as they were; those as they are then can be had from memory.
		if (index > 0) this.epochs[index - 1].redo = undefined;
		while (this.bytesKept > this.bytesAllowed && this.join());
		epoch.parts = parts.map(part => part.snapshot());
		epoch.cells = cpu.cells.slice();
		memory.wantCopies();
		for (const edit of epoch.edits) edit(this.machine);
		cpu.stateReplaced();
	}

	private keepPage(page: number): void {
		const {ram} = this.machine.memory;
		this.epochs[this.current]?.undo.push({page, bytes: ram.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE)});
	}

	/** Puts pages in place; gives them as they were. */
	private exchange(pages: readonly KeptPage[]): KeptPage[] {
		const {memory} = this.machine;
		return pages.map(({page, bytes}) => {
			const at = page * PAGE_SIZE;
			const before = memory.ram.slice(at, at + PAGE_SIZE);
			memory.prepareWrite(page);
			memory.ram.set(bytes, at);
			return {page, bytes: before};
		});
	}

	/** Takes the machine from where it stands to the beginning of its epoch: what it has done since is no longer. */
	private leave(): void {
		const epoch = this.epochs[this.current];
		// No page that is put in place now is to be kept for the epoch that is left.
		this.current = -1;
		this.exchange(epoch.undo);
		epoch.undo = [];
	}

	/** Makes an epoch the current one whose pages are in place. */
	private enter(index: number): void {
		const {cpu, parts} = this.machine;
		const epoch = this.epochs[index];
		for (const [number, state] of epoch.parts.entries()) parts[number].restore(state);
		if (epoch.cells !== undefined) cpu.cells.set(epoch.cells);
		cpu.steps = epoch.start;
		cpu.stopped = undefined;
		this.begin(index);
	}

	/** Goes back to the beginning of the epoch that holds a step. */
	private rewind(step: number): void {
		let index = this.current;
		this.leave();
		while (index > 0 && this.startOf(index) > step) {
			const epoch = this.epochs[--index];
			epoch.redo = this.exchange(epoch.undo);
			epoch.undo = [];
		}

		this.enter(index);
	}

	/** Goes ahead to the beginning of the epoch that holds a step, if the run has been there and back. */
	private skip(step: number): void {
		// The last step of a run that is over is run again, so that it ends again.
		const last = this.ended === undefined ? step : Math.min(step, this.reached - 1);
		let goal = this.current;
		while (this.epochs[goal].redo !== undefined && (this.epochs.at(goal + 1)?.start ?? Infinity) <= last) goal++;
		if (goal === this.current) return;
		let index = this.current;
		this.leave();
		for (; index < goal; index++) {
			const epoch = this.epochs[index];
			epoch.undo = this.exchange(epoch.redo ?? []);
			epoch.redo = undefined;
		}

		this.enter(goal);
	}

	/** Joins two epochs that lie behind: those whose steps are fewest for how long ago they were. False if there are none. */
	private join(): boolean {
		let best: number | undefined;
		let least = Infinity;
		for (let index = 0; index + 2 <= this.current; index++) {
			if (this.epochs[index + 1].edits.length > 0) continue;
			const weight = (this.startOf(index + 2) - this.startOf(index)) / (this.startOf(this.current) - this.startOf(index));
			if (weight < least) [best, least] = [index, weight];
		}

		if (best === undefined) return false;
		const [first, second] = [this.epochs[best], this.epochs[best + 1]];
		const known = new Set(first.undo.map(({page}) => page));
		first.undo.push(...second.undo.filter(({page}) => !known.has(page)));
		this.epochs.splice(best + 1, 1);
		this.joined = true;
		this.current--;
		return true;
	}
}

const newEpoch = (start: number): Epoch => ({start, edits: [], cells: undefined, parts: [], undo: [], redo: undefined});
