import meow from 'meow';
import {Call} from './call.js';
import {UsageError} from './command-error.js';
import type {ArgumentRow, CommandRow, FlagRow, ValueRow} from './command-row.js';
import {suggest} from './spelling.js';

/** The flag that every command has. */
export const HELP_FLAG: FlagRow = {name: 'help', short: 'h', help: 'Print this help'};

/** Flags of a row, `--help` among them. */
export const flagsOf = (row: CommandRow): readonly FlagRow[] => [...row.flags, HELP_FLAG];

/** What a row is called in messages. */
const titleOf = (row: CommandRow): string => (row.name === '' ? 'the app' : row.name);

const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

/** “dark, light or contrast”. */
const alternatives = (words: readonly string[]): string => (words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`);

/** Why a flag is refused, and what to write instead. */
function unknownFlag(name: string, row: CommandRow, table: readonly CommandRow[]): UsageError {
	const known = flagsOf(row).map(flag => flag.name);
	const owners = table.filter(other => other !== row && other.flags.some(flag => flag.name === name || flag.short === name)).map(titleOf);
	const fact = `${titleOf(row)} has no flag ${dashed(name)}`;
	const allowed = `it takes ${known.map(dashed).join(', ')}`;
	return new UsageError(owners.length > 0 ? `${fact}, which belongs to ${alternatives(owners)}; ${allowed}` : fact + suggest(name, known, allowed, dashed));
}

/** A flag as it was typed: its row, and the value that was typed together with it. */
interface TypedFlag {
	readonly flag: FlagRow;
	readonly value: string | undefined;
}

/** Takes a word that begins with a dash to pieces; one word may hold several flags of one letter. */
function typedFlags(word: string, row: CommandRow, table: readonly CommandRow[]): TypedFlag[] {
	const find = (name: string, key: 'name' | 'short'): FlagRow => {
		const flag = flagsOf(row).find(each => each[key] === name);
		if (flag === undefined) throw unknownFlag(name, row, table);
		return flag;
	};

	const long = /^--([^=]*)(?:=(.*))?$/su.exec(word);
	if (long !== null) return [{flag: find(long[1], 'name'), value: long.at(2)}];
	const found: TypedFlag[] = [];
	for (let letters = word.slice(1); letters !== ''; letters = letters.slice(1)) {
		const flag = find(letters[0], 'short');
		if (flag.value !== undefined) return [...found, {flag, value: letters.length === 1 ? undefined : letters.slice(1).replace(/^=/u, '')}];
		found.push({flag, value: undefined});
	}

	return found;
}

/**
 * Stands before each value that the parser gets: it would take quotes around one away, overlook an empty one, and take one
 * with a dash for a flag.
 */
const SHIELD = ':';

/** Checks each flag of a command line against a row, and writes it as the parser reads it for certain. */
function checkFlags(argv: readonly string[], row: CommandRow, table: readonly CommandRow[]): string[] {
	const checked: string[] = [];
	const seen = new Set<string>();
	for (let index = 0; index < argv.length; index++) {
		const word = argv[index];
		if (!word.startsWith('-') || word === '-') {
			checked.push(word);
			continue;
		}

		for (const {flag, value} of typedFlags(word, row, table)) {
			if (flag.repeatable !== true && flag.value !== undefined && seen.has(flag.name)) throw new UsageError(`--${flag.name} was given more than once; give it once`);
			seen.add(flag.name);
			if (flag.value === undefined) {
				if (value !== undefined) throw new UsageError(`--${flag.name} takes no value; write it without “=${value}”`);
				checked.push(`--${flag.name}`);
				continue;
			}

			const isInNextWord = value === undefined && flag.value.optional !== true && index + 1 < argv.length && !argv[index + 1].startsWith('--');
			const text = value ?? (isInNextWord ? argv[++index] : '');
			checkValue(flag, flag.value, text);
			checked.push(`--${flag.name}=${SHIELD}${text}`);
		}
	}

	return checked;
}

/** Refuses a value that the flag can't have. */
function checkValue({name}: FlagRow, {name: called, optional = false, count, choices}: ValueRow, value: string): void {
	if (value === '') {
		if (optional) return;
		throw new UsageError(`--${name} has no value; write it as --${name} ${called}`);
	}

	if (choices !== undefined && !choices.includes(value)) throw new UsageError(`--${name} is ${value}${suggest(value, choices, `give ${alternatives(choices)}`)}`);
	if (count === undefined) return;
	const {minimum, maximum = Number.MAX_SAFE_INTEGER} = count;
	if (/^\d+$/u.test(value) && Number(value) >= minimum && Number(value) <= maximum) return;
	const range = count.maximum === undefined ? `from ${minimum} up` : `from ${minimum} to ${maximum}`;
	throw new UsageError(`--${name} is ${value}; give a whole number ${range}`);
}

const camelCase = (name: string): string => name.replaceAll(/-(.)/gu, (_, letter: string) => letter.toUpperCase());

/** The name under which the parser gives out a flag: `--no-color` switches `color` off. */
const parserKey = ({name, value}: FlagRow): string => camelCase(value === undefined ? name.replace(/^no-/u, '') : name);

/** The flags of a row as the parser wants them. */
function parserFlags(row: CommandRow): Record<string, {type: 'string'; isMultiple: true} | {type: 'boolean'; default: boolean}> {
	return Object.fromEntries(flagsOf(row).map(flag => [
		parserKey(flag),
		flag.value === undefined ? {type: 'boolean', default: flag.name.startsWith('no-')} : {type: 'string', isMultiple: true},
	]));
}

/** The flags that were given, by name. */
function givenFlags(row: CommandRow, parsed: Readonly<Record<string, unknown>>): Map<string, readonly string[]> {
	return new Map(flagsOf(row).flatMap((flag): [string, readonly string[]][] => {
		const value = parsed[parserKey(flag)];
		if (flag.value !== undefined) return Array.isArray(value) && value.length > 0 ? [[flag.name, value.map(each => String(each).slice(SHIELD.length))]] : [];
		return value === !flag.name.startsWith('no-') ? [[flag.name, ['']]] : [];
	}));
}

/** The usage's words for an argument: `FILE`, `[NAME]`, `LAB…`. */
export const argumentUsage = ({name, optional, repeatable}: ArgumentRow): string => {
	const many = repeatable === true ? `${name}…` : name;
	return optional === true ? `[${many}]` : many;
};

/** Refuses too few and too many words. */
function checkWords(row: CommandRow, words: readonly string[]): void {
	const missing = row.arguments.slice(words.length).find(argument => argument.optional !== true);
	if (missing !== undefined) throw new UsageError(`${titleOf(row)} needs ${missing.name}: ${missing.help}`);
	if (row.arguments.at(-1)?.repeatable === true || words.length <= row.arguments.length) return;
	const takes = row.arguments.length === 0 ? 'no arguments' : row.arguments.map(argumentUsage).join(' ');
	const remedy = row.rest === undefined ? '' : `; ${row.rest.name} stand behind --`;
	throw new UsageError(`${titleOf(row)} takes ${takes}, and ${words.slice(row.arguments.length).join(' ')} is more${remedy}`);
}

/**
 * Reads the words behind a command's name.
 * @returns the call, or `help` where `--help` was asked for
 * @throws UsageError for a flag that the command doesn't have, a value that it can't have, and too few or too many words
 */
export function readCall(row: CommandRow, argv: readonly string[], table: readonly CommandRow[]): Call | 'help' {
	const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
	const checked = checkFlags(argv.slice(0, end), row, table);
	if (checked.includes('--help')) return 'help';
	const {input, flags} = meow({importMeta: import.meta, argv: checked, flags: parserFlags(row), autoHelp: false, autoVersion: false, description: false});
	// Behind the dashes stand words that may begin with a dash; what the arguments leave over is the rest.
	const rest = argv.slice(end + 1);
	const needed = row.rest === undefined ? rest.length : Math.max(0, row.arguments.length - input.length);
	const words = [...input, ...rest.slice(0, needed)];
	checkWords(row, words);
	return new Call(row, words, rest.slice(needed), givenFlags(row, flags));
}
