import type {Progress, Work} from '../lab/laboratory.js';

/** How long a slice of a running guest may keep the screen waiting, in milliseconds. */
const SLICE_MS = 12;

/**
 * How long work may take before the screen says so and a key stops it, in milliseconds. Keys that come earlier, such as
 * those of `c c c`, are meant for what comes after.
 */
const PATIENCE_MS = 250;

/** Who hears of work that takes long. */
export interface WorkListener {
	/** It takes long; called again and again while it goes on. */
	going(): void;
	/** It is over by itself. */
	finished(progress: Progress): void;
}

/** Does work in slices, between which the screen is drawn and keys are read. One at a time. */
export class Runner {
	private current: {readonly work: Work; readonly listener: WorkListener; readonly since: number} | undefined;

	/** Whether work is going on. */
	get isRunning(): boolean {
		return this.current !== undefined;
	}

	/** Whether the work goes on for so long that it is shown, and a key is meant to stop it. */
	get isLong(): boolean {
		return this.current !== undefined && performance.now() - this.current.since > PATIENCE_MS;
	}

	/** Begins work. What is done within a slice is over when this returns. */
	start(work: Work, listener: WorkListener): void {
		const progress = slice(work);
		if (progress !== 'more') {
			listener.finished(progress);
			return;
		}

		const current = {work, listener, since: performance.now()};
		this.current = current;
		setImmediate(() => this.goOn(current));
	}

	/** Ends the work where it is. */
	stop(): void {
		this.current = undefined;
	}

	private goOn(current: NonNullable<Runner['current']>): void {
		if (this.current !== current) return;
		const {work, listener} = current;
		const progress = slice(work);
		if (progress === 'more') {
			if (this.isLong) listener.going();
			setImmediate(() => this.goOn(current));
			return;
		}

		this.current = undefined;
		listener.finished(progress);
	}
}

/** As much of a work as may be done at a time. */
function slice(work: Work): Progress {
	const end = performance.now() + SLICE_MS;
	let progress = work();
	while (progress === 'more' && performance.now() < end) progress = work();
	return progress;
}
