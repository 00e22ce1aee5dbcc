import {type Outcome, outcomeOf} from '../outcome.js';
import type {Recording} from '../recording.js';
import type {Search} from '../search.js';
import {applyChange, type Change, type ChangeAt, ChangeError, refusalOf} from './change.js';
import {describeChange, type NameBook} from './change-text.js';
import {type Replay, replay} from './replay.js';

/** What is known of a branch, as data. */
export interface BranchInfo {
	readonly id: number;
	/** Given by people, or made from its number. */
	readonly name: string;
	/** The branch that it was made from; none for the run as it was begun. */
	readonly parent?: number;
	/** The step before which the changes were made that set it apart from its parent. */
	readonly fork: number;
	readonly changes: readonly Change[];
	/** The changes in words. */
	readonly words: string;
	/** Its furthest step so far. */
	readonly length: number;
	/** How it ended, if it did. */
	readonly outcome?: Outcome;
	readonly isCurrent: boolean;
	/** Whether it can be shown at once; else its run is gone through again first. */
	readonly isAtHand: boolean;
}

/** A branch: all changes since the machine was switched on. The run repeats exactly, so they are all that must be kept. */
interface Branch {
	readonly id: number;
	name: string | undefined;
	parent: number | undefined;
	/** In the order in which they are made. */
	readonly changes: readonly ChangeAt[];
	length: number;
	outcome: Outcome | undefined;
	/** The step that was looked at when it was left. */
	cursor: number;
}

/** A branch as it is written to a file. */
export interface SavedBranch extends Pick<Branch, 'id' | 'changes' | 'length' | 'cursor'> {
	readonly name?: string;
	readonly parent?: number;
}

/** How many runs are kept at hand. */
export interface BranchOptions {
	/** Runs kept at hand, the current one among them; 2 by default. The others are gone through again when they are wanted. */
	readonly kept?: number;
	/** Bytes that all runs at hand may take; the current one is kept however large it is. 512 MiB by default. */
	readonly bytes?: number;
	/** Names for the words of changes. */
	readonly names?: NameBook;
}

const DEFAULT_BYTES = 512 * 1024 * 1024;

/** The number of the run as it was begun. */
export const ROOT_BRANCH = 0;

const done = (recording: Recording): Search => ({
	slice: () => 'done',
	get step() {
		return recording.step;
	},
});

/**
 * The futures of one run. A change anywhere makes a new branch, and the old future stays. A branch is the list of its
 * changes; the recording of one that was left a while ago is dropped and made again from the machine's first step.
 */
export class Branches {
	private readonly branches = new Map<number, Branch>();
	/** The recordings at hand, the one that was used last at the end. */
	private readonly atHand = new Map<number, Recording>();
	private readonly undone: number[] = [];
	private currentId = ROOT_BRANCH;
	private lastId = ROOT_BRANCH;

	/**
	 * @param make makes a recording of the run as it was begun, at its first step; the same one each time
	 * @param recording the one that is at hand already; not changed since it was begun
	 */
	constructor(
		private readonly make: () => Recording,
		{kept = 2, bytes = DEFAULT_BYTES, names}: BranchOptions = {},
		recording = make(),
	) {
		this.options = {kept, bytes, names};
		this.branches.set(ROOT_BRANCH, {id: ROOT_BRANCH, name: undefined, parent: undefined, changes: [], length: recording.length, outcome: undefined, cursor: recording.step});
		this.atHand.set(ROOT_BRANCH, recording);
	}

	private readonly options: {readonly kept: number; readonly bytes: number; readonly names: NameBook | undefined};

	/** The number of the branch that is shown. */
	get current(): number {
		return this.currentId;
	}

	/** The recording of the branch that is shown. It is another one after a switch, and the same after a change. */
	get recording(): Recording {
		const recording = this.atHand.get(this.currentId);
		if (recording === undefined) throw new Error('the current branch has no recording');
		return recording;
	}

	private branch(id: number): Branch {
		const found = this.branches.get(id);
		if (found === undefined) throw new RangeError(`there is no branch ${id}; there are ${[...this.branches.keys()].join(', ')}`);
		return found;
	}

	/** The branches in the order in which they were made. One that is no more than the way to another is left out. */
	list(): BranchInfo[] {
		this.note(this.currentId);
		return [...this.branches.values()].filter(branch => !this.isPassage(branch)).map(branch => this.infoOf(branch));
	}

	/** What is known of one branch. Throws RangeError for a number that none has. */
	info(id: number): BranchInfo {
		this.note(this.currentId);
		return this.infoOf(this.branch(id));
	}

	private infoOf(branch: Branch): BranchInfo {
		const parent = this.shownParent(branch);
		const changes = branch.changes.slice(parent?.changes.length ?? 0);
		return {
			id: branch.id,
			name: branch.name ?? (branch.id === ROOT_BRANCH ? 'first run' : `branch ${branch.id}`),
			...(parent === undefined ? {} : {parent: parent.id}),
			fork: changes.at(0)?.step ?? 0,
			changes: changes.map(({change}) => change),
			words: changes.length === 0 ? 'nothing was changed' : changes.map(({change}) => describeChange(change, this.options.names)).join(', '),
			length: branch.length,
			...(branch.outcome === undefined ? {} : {outcome: branch.outcome}),
			isCurrent: branch.id === this.currentId,
			isAtHand: this.atHand.has(branch.id),
		};
	}

	/** All changes of a branch since the machine was switched on. */
	changesOf(id: number): readonly ChangeAt[] {
		return this.branch(id).changes;
	}

	/** The changes that led to the current branch, in words, the first one first: undoing takes back the last one. */
	trail(): string[] {
		const words: string[] = [];
		for (let branch = this.branch(this.currentId); branch.parent !== undefined; ) {
			const parent = this.branch(branch.parent);
			words.unshift(branch.changes.slice(parent.changes.length).map(({change}) => describeChange(change, this.options.names)).join(', '));
			branch = parent;
		}

		return words;
	}

	/** Whether a branch holds nothing but the first of several changes that were made at one step. */
	private isPassage({id, name, length, changes}: Branch): boolean {
		if (id === ROOT_BRANCH || id === this.currentId || name !== undefined || length !== changes.at(-1)?.step) return false;
		return [...this.branches.values()].some(({parent}) => parent === id);
	}

	private shownParent({parent}: Branch): Branch | undefined {
		let found = parent === undefined ? undefined : this.branch(parent);
		while (found?.parent !== undefined && this.isPassage(found)) found = this.branch(found.parent);
		return found;
	}

	/** Notes of a branch at hand how far it has come. */
	private note(id: number): void {
		const branch = this.branch(id);
		const recording = this.atHand.get(id);
		if (recording === undefined) return;
		branch.cursor = recording.step;
		if (recording.length !== branch.length || (recording.end === undefined) !== (branch.outcome === undefined)) {
			branch.length = recording.length;
			branch.outcome = this.outcomeOf(recording);
		}
	}

	private outcomeOf(recording: Recording): Outcome | undefined {
		if (recording.end === undefined) return undefined;
		const {step} = recording;
		recording.seek(recording.length);
		const outcome = outcomeOf(recording.machine, recording.kernel, recording.end);
		recording.seek(step);
		return outcome;
	}

	/**
	 * Makes changes where the machine stands: a new branch, which becomes the current one. The old future stays.
	 * @throws ChangeError if one of them can't be made there; then nothing has happened
	 */
	change(changes: readonly Change[]): BranchInfo {
		const {recording} = this;
		const {step} = recording;
		const refusal = refusalOf(recording.machine, changes);
		if (refusal !== undefined) throw new ChangeError(refusal);
		this.note(this.currentId);
		const parent = this.branch(this.currentId);
		const id = ++this.lastId;
		this.branches.set(id, {id, name: undefined, parent: parent.id, changes: [...parent.changes, ...changes.map(change => ({step, change}))], length: step, outcome: undefined, cursor: step});
		// The recording goes over to the new branch; that of the old one is made again if somebody goes back to it.
		this.atHand.delete(parent.id);
		this.atHand.set(id, recording);
		for (const change of changes) recording.edit(machine => applyChange(machine, change));
		this.currentId = id;
		this.undone.length = 0;
		return this.info(id);
	}

	/** Gives a branch a name; an empty one takes its name away. */
	rename(id: number, name: string): void {
		this.branch(id).name = name.trim() === '' ? undefined : name.trim();
	}

	/**
	 * Makes a branch the current one, in slices: its run may have to be gone through again.
	 * @param cursor the step at which the machine is to stand; where it stood when the branch was left, by default
	 */
	switchTo(id: number, cursor?: number): Search {
		const branch = this.branch(id);
		this.note(this.currentId);
		const goal = cursor ?? branch.cursor;
		const known = this.atHand.get(id);
		if (known !== undefined) {
			this.enter(id, known, goal);
			return done(known);
		}

		return this.switchAfter(replay(this.make(), branch.changes, branch.length), id, goal);
	}

	private switchAfter(work: Replay, id: number, goal: number): Search {
		const enter = (): void => this.enter(id, work.recording, goal);
		return {
			slice() {
				const progress = work.slice();
				if (progress === 'done') enter();
				return progress;
			},
			get step() {
				return work.step;
			},
		};
	}

	private enter(id: number, recording: Recording, step: number): void {
		this.atHand.delete(id);
		this.atHand.set(id, recording);
		this.currentId = id;
		recording.seek(step);
		this.dropOldest();
	}

	/** Lets go of the recordings that were not used for longest. */
	private dropOldest(): void {
		const size = (): number => [...this.atHand.values()].reduce((sum, {machine, bytesKept}) => sum + machine.memory.size + bytesKept, 0);
		for (const id of [...this.atHand.keys()]) {
			if (id === this.currentId || (this.atHand.size <= this.options.kept && size() <= this.options.bytes)) continue;
			this.note(id);
			this.atHand.delete(id);
		}
	}

	/** Takes the last change of the current branch back: goes to the branch that it was made on. Undefined if there is none. */
	undo(): Search | undefined {
		const {parent, changes} = this.branch(this.currentId);
		if (parent === undefined) return undefined;
		this.undone.push(this.currentId);
		return this.switchTo(parent, changes.at(this.branch(parent).changes.length)?.step);
	}

	/** Makes the change again that was taken back last. Undefined if there is none. */
	redo(): Search | undefined {
		const id = this.undone.pop();
		return id === undefined ? undefined : this.switchTo(id);
	}

	/**
	 * Removes a branch; those that were made from it stay, with its changes as theirs. Removing the current one goes back to
	 * the one that it was made from.
	 * @throws RangeError for the run as it was begun
	 */
	remove(id: number): Search {
		const {parent} = this.branch(id);
		if (parent === undefined) throw new RangeError('the first run can’t be removed: all others begin with it');
		const work = id === this.currentId ? this.switchTo(parent) : done(this.recording);
		const forget = (): void => {
			this.branches.delete(id);
			this.atHand.delete(id);
			for (const other of this.branches.values()) if (other.parent === id) other.parent = parent;
			for (let index = this.undone.length - 1; index >= 0; index--) if (this.undone[index] === id) this.undone.splice(index, 1);
		};

		return {
			slice() {
				const progress = work.slice();
				if (progress === 'done') forget();
				return progress;
			},
			get step() {
				return work.step;
			},
		};
	}

	/** All branches as data, for a file. */
	save(): {readonly current: number; readonly branches: readonly SavedBranch[]} {
		this.note(this.currentId);
		const branches = [...this.branches.values()].map(({id, name, parent, changes, length, cursor}): SavedBranch =>
			({id, ...(name === undefined ? {} : {name}), ...(parent === undefined ? {} : {parent}), changes, length, cursor}));
		return {current: this.currentId, branches};
	}

	/**
	 * Takes over saved branches; the run as it was begun must be that of the file. None of them is at hand: switch to one.
	 * @throws RangeError if a branch's parent is missing or its changes do not begin with its parent's
	 */
	restore(saved: readonly SavedBranch[]): void {
		for (const {id, name, parent, changes, length, cursor} of saved) {
			if (id === ROOT_BRANCH) continue;
			const from = this.branches.get(parent ?? -1);
			if (from === undefined) throw new RangeError(`branch ${id} was made from branch ${parent ?? '?'}, which is missing`);
			if (from.changes.length >= changes.length) throw new RangeError(`branch ${id} changes nothing that branch ${from.id} does not change`);
			this.branches.set(id, {id, name, parent: from.id, changes, length, outcome: undefined, cursor});
			this.lastId = Math.max(this.lastId, id);
		}
	}
}
