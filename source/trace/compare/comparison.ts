import type {Change, ChangeAt} from '../branches/change.js';
import type {NamedProgram} from '../names.js';
import type {Recording} from '../recording.js';
import type {Search, SearchProgress} from '../search.js';
import {type Difference, differencesOf} from './differences.js';
import {Lockstep, type LockstepResult} from './lockstep.js';
import {Side} from './side.js';
import {entersProgram, SideEdits} from './side-edits.js';
import {type RunSummary, summarize} from './summary.js';

/** One of two runs that are to be compared. */
export interface Variant {
	/** Makes its recording, at the machine's first step. */
	readonly make: () => Recording;
	readonly program: NamedProgram;
	/** Changes at certain steps, as a branch has them. */
	readonly changes?: readonly ChangeAt[] | undefined;
	/** Changes right before the system call that the comparison names. */
	readonly settings?: readonly Change[] | undefined;
}

/** How to compare. */
export interface ComparisonOptions {
	/** The system call before which settings are made, counted from 1 from the program's first instruction on; 1 by default. */
	readonly call?: number;
	/** The step at which a run that has not ended is left. */
	readonly limit: number;
}

/** What comparing two runs has found. */
export interface ComparisonResult {
	readonly lockstep: LockstepResult;
	readonly a: RunSummary;
	readonly b: RunSummary;
	/** What is not the same at the end, in the order in which people should read it. */
	readonly differences: readonly Difference[];
	/** Whether the call that settings were to be made before never came. */
	readonly missedCall: boolean;
	/** Why changes could not be made, if they could not. */
	readonly refused?: string;
}

/** Steps of a slice in which each side runs alone, and rounds of one in which they go together. */
const SLICE = {ALONE: 20_000, TOGETHER: 2000} as const;

/** Compares two runs: takes them forward together as long as they stay together, then each to its end. */
export class Comparison implements Search {
	private readonly sides: readonly [Side, Side];
	private readonly edits: readonly [SideEdits, SideEdits];
	private readonly limit: number;
	/** Whether both are one and the same run until something is changed. */
	private readonly alike: boolean;
	private lockstep: Lockstep | undefined;
	private phase: 'boot' | 'change' | 'together' | 'alone' | 'over' = 'boot';
	private found: ComparisonResult | undefined;

	constructor([a, b]: readonly [Variant, Variant], {call = 1, limit}: ComparisonOptions) {
		const sameProgram = a.program.image === b.program.image;
		const recordings = [a.make(), b.make()] as const;
		this.sides = [new Side(recordings[0], a.program), new Side(recordings[1], b.program, sameProgram ? undefined : a.program)];
		this.alike = sameProgram && recordings[0].kernel === recordings[1].kernel;
		const hasSettings = [a, b].some(({settings = []}) => settings.length > 0);
		const edits = (side: Side, {changes = [], settings = []}: Variant): SideEdits => new SideEdits(side, changes, hasSettings ? {call, changes: settings} : undefined);
		this.edits = [edits(this.sides[0], a), edits(this.sides[1], b)];
		this.limit = limit;
	}

	/** The two recordings: behind the comparison they can be gone through to look at what was found. */
	get recordings(): readonly [Recording, Recording] {
		return [this.sides[0].recording, this.sides[1].recording];
	}

	get step(): number {
		return Math.max(...this.recordings.map(({length}) => length));
	}

	/** What was found; undefined before the last slice. */
	get result(): ComparisonResult | undefined {
		return this.found;
	}

	slice(): SearchProgress {
		switch (this.phase) {
			case 'boot':
				if (this.bothReach(side => side.recording.events.some(entersProgram))) this.phase = this.alike ? 'change' : this.begin();
				return 'more';
			case 'change':
				if (this.reachFirstChange()) this.phase = this.begin();
				return 'more';
			case 'together':
				if (this.lockstep?.go(SLICE.TOGETHER) !== 'more') this.phase = 'alone';
				return 'more';
			case 'alone':
				if (!this.bothReach(() => false)) return 'more';
				this.finish();
				return 'done';
			default:
				return 'done';
		}
	}

	/** Runs both sides on for a slice, each until it is over or where it should come. True when both are. */
	private bothReach(isThere: (side: Side) => boolean): boolean {
		let all = true;
		for (const side of this.sides) {
			const {recording} = side;
			const isDone = (): boolean => isThere(side) || recording.end !== undefined || recording.length >= this.limit;
			if (!isDone()) recording.advance(Math.min(SLICE.ALONE, this.limit - recording.length), () => isThere(side));
			all &&= isDone();
		}

		return all;
	}

	/** Takes both sides to the first change: up to there they are one and the same run. */
	private reachFirstChange(): boolean {
		const [one, other] = this.edits;
		const goal = Math.min(one.next, other.next);
		const isThere = (side: Side): boolean => (side === this.sides[0] ? one : other).due !== undefined || side.recording.length >= goal;
		if (this.edits.every(({isDone}) => isDone)) return true;
		if (!this.bothReach(isThere)) return false;
		const place = Math.min(goal, one.due ?? Infinity, other.due ?? Infinity, ...this.recordings.map(({length}) => length));
		for (const recording of this.recordings) recording.seek(place);
		return true;
	}

	private begin(): 'together' | 'alone' {
		if (this.alike && this.edits.every(({isDone}) => isDone)) return 'alone';
		this.makeEdits();
		const {edits, sides: [a, b]} = this;
		const plan = {
			make: () => this.makeEdits(),
			get room() {
				return Math.min(edits[0].next - a.recording.step, edits[1].next - b.recording.step);
			},
		};
		this.lockstep = new Lockstep(a, b, plan, this.limit);
		return 'together';
	}

	/** Makes the changes that are due; the sides, which have come equally far, are taken back to them. */
	private makeEdits(): boolean {
		const due = this.edits.map(edits => edits.due);
		for (const [index, edits] of this.edits.entries()) {
			const step = due[index];
			if (step !== undefined) edits.make(step);
		}

		return due.some(step => step !== undefined);
	}

	private finish(): void {
		const {sides: [sideA, sideB], edits} = this;
		const [a, b] = [summarize(sideA.recording), summarize(sideB.recording)];
		const refused = edits.find(each => each.refused !== undefined)?.refused;
		this.found = {
			lockstep: this.lockstep?.result ?? {oneSided: [], clock: {a: 0, b: 0}},
			a, b,
			differences: differencesOf(a, b, [sideA, sideB]),
			missedCall: edits.some(({waits}) => waits),
			...(refused === undefined ? {} : {refused}),
		};
		this.phase = 'over';
	}
}
