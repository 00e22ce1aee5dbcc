import {Branches} from '../trace/branches/branches.js';
import {applyChange, type Change, type ChangeAt, ChangeError, refusalOf} from '../trace/branches/change.js';
import type {NameBook} from '../trace/branches/change-text.js';
import {replay} from '../trace/branches/replay.js';
import type {Recording} from '../trace/recording.js';
import type {Search} from '../trace/search.js';

/** A run that can be changed, and be had again as it was begun. */
export interface Runs {
	readonly recording: Recording;
	/** The branches, where each change makes one. */
	readonly branches: Branches | undefined;
	/** Makes a recording of the run as it was begun, at the machine's first step. */
	readonly make: () => Recording;
	/** What was changed on the way to the furthest step. */
	readonly changes: readonly ChangeAt[];
	/** Makes changes where the machine stands. Throws ChangeError, if one can't be made there. */
	change(changes: readonly Change[]): void;
	/** Goes back to the run as it was begun; the machine may stand anywhere in it afterwards. */
	reset(): Search | undefined;
	/** A run of its own that goes on from where this one stands: what is done to it does not touch this one. */
	copy(): Recording;
}

/** Takes a new recording to where another one stands, by its changes. */
function copyOf(make: () => Recording, changes: readonly ChangeAt[], step: number): Recording {
	const known = changes.filter(change => change.step <= step);
	const work = replay(make(), known, step);
	while (work.slice() === 'more');
	work.recording.seek(step);
	return work.recording;
}

/** Runs in which a change makes a branch and the old future stays: for people. */
export class BranchedRuns implements Runs {
	readonly branches: Branches;

	constructor(
		readonly make: () => Recording,
		recording: Recording,
		names: NameBook,
	) {
		this.branches = new Branches(make, {names}, recording);
	}

	get recording(): Recording {
		return this.branches.recording;
	}

	get changes(): readonly ChangeAt[] {
		return this.branches.changesOf(this.branches.current);
	}

	change(changes: readonly Change[]): void {
		this.branches.change(changes);
	}

	/** The first run; none of its changes, if it is the current one already. */
	reset(): Search | undefined {
		const {branches} = this;
		const [first] = branches.list();
		return branches.current === first.id ? undefined : branches.switchTo(first.id);
	}

	copy(): Recording {
		return copyOf(this.make, this.changes, this.recording.step);
	}
}

/** Runs in which a change replaces the future, and that are begun again without switching the machine on: for proofs. */
export class PlainRuns implements Runs {
	readonly branches = undefined;
	private made: readonly ChangeAt[] = [];

	constructor(
		readonly make: () => Recording,
		private current: Recording,
	) {}

	get recording(): Recording {
		return this.current;
	}

	get changes(): readonly ChangeAt[] {
		return this.made;
	}

	change(changes: readonly Change[]): void {
		const {current} = this;
		const {step} = current;
		const refusal = refusalOf(current.machine, changes);
		if (refusal !== undefined) throw new ChangeError(refusal);
		this.made = [...this.made.filter(each => each.step <= step), ...changes.map(change => ({step, change}))];
		for (const change of changes) current.edit(machine => applyChange(machine, change));
	}

	/** An edit that changes nothing, before the first change, drops all that came of it. */
	reset(): undefined {
		const first = Math.min(...this.made.map(({step}) => step));
		if (this.made.length > 0 && first > 0) {
			this.current.seek(first - 1);
			this.current.edit(() => undefined);
		} else if (this.made.length > 0) {
			this.current = this.make();
		}

		this.made = [];
	}

	copy(): Recording {
		return copyOf(this.make, this.made, this.current.step);
	}
}
