import {flagsOf} from '../command-line.js';
import type {CommandRow, FlagRow} from '../command-row.js';
import {argumentCandidates, type Candidates, flagCandidates, quoted} from './candidates.js';

/** What the script begins with: helpers that fill COMPREPLY. They run in bash 3.2, too, as macOS has it. */
const HELPERS = String.raw`# Completions of syscall-lab for bash, made by "syscall-lab completions bash".

# The words of standard input that begin with $1.
_syscall_lab_words() {
	local word
	while IFS= read -r word; do
		[[ $word == "$1"* ]] && COMPREPLY+=("$word")
	done
}

# The files or folders (-f or -d, in $2) that begin with $1.
_syscall_lab_paths() {
	local word
	compopt -o filenames 2>/dev/null
	while IFS= read -r word; do
		COMPREPLY+=("$word")
	done < <(compgen "$2" -- "$1")
}
`;

/** The line that fills COMPREPLY. */
function fill(candidates: Candidates): string {
	switch (candidates.kind) {
		case 'words':
			return `_syscall_lab_words "$cur" < <(printf '%s\\n' ${candidates.words.map(quoted).join(' ')})`;
		case 'files':
			return '_syscall_lab_paths "$cur" -f';
		case 'folders':
			return '_syscall_lab_paths "$cur" -d';
		case 'list':
			return `_syscall_lab_words "$cur" < <("$program" list ${candidates.what} --names 2>/dev/null)`;
		case 'anything':
			return ':';
	}
}

/** The forms in which a flag is typed. */
const forms = ({name, short}: FlagRow): string[] => [...(short === undefined ? [] : [`-${short}`]), `--${name}`];

/** What completes the word behind a flag. */
function afterFlags(row: CommandRow, commands: readonly string[]): string[] {
	return flagsOf(row).flatMap(flag => {
		const candidates = flagCandidates(flag, commands);
		if (candidates === undefined) return [];
		const patterns = forms(flag).map(quoted).join(' | ');
		// A value that may be left out can only stand behind “=”: the word after the flag is another one.
		if (flag.value?.optional === true) return [`\t\t${patterns}) if [[ $glued ]]; then ${fill(candidates)}; return; fi ;;`];
		return [`\t\t${patterns}) ${candidates.kind === 'anything' ? '' : `${fill(candidates)}; `}return ;;`];
	});
}

/** What completes the words of one row. */
function branch(row: CommandRow, commands: readonly string[]): string {
	const values = afterFlags(row, commands);
	const flags = flagsOf(row).map(({name}) => quoted(`--${name}`)).join(' ');
	const words = row.name === '' ? {kind: 'words', words: commands} as const : argumentCandidates(row.arguments.at(-1), commands);
	return [
		`\t${row.name === '' ? '\'\'' : row.name})`,
		...(values.length === 0 ? [] : ['\t\tcase $prev in', ...values, '\t\tesac']),
		'\t\tif [[ $cur == -* ]]; then',
		`\t\t\t_syscall_lab_words "$cur" < <(printf '%s\\n' ${flags})`,
		row.name === '' ? '\t\telif ((COMP_CWORD == 1)); then' : '\t\telse',
		`\t\t\t${fill(words)}`,
		'\t\tfi',
		'\t\t;;',
	].join('\n');
}

/** The completions for bash. */
export function bashScript(app: CommandRow, rows: readonly CommandRow[]): string {
	const commands = rows.map(({name}) => name);
	return `${HELPERS}
_syscall_lab() {
	local program=\${COMP_WORDS[0]} cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command='' glued='' index
	COMPREPLY=()
	# bash makes three words of --flag=value.
	if [[ $cur == '=' ]]; then
		cur='' glued=1
	elif [[ $prev == '=' ]]; then
		prev=\${COMP_WORDS[COMP_CWORD - 2]} glued=1
	fi
	if ((COMP_CWORD > 1)) && [[ \${COMP_WORDS[1]} != -* ]]; then
		command=\${COMP_WORDS[1]}
	fi
	# Behind two dashes stand words of the program's own.
	for ((index = 1; index < COMP_CWORD; index++)); do
		if [[ \${COMP_WORDS[index]} == -- ]]; then
			_syscall_lab_paths "$cur" -f
			return
		fi
	done
	case $command in
${[app, ...rows].map(row => branch(row, commands)).join('\n')}
	esac
}

complete -F _syscall_lab syscall-lab
`;
}
