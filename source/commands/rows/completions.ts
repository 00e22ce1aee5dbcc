import type {CommandRow} from '../command-row.js';

/** Shells for which there are completions. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const COMPLETIONS: CommandRow = {
	name: 'completions',
	summary: 'print a script with which a shell completes commands, flags and names',
	description: [
		'Prints a script that teaches a shell the commands of syscall-lab, their flags, and the words that can stand behind them.',
		'For bash, put “source <(syscall-lab completions bash)” into ~/.bashrc. For zsh, put “source <(syscall-lab completions zsh)” into ~/.zshrc, behind compinit. For fish, write the script to ~/.config/fish/completions/syscall-lab.fish.',
	],
	arguments: [{name: 'SHELL', help: 'bash, zsh or fish', complete: SHELLS}],
	flags: [],
	examples: [
		['source <(syscall-lab completions bash)', 'completes in this bash from now on'],
		['syscall-lab completions fish > ~/.config/fish/completions/syscall-lab.fish', 'completes in each fish'],
	],
	exitCodes: [['0', 'the script was printed']],
	run: async call => (await import('../completions.js')).completionsCommand(call.words[0]),
};
