import type {CommandRow} from '../command-row.js';

export const HANDOUT: CommandRow = {
	name: 'handout',
	summary: 'print a lab as a page of Markdown, for paper',
	description: [
		'Prints a lab’s steps, tasks and questions with room for answers, the words that it explains, and what a real run of its program shows: the way of the first call as a diagram, the saved registers, and each step in a sentence.',
		'Some numbers and the order of answers differ from learner to learner; a seed chooses them.',
	],
	arguments: [{name: 'LAB', help: 'a lab’s number, its name or its folder', complete: 'lab'}],
	flags: [
		{name: 'solution', help: 'Print the answers and worked solutions, too'},
		{name: 'seed', value: {name: 'N'}, help: 'Choose the numbers that differ from learner to learner', default: '0'},
	],
	examples: [
		['syscall-lab handout 06 > lab.md', 'makes a page to be handed out'],
		['syscall-lab handout 06 --solution --seed 7', 'prints the same lab with its answers, and with other numbers'],
	],
	exitCodes: [['0', 'the page was printed'], ['65', 'the lab can’t be read, or its program does not assemble']],
	run: async call => (await import('../handout.js')).handoutCommand({lab: call.words[0], withSolution: call.has('solution'), seed: call.text('seed') ?? '0'}),
};
