import * as v from 'valibot';
import type {Expression} from '../language/syntax.js';
import type {Schema} from './read-yaml.js';
import {expression, map, text, whole} from './schema.js';
import {programName, setupEntries, type SetupKeys} from './setup.js';

/** How a value of a lab is chosen for each learner. */
export type LabValue =
	| {readonly from: Expression; readonly to: Expression}
	| {readonly 'one-of': readonly Expression[]};

/** What stands at the top of a lab.md. */
export interface FrontMatter extends SetupKeys {
	readonly format: number;
	readonly title: string;
	readonly summary: string;
	readonly track: 'core' | 'deep';
	readonly minutes: number;
	readonly needs: readonly string[];
	readonly teaches: readonly string[];
	readonly program: string;
	readonly values: Readonly<Record<string, LabValue>>;
	readonly seed?: number | undefined;
	readonly 'skipped-by'?: number | undefined;
}

const labValue: Schema<LabValue> = v.lazy(input => (typeof input === 'object' && input !== null && 'one-of' in input
	? map({'one-of': v.pipe(v.array(expression), v.minLength(2, 'has one value; give two or more'))})
	: map({from: expression, to: expression})));

const valueName = v.pipe(v.string(), v.regex(/^[a-z_]\w*$/i, ({received}) => `found ${received}, expected a name of letters, digits and _`));

/** Another lab: by its number or its folder’s name. */
const labName = v.pipe(v.union([v.string(), v.bigint()], ({received}) => `found ${received}, expected a lab’s number or name`), v.transform(String));

export const frontMatter: Schema<FrontMatter> = map({
	format: whole(1),
	title: text,
	summary: text,
	track: v.picklist(['core', 'deep']),
	minutes: whole(1, 600),
	needs: v.optional(v.array(labName), []),
	teaches: v.optional(v.array(text), []),
	...setupEntries,
	program: programName,
	values: v.optional(v.record(valueName, labValue), {}),
	seed: v.optional(whole(0)),
	'skipped-by': v.optional(whole(1)),
});
