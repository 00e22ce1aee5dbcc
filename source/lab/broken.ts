import {surgeryLine} from '../kernel/surgery.js';
import {replay} from '../trace/branches/replay.js';
import {type Consequence, type ConsequenceSearch, firstConsequence} from '../trace/contract/consequence.js';
import type {SearchProgress} from '../trace/search.js';
import type {Laboratory} from './laboratory.js';

/** A line that the kernel lacks: its name, what it is for, and what comes of leaving it out. */
export interface LeftOut {
	readonly name: string;
	readonly purpose: string;
	readonly breaks: string;
}

/** The lines that a laboratory's kernel lacks. */
export const leftOutLines = ({settings: {without = []}}: Laboratory): LeftOut[] => without.map(name => surgeryLine(name));

/**
 * Watches a laboratory's run, with its changes, from the machine's first step and finds out what breaks first. It is gone
 * through on a machine of its own: the one that is shown stays where it is.
 * @param limit the step at which a run that has not ended is left
 */
export function whatBreaks(laboratory: Laboratory, limit: number): ConsequenceSearch {
	const {make, changes = []} = laboratory.variant();
	const recording = make();
	const way = replay(recording, changes, changes.at(-1)?.step ?? 0);
	let search: ConsequenceSearch | undefined;
	return {
		get result(): Consequence | undefined {
			return search?.result;
		},
		get step() {
			return recording.step;
		},
		slice(): SearchProgress {
			if (search !== undefined) return search.slice();
			if (way.slice() === 'more') return 'more';
			search = firstConsequence(recording, laboratory.names, limit);
			return 'more';
		},
	};
}
