import type {CommandRow} from '../command-row.js';
import {OUTPUT_CODE} from '../exit-codes.js';

export const NATIVE: CommandRow = {
	name: 'native',
	summary: 'set what a real processor does with a lab’s program beside what this machine does',
	description: [
		'Writes a lab’s program as text and as an executable, and a gdb script. On x86-64 Linux with gdb it runs the program on this computer’s own processor and prints, for each of its first system calls, rcx, r11, the flags, rsp, the other registers and the result, beside those of the machine.',
		'The script steps no instruction and leaves no breakpoint in the way: both would change r11 or rcx. Elsewhere a recording of the package is shown, with the name of its processor; it is called a recording.',
	],
	arguments: [{name: 'LAB', help: 'a lab’s number, its name or its folder', complete: 'lab'}],
	flags: [
		{name: 'in', value: {name: 'FOLDER', complete: 'folder'}, help: 'Where the folder with the files is made', default: 'the current folder'},
		{name: 'recorded', help: 'Show the recording, even where something can be measured'},
		{name: 'json', help: 'Print one JSON object'},
	],
	examples: [
		['syscall-lab native 05', 'measures what the one instruction does, and compares'],
		['syscall-lab native 06 --in /tmp --json', 'writes its files to /tmp, and prints JSON'],
	],
	exitCodes: [
		['0', 'both agree wherever they must'],
		['1', 'something differs, or the program went another way'],
		['65', 'the lab can’t be read, its program does not assemble, or it makes no call'],
		['69', 'nothing can be measured here, and there is no recording of the program'],
		OUTPUT_CODE,
	],
	run: async call => (await import('../native.js')).nativeCommand({lab: call.words[0], folder: call.text('in') ?? '.', json: call.has('json'), recorded: call.has('recorded')}),
};
