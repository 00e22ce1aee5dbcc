import {argumentUsage, flagsOf} from './command-line.js';
import type {CommandRow, FlagRow} from './command-row.js';
import {ENVIRONMENT} from './environment.js';
import {exitCodesOf, flagHelp} from './help-text.js';
import {ONE_LINE} from './rows/app.js';

/** Characters that roff has names for (groff_char(7)). */
const NAMED: Readonly<Partial<Record<string, string>>> = {
	'\\': String.raw`\e`, '’': String.raw`\(cq`, '“': String.raw`\(lq`, '”': String.raw`\(rq`, '-': String.raw`\-`, '~': String.raw`\(ti`, '^': String.raw`\(ha`, '\'': String.raw`\(aq`, '`': String.raw`\(ga`,
};

/** A text in which no character means something to roff. */
function escaped(text: string): string {
	const safe = Array.from(text, character => {
		const code = character.codePointAt(0) ?? 0;
		return NAMED[character] ?? (code < 0x80 ? character : String.raw`\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`);
	}).join('');
	return safe.startsWith('.') ? String.raw`\&${safe}` : safe;
}

const bold = (text: string): string => String.raw`\fB${escaped(text)}\fR`;
const italic = (text: string): string => String.raw`\fI${escaped(text)}\fR`;

/** A sentence begins with a capital and ends with a full stop. */
const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

/** A term and what it means. */
const term = (head: string, text: string): string[] => ['.TP', head, escaped(text)];

const paragraphs = (texts: readonly string[]): string[] => texts.flatMap((text, index) => [...(index === 0 ? [] : ['.PP']), escaped(text)]);

function flagHead({name, short, value}: FlagRow): string {
	const head = `${short === undefined ? '' : `${bold(`-${short}`)}, `}${bold(`--${name}`)}`;
	if (value === undefined) return head;
	return value.optional === true ? `${head}[=${italic(value.name)}]` : `${head} ${italic(value.name)}`;
}

function usage(row: CommandRow): string {
	const words = [
		bold(row.name === '' ? 'syscall-lab' : `syscall-lab ${row.name}`),
		...(row.flags.length === 0 ? [] : [`[${italic('flags')}]`]),
		...row.arguments.map(argument => italic(argumentUsage(argument))),
		...(row.rest === undefined ? [] : [`[${escaped('--')} ${italic(`${row.rest.name}…`)}]`]),
	];
	return words.join(' ');
}

/** The label of a list inside a command's part. */
const label = (text: string): string[] => ['.PP', `${escaped(text)}:`];

function commandPart(row: CommandRow): string[] {
	const words = [...row.arguments, ...(row.rest === undefined ? [] : [row.rest])];
	return [
		`.SS ${escaped(`syscall-lab ${row.name}`)}`,
		usage(row),
		'.PP',
		...paragraphs(row.description),
		...words.flatMap(({name, help}) => term(italic(name), sentence(help))),
		...row.flags.flatMap(flag => term(flagHead(flag), sentence(flagHelp(flag)))),
		...label('Exit codes'),
		...exitCodesOf(row).flatMap(([code, meaning]) => term(escaped(code), sentence(meaning))),
	];
}

const examples = (rows: readonly CommandRow[]): string[] => rows.flatMap(row => row.examples).flatMap(([command, meaning]) => ['.PP', escaped(sentence(meaning)), '.PP', '.RS 4', '.nf', escaped(command), '.fi', '.RE']);

/** The manual page in roff, with the macros of man(7). */
export function manualPage(app: CommandRow, commands: readonly CommandRow[], version: string): string {
	const lines = [
		String.raw`.\" Made from the table of commands: npm run texts`,
		`.TH SYSCALL${String.raw`\-`}LAB 1 "" "syscall${String.raw`\-`}lab ${version}" "User Commands"`,
		'.SH NAME',
		`${escaped('syscall-lab')} ${String.raw`\-`} ${escaped(ONE_LINE)}`,
		'.SH SYNOPSIS',
		usage(app),
		...commands.flatMap(row => ['.br', usage(row)]),
		'.SH DESCRIPTION',
		...paragraphs(app.description),
		'.SH FLAGS',
		...app.arguments.flatMap(({name, help}) => term(italic(name), sentence(help))),
		...flagsOf(app).flatMap(flag => term(flagHead(flag), sentence(flagHelp(flag)))),
		'.SH COMMANDS',
		'Each command takes',
		bold('--help'),
		'and explains itself.',
		...commands.flatMap(commandPart),
		'.SH EXIT STATUS',
		'Of the app; the commands have their own above.',
		...exitCodesOf(app).flatMap(([code, meaning]) => term(escaped(code), sentence(meaning))),
		'.SH ENVIRONMENT',
		...ENVIRONMENT.flatMap(([name, meaning]) => term(bold(name), sentence(meaning))),
		'.SH EXAMPLES',
		...examples([app, ...commands]),
	];
	return `${lines.join('\n')}\n`;
}
