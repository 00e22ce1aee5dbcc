import type {TraceEvent} from './events.js';
import type {Recording} from './recording.js';

/** What a slice of a search came to. */
export type SearchProgress = 'done' | 'more' | 'nothing';

/** A search that may take long: each call of `slice` does a part of it. */
export interface Search {
	slice(): SearchProgress;
	/** Where it stands: the step that was found, once it is done. */
	readonly step: number;
	/** What was found there, if it was an event. */
	readonly event?: TraceEvent | undefined;
}

/** Steps of one slice. */
export const SEARCH_SLICE = 4000;

/** Does a search to its end. */
export function finish<S extends Search>(search: S): S {
	while (search.slice() === 'more');
	return search;
}

/** Index of the first of some events, which are in order, that is not before a step. */
export function firstEventFrom(events: readonly TraceEvent[], step: number): number {
	let low = 0;
	let high = events.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (events[middle].step < step) low = middle + 1;
		else high = middle;
	}

	return low;
}

class EventSearch implements Search {
	event: TraceEvent | undefined;
	private seen: number;

	constructor(
		private readonly recording: Recording,
		private readonly from: number,
		private readonly accepts: (event: TraceEvent) => boolean,
		private readonly steps: number,
	) {
		this.seen = firstEventFrom(recording.events, from);
	}

	get step(): number {
		return this.event?.step ?? this.recording.length;
	}

	private look(): boolean {
		const {events} = this.recording;
		for (; this.event === undefined && this.seen < events.length; this.seen++) {
			if (events[this.seen].step >= this.from && this.accepts(events[this.seen])) this.event = events[this.seen];
		}

		return this.event !== undefined;
	}

	slice(): SearchProgress {
		const {recording} = this;
		if (this.look()) return 'done';
		if (recording.end !== undefined) return 'nothing';
		recording.advance(this.steps, () => this.look());
		return this.look() ? 'done' : 'more';
	}
}

/**
 * The first event at a step or behind it that a test accepts; the run goes on until there is one.
 * @param from a step: what happens in that step counts
 * @param steps steps of one slice
 */
export const nextEvent = (recording: Recording, from: number, accepts: (event: TraceEvent) => boolean, steps = SEARCH_SLICE): Search =>
	new EventSearch(recording, from, accepts, steps);

/** The last event before a step that a test accepts. */
export function previousEvent(recording: Recording, before: number, accepts: (event: TraceEvent) => boolean): TraceEvent | undefined {
	const {events} = recording;
	for (let index = firstEventFrom(events, before) - 1; index >= 0; index--) if (accepts(events[index])) return events[index];
	return undefined;
}

/**
 * Takes the machine to a step, running on where the run has not come so far yet.
 * `done`: it stands there; `nothing`: the run is over before, and it stands at the end.
 */
export function toStep(recording: Recording, goal: number, steps = SEARCH_SLICE): Search {
	const wanted = Math.max(0, goal);
	return {
		get step() {
			return recording.step;
		},
		slice() {
			if (wanted <= recording.length) {
				recording.seek(wanted);
				return 'done';
			}

			if (recording.end !== undefined) {
				recording.seek(recording.length);
				return 'nothing';
			}

			recording.advance(Math.min(steps, wanted - recording.length));
			return 'more';
		},
	};
}
