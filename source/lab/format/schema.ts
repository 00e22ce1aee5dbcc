import * as v from 'valibot';
import {parseExpression, parsePoint} from '../language/parser.js';
import {type ChangesText, type Expression, type PointText, SyntaxProblem, type Template} from '../language/syntax.js';
import type {Schema} from './read-yaml.js';
import {didYouMean} from './spelling.js';

const list = (words: readonly string[]): string => words.join(', ');

/** Says what is wrong with a map: it is none, a key is missing, or one is there that is not known. */
function explainMap({received, expected, path}: v.StrictObjectIssue, keys: readonly string[]): string {
	const key = received.replace(/^"(.*)"$/s, '$1');
	if (Array.isArray(path?.at(-1)?.input)) return `found a list, expected a map with ${list(keys)}`;
	if (expected === 'never') return `${key} is no key that is known here; allowed are ${list(keys)}${didYouMean(key, keys)}`;
	if (path !== undefined && received === 'undefined') return 'is missing';
	return `found ${received}, expected a map with ${list(keys)}`;
}

/** A map that has these keys and no others. */
export const map = <const T extends v.ObjectEntries>(entries: T): v.StrictObjectSchema<T, (issue: v.StrictObjectIssue) => string> =>
	v.strictObject(entries, issue => explainMap(issue, Object.keys(entries)));

/** A text that is not empty. */
export const text = v.pipe(v.string(), v.nonEmpty('is empty'));

const wrongNumber = (received: string, minimum: number, maximum: number): string =>
	(received === 'undefined' ? 'is missing; expected a whole number' : `found ${received}, expected a whole number from ${minimum} ${maximum === Number.MAX_SAFE_INTEGER ? 'up' : `to ${maximum}`}`);

/** A whole number within limits. */
export const whole = (minimum: number, maximum = Number.MAX_SAFE_INTEGER): Schema<number> =>
	v.pipe(
		v.bigint(({received}) => wrongNumber(received, minimum, maximum)),
		v.check(value => value >= minimum && value <= maximum, ({received}) => wrongNumber(received, minimum, maximum)),
		v.transform(Number),
	);

/** One or several: a value alone is a list of one. */
export const several = <T>(schema: Schema<T>): Schema<readonly T[]> =>
	v.lazy(input => (Array.isArray(input) ? v.array(schema) : v.pipe(schema, v.transform(value => [value]))));

/** A scalar as the text that stands in the lab. */
const scalar = v.union([v.string(), v.bigint(), v.boolean()], ({received}) => `found ${received}, expected an expression such as rdi before syscall`);

/** A text that is read by a function that may refuse it. */
function reading<T>(read: (text: string) => T, base: v.GenericSchema<unknown, string | bigint | boolean> = scalar): Schema<T> {
	return v.pipe(base, v.rawTransform(({dataset, addIssue, NEVER}): T => {
		try {
			return read(String(dataset.value));
		} catch (error) {
			if (!(error instanceof SyntaxProblem)) throw error;
			addIssue({message: error.message, received: String(error.offset)});
			return NEVER;
		}
	}));
}

/** Makes an expression of its text. @throws SyntaxProblem */
export const makeExpression = (source: string): Expression => ({type: 'expression', text: source.trim(), syntax: parseExpression(source)});

/** An expression. */
export const expression: Schema<Expression> = reading(makeExpression);

/** A point of the run. */
export const point: Schema<PointText> = reading(source => ({type: 'point', text: source.trim(), point: parsePoint(source)}));

/** Where an expression begins in a text, and where it ends. */
const OPEN = '${';
const CLOSE = '}';

/** Makes a template of its text. @throws SyntaxProblem */
export function makeTemplate(source: string): Template {
	const parts: (string | Expression)[] = [];
	for (let at = 0; at < source.length; ) {
		const open = source.indexOf(OPEN, at);
		if (open < 0) {
			parts.push(source.slice(at));
			break;
		}

		if (open > at) parts.push(source.slice(at, open));
		const close = source.indexOf(CLOSE, open);
		if (close < 0) throw new SyntaxProblem(open, `${OPEN} is not closed; end it with ${CLOSE}`);
		parts.push(within(source.slice(open + OPEN.length, close), open + OPEN.length));
		at = close + CLOSE.length;
	}

	return {type: 'template', text: source.trim(), parts};
}

/** An expression that stands within a text; its mistakes are counted from the text's beginning. */
function within(source: string, offset: number): Expression {
	try {
		return makeExpression(source);
	} catch (error) {
		throw error instanceof SyntaxProblem ? new SyntaxProblem(offset + error.offset, error.message) : error;
	}
}

/** Changes of registers, flags, memory or input; they are read when the program is there, whose names they may use. */
export const changes: Schema<ChangesText> = v.pipe(text, v.transform((source): ChangesText => ({type: 'changes', text: source.trim()})));

/** A text with expressions in it, as `${rdi before syscall}`. */
export const template: Schema<Template> = reading(makeTemplate, text);
