import * as v from 'valibot';
import type {Schema} from '../format/read-yaml.js';
import {changes, expression, map, point, several, template, text} from '../format/schema.js';
import {kernelSettings} from '../format/setup.js';
import {didYouMean} from '../format/spelling.js';
import {condition} from '../goals/condition-schema.js';
import {EVENT_FIELDS, EVENT_KINDS} from '../language/events.js';
import {type Prediction, PREDICTION_KINDS, type PredictionKind} from './prediction.js';

const asked = {
	ask: template,
	right: v.optional(template),
	wrong: v.optional(template),
	with: v.optional(v.lazy(input => (typeof input === 'string' ? v.literal('unedited') : map({set: v.optional(changes), kernel: v.optional(kernelSettings)})))),
} as const;

const choice = v.pipe(
	map({is: v.optional(expression), when: v.optional(condition), text: v.optional(template), because: v.optional(template)}),
	v.check(({is, when}) => (is === undefined) !== (when === undefined), 'needs either is (a value) or when (a condition)'),
	v.check(({when, text: shown}) => when === undefined || shown !== undefined, 'a choice with when needs a text'),
);

const ENTRIES: Readonly<Record<PredictionKind, v.ObjectEntries>> = {
	number: {number: expression, misconceptions: v.optional(v.array(map({answer: expression, because: template})))},
	choices: {choice: v.optional(expression), choices: v.pipe(v.array(choice), v.minLength(2, 'has one choice; give two or more'))},
	register: {register: expression, at: point},
	slot: {slot: expression, at: point},
	order: {order: v.pipe(v.array(map({text: template, at: point})), v.minLength(2, 'has one item; give two or more'))},
	'order-of': {'order-of': v.picklist(EVENT_KINDS), by: text, from: point, to: point, only: v.optional(several(text))},
};

/** What a kind asks for beyond its keys; undefined if all is well. */
const BEYOND: Readonly<Partial<Record<PredictionKind, (input: Readonly<Record<string, unknown>>) => string | undefined>>> = {
	'order-of'({'order-of': kind, by}) {
		const fields = EVENT_FIELDS[kind as keyof typeof EVENT_FIELDS];
		return fields.includes(String(by)) ? undefined : `${String(kind)} has no field ${String(by)}${didYouMean(String(by), fields)}; it has ${fields.join(', ')}`;
	},
	choices: ({choice: asks, choices}) =>
		((choices as readonly {readonly is?: unknown}[]).some(({is}) => is !== undefined) && asks === undefined ? 'needs choice (the expression whose value one of the choices is)' : undefined),
};

/** A prediction. */
export const prediction: Schema<Prediction> = v.lazy(input => {
	const keys = typeof input === 'object' && input !== null ? Object.keys(input) : [];
	const kind = PREDICTION_KINDS.find(each => keys.includes(each));
	if (kind === undefined) return v.custom(() => false, `no kind of prediction was found; add one of ${PREDICTION_KINDS.join(', ')}`);
	const beyond = BEYOND[kind];
	const schema = map({...asked, ...ENTRIES[kind]});
	return beyond === undefined ? schema : v.pipe(schema, v.check(value => beyond(value) === undefined, ({input: value}) => beyond(value) ?? ''));
}) as Schema<Prediction>;
