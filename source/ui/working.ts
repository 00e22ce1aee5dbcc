import type {Progress, Work} from '../lab/laboratory.js';
import type {Store} from '../view/app-state.js';
import type {Arrival, Desk} from './desk.js';
import {Runner} from './runner.js';

/** Something that is found out while the machine stays where it is. */
export interface Study {
	readonly work: Work;
	/** What is said while it takes long. */
	readonly notice: () => string;
	/** It has come to its end. */
	readonly done: () => void;
}

/** What is told of work that is over. */
export interface WorkingHands {
	/** Words that were pushed may appear now. */
	reveal(): void;
	/** Keys that have waited may be taken. */
	catchUp(): void;
}

/** Work that may take long, and what the screen says meanwhile. */
export class Working {
	private readonly runner = new Runner();
	/** What is said when the work that goes on is stopped. */
	private stopped = '';

	constructor(
		private readonly store: Store,
		private readonly hands: WorkingHands,
	) {}

	/** Whether work is going on. */
	get isRunning(): boolean {
		return this.runner.isRunning;
	}

	/** Whether it has gone on for so long that a key is meant to stop it. */
	get isLong(): boolean {
		return this.runner.isLong;
	}

	private running(running: boolean): void {
		if (this.store.get().session.view?.running !== running) this.store.dispatch({type: 'running', running});
	}

	/** Takes the machine somewhere; where it has come to is shown meanwhile, and the notice at the end, which may depend on that. */
	move(desk: Desk, work: Work, arrival?: Arrival, notice?: string | (() => string | undefined)): void {
		this.stopped = 'Stopped. c runs on.';
		this.runner.start(work, {
			going: () => {
				this.running(true);
				desk.show(undefined, arrival);
			},
			finished: (progress: Progress) => {
				this.running(false);
				desk.show(progress === 'nothing' && !desk.laboratory.hasEnded ? 'There is no such place in this run.' : typeof notice === 'function' ? notice() : notice, arrival);
				this.hands.reveal();
				this.hands.catchUp();
			},
		});
	}

	/** Finds something out; what is on the screen stays. */
	study({work, notice, done}: Study): void {
		this.stopped = 'Stopped: nothing was found out.';
		this.runner.start(work, {
			going: () => {
				this.running(true);
				this.store.dispatch({type: 'notice', notice: notice()});
			},
			finished: () => {
				this.running(false);
				this.store.dispatch({type: 'notice', notice: undefined});
				done();
				this.hands.catchUp();
			},
		});
	}

	/** Ends the work where it is. */
	stop(desk: Desk | undefined): void {
		this.runner.stop();
		this.running(false);
		desk?.show(this.stopped);
	}
}
