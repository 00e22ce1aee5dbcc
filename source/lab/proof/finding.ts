import type {Place} from '../format/lab-error.js';

/** What a finding is about: the words of `--json`. */
export type FindingKind =
	/** A file or name that can't be read: the lab is broken. */
	| 'broken'
	/** A goal is met, or a mistake applies, before anything is done. */
	| 'start'
	/** The worked solution does not meet a goal, or is missing. */
	| 'solution'
	/** A goal is met whatever is done. */
	| 'accident'
	/** A mistake is not noticed, or another one is. */
	| 'mistake'
	/** A question has no answer, or more than one. */
	| 'question'
	/** Hints are missing, or the first one gives the answer. */
	| 'hint'
	/** A text is too long, unfinished, or does not fit. */
	| 'text'
	/** A word is used before it is explained. */
	| 'term'
	/** A link leads nowhere. */
	| 'link'
	/** Labs that are needed are missing, or need each other. */
	| 'needs'
	/** A file is not part of the lab. */
	| 'folder';

/** Something that is wrong with a lab: where, what, what to do. */
export interface Finding extends Place {
	readonly kind: FindingKind;
	readonly file: string;
	/** The step's heading, where it is about one. */
	readonly step?: string;
	readonly message: string;
}

/** What was found about a lab. */
export interface LabReport {
	/** The lab's folder name. */
	readonly lab: string;
	readonly folder: string;
	/** `broken`: it can't be read or run at all. */
	readonly status: 'sound' | 'failed' | 'broken';
	readonly findings: readonly Finding[];
	/** What was proved. */
	readonly steps: number;
	readonly goals: number;
	readonly questions: number;
	readonly mistakes: number;
}

/** A finding as one line: file, line, column, message. */
export const findingLine = ({file, line, column, step, message}: Finding): string => `${file}:${line}:${column}: ${step === undefined ? '' : `“${step}”: `}${message}`;
