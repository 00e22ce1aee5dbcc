import type {EventKind} from '../../trace/events.js';
import type {Place} from '../format/lab-error.js';
import type {KernelSettings} from '../format/setup.js';
import type {ChangesText, Expression, PointText, Template} from '../language/syntax.js';

/** Limits of a number. */
export interface Limits {
	readonly above?: Expression | undefined;
	readonly below?: Expression | undefined;
	readonly 'at-least'?: Expression | undefined;
	readonly 'at-most'?: Expression | undefined;
}

/** What a value is compared with. */
export interface Comparison extends Limits {
	/** One of these it must be. */
	readonly is?: readonly Expression[] | undefined;
	/** None of these it must be. */
	readonly 'is-not'?: readonly Expression[] | undefined;
}

/** Another run of the same program: unedited, or with changes made where the step begins, or on another kernel. */
export type OtherRun = 'unedited' | {readonly set?: ChangesText | undefined; readonly kernel?: KernelSettings | undefined};

/** Something that is so or not so in a run. Each has one key that says its kind. */
export type Condition =
	| ({readonly value: Expression} & Comparison)
	| {readonly holds: Expression}
	/** A system call: its number, arguments by name or register, what it answered. */
	| {
			readonly call: string;
			readonly nth?: number | 'last' | undefined;
			readonly arguments?: Readonly<Record<string, Expression>> | undefined;
			readonly result?: Expression | 'success' | 'error' | undefined;
	  }
	/** Exactly what the console shows. */
	| {readonly console: string}
	| {readonly 'console-contains': string}
	| {
			readonly exception: string;
			readonly nth?: number | 'last' | undefined;
			readonly at?: Expression | undefined;
			readonly address?: Expression | undefined;
			readonly 'error-code'?: Expression | undefined;
			readonly ring?: number | undefined;
	  }
	/** The signal that killed the program. */
	| {readonly signal: string; readonly code?: Expression | undefined; readonly address?: Expression | undefined}
	/** The program's own exit. */
	| {readonly exit: Expression}
	/** The way by which a system call left the kernel. */
	| {readonly path: 'sysret' | 'iret'; readonly nth?: number | 'last' | undefined}
	/** Who wrote a pt_regs field, a register or memory. */
	| {readonly written: Expression; readonly by: readonly string[]}
	/** Where a value came from. */
	| {readonly written: Expression; readonly from: readonly string[]}
	| ({readonly steps: 'all' | 'ring 0' | 'ring 3'; readonly from: PointText; readonly to: PointText} & Comparison)
	| {readonly event: EventKind; readonly of?: string | undefined; readonly count?: number | undefined}
	/** Values that are other ones in another run. */
	| {readonly differs: readonly Expression[]; readonly from: OtherRun}
	/** Values that are the same in another run. */
	| {readonly same: readonly Expression[]; readonly as: OtherRun}
	/** Behind which line, or in which function, another run first differs in something. */
	| {readonly 'first-difference': 'register' | 'memory' | 'path'; readonly at: readonly string[]; readonly from: OtherRun}
	/** A promise of the crossing that was broken, or any; at a line or behind a label. */
	| {readonly broken: string; readonly nth?: number | 'last' | undefined; readonly at?: readonly string[] | undefined}
	/** Promises that were not broken up to a point. */
	| {readonly kept: readonly string[]; readonly until: PointText}
	/** Attacks that the kernel's door holds against, or the first promise that one of them breaks. */
	| {readonly attack: readonly string[]; readonly breaks?: string | undefined}
	| {readonly all: readonly Condition[]}
	| {readonly any: readonly Condition[]}
	| {readonly not: Condition};

/** Stands for each attack or promise, and for one of them whichever it is. */
export const ALL = 'all';
export const ANY = 'any';

type KeysOf<T> = T extends unknown ? keyof T : never;

/** The keys that say what kind a condition is. */
export const CONDITION_KINDS = [
	'value', 'holds', 'call', 'console', 'console-contains', 'exception', 'signal', 'exit', 'path', 'written', 'steps', 'event', 'differs', 'same', 'first-difference', 'broken', 'kept', 'attack', 'all', 'any', 'not',
] as const satisfies readonly KeysOf<Condition>[];

export type ConditionKind = (typeof CONDITION_KINDS)[number];

/** A condition of one kind. */
export type ConditionOf<K extends ConditionKind> = Extract<Condition, Readonly<Record<K, unknown>>>;

/** The kind of a condition. */
export const kindOf = (condition: Condition): ConditionKind => CONDITION_KINDS.find(kind => kind in condition) ?? 'holds';

/** The author's own sentences about a condition, where the usual ones won't do. */
export interface GoalTexts {
	/** What the learner is to bring about. */
	readonly goal?: Template | undefined;
	readonly met?: Template | undefined;
	readonly unmet?: Template | undefined;
	/** Where it stands in the lab's file. */
	readonly where?: Place | undefined;
}

/** What a step asks for. */
export type Goal = Condition & GoalTexts;
