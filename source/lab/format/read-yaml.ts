import * as v from 'valibot';
import {LabError} from './lab-error.js';
import {didYouMean, meant} from './spelling.js';
import type {Path, YamlBlock} from './yaml-block.js';

/** What a block of YAML must look like. */
export type Schema<T> = v.GenericSchema<unknown, T>;

/** A mistake that a schema has noticed. */
type Issue = v.BaseIssue<unknown>;

/** How valibot's own messages begin; any other was written by the schemas here. */
const USUAL_MESSAGE = 'Invalid ';

/** What a schema expects, as a list: `("a" | "b")` is what valibot writes. */
const expectation = (expected: string): string => expected.replace(/^\((.*)\)$/s, '$1').replaceAll(/"([^"]*)"/g, '$1').replaceAll(' | ', ', ');

const alternatives = (expected: string): readonly string[] => expectation(expected).split(', ');

const unquoted = (received: string): string => received.replace(/^"(.*)"$/s, '$1');

const NOTHING = new Set(['null', 'undefined']);

/** What is wrong with a value, in words. */
function explain({received, expected, message, type}: Issue): string {
	if (received === 'null') return 'nothing was found; write a value (a # behind a space begins a comment: put quotes around it)';
	if (!message.startsWith(USUAL_MESSAGE)) return message;
	if (NOTHING.has(received)) return `is missing; expected ${expectation(expected ?? message)}`;
	if (type === 'picklist') return `found ${unquoted(received)}; allowed are ${expectation(expected ?? '')}${didYouMean(unquoted(received), alternatives(expected ?? ''))}`;
	return `found ${received}, expected ${expectation(expected ?? message)}`;
}

/** The keys on the way to a mistake. */
const pathOf = ({path}: Issue): Path => (path ?? []).map(({key}) => key as string | number);

/** The same for people: without the indices of lists, whose lines are named anyhow. */
const pathName = (path: Path): string => path.filter(key => typeof key === 'string').join('.');

/** How far into its text a mistake in an expression is: the schemas of expressions hand it on as what was received. */
const offsetOf = ({type, received}: Issue): number => (type === 'raw_transform' && /^\d+$/.test(received) ? Number(received) : 0);

/** The deepest mistake behind the one that a schema reports, unless the schema has its own words for it. */
function deepest(issue: Issue): Issue {
	const inner = issue.issues?.at(-1);
	if (inner === undefined || !issue.message.startsWith(USUAL_MESSAGE)) return issue;
	return deepest({...inner, ...(issue.path === undefined && inner.path === undefined ? {} : {path: [...(issue.path ?? []), ...(inner.path ?? [])] as unknown as NonNullable<Issue['path']>})});
}

const isUnknownKey = ({type, expected}: Issue): boolean => type === 'strict_object' && expected === 'never';

/** The mistake to tell. A key that is misspelt is one that is missing, too: its spelling is what helps. */
function firstOf(issues: readonly Issue[]): Issue {
	const [first] = issues;
	const missing = first.received === 'undefined' ? String(pathOf(first).at(-1)) : '';
	return issues.find(issue => isUnknownKey(issue) && meant(String(pathOf(issue).at(-1)), [missing]) !== undefined) ?? first;
}

/**
 * Checks a block against a schema and tells each expression in it where it stands.
 * @throws LabError for the first mistake, with line and column
 */
export function readYaml<T>(yaml: YamlBlock, schema: Schema<T>): T {
	const result = v.safeParse(schema, yaml.value ?? {});
	if (result.success) {
		locate(result.output, yaml, []);
		return result.output;
	}

	const issue = deepest(firstOf(result.issues));
	const path = pathOf(issue);
	const isUnknown = isUnknownKey(issue);
	const name = pathName(path);
	const fact = `${name === '' || isUnknown ? '' : `${name}: `}${explain(issue)}`;
	const offset = offsetOf(issue);
	const part = issue.path?.at(-1)?.origin === 'key' ? 'key' : 'value';
	const place = offset > 0 ? yaml.placeWithin(path, offset) : yaml.placeOf(path, part);
	throw new LabError(yaml.block.file, place, fact);
}

/** Something of the language that wants to know where it stands. */
const isLocated = (value: object): value is {where?: {line: number; column: number}} => 'type' in value && ['expression', 'point', 'template', 'changes'].includes(String(value.type));

function locate(value: unknown, yaml: YamlBlock, path: Path): void {
	if (typeof value !== 'object' || value === null) return;
	if (isLocated(value)) value.where = yaml.placeOf(path);
	for (const [key, inner] of Object.entries(value)) if (key !== 'where') locate(inner, yaml, isLocated(value) ? path : [...path, Array.isArray(value) ? Number(key) : key]);
}
