import type {Store} from '../view/app-state.js';

/** How long it takes at most until all pushed words have appeared, and how long one takes at least and at most, in milliseconds. */
const REVEAL = {ALL: 700, LEAST: 12, MOST: 70} as const;

/** Things that move by themselves. They stop at any key. */
export class Motion {
	private revealing: NodeJS.Timeout | undefined;
	private playing: NodeJS.Timeout | undefined;

	constructor(private readonly store: Store) {}

	/** Lets words that are hidden appear one after the other. */
	reveal(): void {
		clearTimeout(this.revealing);
		const hidden = this.store.get().session.view?.hidden ?? [];
		if (hidden.length === 0) return;
		const pause = Math.max(REVEAL.LEAST, Math.min(REVEAL.MOST, REVEAL.ALL / hidden.length));
		const next = (): void => {
			const [, ...left] = this.store.get().session.view?.hidden ?? [];
			this.store.dispatch({type: 'reveal', hidden: left});
			if (left.length > 0) this.revealing = setTimeout(next, pause);
		};

		this.revealing = setTimeout(next, pause);
	}

	/** Shows everything as it is: a key has come. */
	settle(): void {
		clearTimeout(this.revealing);
		if ((this.store.get().session.view?.hidden.length ?? 0) > 0) this.store.dispatch({type: 'reveal', hidden: []});
	}

	/** Whether steps follow one another. */
	get isPlaying(): boolean {
		return this.playing !== undefined;
	}

	/**
	 * Lets steps follow one another.
	 * @param step does one; false: there is none
	 */
	play(step: () => boolean): void {
		this.store.dispatch({type: 'playing', playing: true});
		const next = (): void => {
			const speed = this.store.get().session.view?.speed ?? 1;
			this.playing = setTimeout(() => {
				if (step()) next();
				else this.pause();
			}, 1000 / speed);
		};

		next();
	}

	/** Stops playing. */
	pause(): void {
		if (this.playing === undefined) return;
		clearTimeout(this.playing);
		this.playing = undefined;
		this.store.dispatch({type: 'playing', playing: false});
	}
}
