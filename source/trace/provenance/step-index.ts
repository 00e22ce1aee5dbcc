import type {DetailListener} from '../../machine/events.js';
import type {RecordedEdit} from '../edits.js';
import type {Recording} from '../recording.js';
import {RangeLog} from './range-log.js';
import {SignatureTable} from './signatures.js';
import {StepWatcher} from './step-watcher.js';

/** Steps of one chunk. */
export const CHUNK_STEPS = 50_000;

/** Steps that are looked at in one slice of work: some 10 milliseconds. */
const SLICE = 8000;

/** Steps around a question that are looked at before anything else: most answers are near. */
const WINDOW = 2000;

/** What steps that follow each other touched. */
export class Chunk {
	/** Steps that are known, from the first one of the chunk on. */
	known = 0;
	/** The number of each step's signature. */
	readonly signatures: Uint32Array;
	readonly writes = new RangeLog();
	readonly reads = new RangeLog();

	/**
	 * @param start its first step
	 * @param size steps that it has room for
	 */
	constructor(
		readonly start: number,
		size = CHUNK_STEPS,
	) {
		this.signatures = new Uint32Array(size);
	}

	/** The step behind the last one that is known. */
	get end(): number {
		return this.start + this.known;
	}

	/** Bytes that it takes. */
	get bytes(): number {
		return this.signatures.byteLength + this.writes.bytes + this.reads.bytes;
	}

	/** Forgets what happened from a step on. */
	cut(step: number): void {
		this.known = Math.min(this.known, Math.max(0, step - this.start));
		this.writes.cut(this.known);
		this.reads.cut(this.known);
	}
}

/** The first step from which on two lists of edits make different runs; undefined if they are the same. */
function divergence(before: readonly RecordedEdit[], after: readonly RecordedEdit[]): number | undefined {
	for (let index = 0; index < Math.max(before.length, after.length); index++) {
		const [old, now] = [before.at(index), after.at(index)];
		if (old !== now) return Math.min(old?.step ?? Infinity, now?.step ?? Infinity);
	}

	return undefined;
}

/**
 * Which step touched what, over a whole recording: made chunk by chunk, when something is asked that needs it, by going
 * through the steps again. An edit makes what comes after it be made again.
 */
export class StepIndex {
	readonly signatures = new SignatureTable();
	/** By number; the one that was asked for last is the last one. */
	private readonly chunks = new Map<number, Chunk>();
	/** The window that was looked at last. */
	private window: Chunk | undefined;
	private readonly watcher: StepWatcher;
	private edits: readonly RecordedEdit[];

	/**
	 * @param limit bytes that all chunks may take together; those that nobody has asked for longest are dropped, and made
	 * again if they are wanted
	 */
	constructor(
		readonly recording: Recording,
		private readonly limit = Infinity,
	) {
		this.watcher = new StepWatcher(recording.machine, this.signatures);
		this.edits = recording.edits;
	}

	/** Bytes that it takes. */
	get bytes(): number {
		return [...this.chunks.values()].reduce((sum, {bytes}) => sum + bytes, 0);
	}

	/**
	 * The chunk that holds a step, with what happened in it before another one; each turn of the generator is a slice of the
	 * work that takes.
	 * @param goal the step behind the last one that must be known; not beyond the run or the chunk
	 */
	*chunk(step: number, goal: number): Generator<undefined, Chunk> {
		this.refresh();
		const number = Math.floor(step / CHUNK_STEPS);
		const chunk = this.chunks.get(number) ?? new Chunk(number * CHUNK_STEPS);
		this.chunks.delete(number);
		this.chunks.set(number, chunk);
		for (let before = -1; chunk.end < goal && chunk.known !== before; ) {
			before = chunk.known;
			this.extend(chunk, Math.min(goal, chunk.end + SLICE));
			yield;
			// Meanwhile the run may have been changed.
			this.refresh();
		}

		this.bound(number);
		return chunk;
	}

	/**
	 * The steps before one, as many as are known already or as are soon looked at.
	 * @param low no earlier ones are wanted
	 */
	*before(step: number, low: number): Generator<undefined, Chunk> {
		this.refresh();
		return this.known(step - 1) ?? (yield* this.look(Math.max(low, step - WINDOW), step));
	}

	/**
	 * The steps from one on, as many as are known already or as are soon looked at.
	 * @param high no later ones are wanted
	 */
	*behind(step: number, high: number): Generator<undefined, Chunk> {
		this.refresh();
		return this.known(step) ?? (yield* this.look(step, Math.min(high, step + WINDOW)));
	}

	/** What is known of a step and those around it. */
	private known(step: number): Chunk | undefined {
		const chunk = this.chunks.get(Math.floor(step / CHUNK_STEPS));
		return [chunk, this.window].find(each => each !== undefined && step >= each.start && step < each.end);
	}

	private *look(low: number, high: number): Generator<undefined, Chunk> {
		const window = new Chunk(low, WINDOW);
		this.window = window;
		this.extend(window, high);
		yield;
		return window;
	}

	/** Forgets what an edit has made untrue. */
	refresh(): void {
		const {edits} = this.recording;
		if (edits === this.edits) return;
		const from = divergence(this.edits, edits);
		this.edits = edits;
		if (from === undefined) return;
		for (const chunk of this.chunks.values()) chunk.cut(from);
		this.window = undefined;
	}

	private bound(kept: number): void {
		let {bytes} = this;
		for (const [number, chunk] of this.chunks) {
			if (bytes <= this.limit) return;
			if (number === kept) continue;
			bytes -= chunk.bytes;
			this.chunks.delete(number);
		}
	}

	/** Goes through more steps of a chunk; the machine stands behind them afterwards. */
	private extend(chunk: Chunk, goal: number): void {
		const {recording, watcher, edits} = this;
		const {machine} = recording;
		const {memory} = machine;
		const {onWrite, onCodeWrite} = memory;
		const hear = (address: number, bytes: number): void => chunk.writes.add(machine.steps - chunk.start, address, bytes);
		recording.seek(chunk.end);
		try {
			memory.onCodeWrite = page => {
				onCodeWrite?.(page);
				machine.cpu.pause();
			};

			recording.replay(watcher, this.details(chunk), run => {
				while (machine.steps < goal) {
					// An edit is made now, before anybody hears of what it writes.
					memory.onWrite = onWrite;
					recording.seek(machine.steps);
					memory.onWrite = hear;
					const {steps} = machine;
					const nextEdit = edits.find(({step}) => step > steps)?.step ?? Infinity;
					this.stretches(chunk, Math.min(goal, nextEdit), run);
					if (machine.steps === steps) return;
				}
			});
		} finally {
			memory.onWrite = onWrite;
			memory.onCodeWrite = onCodeWrite;
		}
	}

	/** Hears of what is read. */
	private details(chunk: Chunk): DetailListener {
		const {machine} = this.recording;
		const keep = (physical: number, bytes: number): void => chunk.reads.add(machine.steps - chunk.start, physical, bytes);
		return {
			effect: () => undefined,
			walk: () => undefined,
			access: ({write, address, bits}) => {
				if (!write) this.watcher.physical(address, bits >> 3, keep);
			},
		};
	}

	/** Goes on to a step, a stretch of instructions at a time. */
	private stretches(chunk: Chunk, goal: number, run: (steps: number) => void): void {
		const {machine} = this.recording;
		while (machine.steps < goal) {
			const first = chunk.known;
			const signatures = this.watcher.stretch(goal - machine.steps, run);
			if (signatures.length === 0) return;
			chunk.signatures.set(signatures, first);
			chunk.known = first + signatures.length;
			// The words of a frame are pushed when the step has been counted already.
			chunk.writes.giveBack(chunk.known);
			chunk.reads.giveBack(chunk.known);
		}
	}
}
