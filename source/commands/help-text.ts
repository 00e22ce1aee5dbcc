import {wrap} from '../view/text.js';
import {argumentUsage, flagsOf} from './command-line.js';
import type {CommandRow, FlagRow} from './command-row.js';
import {USAGE_CODE} from './exit-codes.js';

/** Columns of the help. */
const WIDTH = 80;

const INDENT = 2;

/** Names that are longer than this have their text in the next line. */
const NAME_COLUMNS = 24;

const blank = (columns: number): string => ' '.repeat(columns);

/** Paragraphs, each wrapped. */
const prose = (texts: readonly string[]): string[] => texts.flatMap((text, index) => [...(index === 0 ? [] : ['']), ...wrap(text, WIDTH)]);

/** Two columns: names, and what they mean. */
function columns(rows: readonly (readonly [name: string, text: string])[]): string[] {
	const widest = Math.min(NAME_COLUMNS, Math.max(...rows.map(([name]) => name.length)));
	const left = INDENT + widest + 2;
	return rows.flatMap(([name, text]) => {
		const [first = '', ...more] = wrap(text, WIDTH - left);
		const head = blank(INDENT) + name;
		const begin = name.length > widest ? [head, blank(left) + first] : [head.padEnd(left) + first];
		return [...begin, ...more.map(line => blank(left) + line)];
	});
}

/** How a flag is written: `-e, --expr EXPR`. */
export function flagUsage({name, short, value}: FlagRow): string {
	const long = value === undefined ? `--${name}` : value.optional === true ? `--${name}[=${value.name}]` : `--${name} ${value.name}`;
	return short === undefined ? long : `-${short}, ${long}`;
}

/** What a flag does, with its values and what holds without it. */
export function flagHelp({help, value, default: otherwise, repeatable}: FlagRow): string {
	const notes = [
		...(value?.choices === undefined || value.name === value.choices.join('|') ? [] : [value.choices.join(', ')]),
		...(otherwise === undefined ? [] : [`default: ${otherwise}`]),
		...(repeatable === true ? ['may be given more than once'] : []),
	];
	return notes.length === 0 ? help : `${help} (${notes.join('; ')})`;
}

/** The line that shows how a command is written. */
export function usageOf(row: CommandRow): string {
	const words = [
		'syscall-lab',
		...(row.name === '' ? [] : [row.name]),
		...(row.flags.length === 0 ? [] : ['[flags]']),
		...row.arguments.map(argumentUsage),
		...(row.rest === undefined ? [] : [`[-- ${row.rest.name}…]`]),
	];
	return words.join(' ');
}

/** The exit codes of a command; wrong use is one of each. */
export const exitCodesOf = (row: CommandRow): CommandRow['exitCodes'] => [...row.exitCodes, USAGE_CODE];

/** A heading and its lines; nothing where there are none. */
const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', title, ...lines]);

const examples = (row: CommandRow): string[] => row.examples.flatMap(([command, meaning]) => [`${blank(INDENT)}$ ${command}`, ...wrap(meaning, WIDTH - 6).map(line => blank(6) + line)]);

/** The help of one command. */
export function commandHelp(row: CommandRow): string {
	const words = [...row.arguments, ...(row.rest === undefined ? [] : [row.rest])];
	const lines = [
		`Usage: ${usageOf(row)}`,
		'',
		...prose(row.description),
		...(words.length === 0 ? [] : section('Arguments', columns(words.map(({name, help}) => [name, help])))),
		...section('Flags', columns(flagsOf(row).map(flag => [flagUsage(flag), flagHelp(flag)]))),
		...section('Exit codes', columns(exitCodesOf(row))),
		...section('Examples', examples(row)),
	];
	return `${lines.join('\n')}\n`;
}

/** The help of the whole. */
export function wholeHelp(app: CommandRow, commands: readonly CommandRow[]): string {
	const lines = [
		`Usage: ${usageOf(app)}`,
		`       syscall-lab COMMAND [flags] …`,
		'',
		...prose(app.description),
		...(app.arguments.length === 0 ? [] : section('Arguments', columns(app.arguments.map(({name, help}) => [name, help])))),
		...section('Commands', columns(commands.map(row => [row.name, row.summary]))),
		'',
		...prose(['syscall-lab COMMAND --help explains a command, its flags and its exit codes.']),
		...section('Flags without a command', columns(flagsOf(app).map(flag => [flagUsage(flag), flagHelp(flag)]))),
		...section('Exit codes', columns(exitCodesOf(app))),
		...section('Examples', [app, ...commands].flatMap(row => examples(row).slice(0, 2))),
	];
	return `${lines.join('\n')}\n`;
}
