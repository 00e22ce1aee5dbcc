import * as v from 'valibot';
import {GENERAL_REGISTERS} from '../../machine/registers.js';
import {condition, goal} from '../goals/condition-schema.js';
import type {Condition, Goal} from '../goals/condition.js';
import {EVENT_KINDS} from '../language/events.js';
import {FLAG_NAMES} from '../language/names.js';
import type {Point, PointText, Template} from '../language/syntax.js';
import {LAB_PANES, type LabPane} from '../panes.js';
import {prediction} from '../predictions/prediction-schema.js';
import type {Prediction} from '../predictions/prediction.js';
import {type Action, action} from './action.js';
import type {Place} from './lab-error.js';
import type {Schema} from './read-yaml.js';
import {map, point, several, template, text, whole} from './schema.js';
import {KERNEL_SETTINGS, setupEntries, type SetupKeys} from './setup.js';

/** Hints of a step: a nudge, a pointer, the answer. */
export const HINTS = 3;

/** A wrong run, and the misconception behind it. */
export interface Mistake {
	/** When it was made. */
	readonly when: Condition;
	/** What is said about it. */
	readonly text: Template;
	/** What makes it, so that it can be proved to be noticed. */
	readonly by: readonly Action[];
	/** Where it stands in the lab's file. */
	readonly where?: Place | undefined;
}

/** Everything that a learner may be allowed to change in a step. */
const CHANGEABLE = ['registers', 'memory', 'input', 'args', 'entry', ...KERNEL_SETTINGS, ...GENERAL_REGISTERS, 'rip', 'rflags', ...FLAG_NAMES] as const;

/** Places as maps, as the first labs had them. */
const place: Schema<PointText> = v.lazy(input => {
	if (typeof input !== 'object' || input === null) return point;
	const event = {event: v.picklist(EVENT_KINDS), nth: v.optional(whole(1), 1n)};
	const schemas = {before: map({to: v.literal('before'), ...event}), after: map({to: v.literal('after'), ...event}), label: map({to: v.literal('label'), label: text, nth: v.optional(whole(1), 1n)}), start: map({to: v.literal('start')}), end: map({to: v.literal('end')})};
	const to = 'to' in input ? String(input.to) : '';
	const schema = Object.entries(schemas).find(([name]) => name === to)?.[1] ?? map({to: v.picklist(['before', 'after', 'label', 'start', 'end'])});
	return v.pipe(schema as Schema<Point>, v.transform((found): PointText => ({type: 'point', text: `${to} ${'event' in found ? found.event : 'label' in found ? found.label : ''}`.trim(), point: found})));
});

/** What a step's blocks of YAML can say. */
export interface StepOptions extends SetupKeys {
	readonly task?: string | undefined;
	readonly go?: PointText | undefined;
	readonly show?: readonly LabPane[] | undefined;
	readonly 'may-change'?: readonly string[] | undefined;
	readonly goals?: readonly Goal[] | undefined;
	readonly predictions?: readonly Prediction[] | undefined;
	readonly mistakes?: readonly Mistake[] | undefined;
	readonly hints?: readonly Template[] | undefined;
	readonly mainline?: Template | undefined;
}

export const stepOptions: Schema<StepOptions> = map({
	task: v.optional(v.pipe(template, v.transform(({text: task}) => task))),
	go: v.optional(place),
	show: v.optional(several(v.picklist(LAB_PANES))),
	...setupEntries,
	'may-change': v.optional(several(v.picklist(CHANGEABLE))),
	goals: v.optional(v.pipe(v.array(goal), v.nonEmpty('is empty'))),
	predictions: v.optional(v.pipe(v.array(prediction), v.nonEmpty('is empty'))),
	mistakes: v.optional(v.pipe(v.array(map({when: condition, text: template, by: v.pipe(v.array(action), v.nonEmpty('is empty'))})), v.nonEmpty('is empty'))),
	hints: v.optional(v.pipe(v.array(template), v.length(HINTS, ({received}) => `has ${received}; a ladder has ${HINTS}: a nudge, a pointer, the answer`))),
	mainline: v.optional(template),
});
