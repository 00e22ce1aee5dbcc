import type {EventKind} from '../../trace/events.js';
import type {Condition, OtherRun} from '../goals/condition.js';
import type {Expression, PointText, Template} from '../language/syntax.js';

/** An answer that comes from a misconception, computed like the right one, and what is to be said about it. */
export interface Misconception {
	readonly answer: Expression;
	readonly because: Template;
}

/** One of several answers: a value of which one is the machine's, or a condition of which one holds. */
export interface Choice {
	readonly is?: Expression | undefined;
	readonly when?: Condition | undefined;
	/** How the choice is shown; its value by default. */
	readonly text?: Template | undefined;
	/** What is said when it was chosen wrongly. */
	readonly because?: Template | undefined;
}

/** Something to be put in order, and the point that decides its place. */
export interface OrderItem {
	readonly text: Template;
	readonly at: PointText;
}

interface Asked {
	/** The question. */
	readonly ask: Template;
	/** What is said about a right answer, and about a wrong one that no misconception explains. */
	readonly right?: Template | undefined;
	readonly wrong?: Template | undefined;
	/** The run that is asked about, if it is not the learner's. */
	readonly with?: OtherRun | undefined;
}

/** Something that is asked before the machine does it. The answer is the machine's. */
export type Prediction = Asked & (
	| {readonly number: Expression; readonly misconceptions?: readonly Misconception[] | undefined}
	| {readonly choice?: Expression | undefined; readonly choices: readonly Choice[]}
	/** Which general register holds this value, at a point. */
	| {readonly register: Expression; readonly at: PointText}
	/** Which pt_regs field holds this value, at a point. */
	| {readonly slot: Expression; readonly at: PointText}
	/** In which order these happen. */
	| {readonly order: readonly OrderItem[]}
	/** In which order the events of a kind come, by what one of their fields says. */
	| {readonly 'order-of': EventKind; readonly by: string; readonly from: PointText; readonly to: PointText; readonly only?: readonly string[] | undefined}
);

/** The keys that say what kind a prediction is. */
export const PREDICTION_KINDS = ['number', 'choices', 'register', 'slot', 'order', 'order-of'] as const;

export type PredictionKind = (typeof PREDICTION_KINDS)[number];

/** A prediction of one kind. */
export type PredictionOf<K extends PredictionKind> = Extract<Prediction, Readonly<Record<K, unknown>>>;

/** The kind of a prediction. */
export const predictionKind = (prediction: Prediction): PredictionKind => PREDICTION_KINDS.find(kind => kind in prediction) ?? 'number';

/** A question as the learner sees it. */
export interface Question {
	readonly kind: 'number' | 'choice' | 'register' | 'slot' | 'order';
	readonly text: string;
	/** For a choice: the answers; for an order: what is to be put in order. In the order in which they are shown. */
	readonly options: readonly string[];
}

/** What a learner answers: a text, the index of an option, or the indices of all options in their order. */
export type Answer = string | number | readonly number[];

/** What an answer was worth. */
export interface Marking {
	/** `unreadable`: it was no answer to such a question, and does not count. */
	readonly state: 'right' | 'wrong' | 'unreadable';
	readonly text: string;
	/** What the machine had, as it is shown. */
	readonly machine: string;
}
