import {PROMISES} from '../../trace/contract/promises.js';
import {ALL, ANY, type Condition, type ConditionKind, type ConditionOf, kindOf} from './condition.js';
import {wantedResult} from './judge-calls.js';
import {describeComparison} from './judge-values.js';
import type {Expression} from '../language/syntax.js';
import {code, quote} from '../language/values.js';

/** The lab's values, by name. */
type Values = ReadonlyMap<string, bigint>;

const optional = (words: string, expression: Expression | undefined): string => (expression === undefined ? '' : ` ${words} ${code(expression.text)}`);

const list = (expressions: readonly Expression[]): string => expressions.map(({text}) => code(text)).join(', ');

/** What a call is asked to be. */
function call({call: name, nth, arguments: wanted, result}: ConditionOf<'call'>): string {
	const which = nth === undefined ? '' : nth === 'last' ? 'the last ' : nth === 1 ? 'the first ' : `number ${nth} of `;
	const called = name === 'any' ? 'a system call' : name;
	const given = Object.entries(wanted ?? {}).map(([argument, expression]) => code(`${argument} = ${expression.text}`));
	return `${which}${called}${given.length === 0 ? '' : ` with ${given.join(', ')}`} ${result === undefined ? 'is made' : `answers ${wantedResult(result)}`}`;
}

const promise = (called: string): string => (called === ANY ? 'a promise' : `the promise “${PROMISES.find(({name}) => name === called)?.sentence ?? called}”`);

/** What is asked of the kernel's door. */
function attack({attack: names, breaks}: ConditionOf<'attack'>): string {
	const all = names.includes(ALL);
	if (breaks === undefined) return `the entry path holds against ${all ? 'all attacks' : names.map(code).join(', ')}`;
	return `${all ? 'an attack' : names.map(code).join(' or ')} ${breaks === ANY ? 'gets through' : `breaks ${promise(breaks)} first`}`;
}

/** What each kind of condition asks for, as a sentence without its full stop. */
const WORDS: {readonly [K in ConditionKind]: (condition: ConditionOf<K>, values: Values) => string} = {
	value: (condition, values) => `${code(condition.value.text)} is ${describeComparison(condition, values)}`,
	holds: ({holds}) => code(holds.text),
	call,
	console: ({console: text}) => (text === '' ? 'the console stays empty' : `the console shows exactly ${quote(text)}`),
	'console-contains': ({'console-contains': text}) => `the console shows ${quote(text)}`,
	exception: ({exception, at, ring}) => `the processor raises #${exception}${optional('at', at)}${ring === undefined ? '' : ` in ring ${ring}`}`,
	signal: ({signal, code}) => `${signal} kills the program${optional('with si_code', code)}`,
	exit: ({exit}) => `the program exits with ${code(exit.text)}`,
	path: ({path}) => `the call leaves the kernel by ${path === 'sysret' ? 'SYSRET' : 'IRET'}`,
	written: condition => ('by' in condition ? `${code(condition.written.text)} is written by ${condition.by.map(code).join(' or ')}` : `${code(condition.written.text)} comes from ${condition.from.map(code).join(', ')}`),
	steps: (condition, values) => `from ${code(condition.from.text)} to ${code(condition.to.text)} the instructions${condition.steps === 'all' ? '' : ` in ${condition.steps}`} are ${describeComparison(condition, values)}`,
	event: ({event, of, count}) => `${event}${of === undefined ? '' : ` of ${of}`} happens${count === undefined ? '' : ` ${count} times`}`,
	differs: ({differs, from}) => `${list(differs)} differs from ${from === 'unedited' ? 'the unedited run' : 'another run'}`,
	same: ({same, as}) => `${list(same)} is as in ${as === 'unedited' ? 'the unedited run' : 'another run'}`,
	'first-difference': ({'first-difference': kind, at}) => `the two runs first differ in ${kind === 'path' ? 'their path' : kind} at ${at.map(code).join(' or ')}`,
	broken: ({broken, at}) => `${promise(broken)} is broken${at === undefined ? '' : ` at ${at.map(code).join(' or ')}`}`,
	kept: ({kept, until}) => `up to ${code(until.text)} ${kept.includes(ALL) ? 'no promise is broken' : kept.map(each => `${promise(each)} is kept`).join(', and ')}`,
	attack,
	all: ({all}, values) => all.map(each => wanted(each, values)).join(', and '),
	any: ({any}, values) => any.map(each => wanted(each, values)).join(', or '),
	not: ({not}, values) => `not: ${wanted(not, values)}`,
};

/** What a condition asks for, in words. */
export function wanted(condition: Condition, values: Values): string {
	const describe = WORDS[kindOf(condition)] as (condition: Condition, values: Values) => string;
	return describe(condition, values);
}
