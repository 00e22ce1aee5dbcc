import type {CommandRow} from '../command-row.js';

const LAB_ARGUMENT = {name: 'LAB', help: 'a lab’s number, its name, its folder, or a folder of labs', complete: 'lab'} as const;

export const CHECK: CommandRow = {
	name: 'check',
	summary: 'prove labs: unsolved at the start, solved by their solutions, every text fits',
	description: [
		'Proves labs, all of the package by default. Each step’s goals must fail at its start, be met by the worked solution, and fail again when the solution is spoilt. Each mistake must be noticed as itself, each question must have an answer, and each text must fit a screen of 80 by 24.',
		'A finding is a line with file, line and column.',
	],
	arguments: [{...LAB_ARGUMENT, optional: true, repeatable: true}],
	flags: [
		{name: 'json', help: 'Print one JSON object with all findings'},
		{name: 'watch', help: 'Check again whenever a file is saved, until Ctrl+C'},
	],
	examples: [
		['syscall-lab check', 'proves all labs of the package'],
		['syscall-lab check 06 ./my-labs', 'proves one of them, and those of a folder'],
		['syscall-lab check ./my-labs/20-pipes --watch', 'proves a lab while it is being written'],
	],
	exitCodes: [['0', 'all labs are sound'], ['1', 'a proof failed'], ['65', 'a lab can’t be read or its program does not assemble']],
	run: async call => (await import('../check.js')).checkCommand({labs: call.words, json: call.has('json'), watch: call.has('watch')}),
};

export const NEW: CommandRow = {
	name: 'new',
	summary: 'make the folder of a new lab',
	description: ['Makes a lab that can be run and proved at once; what is still to be written in it says TODO. Without a number the name gets the next free one.'],
	arguments: [{name: 'NAME', help: 'small letters, digits and dashes, such as two-doors or 16-two-doors'}],
	flags: [{name: 'in', value: {name: 'FOLDER', complete: 'folder'}, help: 'The folder of labs in which it is made', default: 'the current one'}],
	examples: [['syscall-lab new two-doors --in my-labs', 'makes my-labs/20-two-doors']],
	exitCodes: [['0', 'the folder was made'], ['75', 'it can’t be written']],
	run: async call => (await import('../new.js')).newCommand({name: call.words[0], folder: call.text('in') ?? '.'}),
};

export const PROGRESS: CommandRow = {
	name: 'progress',
	summary: 'print how far the labs have been done, or put the files of several learners into a table',
	description: ['Prints how much of each lab is done. With --merge it puts the files that learners have written with syscall-lab export into one table, the newest of each learner.'],
	arguments: [{name: 'FILES', help: 'what learners have exported, with --merge', optional: true, repeatable: true, complete: 'file'}],
	flags: [
		{name: 'json', help: 'Print it as JSON'},
		{name: 'merge', help: 'Put the files of several learners into one table'},
		{name: 'csv', help: 'With --merge: print CSV, one line a learner and lab'},
	],
	examples: [
		['syscall-lab progress', 'prints how far each lab has been done'],
		['syscall-lab progress --merge --csv handed-in/*.json', 'makes a table for a spreadsheet'],
	],
	exitCodes: [['0', 'it was printed'], ['65', 'a file is no exported progress; the others are in the table']],
	run: async call => (await import('../progress.js')).progressCommand({json: call.has('json'), files: call.words, merge: call.has('merge'), csv: call.has('csv')}),
};

export const RESET: CommandRow = {
	name: 'reset',
	summary: 'forget what was done in a lab',
	description: ['Forgets everything that is kept of a lab: steps, answers, hints.'],
	arguments: [{name: 'LAB', help: 'a lab’s number or name', complete: 'lab'}],
	flags: [],
	examples: [['syscall-lab reset 06', 'forgets what was done in lab 06']],
	exitCodes: [['0', 'it is forgotten'], ['75', 'the progress can’t be written']],
	run: async call => (await import('../reset.js')).resetCommand(call.words[0]),
};

export const EXPORT: CommandRow = {
	name: 'export',
	summary: 'write the progress to a file that an instructor can collect',
	description: ['Writes everything that is kept of the labs to a JSON file. An instructor puts such files into one table with syscall-lab progress --merge.'],
	arguments: [{name: 'FILE', help: 'where to write to; - for stdout', complete: 'file'}],
	flags: [{name: 'name', value: {name: 'NAME'}, help: 'Whose progress it is', default: 'the user’s name'}],
	examples: [['syscall-lab export ada.json --name "Ada L."', 'writes the progress under a name']],
	exitCodes: [['0', 'the file was written'], ['75', 'it can’t be written']],
	run: async call => (await import('../export-progress.js')).exportCommand({file: call.words[0], ...(call.text('name') === undefined ? {} : {name: call.text('name')})}),
};
