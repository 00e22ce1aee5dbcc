import * as v from 'valibot';
import {SIGNAL_NAMES} from '../../kernel/constants.js';
import {syscallByName, SYSCALLS} from '../../kernel/syscall-table.js';
import {VECTOR_NAMES} from '../../machine/fault.js';
import {ATTACKS} from '../../trace/contract/attacks/index.js';
import {PROMISES} from '../../trace/contract/promises.js';
import type {Schema} from '../format/read-yaml.js';
import {changes, expression, map, point, several, template, text, whole} from '../format/schema.js';
import {kernelSettings} from '../format/setup.js';
import {didYouMean} from '../format/spelling.js';
import {EVENT_KINDS} from '../language/events.js';
import {ALL, ANY, type Condition, CONDITION_KINDS, type ConditionKind, type Goal} from './condition.js';

/** Registers that carry a call's arguments, in order (System V ABI, A.2.1). */
export const ARGUMENT_REGISTERS = ['rdi', 'rsi', 'rdx', 'r10', 'r8', 'r9'] as const;

const nth = v.optional(v.union([v.pipe(v.literal('last')), whole(1)], ({received}) => `found ${received}, expected a number from 1 up, or last`));
const values = v.optional(several(expression));
const one = v.optional(expression);
const limits = {above: one, below: one, 'at-least': one, 'at-most': one} as const;
const comparison = {is: values, 'is-not': values, ...limits} as const;

/** A call's name or number, or any. */
const call = v.pipe(
	v.union([v.string(), v.bigint()], ({received}) => `found ${received}, expected a call’s name, its number, or any`),
	v.transform(String),
	v.check(name => name === 'any' || /^-?\d+$/.test(name) || syscallByName(name) !== undefined, ({input}) => `there is no system call ${input}${didYouMean(input, SYSCALLS.map(({name}) => name))}; write a name of Linux’s table, a number, or any`),
);

const vectors = VECTOR_NAMES.filter(name => name !== '').map(name => name.replace('#', ''));
const vector = v.pipe(v.string(), v.transform(name => name.replace('#', '')), v.check(name => vectors.includes(name), ({input}) => `there is no exception ${input}${didYouMean(input, vectors)}; there are ${vectors.join(', ')}`));

const otherRun = v.lazy(input => (typeof input === 'string' ? v.literal('unedited') : map({set: v.optional(changes), kernel: v.optional(kernelSettings)})));

const promises = PROMISES.map(({name}) => name);
const attacks = ATTACKS.map(({name}) => name);

const conditionReference: Schema<Condition> = v.lazy(input => conditionFor(input, {})) as Schema<Condition>;

/** The keys of each kind of condition. */
const ENTRIES: Readonly<Record<ConditionKind, v.ObjectEntries>> = {
	value: {value: expression, ...comparison},
	holds: {holds: expression},
	call: {call, nth, arguments: v.optional(v.record(v.string(), expression)), result: v.optional(v.union([v.picklist(['success', 'error']), expression]))},
	console: {console: v.string()},
	'console-contains': {'console-contains': text},
	exception: {exception: vector, nth, at: one, address: one, 'error-code': one, ring: v.optional(whole(0, 3))},
	signal: {signal: v.picklist([...SIGNAL_NAMES.values()]), code: one, address: one},
	exit: {exit: expression},
	path: {path: v.picklist(['sysret', 'iret']), nth},
	written: {written: expression, by: v.optional(several(text)), from: v.optional(several(text))},
	steps: {steps: v.picklist(['all', 'ring 0', 'ring 3']), from: point, to: point, ...comparison},
	event: {event: v.picklist(EVENT_KINDS), of: v.optional(text), count: v.optional(whole(0))},
	differs: {differs: several(expression), from: otherRun},
	same: {same: several(expression), as: otherRun},
	'first-difference': {'first-difference': v.picklist(['register', 'memory', 'path']), at: several(text), from: otherRun},
	broken: {broken: v.picklist([ANY, ...promises]), nth, at: v.optional(several(text))},
	kept: {kept: several<string>(v.picklist([ALL, ...promises])), until: point},
	attack: {attack: several<string>(v.picklist([ALL, ...attacks])), breaks: v.optional(v.picklist([ANY, ...promises]))},
	all: {all: v.pipe(v.array(conditionReference), v.nonEmpty('is empty'))},
	any: {any: v.pipe(v.array(conditionReference), v.nonEmpty('is empty'))},
	not: {not: conditionReference},
};

/** The arguments of a call, by the manual's names and by register. */
function argumentNames(name: string): readonly string[] {
	const own = syscallByName(name)?.arguments.map(argument => argument.name) ?? [];
	return [...own, ...ARGUMENT_REGISTERS];
}

/** What a kind asks for beyond its keys; undefined if all is well. */
const BEYOND: Readonly<Partial<Record<ConditionKind, (input: Readonly<Record<string, unknown>>) => string | undefined>>> = {
	value: input => (Object.keys(comparison).some(key => key in input) ? undefined : `is compared with nothing; add one of ${Object.keys(comparison).join(', ')}`),
	steps: input => (Object.keys(comparison).some(key => key in input) ? undefined : `is compared with nothing; add one of ${Object.keys(comparison).join(', ')}`),
	written: input => (('by' in input) === ('from' in input) ? 'needs either by (who wrote it) or from (where its value came from)' : undefined),
	call(input) {
		const names = argumentNames(String(input.call));
		const unknown = Object.keys(input.arguments ?? {}).find(name => !names.includes(name));
		return unknown === undefined ? undefined : `${String(input.call)} has no argument ${unknown}${didYouMean(unknown, names)}; there are ${names.join(', ')}`;
	},
};

/** The schema of a condition, by the key that says its kind. */
function conditionFor(input: unknown, texts: v.ObjectEntries): v.GenericSchema {
	const keys = typeof input === 'object' && input !== null ? Object.keys(input) : [];
	const kind = CONDITION_KINDS.find(each => keys.includes(each));
	if (kind === undefined) {
		const [first = ''] = keys;
		return v.custom(() => false, `${first === '' ? 'nothing' : first} was found where a kind of condition was expected${didYouMean(first, CONDITION_KINDS)}; there are ${CONDITION_KINDS.join(', ')}`);
	}

	const beyond = BEYOND[kind];
	const schema = map({...ENTRIES[kind], ...texts});
	if (beyond === undefined) return schema;
	return v.pipe(schema, v.check(value => beyond(value) === undefined, ({input: value}) => beyond(value) ?? ''));
}

/** Something that is so or not so in a run. */
export const condition: Schema<Condition> = conditionReference;

const texts = {goal: v.optional(template), met: v.optional(template), unmet: v.optional(template)} as const;

/** A goal: a condition with its author's sentences. */
export const goal: Schema<Goal> = v.lazy(input => conditionFor(input, texts)) as Schema<Goal>;
