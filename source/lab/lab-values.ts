import type {Lab} from './lab-file.js';
import type {LabValue} from './format/front-matter.js';
import {isGeneralRegister} from '../machine/registers.js';
import {LabError, type Place} from './format/lab-error.js';
import {CONSTANTS, isFlag, REGISTER_PARTS, RUN_NAMES} from './language/names.js';
import type {Expr, Expression} from './language/syntax.js';
import {word} from './language/values.js';
import {numberFor} from './shuffle.js';

/** A number that needs no machine; undefined for anything else. */
function constantOf(expr: Expr): bigint | undefined {
	if (expr.kind === 'number') return expr.value;
	if (expr.kind === 'name') return CONSTANTS.get(expr.name);
	if (expr.kind !== 'unary' || expr.operator === 'not') return undefined;
	const inner = constantOf(expr.operand);
	return inner === undefined ? undefined : word(expr.operator === '-' ? -inner : ~inner);
}

function need(folder: string, {text, syntax, where}: Expression): bigint {
	const found = constantOf(syntax);
	if (found === undefined) throw new LabError(`${folder}/lab.md`, where ?? {line: 1, column: 1}, `${text} is no number that is known before the program runs; write one such as 0x1000`);
	return found;
}

function choose(folder: string, value: LabValue, random: bigint): bigint {
	if ('one-of' in value) {
		const options = value['one-of'].map(each => need(folder, each));
		return options[Number(random % BigInt(options.length))];
	}

	const [from, to] = [need(folder, value.from), need(folder, value.to)];
	if (to <= from) throw new LabError(`${folder}/lab.md`, value.to.where ?? {line: 1, column: 1}, `${value.to.text} is not above ${value.from.text}; write the smaller one first`);
	return from + (random % (to - from + 1n));
}

/** The seed that decides a lab's values: the lab's own, or the learner's. */
export const seedOf = ({seed}: Lab, learner: bigint): bigint => (seed === undefined ? learner : BigInt(seed));

/**
 * The values of a lab for a learner: the program has them as symbols, expressions as names.
 * @throws LabError for limits that are no numbers
 */
export const chooseValues = ({folder, name, values}: Lab, seed: bigint): ReadonlyMap<string, bigint> =>
	new Map(Object.entries(values).map(([value, limits]) => {
		if (isTaken(value)) throw new LabError(`${folder}/lab.md`, placeOf(limits), `${value} is a register, a flag or a constant already; give the value another name`);
		return [value, choose(folder, limits, numberFor(seed, `${name}/${value}`))];
	}));

/** Names that expressions have other uses for. */
const isTaken = (name: string): boolean =>
	isGeneralRegister(name) || REGISTER_PARTS.has(name) || CONSTANTS.has(name) || RUN_NAMES.includes(name) || isFlag(name) || ['rip', 'rflags', 'cpl', 'cs', 'ss'].includes(name);

const placeOf = (value: LabValue): Place => ('one-of' in value ? value['one-of'][0] : value.from).where ?? {line: 1, column: 1};
