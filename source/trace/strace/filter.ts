import {SYSCALLS, syscallByName, syscallByNumber} from '../../kernel/syscall-table.js';
import {CALL_CLASSES, CLASS_ALIASES, PLAIN_CLASSES} from './call-classes.js';

/** Whether a call is to be shown, by its number. */
export type CallFilter = (nr: number) => boolean;

/** Shows every call. */
export const everyCall: CallFilter = () => true;

/** What a filter's text means, or why it means nothing. */
export type FilterResult = {readonly filter: CallFilter} | {readonly problem: string};

type Names = {readonly names: ReadonlySet<string>} | {readonly problem: string};

const ALL: ReadonlySet<string> = new Set(SYSCALLS.map(({name}) => name));
const CLASS_LIST = [...CALL_CLASSES.keys()].map(name => `%${name}`).join(', ');

/**
 * Reads a filter as strace's -e takes it: `trace=write,openat`, or without `trace=`; `%file` and other classes, `/regex`,
 * numbers, `all`, `none`, `?name` for a name that need not exist, and a `!` before all of it for the contrary.
 */
export function parseFilter(text: string): FilterResult {
	const qualifier = /^([a-z]+)=/.exec(text)?.[1];
	if (qualifier !== undefined && qualifier !== 'trace' && qualifier !== 't') return {problem: `${qualifier}= is not understood; of strace's qualifiers there is only trace=, as in trace=write,openat`};
	const list = qualifier === undefined ? text : text.slice(qualifier.length + 1);
	const isInverted = list.startsWith('!');
	const found = namesOf(isInverted ? list.slice(1) : list);
	if ('problem' in found) return found;
	return {filter: nr => {
		const call = syscallByNumber(nr);
		return (call !== undefined && found.names.has(call.name)) !== isInverted;
	}};
}

/** The calls that a list is for. */
function namesOf(list: string): Names {
	if (list === 'all') return {names: ALL};
	if (list === 'none') return {names: new Set()};
	if (list === '') return {problem: 'no system call is named; write trace=write,openat or trace=%file, trace=all or trace=none'};
	const names = new Set<string>();
	for (const item of list.split(',')) {
		const found = itemNames(item);
		if ('problem' in found) return found;
		for (const name of found.names) names.add(name);
	}

	return {names};
}

/** The calls that one item of a list is for. */
function itemNames(item: string): Names {
	if (item.startsWith('?')) {
		const found = itemNames(item.slice(1));
		return 'problem' in found ? {names: new Set()} : found;
	}

	if (item.startsWith('/')) return matching(item.slice(1));
	if (item.startsWith('%')) return classNames(item.slice(1));
	if (/^\d+$/.test(item)) return byNumber(Number(item));
	if (PLAIN_CLASSES.includes(item)) return classNames(item);
	return syscallByName(item) === undefined ? {problem: unknownCall(item)} : {names: new Set([item])};
}

function byNumber(number: number): Names {
	const call = syscallByNumber(number);
	return call === undefined ? {problem: `no system call has the number ${number}; the highest is ${Math.max(...SYSCALLS.map(row => row.number))}`} : {names: new Set([call.name])};
}

function classNames(name: string): Names {
	const names = CALL_CLASSES.get(CLASS_ALIASES.get(name) ?? name);
	return names === undefined ? {problem: `no class of system calls is named %${name}; there are ${CLASS_LIST}`} : {names};
}

/** Names in which a regular expression is found. */
function matching(pattern: string): Names {
	try {
		const expression = new RegExp(pattern);
		return {names: new Set([...ALL].filter(name => expression.test(name)))};
	} catch {
		return {problem: `/${pattern} is not a regular expression; write /^open for all calls whose names begin with open`};
	}
}

/** Says that a name is unknown, and which one may have been meant. */
function unknownCall(name: string): string {
	if (name === '') return 'a name is missing between two commas, or after the last one';
	if (name.startsWith('!')) return `${name}: a ! stands before the whole list, as in trace=!read,write`;
	const [near] = [...ALL].map(known => ({known, distance: editDistance(name, known)})).sort((a, b) => a.distance - b.distance);
	const isLikely = near.distance <= Math.max(2, Math.floor(name.length / 3));
	return `no system call is named ${name}${isLikely ? `; did you mean ${near.known}?` : '; names are those of Linux on x86-64, such as openat or newfstatat'}`;
}

/** The longest name that is compared with others. */
const LONGEST_NAME = 40;

/** How many letters must be changed, added or left out to make one word of another. */
function editDistance(from: string, to: string): number {
	if (from.length > LONGEST_NAME) return from.length;
	let row = Array.from({length: to.length + 1}, (_, index) => index);
	for (const [index, letter] of Array.from(from).entries()) {
		const next = [index + 1];
		for (let at = 1; at <= to.length; at++) next.push(Math.min(row[at] + 1, next[at - 1] + 1, row[at - 1] + (letter === to[at - 1] ? 0 : 1)));
		row = next;
	}

	return row[to.length];
}
