import type {Change} from '../../trace/branches/change.js';
import type {Action} from '../format/action.js';

/** An action, its changes as data. */
export type Deed = Exclude<Action, {readonly set: unknown}> | {readonly changes: readonly Change[]};

const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, each) => each !== index);

const replaced = <T>(list: readonly T[], index: number, value: T): T[] => list.map((each, at) => (at === index ? value : each));

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

/** Deeds of which one is left out or has a change left out or other values; those that change the least come first. */
export function mutations(deeds: readonly Deed[]): Deed[][] {
	const inside = deeds.flatMap((deed, index): Deed[][] => {
		if (!('changes' in deed)) return [];
		const {changes} = deed;
		const fewer = changes.length > 1 ? changes.map((_, at) => replaced(deeds, index, {changes: without(changes, at)})) : [];
		const others = changes.flatMap((change, at) => spoiltChanges(change).map(spoilt => replaced(deeds, index, {changes: replaced(changes, at, spoilt)})));
		return [...fewer, ...others];
	});
	return [...inside, ...deeds.map((_, index) => without(deeds, index))];
}
