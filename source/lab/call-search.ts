import type {Recording} from '../trace/recording.js';
import type {Search} from '../trace/search.js';
import {CallDepth, type FollowedStep} from './call-depth.js';

/** Steps of one slice of a search. */
const SLICE = 4000;

/** Steps that a backward search looks at first, how many times more it looks at then, and at most. */
const BACK = {FIRST: 1000, MORE: 6, LIMIT: 200_000} as const;

/** Finds the steps of a run at which calls are back at a depth. */
export class CallSearch {
	private readonly calls: CallDepth;

	constructor(private readonly recording: Recording) {
		this.calls = new CallDepth(recording);
	}

	/** One step, along what is known or beyond it. */
	private stepOn(): void {
		const {recording} = this;
		if (recording.step < recording.length) recording.seek(recording.step + 1);
		else recording.advance(1);
	}

	/**
	 * Runs on until calls are back at a depth, or the run is over.
	 * @param from the step to begin at
	 * @param goal the depth, relative to that step: 0 for the same, -1 for where the current function returns
	 */
	forward(from: number, goal: number): Search {
		const {recording, calls} = this;
		let depth = 0;
		let own: bigint | undefined;
		let step = from;
		const slice = (): 'done' | 'more' => {
			recording.seek(step);
			own ??= calls.thread();
			for (let count = 0; count < SLICE; count++) {
				if (recording.step === recording.length && recording.end !== undefined) return 'done';
				const {change, thread} = calls.follow(() => this.stepOn());
				if (thread === own) depth += change;
				if (depth <= goal && (thread ?? own) === own) return 'done';
			}

			return 'more';
		};

		return {
			get step() {
				return step;
			},
			slice() {
				const progress = slice();
				({step} = recording);
				return progress;
			},
		};
	}

	/** The last step before another one that stands at a depth relative to it; looks further and further back. */
	back(from: number, origin: number, goal: number): number {
		for (let steps: number = BACK.FIRST; ; steps *= BACK.MORE) {
			const first = Math.max(origin, from - Math.min(steps, BACK.LIMIT));
			const found = this.depthWithin(first, from, goal);
			if (found !== undefined || first === origin || steps >= BACK.LIMIT) return found ?? first;
		}
	}

	/** The last step from one on that stands at a depth relative to the last one's, in the same thread. */
	private depthWithin(first: number, last: number, goal: number): number | undefined {
		const {recording, calls} = this;
		const steps: FollowedStep[] = [];
		recording.seek(first);
		while (recording.step < last) steps.push(calls.follow(() => this.stepOn()));
		const own = calls.thread();
		let thread = own;
		let depth = 0;
		for (let index = steps.length - 1; index >= 0; index--) {
			thread = steps[index].thread ?? thread;
			if (thread !== own) continue;
			depth -= steps[index].change;
			if (depth <= goal) return first + index;
		}

		return undefined;
	}
}
