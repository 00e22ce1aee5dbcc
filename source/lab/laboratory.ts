import type {Change} from '../trace/branches/change.js';
import type {Branches} from '../trace/branches/branches.js';
import type {Variant} from '../trace/compare/comparison.js';
import type {EventKind, TraceEvent} from '../trace/events.js';
import {type Moment, MomentReader, type Program} from '../trace/moment.js';
import {Names} from '../trace/names.js';
import type {Recording} from '../trace/recording.js';
import type {Setting} from '../trace/register-values.js';
import type {Search} from '../trace/search.js';
import {CallSearch} from './call-search.js';
import type {KernelSettings} from './format/setup.js';
import {isMeant} from './language/events.js';
import type {Point} from './language/syntax.js';
import {type LaboratoryOptions, recorder} from './recorder.js';
import {BranchedRuns, PlainRuns, type Runs} from './runs.js';

export {readProgram} from './read-program.js';
export type {LaboratoryOptions} from './recorder.js';

/** Events that `c` stops behind: the landmarks of a crossing. */
const LANDMARKS: ReadonlySet<EventKind> = new Set<EventKind>(['syscall', 'stack-switch', 'pt_regs', 'dispatch', 'result', 'sysret', 'iret', 'exception']);

/** Steps of one slice of a search or a run. */
const SLICE = 4000;

/** Steps within which the kernel must have come to the program. */
const BOOT_LIMIT = 200_000;

/** What a slice of work came to. */
export type Progress = 'done' | 'more' | 'nothing';

/** Work that may take long: each call does a slice of it. */
export type Work = () => Progress;

/** A program on the machine, ready to be walked through in both directions. */
export class Laboratory {
	/** The first step of the program itself, where the boot is over; or 0, if the run begins where the machine is switched on. */
	readonly origin: number;
	/** Names for addresses of kernel and program, and addresses for names. */
	readonly names: Names;
	private readonly runs: Runs;
	/** Reads what is to be shown off the run. */
	reader: MomentReader;
	private calls: CallSearch;
	private cursor: number;

	constructor(readonly program: Program, readonly name: string, readonly options: LaboratoryOptions = {}) {
		const {kernel, make} = recorder(program, name, options);
		const recording = make();
		recording.advance(BOOT_LIMIT, event => event.kind === 'iret' && event.cpl === 3);
		this.names = new Names(kernel, program);
		this.runs = options.branches === false ? new PlainRuns(make, recording) : new BranchedRuns(make, recording, this.names);
		this.reader = new MomentReader(recording, program, options.others);
		this.calls = new CallSearch(recording);
		this.origin = options.begins === 'power-on' ? 0 : recording.length;
		this.cursor = this.origin;
	}

	/** How the kernel was set. */
	get settings(): KernelSettings {
		return this.options.kernel ?? {};
	}

	/**
	 * The same program on a machine that is set otherwise, where it begins.
	 * @throws AssemblyError for an entry path with problems
	 */
	with(changes: Pick<LaboratoryOptions, 'kernel' | 'args' | 'entry'>): Laboratory {
		return new Laboratory(this.program, this.name, {...this.options, ...changes});
	}

	/** The run that is shown. It is another one after a switch of branches. */
	get recording(): Recording {
		return this.runs.recording;
	}

	/** The futures of the run; undefined where changes replace the future. */
	get branches(): Branches | undefined {
		return this.runs.branches;
	}

	/** The step that is shown. */
	get step(): number {
		return this.cursor;
	}

	/** Whether the program's run is over, and the furthest step its last one. */
	get hasEnded(): boolean {
		return this.recording.end !== undefined;
	}

	/** What is to be shown. */
	moment(): Moment {
		return this.reader.at(this.cursor);
	}

	/** Moves over known steps, or runs on at the end of them. */
	private goTo(step: number): boolean {
		const goal = Math.max(this.origin, step);
		const {recording} = this;
		if (recording.end === undefined) {
			if (goal > recording.length + 1) recording.advance(goal - recording.length - 1);
			if (goal > recording.length) recording.advanceOne();
		}

		const before = this.cursor;
		this.cursor = Math.min(goal, recording.length);
		return this.cursor !== before;
	}

	/** Goes to a step. */
	toStep(step: number): Progress {
		return this.goTo(step) ? 'done' : 'nothing';
	}

	/** One instruction forwards or backwards, or several. */
	move(steps: number): Progress {
		return this.toStep(this.cursor + steps);
	}

	/** To the beginning of the program. */
	toStart(): Progress {
		return this.toStep(this.origin);
	}

	/** To the furthest step that has been run. */
	toEnd(): Progress {
		return this.toStep(this.recording.length);
	}

	/** Behind the nth event that the test accepts, or in front of it; runs on until there is one. */
	private toEvent(accepts: (event: TraceEvent) => boolean, behind: boolean, nth = 1): Work {
		const {recording} = this;
		let left = nth;
		let seen = 0;
		let found: TraceEvent | undefined;
		const look = (): boolean => {
			for (; found === undefined && seen < recording.events.length; seen++) {
				const event = recording.events[seen];
				if (accepts(event) && --left === 0) found = event;
			}

			return found !== undefined;
		};

		return () => {
			look();
			if (found !== undefined) {
				this.goTo(found.step + (behind ? 1 : 0));
				return 'done';
			}

			if (recording.end !== undefined) {
				this.toEnd();
				return 'nothing';
			}

			recording.advance(SLICE, look);
			this.cursor = recording.length;
			return 'more';
		};
	}

	/** Behind the next landmark. */
	continue(): Work {
		const from = this.cursor;
		return this.toEvent(({step, kind}) => step >= from && LANDMARKS.has(kind), true);
	}

	/** Behind the landmark before, or to the beginning. */
	continueBack(): Progress {
		const found = this.recording.events.findLast(({step, kind}) => step + 1 < this.cursor && LANDMARKS.has(kind));
		return this.toStep(found === undefined ? this.origin : found.step + 1);
	}

	/** Runs until calls are back at a depth relative to now. */
	private toDepth(goal: number): Work {
		const search = this.calls.forward(this.cursor, goal);
		return () => {
			const progress = search.slice();
			this.cursor = search.step;
			return progress;
		};
	}

	/** One instruction; a call or a system call is done as a whole. */
	over(): Work {
		return this.toDepth(0);
	}

	/** To where the current function or the kernel returns. */
	finish(): Work {
		return this.toDepth(-1);
	}

	/** The step before, or the call whose return it was. */
	overBack(): Progress {
		return this.toStep(this.calls.back(this.cursor, this.origin, 0));
	}

	/** To the call that led into the current function. */
	finishBack(): Progress {
		return this.toStep(this.calls.back(this.cursor, this.origin, -1));
	}

	/** Sets a register where the cursor stands. */
	set([register, value]: Setting): void {
		this.change([{kind: 'register', register, value}]);
	}

	/**
	 * Changes registers, flags, memory or input where the cursor stands.
	 * @throws ChangeError if one of the changes can't be made there; then nothing has happened
	 */
	change(changes: readonly Change[]): void {
		this.recording.seek(this.cursor);
		this.runs.change(changes);
	}

	/** Takes the last change back; undefined if there is none. */
	undo(): Work | undefined {
		return this.following(this.branches?.undo());
	}

	/** Makes the change again that was taken back last; undefined if there is none. */
	redo(): Work | undefined {
		return this.following(this.branches?.redo());
	}

	/** Shows another branch of the run; undefined where there are none. */
	switchTo(branch: number, step?: number): Work | undefined {
		return this.following(this.branches?.switchTo(branch, step));
	}

	/** Removes a branch; undefined where there are none. Throws RangeError for the first run. */
	removeBranch(branch: number): Work | undefined {
		return this.following(this.branches?.remove(branch));
	}

	/** Goes back to the run as it was begun, and there to its first step. */
	reset(): Work {
		const back = this.following(this.runs.reset());
		return () => {
			const progress = back?.() ?? 'done';
			if (progress === 'more') return progress;
			this.follow();
			this.cursor = this.origin;
			return 'done';
		};
	}

	/** Another run that stands where this one does; what is done to it does not touch this one. */
	copy(): Recording {
		this.recording.seek(this.cursor);
		return this.runs.copy();
	}

	/** The run as one of two that are compared. */
	variant(): Variant {
		const {program, runs: {make, changes}} = this;
		return {make, program, changes};
	}

	/** Lets the panes follow another recording, if it has become another one. */
	private follow(): void {
		if (this.reader.recording === this.recording) return;
		this.reader = new MomentReader(this.recording, this.program, this.options.others);
		this.calls = new CallSearch(this.recording);
	}

	/** A switch of branches as work; the cursor stands where it leads. */
	private following(search: Search | undefined): Work | undefined {
		if (search === undefined) return undefined;
		return () => {
			const progress = search.slice();
			if (progress === 'more') return progress;
			this.follow();
			this.cursor = Math.max(this.origin, this.recording.step);
			return progress;
		};
	}

	/** Takes the machine to a point of the run. */
	goToPlace(place: Point): Work {
		switch (place.to) {
			case 'here':
				return () => 'nothing';
			case 'start':
				return () => {
					this.toStart();
					return 'done';
				};
			case 'end':
				return this.toEvent(() => false, true);
			default:
				return place.nth === 'last' ? this.toLast(place) : this.toNth(place, place.nth);
		}
	}

	/** To the nth event or visit of a label since the beginning, or the next one from the cursor on. */
	private toNth(place: Exclude<Point, {to: 'start' | 'end' | 'here'}>, nth: number | 'next'): Work {
		const from = nth === 'next' ? this.cursor : this.origin;
		const count = nth === 'next' ? 1 : nth;
		this.cursor = from;
		if (place.to === 'label') return this.toLabel(place.label, count);
		return this.toEvent(event => event.step >= from && isMeant(event, place.event, place.of), place.to === 'after', count);
	}

	/** To the last one of the whole run. */
	private toLast(place: Exclude<Point, {to: 'start' | 'end' | 'here'}>): Work {
		const toEnd = this.goToPlace({to: 'end'});
		return () => {
			if (toEnd() === 'more') return 'more';
			const found = place.to === 'label' ? this.lastVisit(place.label) : this.lastEvent(place);
			return found === undefined ? 'nothing' : this.toStep(found);
		};
	}

	private lastEvent({event, of, to}: Extract<Point, {to: 'before' | 'after'}>): number | undefined {
		const found = this.recording.events.findLast(each => each.step >= this.origin && isMeant(each, event, of));
		return found === undefined ? undefined : found.step + (to === 'after' ? 1 : 0);
	}

	private lastVisit(label: string): number | undefined {
		const {recording} = this;
		const address = this.labelAddress(label);
		for (let step = recording.length; step >= this.origin; step--) {
			recording.seek(step);
			if (recording.machine.rip === address) return step;
		}

		return undefined;
	}

	/** The address of a label of the kernel or the program. */
	private labelAddress(label: string): bigint | undefined {
		return this.recording.kernel.symbols.addressOf(label) ?? this.program.symbols.addressOf(label);
	}

	/** Whether the kernel or the program has a label. */
	hasLabel(label: string): boolean {
		return this.labelAddress(label) !== undefined;
	}

	/** Runs on from the cursor until rip stands at a label for the nth time. */
	private toLabel(label: string, nth: number): Work {
		const {recording} = this;
		const goal = this.labelAddress(label);
		let left = nth;
		return () => {
			recording.seek(this.cursor);
			for (let step = 0; step < SLICE; step++) {
				if (recording.machine.rip === goal && --left <= 0) {
					this.cursor = recording.step;
					return 'done';
				}

				if (recording.step === recording.length && recording.end !== undefined) {
					this.toEnd();
					return 'nothing';
				}

				if (recording.step < recording.length) recording.seek(recording.step + 1);
				else recording.advance(1);
			}

			this.cursor = recording.step;
			return 'more';
		};
	}
}
