import type {CommandRow} from '../command-row.js';

/** What can be listed. */
export const LISTS = ['labs', 'lines', 'calls'] as const;

export const LIST: CommandRow = {
	name: 'list',
	summary: 'list the labs, the kernel’s lines that can be left out, or the system calls',
	description: [
		'Prints one line for each lab, for each line of the kernel that run --without takes, or for each system call of Linux on x86-64 with its number. A call that this kernel carries out has a star.',
	],
	arguments: [{name: 'WHAT', help: 'labs, lines or calls', complete: LISTS}],
	flags: [{name: 'names', help: 'Print the names alone, for programs'}],
	examples: [
		['syscall-lab list labs', 'lists the labs with their titles'],
		['syscall-lab list calls | grep -w write', 'looks up a system call'],
	],
	exitCodes: [['0', 'the list was printed']],
	run: async call => (await import('../list.js')).listCommand(call.words[0], call.has('names')),
};
