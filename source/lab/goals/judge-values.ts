import {areSame, truth, value} from '../language/evaluator.js';
import {ringSteps} from '../language/ring-steps.js';
import {type Scene, stepOf} from '../language/scene.js';
import type {Expr, Expression} from '../language/syntax.js';
import {code, show, showNumber} from '../language/values.js';
import type {Comparison, ConditionOf} from './condition.js';
import {type Evidence, type Verdict, verdict} from './verdict.js';

/** The comparisons with one number, and how they are said. */
const LIMITS = [['above', '>', 'above'], ['below', '<', 'below'], ['at-least', '>=', 'at least'], ['at-most', '<=', 'at most']] as const;

/** What is asked for, as it stands in the lab; a value of the lab by its number, too. */
function named({text, syntax}: Expression, values: Scene['values']): string {
	const found = syntax.kind === 'name' ? values.get(syntax.name) : undefined;
	if (found !== undefined) return showNumber(found);
	// YAML reads 0x1000 as 4096: a number is said like the one that was found.
	if (syntax.kind === 'number') return showNumber(syntax.value);
	return syntax.kind === 'text' ? text : code(text);
}

/** What a comparison asks for, in words. */
export function describeComparison(comparison: Comparison, values: Scene['values']): string {
	const {is, 'is-not': isNot} = comparison;
	const or = (expressions: readonly Expression[]): string => expressions.map(each => named(each, values)).join(' or ');
	return [
		...(is === undefined ? [] : [or(is)]),
		...(isNot === undefined ? [] : [`not ${or(isNot)}`]),
		...LIMITS.flatMap(([key, , words]) => {
			const limit = comparison[key];
			return limit === undefined ? [] : [`${words} ${named(limit, values)}`];
		}),
	].join(' and ');
}

/** Whether an expression compares as asked. */
function compares(scene: Scene, expr: Expr, comparison: Comparison): boolean {
	const {is, 'is-not': isNot} = comparison;
	if (is?.some(({syntax}) => areSame(scene, expr, syntax)) === false) return false;
	if (isNot?.some(({syntax}) => areSame(scene, expr, syntax)) === true) return false;
	return LIMITS.every(([key, operator]) => {
		const limit = comparison[key];
		return limit === undefined || truth(value(scene, {kind: 'binary', operator, left: expr, right: limit.syntax, offset: 0}));
	});
}

/** An expression's text with what it came to: “rdi before syscall was 7”. */
export const describeValue = (scene: Scene, {text, syntax}: Expression): string => `${code(text)} was ${show(value(scene, syntax))}`;

export function judgeValue({scene}: Evidence, condition: ConditionOf<'value'>): Verdict {
	const found = describeValue(scene, condition.value);
	const met = compares(scene, condition.value.syntax, condition);
	return verdict(met, met ? `${found}.` : `${found}; wanted: ${describeComparison(condition, scene.values)}.`);
}

/** The two sides of a comparison that does not hold say more than that it does not. */
function sides(scene: Scene, {kind, ...rest}: Expr): string {
	if (kind !== 'binary' || !('left' in rest) || rest.operator === 'and' || rest.operator === 'or') return '';
	return `: ${show(value(scene, rest.left))} on the left, ${show(value(scene, rest.right))} on the right`;
}

export function judgeHolds({scene}: Evidence, {holds: {text, syntax}}: ConditionOf<'holds'>): Verdict {
	const met = truth(value(scene, syntax));
	return verdict(met, met ? `${code(text)}: so it was.` : `${code(text)} does not hold${sides(scene, syntax)}.`);
}

const RING_WORDS = {all: '', 'ring 0': ' in ring 0', 'ring 3': ' in ring 3'} as const;

export function judgeSteps({scene}: Evidence, condition: ConditionOf<'steps'>): Verdict {
	const {steps, from, to} = condition;
	const first = stepOf(scene, from.point);
	const last = stepOf(scene, to.point);
	const {kernel, user} = ringSteps(scene, first, last);
	const count = steps === 'all' ? last - first : steps === 'ring 0' ? kernel : user;
	const met = compares(scene, {kind: 'number', value: BigInt(count), offset: 0}, condition);
	const found = `From ${code(from.text)} to ${code(to.text)} there were ${count} instructions${RING_WORDS[steps]}`;
	return verdict(met, met ? `${found}.` : `${found}; wanted: ${describeComparison(condition, scene.values)}.`);
}

/** The expressions that differ between two runs, each with what it came to in both. */
function differences(scene: Scene, other: Scene, expressions: readonly Expression[]): {readonly differs: boolean; readonly words: string}[] {
	return expressions.map(({text, syntax}) => {
		const [here, there] = [show(value(scene, syntax)), show(value(other, syntax))];
		return {differs: here !== there, words: `${code(text)} was ${here} here and ${there} there`};
	});
}

export function judgeDiffers({scene, other}: Evidence, {differs, from}: ConditionOf<'differs'>): Verdict {
	const found = differences(scene, other(from), differs);
	const equal = found.filter(each => !each.differs);
	return verdict(equal.length === 0, `${(equal.length === 0 ? found : equal).map(({words}) => words).join(', ')}.`);
}

export function judgeSame({scene, other}: Evidence, {same, as}: ConditionOf<'same'>): Verdict {
	const found = differences(scene, other(as), same);
	const unequal = found.filter(each => each.differs);
	return verdict(unequal.length === 0, `${(unequal.length === 0 ? found : unequal).map(({words}) => words).join(', ')}.`);
}

/** Judges where two runs first differ: by the line behind which they do, or the function that it stands in. */
export function judgeFirstDifference({compare}: Evidence, {'first-difference': kind, at, from}: ConditionOf<'first-difference'>): Verdict {
	const found = compare(from)[kind];
	if (found === undefined) return verdict(false, `The two runs do not differ in ${DIFFERENCE_WORDS[kind]}.`);
	const {a: {name, source}, values} = found;
	const line = (source?.text ?? '').replace(/#.*$/, '').trim().replaceAll(/\s+/g, ' ');
	const met = at.some(each => each === name.replace(/\+.*$/, '') || each.trim().replaceAll(/\s+/g, ' ') === line);
	const what = values.map(each => `${each.what} was ${each.a} here and ${each.b} there`).join(', ');
	return verdict(met, `The runs first differ in ${DIFFERENCE_WORDS[kind]} behind ${code(line)} in ${name}${what === '' ? '' : `: ${what}`}${met ? '' : `; wanted: ${at.map(code).join(' or ')}`}.`);
}

const DIFFERENCE_WORDS = {register: 'a register', memory: 'memory', path: 'the instructions that they run'} as const;
