import type {Recording} from '../recording.js';
import type {Search, SearchProgress} from '../search.js';
import {applyChange, type ChangeAt} from './change.js';

/** Steps of one slice of a run that is gone through again. */
const SLICE = 20_000;

/** A run that is being gone through with its changes. */
export interface Replay extends Search {
	readonly recording: Recording;
}

/**
 * Takes a new recording through a run: to each step at which something was changed, and on to a length.
 * @param recording at the machine's first step
 * @param changes in the order in which they are made; at each the run goes on to its step first
 * @param length the step to go on to behind the last change; not further than the run goes
 */
export function replay(recording: Recording, changes: readonly ChangeAt[], length: number): Replay {
	let next = 0;
	const advance = (goal: number): boolean => {
		recording.advance(Math.min(SLICE, goal - recording.length));
		return recording.length >= goal || recording.end !== undefined;
	};

	const slice = (): SearchProgress => {
		const change = changes.at(next);
		if (change === undefined) return advance(length) ? 'done' : 'more';
		if (!advance(change.step)) return 'more';
		if (recording.length < change.step) throw new RangeError(`the run is over at step ${recording.length}, before the change at step ${change.step}`);
		next++;
		recording.seek(change.step);
		recording.edit(machine => applyChange(machine, change.change));
		return 'more';
	};

	return {
		recording,
		slice,
		get step() {
			return recording.length;
		},
	};
}
