import type {CommandRow} from '../command-row.js';

export const DOCTOR: CommandRow = {
	name: 'doctor',
	summary: 'say whether everything is there that the labs need, and what to do where it is not',
	description: [
		'Looks at the version of Node.js, at the terminal’s size, colours and characters, at the folder of the progress, and opens every lab. Each line is a fact; where something is missing, the line says what to do.',
	],
	arguments: [],
	flags: [{name: 'json', help: 'Print one JSON object with all that was found'}],
	examples: [['syscall-lab doctor', 'looks at everything']],
	exitCodes: [['0', 'nothing is missing'], ['1', 'something is; the line says what to do']],
	run: async call => (await import('../doctor.js')).doctorCommand(call.has('json')),
};
