import {flagsOf} from '../../source/commands/command-line.js';
import {COMMANDS, commandRow} from '../../source/commands/command-table.js';
import type {ExitCodeRow} from '../../source/commands/command-row.js';
import {exitCodesOf, flagHelp, flagUsage, usageOf} from '../../source/commands/help-text.js';
import {APP} from '../../source/commands/rows/app.js';
import {COMMANDS as KEY_COMMANDS, GROUPS} from '../../source/view/commands.js';
import {GLYPHS} from '../../source/view/glyphs.js';
import {shownKey} from '../../source/view/keymap.js';

/** A cell of a table: a bar would end it. */
const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

const code = (text: string): string => `\`${text}\``;

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
	return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A name of a list: numbers and words such as “the program's” stand as they are. */
const exitCodes = (rows: readonly ExitCodeRow[]): string => table(['exit code', 'meaning'], rows.map(row => [...row]));

function row(name: string): typeof APP {
	const found = name === '' ? APP : commandRow(name);
	if (found === undefined) throw new Error(`there is no command ${name}`);
	return found;
}

const flags = (name: string): string => table(['flag', 'meaning'], flagsOf(row(name)).map(flag => [code(flagUsage(flag)), flagHelp(flag)]));

/** The keys, in the groups of the help; commands without a key are typed behind the key that asks for them. */
function keys(): string {
	const rows = GROUPS.flatMap(group => KEY_COMMANDS.filter(command => command.group === group && command.keys.length > 0)
		.map((command): readonly string[] => [group, command.keys.map(key => code(shownKey(key, GLYPHS.unicode))).join(' '), command.help]));
	return table(['', 'key', 'does'], rows.map(([group, ...rest], index) => [index > 0 && rows[index - 1][0] === group ? '' : group, ...rest]));
}

/** The parts of the readme that are made from tables, by the names that its marks give them. */
export const PARTS: Readonly<Record<string, () => string>> = {
	commands: () => table(['command', 'does'], [APP, ...COMMANDS].map(each => [code(usageOf(each)), each.summary])),
	'flags of the app': () => flags(''),
	'flags of run': () => flags('run'),
	'exit codes of run': () => exitCodes(exitCodesOf(row('run'))),
	keys,
};

const MARK = /<!-- made by npm run texts: (?<name>[^>]*) -->\n[^]*?<!-- made until here -->/gu;

/** A text whose marked parts are as the tables have them now. @throws Error for a mark that names no part */
export function withParts(text: string): string {
	return text.replaceAll(MARK, (...all) => {
		const {name} = all.at(-1) as {readonly name: string};
		if (!(name in PARTS)) throw new Error(`nothing makes the part “${name}”; there are ${Object.keys(PARTS).join(', ')}`);
		return `<!-- made by npm run texts: ${name} -->\n\n${PARTS[name]()}\n\n<!-- made until here -->`;
	});
}

/** Names of the parts that a text has marks for. */
export const markedParts = (text: string): string[] => [...text.matchAll(MARK)].map(match => match.groups?.name ?? '');
