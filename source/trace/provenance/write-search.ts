import type {RecordedEdit} from '../edits.js';
import type {RangeLog} from './range-log.js';
import {type Chunk, CHUNK_STEPS, type StepIndex} from './step-index.js';
import {Units} from './units.js';

/** What gave a unit its content. */
export type WriteEvent =
	| {readonly kind: 'step'; readonly step: number}
	| {readonly kind: 'edit'; readonly edit: RecordedEdit}
	/** It has been there since before the first instruction. */
	| {readonly kind: 'beginning'};

/** Each unit with what gave it its content. */
export type LastWrites = ReadonlyMap<number, WriteEvent>;

/** Looks for the last writes of units, backwards. */
class WriteSearch {
	readonly found = new Map<number, WriteEvent>();
	private readonly left: Units;

	constructor(
		private readonly index: StepIndex,
		units: Iterable<number>,
	) {
		this.left = new Units(units);
	}

	*run(step: number): Generator<undefined, LastWrites> {
		const {left, found} = this;
		let high = step;
		// Between two edits only steps write.
		for (const edit of this.index.recording.edits.filter(each => each.step <= step).reverse()) {
			yield* this.steps(edit.step, high);
			this.keep(left.changedBy(edit), {kind: 'edit', edit});
			high = edit.step;
		}

		yield* this.steps(0, high);
		this.keep(left.all, {kind: 'beginning'});
		return found;
	}

	private keep(units: readonly number[], event: WriteEvent): void {
		for (const unit of units) this.found.set(unit, event);
		this.left.remove(units);
	}

	/** Looks through steps, from the one before `high` down to `low`. */
	private *steps(low: number, high: number): Generator<undefined, void> {
		// Every step writes rip.
		if (high > low) this.keep(this.left.rip, {kind: 'step', step: high - 1});
		for (let end = high; end > low && !this.left.isEmpty; ) {
			const chunk = end === high ? yield* this.index.before(end, low) : yield* this.index.chunk(end - 1, end);
			const first = Math.max(low, chunk.start);
			this.registers(chunk, first, end);
			this.memory(chunk, chunk.writes, first, end);
			end = first;
		}
	}

	private registers(chunk: Chunk, low: number, high: number): void {
		const {left} = this;
		const {rows} = this.index.signatures;
		const isRelevant = rows.map(row => left.written(row).length > 0);
		if (!isRelevant.includes(true)) return;
		for (let offset = Math.min(chunk.known, high - chunk.start) - 1; offset >= low - chunk.start; offset--) {
			const signature = chunk.signatures[offset];
			if (isRelevant[signature]) this.keep(left.written(rows[signature]), {kind: 'step', step: chunk.start + offset});
		}
	}

	private memory(chunk: Chunk, log: RangeLog, low: number, high: number): void {
		const {left} = this;
		const wanted = Array.from(left.memory);
		if (wanted.length === 0) return;
		const [least, most] = [Math.min(...wanted), Math.max(...wanted)];
		for (let index = log.indexOf(high - chunk.start) - 1; index >= 0 && log.steps[index] >= low - chunk.start; index--) {
			const address = log.addresses[index];
			if (address > most || address + log.lengths[index] <= least) continue;
			this.keep(left.within(address, log.lengths[index]), {kind: 'step', step: chunk.start + log.steps[index]});
			if (left.memory.size === 0) return;
		}
	}
}

/**
 * What gave units the content that they have before a step; each turn of the generator is a slice of the work.
 * @param step a step of the run, or the one behind its last
 */
export const lastWrites = (index: StepIndex, units: Iterable<number>, step: number): Generator<undefined, LastWrites> => new WriteSearch(index, units).run(step);

/** Steps that read units, and what ended the search for more. */
export interface NextReads {
	readonly reads: readonly {readonly step: number; readonly units: readonly number[]}[];
	/** The step, or the edit before it, behind which no byte of the value is there any more. */
	readonly overwritten?: number;
	/** Whether the end of the known run has been reached. */
	readonly isEnd: boolean;
}

/** Looks for steps that read units, forwards, until each has got another content. */
class ReadSearch {
	private readonly reads: {step: number; units: readonly number[]}[] = [];
	private readonly left: Units;

	constructor(
		private readonly index: StepIndex,
		units: Iterable<number>,
		private readonly limit: number,
	) {
		this.left = new Units(units);
	}

	*run(from: number): Generator<undefined, NextReads> {
		const {recording} = this.index;
		for (let step = from; step < recording.length; ) {
			const end = Math.min(recording.length, (Math.floor(step / CHUNK_STEPS) + 1) * CHUNK_STEPS);
			const chunk = step === from ? yield* this.index.behind(step, end) : yield* this.index.chunk(step, end);
			// A run that has been changed meanwhile may be shorter now.
			if (chunk.end <= step) break;
			const stopped = this.through(chunk, step, chunk.end, from);
			if (stopped !== undefined) return {reads: this.reads, isEnd: false, ...(this.left.isEmpty ? {overwritten: stopped} : {})};
			step = chunk.end;
		}

		return {reads: this.reads, isEnd: true};
	}

	/** Goes through steps; gives the one with which the search ends. */
	private through(chunk: Chunk, low: number, high: number, from: number): number | undefined {
		const {left} = this;
		const {rows} = this.index.signatures;
		const edits = this.index.recording.edits.filter(({step}) => step > from);
		const relevant = rows.map(row => left.read(row).length + left.written(row).length > 0);
		let read = chunk.reads.indexOf(low - chunk.start);
		let write = chunk.writes.indexOf(low - chunk.start);
		for (let step = low; step < high; step++) {
			const offset = step - chunk.start;
			for (const edit of edits) if (edit.step === step) left.remove(left.changedBy(edit));
			const units = new Set(left.rip);
			const killed = new Set(units);
			const signature = chunk.signatures[offset];
			if (relevant[signature]) {
				for (const unit of left.read(rows[signature])) units.add(unit);
				for (const unit of left.written(rows[signature])) killed.add(unit);
			}

			for (; read < chunk.reads.count && chunk.reads.steps[read] === offset; read++) this.take(chunk.reads, read, units);
			for (; write < chunk.writes.count && chunk.writes.steps[write] === offset; write++) this.take(chunk.writes, write, killed);
			if (units.size > 0) this.reads.push({step, units: [...units]});
			left.remove(killed);
			if (left.isEmpty || this.reads.length >= this.limit) return step;
		}

		return undefined;
	}

	private take(log: RangeLog, index: number, into: Set<number>): void {
		for (const unit of this.left.within(log.addresses[index], log.lengths[index])) into.add(unit);
	}
}

/**
 * The steps from one on that read units while they still hold what they hold before it.
 * @param limit so many at most
 */
export const nextReads = (index: StepIndex, units: Iterable<number>, step: number, limit: number): Generator<undefined, NextReads> => new ReadSearch(index, units, limit).run(step);
