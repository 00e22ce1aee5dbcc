import {flagsOf} from '../command-line.js';
import type {CommandRow, FlagRow} from '../command-row.js';
import {argumentCandidates, type Candidates, flagCandidates} from './candidates.js';

/** A text in single quotes, as fish reads it. */
const quoted = (text: string): string => `'${text.replaceAll(/['\\]/gu, String.raw`\$&`)}'`;

/** The switches of `complete` that say what can stand in a place. */
function offered(candidates: Candidates): string {
	switch (candidates.kind) {
		case 'words':
			return `-a ${quoted(candidates.words.join(' '))}`;
		case 'files':
			return '-F';
		case 'folders':
			return '-a \'(__fish_complete_directories)\'';
		case 'list':
			return `-a '(syscall-lab list ${candidates.what} --names 2>/dev/null)'`;
		case 'anything':
			return '';
	}
}

const line = (...words: readonly string[]): string => ['complete -c syscall-lab', ...words.filter(word => word !== '')].join(' ');

/** The line for a flag. fish knows no value that may be left out: such a flag is offered as a switch. */
function flagLine(condition: string, flag: FlagRow, commands: readonly string[]): string {
	const {name, short, help, value} = flag;
	const candidates = flagCandidates(flag, commands);
	const takesValue = value !== undefined && value.optional !== true && candidates !== undefined;
	const behind = takesValue ? `${candidates.kind === 'files' ? '-r' : '-x'} ${offered(candidates)}`.trim() : '';
	return line('-n', condition, ...(short === undefined ? [] : ['-s', short]), '-l', name, behind, '-d', quoted(help));
}

function rowLines(row: CommandRow, commands: readonly string[]): string[] {
	const condition = quoted(row.name === '' ? '__syscall_lab_is_app' : `__syscall_lab_is ${row.name}`);
	const words = offered(argumentCandidates(row.arguments.at(-1), commands));
	// Without a command a name alone is that of a command: files are offered once a path is typed.
	const place = row.name === '' ? quoted('__syscall_lab_is_app; and __syscall_lab_is_path') : condition;
	return [
		...flagsOf(row).map(flag => flagLine(condition, flag, commands)),
		...(row.arguments.length === 0 || words === '' ? [] : [line('-n', place, words)]),
	];
}

/** The completions for fish. */
export function fishScript(app: CommandRow, rows: readonly CommandRow[]): string {
	const commands = rows.map(({name}) => name);
	return `# Completions of syscall-lab for fish, made by "syscall-lab completions fish".

# Whether the command is $argv[1].
function __syscall_lab_is
	set -l words (commandline -opc)
	test (count $words) -gt 1; and test "$words[2]" = $argv[1]
end

# Whether no command has been typed.
function __syscall_lab_is_app
	set -l words (commandline -opc)
	test (count $words) -le 1; or string match -q -- '-*' $words[2]
end

# Whether a path is being typed.
function __syscall_lab_is_path
	string match -qr '[./]' -- (commandline -ct)
end

# Whether the first word is being typed.
function __syscall_lab_is_first
	test (count (commandline -opc)) -le 1
end

complete -c syscall-lab -f
${rows.map(({name, summary}) => line('-n', '__syscall_lab_is_first', '-a', name, '-d', quoted(summary))).join('\n')}
${[app, ...rows].flatMap(row => rowLines(row, commands)).join('\n')}
`;
}
