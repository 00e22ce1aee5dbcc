import type {OwnEntry} from '../../kernel/own-entry.js';
import type {Change} from '../../trace/branches/change.js';
import type {Action} from '../format/action.js';

/** An action, its changes and its entry path as data. */
export type Deed = Exclude<Action, {readonly set: unknown} | {readonly entry: unknown}> | {readonly changes: readonly Change[]} | {readonly entry: OwnEntry};

const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, each) => each !== index);

const replaced = <T>(list: readonly T[], index: number, value: T): T[] => list.map((each, at) => (at === index ? value : each));

/** The instruction of a line of assembly text; empty for labels, directives and comments. */
const instructionOf = (line: string): string => (/^\s*(?:[.#]|[\w.$]+:|$)/.test(line) ? '' : line.replace(/#.*$/, '').trim().replaceAll(/\s+/g, ' '));

const word = (value: bigint): bigint => BigInt.asUintN(64, value);

/** A change with other values. */
function spoiltChanges(change: Change): Change[] {
	switch (change.kind) {
		case 'register':
		case 'xmm':
			return [word(change.value + 1n), 0n, word(~change.value)].filter(value => value !== change.value).map(value => ({...change, value}));
		case 'flag':
			return [{...change, value: !change.value}];
		case 'memory':
		case 'input':
			return [{...change, bytes: change.bytes.map(byte => byte ^ 0xff)}];
	}
}

/**
 * An entry path without one of the instructions that the learner has written: those that the given one does not have. The
 * last ones come first, since most depends on them.
 */
function spoiltEntries({name, text}: OwnEntry, given: string): OwnEntry[] {
	const known = new Set(given.split('\n').map(instructionOf));
	const lines = text.split('\n');
	return lines.flatMap((line, index) => (known.has(instructionOf(line)) || instructionOf(line) === '' ? [] : [{name, text: replaced(lines, index, '').join('\n')}])).reverse();
}

/**
 * Deeds of which one is left out or has a change left out, other values or an instruction less; those that change the
 * least come first.
 * @param given the entry path that the step begins with
 */
export function mutations(deeds: readonly Deed[], given = ''): Deed[][] {
	const inside = deeds.flatMap((deed, index): Deed[][] => {
		if ('entry' in deed) return spoiltEntries(deed.entry, given).map(entry => replaced<Deed>(deeds, index, {entry}));
		if (!('changes' in deed)) return [];
		const {changes} = deed;
		const fewer = changes.length > 1 ? changes.map((_, at) => replaced(deeds, index, {changes: without(changes, at)})) : [];
		const others = changes.flatMap((change, at) => spoiltChanges(change).map(spoilt => replaced(deeds, index, {changes: replaced(changes, at, spoilt)})));
		return [...fewer, ...others];
	});
	return [...inside, ...deeds.map((_, index) => without(deeds, index))];
}
