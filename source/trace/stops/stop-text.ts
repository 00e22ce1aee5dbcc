import {SIGNAL_NAMES} from '../../kernel/constants.js';
import {syscallByName, syscallName} from '../../kernel/syscall-table.js';
import {VECTOR_NAMES, vectorName} from '../../machine/fault.js';
import type {MemoryPlace} from '../branches/change.js';
import {type NameBook, parseNamedValue, parsePlace, placeText} from '../branches/change-text.js';
import {EDITABLE_REGISTERS, ValueError} from '../register-values.js';
import {MARK_STOPS, type StopCondition} from './condition.js';

/** What a stop's text may name: symbols with the bytes that they cover, and lines of the sources. */
export interface StopNames extends NameBook {
	lengthOf(name: string): bigint | undefined;
	addressOfLine(file: string, line: number): bigint | undefined;
}

const NO_NAMES: StopNames = {addressOf: () => undefined, nameOf: () => undefined, lengthOf: () => undefined, addressOfLine: () => undefined};

/** Bytes that are watched from an address on, if their number is not said. */
const DEFAULT_LENGTH = 8n;

/** What can be written, for messages. */
export const STOP_FORMS = 'ring, syscall, syscall=write, exception, exception=#PF, interrupt, sysret, iret, swapgs, cr3, halt, signal, signal=SIGSEGV, console, console=text, at main, at 0x401000, at entry_64.s:63, symbol do_syscall_64, rax=0x10, write message, write 0x404000:4, write [rsp], step 12345';

const wrong = (text: string, what: string): ValueError => new ValueError(`“${text}”: ${what}. A stop is one of: ${STOP_FORMS}`);

/** A number from a name or from digits; undefined if it is neither. */
function numberOrName(value: string, byName: (name: string) => number | undefined): number | undefined {
	const digits = /^(?:0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : undefined;
	return digits ?? byName(value);
}

const vectorByName = (name: string): number | undefined => {
	const index = VECTOR_NAMES.findIndex(each => each !== '' && each.replace('#', '').toLowerCase() === name.replace('#', '').toLowerCase());
	return index < 0 ? undefined : index;
};

const signalByName = (name: string): number | undefined =>
	[...SIGNAL_NAMES].find(([, each]) => each === name.toUpperCase() || each === `SIG${name.toUpperCase()}`)?.[0];

/** Conditions of one word, perhaps with a value behind `=`. */
const WORDS: Readonly<Record<string, (value: string | undefined, text: string) => StopCondition>> = {
	ring: (value, text) => {
		if (value !== undefined) throw wrong(text, 'ring takes no value');
		return {kind: 'ring'};
	},
	syscall(value, text) {
		if (value === undefined) return {kind: 'syscall'};
		const nr = numberOrName(value, name => syscallByName(name)?.number);
		if (nr === undefined) throw wrong(text, `no system call is named ${value}`);
		return {kind: 'syscall', nr};
	},
	exception(value, text) {
		if (value === undefined) return {kind: 'exception'};
		const vector = numberOrName(value, vectorByName);
		if (vector === undefined || vector > 255) throw wrong(text, `no exception is named ${value}; there are ${VECTOR_NAMES.filter(name => name !== '').join(', ')}`);
		return {kind: 'exception', vector};
	},
	signal(value, text) {
		if (value === undefined) return {kind: 'signal'};
		const number = numberOrName(value, signalByName);
		if (number === undefined) throw wrong(text, `no signal that this kernel sends is named ${value}; there are ${[...SIGNAL_NAMES.values()].join(', ')}`);
		return {kind: 'signal', number};
	},
	console(value, text) {
		if (value === undefined) return {kind: 'console'};
		const content = value.replace(/^"(.*)"$/su, '$1').replaceAll('\\n', '\n');
		if (content === '') throw wrong(text, 'no text stands behind console=');
		return {kind: 'console', text: content};
	},
	...Object.fromEntries(MARK_STOPS.map(kind => [kind, (value: string | undefined, text: string): StopCondition => {
		if (value !== undefined) throw wrong(text, `${kind} takes no value`);
		return {kind};
	}])),
};

function parseAt(value: string, text: string, names: StopNames): StopCondition {
	const line = /^(.+):(\d+)$/.exec(value);
	const address = line === null ? undefined : names.addressOfLine(line[1], Number(line[2]));
	if (address !== undefined) return {kind: 'place', address};
	if (line !== null) throw wrong(text, `no instruction comes from line ${line[2]} of ${line[1]}`);
	return {kind: 'place', address: parseNamedValue(value, names)};
}

function parseSymbol(value: string, text: string, names: StopNames): StopCondition {
	const address = names.addressOf(value);
	if (address === undefined) throw wrong(text, `neither the program nor the kernel has a symbol ${value}`);
	return {kind: 'place', address};
}

function parseWrite(value: string, text: string, names: StopNames): StopCondition {
	const match = /^(?:\[([^\]]*)\]|([^:[\]]+))(?::(0x[0-9a-f]+|\d+))?$/i.exec(value);
	if (match === null) throw wrong(text, 'write takes a symbol, an address or a place in brackets, and perhaps the number of bytes behind a colon');
	const name = match.at(1) ?? match.at(2) ?? '';
	const place = parsePlace(name, names);
	const said = match.at(3);
	const length = said === undefined ? (place.base === undefined ? names.lengthOf(name.trim()) : undefined) ?? DEFAULT_LENGTH : BigInt(said);
	if (length === 0n) throw wrong(text, 'no byte would be watched; give 1 or more');
	return {kind: 'write', place, length};
}

function parseStep(value: string, text: string): StopCondition {
	const step = Number(value.replaceAll('_', ''));
	if (value === '' || !Number.isSafeInteger(step) || step < 0) throw wrong(text, `“${value}” is no step: a whole number from 0 up`);
	return {kind: 'step', step};
}

/** Conditions of a word and what stands behind a space. */
const PHRASES: Readonly<Record<string, (value: string, text: string, names: StopNames) => StopCondition>> = {
	at: parseAt,
	symbol: parseSymbol,
	write: parseWrite,
	step: parseStep,
};

/** Reads a condition of one word, or a register's. */
function parseWord(word: string, value: string | undefined, text: string, names: StopNames): StopCondition {
	if (Object.hasOwn(WORDS, word)) return WORDS[word](value, text);
	if (!EDITABLE_REGISTERS.includes(word)) throw wrong(text, 'this is no stop');
	if (value === undefined) throw wrong(text, `say which value ${word} must get: ${word}=0x10`);
	return {kind: 'register', register: word, value: parseNamedValue(value, names)};
}

/**
 * Reads when to stop.
 * @param names gives symbols and lines their addresses
 * @throws ValueError that says what is wrong and lists what can be written
 */
export function parseStop(text: string, names: StopNames = NO_NAMES): StopCondition {
	const trimmed = text.trim();
	const [, word = '', separator = '', rest = ''] = /^%?([a-z][a-z0-9]*)\s*(=|\s|$)\s*(.*)$/su.exec(trimmed) ?? [];
	const hasValue = separator === '=';
	if (Object.hasOwn(PHRASES, word)) {
		if (hasValue || rest === '') throw wrong(trimmed, `what follows ${word} is missing: write ${word === 'step' ? 'step 12345' : `${word} main`}`);
		return PHRASES[word](rest, trimmed, names);
	}

	if (!hasValue && rest !== '') throw wrong(trimmed, `${word} is followed by nothing, or by = and a value`);
	return parseWord(word, hasValue ? rest : undefined, trimmed, names);
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** A word, and what stands behind `=` if that is said. */
const withValue = (word: string, value: string | number | undefined): string => (value === undefined ? word : `${word}=${value}`);

const syscallText = (nr: number | undefined): string | number | undefined => (nr === undefined ? undefined : syscallName(nr) ?? nr);
const signalText = (number: number | undefined): string | number | undefined => (number === undefined ? undefined : SIGNAL_NAMES.get(number) ?? number);
const vectorText = (vector: number | undefined): string | number | undefined => (vector === undefined ? undefined : VECTOR_NAMES.at(vector) ? vectorName(vector) : vector);

function writeText(place: MemoryPlace, length: bigint, names: NameBook): string {
	const text = placeText(place, names);
	return `write ${place.base === undefined ? text : `[${text}]`}:${length}`;
}

/** A condition as `parseStop` reads it; with names where there are any. */
export function textOfStop(condition: StopCondition, names: NameBook = NO_NAMES): string {
	switch (condition.kind) {
		case 'syscall':
			return withValue('syscall', syscallText(condition.nr));
		case 'exception':
			return withValue('exception', vectorText(condition.vector));
		case 'signal':
			return withValue('signal', signalText(condition.number));
		case 'console':
			return withValue('console', condition.text?.replaceAll('\n', '\\n'));
		case 'place':
			return `at ${names.nameOf(condition.address) ?? hex(condition.address)}`;
		case 'register':
			return `${condition.register}=${hex(condition.value)}`;
		case 'write':
			return writeText(condition.place, condition.length, names);
		case 'step':
			return `step ${condition.step}`;
		default:
			return condition.kind;
	}
}
