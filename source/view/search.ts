import type {GlossaryEntry} from '../lab/glossary.js';
import {SYSCALL_VIEWS} from '../trace/machine-views/syscall-search.js';
import {type Field, fieldOf} from './editing.js';
import {fuzzyScore} from './fuzzy.js';
import type {MenuLab} from './menu.js';
import type {Prompt} from './prompt.js';

/** What can be found: a word of the glossary, a system call, a lab, a name of the program or the kernel. */
export type FoundKind = 'term' | 'call' | 'lab' | 'symbol';

/** Something that can be found. */
export interface Found {
	readonly kind: FoundKind;
	/** The term, the call's or lab's name, the symbol. */
	readonly name: string;
	/** How it is listed. */
	readonly label: string;
	readonly note: string;
	/** Other words that it is found by. */
	readonly also: readonly string[];
}

/** What a kind is called in the list, and what it is worth where names match alike. */
const KINDS: Readonly<Record<FoundKind, readonly [word: string, worth: number]>> = {term: ['word', 6], call: ['system call', 4], lab: ['lab', 3], symbol: ['symbol', 0]};

/** What an exact name is worth. */
const EXACT = 100;

/** At most so many are listed. */
const MOST = 60;

/** Everything that can be found, in the order in which it is listed while nothing is typed. */
export function findables(glossary: readonly GlossaryEntry[], labs: readonly MenuLab[], symbols: readonly string[]): Found[] {
	return [
		...glossary.map(({term, also, text}): Found => ({kind: 'term', name: term, label: term, note: text.replaceAll('`', ''), also})),
		...labs.map(({name, title}): Found => ({kind: 'lab', name, label: name, note: title, also: [title]})),
		...SYSCALL_VIEWS.map(({name, number, summary}): Found => ({kind: 'call', name, label: name, note: `${number}, ${summary}`, also: [String(number)]})),
		...symbols.map((name): Found => ({kind: 'symbol', name, label: name, note: 'a name of the program or the kernel', also: []})),
	];
}

/** How well something matches; undefined: not at all. */
function score(query: string, {kind, name, also}: Found): number | undefined {
	const wanted = query.toLowerCase();
	const scores = [name, ...also].flatMap(text => {
		const own = fuzzyScore(wanted, text);
		return own === undefined ? [] : [own + (text.toLowerCase() === wanted ? EXACT : 0)];
	});
	return scores.length === 0 ? undefined : Math.max(...scores) + KINDS[kind][1];
}

/** What matches a query, the best first. */
export function search(query: string, all: readonly Found[]): Found[] {
	const wanted = query.trim();
	if (wanted === '') return all.slice(0, MOST);
	return all
		.flatMap(found => {
			const worth = score(wanted, found);
			return worth === undefined ? [] : [{found, worth}];
		})
		.sort((a, b) => b.worth - a.worth)
		.slice(0, MOST)
		.map(({found}) => found);
}

const HINT = 'A word, a system call by name or number, a lab, a name of the program or the kernel. Enter shows the marked one, Esc closes.';

/** The field of the search with a text in it, and what is found. */
export function searchPrompt(field: Field, all: readonly Found[]): Prompt {
	const found = search(field.text, all);
	const suggestions = found.map(({kind, name, label, note}) => ({text: name, label, note: `${KINDS[kind][0]}: ${note}`}));
	return {kind: 'search', title: 'Search', field, hint: found.length === 0 ? `Nothing is called ${field.text.trim()}, or begins so.` : HINT, suggestions, chosen: found.length === 0 ? -1 : 0, found, findables: all};
}

/** The search when it is opened, with a text in it. */
export const openSearch = (text: string, all: readonly Found[]): Prompt => searchPrompt(fieldOf(text), all);

/** What was found, in a line. */
export const tellFound = ({kind, label, note}: Found): string => `${KINDS[kind][0]} ${label}: ${note}`;
