import type {PtRegsField} from '../../kernel/constants.js';
import type {EventKind} from '../../trace/events.js';
import type {Place} from '../format/lab-error.js';

/** Which of several: a number from 1, the last so far, or the first that begins where the learner stands. */
export type Nth = number | 'last' | 'next';

/** Which events of a kind are meant, and which of those. */
export interface Selector {
	/** A name that the event must bear: a call's, an exception's, a pt_regs field's. */
	readonly of?: string | undefined;
	readonly nth: Nth;
}

/** A moment of the run. */
export type Point =
	| {readonly to: 'start'}
	| {readonly to: 'end'}
	/** Where the learner stands. */
	| {readonly to: 'here'}
	| {readonly to: 'before' | 'after'; readonly event: EventKind; readonly nth: Nth; readonly of?: string | undefined}
	/** Where the instruction behind a label comes next. */
	| {readonly to: 'label'; readonly label: string; readonly nth: Nth};

/** Operators between two values, weakest first; those of a line are equally strong. */
export const BINARY_OPERATORS = [['or'], ['and'], ['==', '!=', '<', '<=', '>', '>='], ['+', '-', '|', '^'], ['*', '/', '%', '&', '<<', '>>']] as const;

export type BinaryOperator = (typeof BINARY_OPERATORS)[number][number];

/** Operators in front of a value. */
export type UnaryOperator = '-' | '~' | 'not';

/** Something that can be worked out from a run. `offset` says where it begins in its text. */
export type Expr = {readonly offset: number} & (
	| {readonly kind: 'number'; readonly value: bigint}
	| {readonly kind: 'text'; readonly value: string}
	/** A register, a flag, a constant, a label, a value of the lab. */
	| {readonly kind: 'name'; readonly name: string}
	/** A field of the current thread's struct pt_regs. */
	| {readonly kind: 'slot'; readonly field: PtRegsField}
	/** The address of such a field. */
	| {readonly kind: 'slot-address'; readonly field: PtRegsField}
	/** A number in memory, its width in bits. */
	| {readonly kind: 'memory'; readonly bits: 8 | 16 | 32 | 64; readonly address: Expr}
	/** Characters in memory: so many, or up to a zero byte. */
	| {readonly kind: 'string'; readonly address: Expr; readonly length?: Expr | undefined}
	/** What an event says. */
	| {readonly kind: 'event'; readonly event: EventKind; readonly selector: Selector; readonly field: string; readonly index?: number | undefined}
	| {readonly kind: 'function'; readonly name: string; readonly argument: Expr}
	| {readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expr}
	| {readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr}
	| {readonly kind: 'at'; readonly value: Expr; readonly point: Point}
);

/** An expression as a lab has it. */
export interface Expression {
	readonly type: 'expression';
	/** Its own text, for sentences. */
	readonly text: string;
	readonly syntax: Expr;
	/** Where it stands in the lab's file. */
	where?: Place;
}

/** A moment as a lab names it. */
export interface PointText {
	readonly type: 'point';
	readonly text: string;
	readonly point: Point;
	where?: Place;
}

/** A text with expressions in it that are worked out when it is shown. */
export interface Template {
	readonly type: 'template';
	/** As it stands in the lab. */
	readonly text: string;
	readonly parts: readonly (string | Expression)[];
	where?: Place;
}

/** Changes as a lab writes them: `rdi=7, rsi=message, [rsp+8]:8=0x10, tf=1, input="yes\\n"`. */
export interface ChangesText {
	readonly type: 'changes';
	readonly text: string;
	where?: Place;
}

/** A mistake in an expression, with the offset of what is wrong. */
export class SyntaxProblem extends Error {
	constructor(
		readonly offset: number,
		message: string,
	) {
		super(message);
	}
}
