import type {CommandRow} from '../command-row.js';

export const MAN: CommandRow = {
	name: 'man',
	summary: 'print the manual page',
	description: ['Prints the manual page in roff, as man reads it. Where syscall-lab was installed with npm install --global, “man syscall-lab” shows the same.'],
	arguments: [],
	flags: [],
	examples: [['syscall-lab man | man -l -', 'shows the manual page']],
	exitCodes: [['0', 'the page was printed']],
	run: async () => (await import('../man.js')).manCommand(),
};
