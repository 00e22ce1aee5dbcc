import type {MemoryAccess} from '../../machine/events.js';
import type {Machine} from '../../machine/machine.js';
import type {Names} from '../names.js';
import type {Recording} from '../recording.js';
import type {Search, SearchProgress} from '../search.js';
import {type Stretch, Walk, type Walker} from '../walk.js';
import {type Check, makeCheck} from './checks.js';
import type {StopCondition} from './condition.js';
import {textOfStop} from './stop-text.js';

/** A stop that was set. */
export interface SetStop {
	readonly id: number;
	readonly condition: StopCondition;
	/** The condition as people write it. */
	readonly text: string;
	readonly isOn: boolean;
}

/** A run has stopped. */
export interface StopHit {
	readonly stop: SetStop;
	/** The machine stands there: so many steps have been done. */
	readonly step: number;
	/** What has happened, in words. */
	readonly why: string;
}

/** A search for the next stop. */
export interface StopSearch extends Search {
	/** All stops whose conditions have become true in one and the same step; empty as long as none has. */
	readonly hits: readonly StopHit[];
}

interface Entry {
	stop: SetStop;
	readonly check: Check;
}

/** Stretches of one slice of a search. */
const SLICE = 4000;

/** Steps that a search backwards looks at first, and how many times more then. */
const BACK = {FIRST: 2000, MORE: 4, LIMIT: 100_000} as const;

/** Conditions under which a run is to stop, while it goes on and while it is gone back over. */
export class Stops {
	private readonly entries: Entry[] = [];
	private lastId = 0;

	constructor(private readonly names: Names) {}

	/** The stops that were set, in their order. */
	get list(): readonly SetStop[] {
		return this.entries.map(({stop}) => stop);
	}

	/**
	 * Sets a stop.
	 * @param recording the run; a place that a register names is found where its machine stands now
	 */
	add(condition: StopCondition, {machine, kernel}: Recording): SetStop {
		const stop: SetStop = {id: ++this.lastId, condition, text: textOfStop(condition, this.names), isOn: true};
		this.entries.push({stop, check: makeCheck(condition, {machine, kernel, names: this.names})});
		return stop;
	}

	/** Takes a stop away. */
	remove(id: number): void {
		const index = this.entries.findIndex(({stop}) => stop.id === id);
		if (index >= 0) this.entries.splice(index, 1);
	}

	/** Switches a stop on or off without forgetting it. */
	toggle(id: number): void {
		for (const entry of this.entries) if (entry.stop.id === id) entry.stop = {...entry.stop, isOn: !entry.stop.isOn};
	}

	private get active(): readonly Entry[] {
		return this.entries.filter(({stop}) => stop.isOn);
	}

	/**
	 * Goes on from where the machine stands to the next stop, in slices, over known steps and new ones.
	 * `done`: the machine stands at a stop; `nothing`: the run is over, or the limit was reached.
	 * @param limit the step at which the search gives up
	 */
	next(recording: Recording, limit = Infinity): StopSearch {
		const watcher = new Watcher(this.active);
		const walk = new Walk(recording, [watcher]);
		return {
			get hits() {
				return watcher.hits;
			},
			get step() {
				return recording.step;
			},
			slice(): SearchProgress {
				for (;;) {
					const goal = watcher.goal(recording.step, limit);
					const progress = walk.go(goal, SLICE);
					// A stop at a step shortens the walk: it goes on behind it.
					if (progress !== 'nothing' || goal >= limit || recording.step < goal) return progress;
				}
			},
		};
	}

	/**
	 * Goes back from where the machine stands to the last stop before, in slices.
	 * `done`: the machine stands there; `nothing`: there is none, and the machine stands where the search began.
	 * @param first the first step that counts, such as the program's first
	 */
	previous(recording: Recording, first = 0): StopSearch {
		const before = recording.step;
		let end = before;
		let size: number = BACK.FIRST;
		let hits: readonly StopHit[] = [];
		const {active} = this;
		return {
			get hits() {
				return hits;
			},
			get step() {
				return recording.step;
			},
			slice(): SearchProgress {
				const from = Math.max(first, end - size);
				hits = end > from ? lastHits(recording, active, from, end, before) : [];
				if (hits.length > 0) {
					recording.seek(hits[0].step);
					return 'done';
				}

				end = from;
				size = Math.min(size * BACK.MORE, BACK.LIMIT);
				if (end > first) return 'more';
				recording.seek(before);
				return 'nothing';
			},
		};
	}
}

/** The last stops between two steps, found by going over all of them again. */
function lastHits(recording: Recording, entries: readonly Entry[], from: number, end: number, before: number): readonly StopHit[] {
	const watcher = new Watcher(entries);
	const walk = new Walk(recording, [watcher]);
	let last: readonly StopHit[] = [];
	recording.seek(from);
	while (recording.step < end) {
		const progress = walk.go(Math.min(watcher.goal(recording.step, end), end));
		// Where the machine stood when the search began is no stop on the way back.
		if (progress === 'done' && watcher.hits[0].step < before) last = watcher.hits;
		else if (progress === 'nothing' && recording.step === recording.length && recording.end !== undefined) break;
	}

	return last;
}

/** Asks all checks behind each stretch. */
class Watcher implements Walker {
	hits: readonly StopHit[] = [];
	readonly everyStep: boolean;
	private readonly hears: readonly ((access: MemoryAccess) => void)[];

	constructor(private readonly entries: readonly Entry[]) {
		this.everyStep = entries.some(({check}) => check.everyStep);
		this.hears = entries.map(({check}) => check.access).filter(each => each !== undefined);
	}

	/** The next step at which the walk must stop to look. */
	goal(step: number, limit: number): number {
		const steps = this.entries.map(({check}) => check.step).filter(each => each !== undefined && each > step);
		return Math.min(limit, ...steps as number[]);
	}

	access(): ((access: MemoryAccess) => void) | undefined {
		const {hears} = this;
		return hears.length === 0 ? undefined : access => hears.forEach(hear => hear(access));
	}

	begin(machine: Machine): void {
		this.hits = [];
		for (const {check} of this.entries) check.begin?.(machine);
	}

	after(stretch: Stretch): boolean {
		const hits: StopHit[] = [];
		for (const {stop, check} of this.entries) {
			const why = check.hit(stretch);
			if (why !== undefined) hits.push({stop, step: stretch.machine.steps, why});
		}

		this.hits = hits;
		return hits.length > 0;
	}
}
