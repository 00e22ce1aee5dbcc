import {flagsOf} from '../command-line.js';
import type {ArgumentRow, CommandRow, FlagRow} from '../command-row.js';
import {argumentCandidates, type Candidates, flagCandidates, quoted} from './candidates.js';

/** A text inside a specification of _arguments, where colons and brackets mean something. */
const escaped = (text: string): string => text.replaceAll(/[[\]:\\]/gu, String.raw`\$&`);

/** What completes a word, as _arguments wants it. */
function action(candidates: Candidates): string {
	switch (candidates.kind) {
		case 'words':
			return `(${candidates.words.map(word => word.replaceAll(/[ ()]/gu, String.raw`\$&`)).join(' ')})`;
		case 'files':
			return '_files';
		case 'folders':
			return '_files -/';
		case 'list':
			return `{_syscall_lab_list ${candidates.what}}`;
		case 'anything':
			return ' ';
	}
}

/** The specification of a flag, one word of the shell for each form in which it is typed. */
function flagSpecifications(flag: FlagRow, commands: readonly string[]): string[] {
	const {name, short, help, repeatable, value} = flag;
	const forms = [...(short === undefined ? [] : [`-${short}`]), `--${name}`];
	const candidates = flagCandidates(flag, commands);
	const behind = value === undefined || candidates === undefined ? '' : `${value.optional === true ? '::' : ':'}${escaped(value.name)}:${action(candidates)}`;
	// “-s+” takes its value in the same word or the next, “--flag=” behind the sign or in the next word, “=-” behind it alone.
	const suffix = (form: string): string => (value === undefined ? '' : form.startsWith('--') ? (value.optional === true ? '=-' : '=') : '+');
	const excluded = repeatable === true ? '*' : `(${forms.join(' ')})`;
	return forms.map(form => quoted(`${excluded}${form}${suffix(form)}[${escaped(help)}]${behind}`));
}

const argumentSpecification = (argument: ArgumentRow, commands: readonly string[]): string =>
	quoted(`${argument.repeatable === true ? '*' : ''}${argument.optional === true ? ':' : ''}:${escaped(argument.name)}:${action(argumentCandidates(argument, commands))}`);

/** The call of _arguments that completes the words of one row. */
function argumentsCall(row: CommandRow, commands: readonly string[], indent: string): string {
	const words = [
		...flagsOf(row).flatMap(flag => flagSpecifications(flag, commands)),
		...row.arguments.map(argument => argumentSpecification(argument, commands)),
		...(row.rest === undefined ? [] : [quoted(`*:${escaped(row.rest.name)}:_files`)]),
	];
	return [`${indent}_arguments -s -S`, ...words].join(` \\\n${indent}\t`);
}

/** The completions for zsh. */
export function zshScript(app: CommandRow, rows: readonly CommandRow[]): string {
	const commands = rows.map(({name}) => name);
	return `#compdef syscall-lab
# Completions of syscall-lab for zsh, made by "syscall-lab completions zsh".

# The names that "syscall-lab list" prints.
_syscall_lab_list() {
	local -a names
	names=(\${(f)"$(_call_program names $_syscall_lab_program list $1 --names 2>/dev/null)"})
	compadd -a names
}

_syscall_lab() {
	local _syscall_lab_program=$words[1] command
	local -a commands
	commands=(
${rows.map(({name, summary}) => `\t\t${quoted(`${name}:${escaped(summary)}`)}`).join('\n')}
	)
	if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
		_describe -t commands command commands
		return
	fi
	if [[ $words[2] == -* ]]; then
${argumentsCall(app, commands, '\t\t')}
		return
	fi
	command=$words[2]
	shift words
	(( CURRENT-- ))
	case $command in
${rows.map(row => `\t${row.name})\n${argumentsCall(row, commands, '\t\t')}\n\t\t;;`).join('\n')}
	esac
}

# Loaded as a function of compinit's, it is called at once; sourced, it is made known.
if [[ $funcstack[1] == _syscall_lab ]]; then
	_syscall_lab "$@"
else
	compdef _syscall_lab syscall-lab
fi
`;
}
