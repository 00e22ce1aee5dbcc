import * as v from 'valibot';
import type {ChangesText, PointText} from '../language/syntax.js';
import type {Schema} from './read-yaml.js';
import {changes, map, point, text} from './schema.js';
import {type KernelSettings, kernelSettings, programName} from './setup.js';

/** Keys that move through a run, as the app has them. */
export const MOVES = ['s', 'S', 'n', 'N', 'c', 'C', 'f', 'F', 'home', 'end'] as const;

export type Move = (typeof MOVES)[number];

/** Something that a learner does in a step. */
export type Action =
	/** Changes registers, flags or memory where the machine stands, as in `rdi=7, rsi=message`. */
	| {readonly set: ChangesText}
	/** Goes to a point of the run. */
	| {readonly go: PointText}
	/** Presses keys that move, as in `c c s`. */
	| {readonly keys: readonly Move[]}
	/** Begins the step anew on another kernel. */
	| {readonly kernel: KernelSettings}
	/** Begins the step anew with other arguments. */
	| {readonly args: readonly string[]}
	/** Begins the step anew with another entry path: a file of the lab's folder. */
	| {readonly entry: string};

const ENTRIES = {
	set: {set: changes},
	go: {go: point},
	keys: {keys: v.pipe(text, v.transform(keys => keys.trim().split(/\s+/)), v.array(v.picklist(MOVES)))},
	kernel: {kernel: kernelSettings},
	args: {args: v.array(v.string())},
	entry: {entry: programName},
} as const;

const KINDS = Object.keys(ENTRIES) as (keyof typeof ENTRIES)[];

/** An action: a map with one key. */
export const action: Schema<Action> = v.lazy(input => {
	const keys = typeof input === 'object' && input !== null ? Object.keys(input) : [];
	const kind = KINDS.find(each => keys.includes(each));
	return kind === undefined ? v.custom(() => false, `no action was found; write one of ${KINDS.join(', ')} with what belongs to it`) : map(ENTRIES[kind]);
}) as Schema<Action>;

/** An action in words, for a solution that is shown. */
export function describeAction(each: Action): string {
	if ('set' in each) return `set ${each.set.text}`;
	if ('go' in each) return `go to ${each.go.text.replace(/^at /, '')}`;
	if ('keys' in each) return `press ${each.keys.join(' ')}`;
	if ('args' in each) return `start the program with ${each.args.join(' ')}`;
	if ('entry' in each) return `take ${each.entry} as the entry path`;
	const settings = Object.entries(each.kernel).map(([name, value]) => (typeof value === 'boolean' ? `${name} ${value ? 'on' : 'off'}` : `${name} ${JSON.stringify(value)}`));
	return `start again with ${settings.join(', ')}`;
}
