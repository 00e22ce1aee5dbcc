import type {Search, SearchProgress} from '../search.js';

/** A question that may take long to answer: each call of `slice` does a part of the work. */
export class Question<T> implements Search {
	private found: T | undefined;
	private isDone = false;

	/**
	 * @param work does a part of it each turn, and gives the answer in the end
	 * @param stepOf the step that an answer leads to, if it leads to one
	 * @param otherwise the step that is asked about
	 */
	constructor(
		private readonly work: Generator<undefined, T>,
		private readonly stepOf: (answer: T) => number | undefined,
		private readonly otherwise: number,
	) {}

	slice(): SearchProgress {
		if (this.isDone) return 'done';
		const {done, value} = this.work.next();
		if (done !== true) return 'more';
		this.found = value;
		this.isDone = true;
		return 'done';
	}

	/** The answer, once the work is done. */
	get answer(): T | undefined {
		return this.found;
	}

	/** The step that the answer leads to; the one that was asked about, while there is no answer or it leads nowhere else. */
	get step(): number {
		return (this.found === undefined ? undefined : this.stepOf(this.found)) ?? this.otherwise;
	}

	/** Does all of the work at once. */
	finish(): T {
		for (;;) {
			const {done, value} = this.isDone ? {done: true, value: this.found as T} : this.work.next();
			if (done !== true) continue;
			this.found = value;
			this.isDone = true;
			return value;
		}
	}
}
