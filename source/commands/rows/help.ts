import type {CommandRow} from '../command-row.js';

export const HELP: CommandRow = {
	name: 'help',
	summary: 'print what a command does and which flags it has',
	description: ['Prints the help of a command, or of syscall-lab as a whole. --help behind a command does the same.'],
	arguments: [{name: 'COMMAND', help: 'the command to be explained', optional: true, complete: 'command'}],
	flags: [],
	examples: [['syscall-lab help run', 'prints the help of run']],
	exitCodes: [['0', 'the help was printed']],
	run: async call => (await import('../help.js')).helpCommand(call.words.at(0)),
};
