import type {Answer} from '../predictions/prediction.js';

/** The version of what is kept. */
export const PROGRESS_FORMAT = 1;

/** An answer that was given. */
export interface AnswerRecord {
	readonly given: Answer;
	readonly right: boolean;
	/** How often the question was answered. */
	readonly tries: number;
}

/** What is kept of a step. */
export interface StepRecord {
	readonly seen: boolean;
	readonly done: boolean;
	/** Checks that found a goal unmet. */
	readonly checks: number;
	/** Hints that were shown, from 0 to 3. */
	readonly hints: number;
	/** Whether the worked solution was shown. */
	readonly solution: boolean;
	/** The last answer to each question, in their order; undefined for those without one. */
	readonly answers: readonly (AnswerRecord | undefined)[];
	/** When the step was done, as ISO 8601 text in UTC. */
	readonly doneAt?: string;
}

/** A step of which nothing is known. */
export const NEW_RECORD: StepRecord = {seen: false, done: false, checks: 0, hints: 0, solution: false, answers: []};

/** What is kept of a lab. */
export interface LabRecord {
	/** The heading of the step that was shown last. */
	readonly at: string;
	/** How many steps the lab has. */
	readonly count: number;
	/** By the steps' headings. */
	readonly steps: Readonly<Record<string, StepRecord>>;
	/** How often it was reset: what was kept before the last reset is gone, wherever it comes from. */
	readonly resets?: number;
	/** When it was begun and saved last, as ISO 8601 text in UTC. */
	readonly begunAt?: string;
	readonly savedAt?: string;
}

/** Everything that is kept of a learner. */
export interface ProgressData {
	readonly format: number;
	/** Decides the values that the learner's labs have; as hexadecimal text. */
	readonly seed: string;
	/** By the labs' names. */
	readonly labs: Readonly<Record<string, LabRecord>>;
}
