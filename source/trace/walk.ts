import type {DetailListener, Mark, MemoryAccess} from '../machine/events.js';
import type {Machine} from '../machine/machine.js';
import type {Recording} from './recording.js';
import type {SearchProgress} from './search.js';

/** What happened in one stretch of a walk: one step in ring 0, or as many as nobody wanted to see singly in ring 3. */
export interface Stretch {
	readonly machine: Machine;
	/** The step that the stretch began with; the machine stands behind its last one now. */
	readonly from: number;
	/** The ring in which it began. */
	readonly ring: number;
	/** What the processor said of itself, in order; all of it in the last step of the stretch. */
	readonly marks: readonly Mark[];
}

/** Looks at a run while it goes on. */
export interface Walker {
	/** Whether it wants to look after each step of ring 3, too; in ring 0 it does. */
	readonly everyStep: boolean;
	/** Hears of each access to memory that is made in a ring, if there. The machine is slower there. */
	access?(ring: number): ((access: MemoryAccess) => void) | undefined;
	/** To be called before a walk, where the machine stands. */
	begin?(machine: Machine): void;
	/** Called before each stretch, in the same place. */
	before?(machine: Machine): void;
	/** Called behind each stretch; true ends the walk there. */
	after(stretch: Stretch): boolean;
}

const nothing = (): undefined => undefined;

/** Steps of ring 3 that are gone in one stretch at most. */
const STRETCH = 20_000;

/** Goes over a recording, known steps and new ones alike, with somebody who looks at it. */
export class Walk {
	private readonly marks: Mark[] = [];
	private details: DetailListener | undefined;

	constructor(
		readonly recording: Recording,
		private readonly walkers: readonly Walker[],
	) {}

	/** Who hears of accesses in a ring. */
	private detailsOf(ring: number): DetailListener | undefined {
		const wanted = this.walkers.map(walker => walker.access?.(ring)).filter(each => each !== undefined);
		if (wanted.length === 0) return undefined;
		return {effect: nothing, walk: nothing, access: access => wanted.forEach(each => each(access))};
	}

	private hear(details: DetailListener | undefined): void {
		this.details = details;
		this.recording.hear({mark: mark => this.marks.push(mark), details});
	}

	/**
	 * Goes on from where the machine stands.
	 * @param goal the step at which the walk ends by itself
	 * @param stretches after so many it comes back for now
	 * @returns `done`: a walker has ended it; `nothing`: the goal or the end of the run has been reached
	 */
	go(goal: number, stretches = Infinity): SearchProgress {
		const {recording, walkers} = this;
		const {machine} = recording;
		const listeners = {kernel: this.detailsOf(0), program: this.detailsOf(3)};
		for (const walker of walkers) walker.begin?.(machine);
		this.hear(listeners.kernel);
		try {
			for (let count = 0; count < stretches; count++) {
				if (recording.step >= goal || (recording.step === recording.length && recording.end !== undefined)) return 'nothing';
				const details = machine.cpu.cpl === 3 ? listeners.program : listeners.kernel;
				if (details !== this.details) this.hear(details);
				const progress = this.stretch(goal);
				if (progress !== 'more') return progress;
			}

			return 'more';
		} finally {
			recording.hear(undefined);
		}
	}

	/** One stretch, looked at by all. */
	private stretch(goal: number): SearchProgress {
		const {recording, walkers, marks} = this;
		const {machine} = recording;
		const from = recording.step;
		const ring = machine.cpu.cpl;
		marks.length = 0;
		for (const walker of walkers) walker.before?.(machine);
		const everyStep = walkers.some(walker => walker.everyStep);
		const stop = recording.stretch(everyStep ? 1 : Math.min(STRETCH, goal - from));
		// A step that could not even be begun is none.
		if (recording.step === from && stop !== undefined) return 'nothing';
		const stretch: Stretch = {machine, from, ring, marks};
		let ended = false;
		for (const walker of walkers) ended = walker.after(stretch) || ended;
		return ended ? 'done' : 'more';
	}
}
