import type {CommandRow} from '../command-row.js';
import {OUTPUT_CODE} from '../exit-codes.js';

/** Steps after which either run is left, unless told otherwise: going along two runs takes longer than running one. */
export const DEFAULT_COMPARE_STEPS = 1_000_000;

const SWITCH = ['on', 'off'] as const;

export const COMPARE: CommandRow = {
	name: 'compare',
	summary: 'run a program twice and say what is different',
	description: [
		'Runs two variants, A and B, instruction for instruction: the same program with different registers before a call, on a kernel that is built otherwise, or two programs. Prints the first register, the first write to memory and the first turn that are different, then what is different at the end: outcome, console, results, saved registers, ways back to the program, steps and events.',
		'A is the program as it is on the ordinary kernel, but for --a; all other flags are for B. A line that only one side has is no difference: the other side’s clock waits for it.',
	],
	arguments: [
		{name: 'FILE', help: 'the path of a .s file', complete: 'file'},
		{name: 'OTHER', help: 'another .s file for B; the same one if it is left out', optional: true, complete: 'file'},
	],
	flags: [
		{name: 'a', value: {name: 'LIST'}, help: 'Change registers, flags or memory of A right before a system call, as in rdi=77,cf=1 or [message]=41 42', repeatable: true},
		{name: 'b', value: {name: 'LIST'}, help: 'The same for B', repeatable: true},
		{name: 'at', value: {name: 'N', count: {minimum: 1}}, help: 'Which system call that is', default: '1'},
		{name: 'without', value: {name: 'LINE', complete: 'surgery'}, help: 'Leave a line of B’s kernel out; syscall-lab list lines prints their names', repeatable: true},
		{name: 'isolation', help: 'Isolate the page tables of B’s kernel from the program’s'},
		{name: 'entry-stack', value: {name: 'on|off', choices: SWITCH}, help: 'Let exceptions of B arrive on a small stack of their own', default: 'on'},
		{name: 'json', help: 'Print what was found as one JSON object'},
		{name: 'max-steps', value: {name: 'N', count: {minimum: 1}}, help: 'Leave each run after N instructions', default: DEFAULT_COMPARE_STEPS.toLocaleString('en')},
	],
	examples: [
		['syscall-lab compare hello.s --b rdi=77', 'shows what another descriptor changes'],
		['syscall-lab compare hello.s --a rcx=1 --b rcx=0x8000000000000000', 'shows that rcx is lost in any case'],
		['syscall-lab compare hello.s --without swapgs', 'shows what breaks first without that line'],
		['syscall-lab compare hello.s --isolation --json', 'shows what page-table isolation adds, for other programs to read'],
		['syscall-lab compare one.s two.s', 'compares two programs, line by line'],
	],
	exitCodes: [
		['0', 'both runs did the same'],
		['1', 'something was different; it is printed'],
		['65', 'a file is no program, or does not assemble; file, line and reason are printed'],
		['70', 'a fault of syscall-lab'],
		OUTPUT_CODE,
		['130, 143', 'SIGINT (Ctrl+C) or SIGTERM stopped it'],
	],
	run: async call => (await import('../compare.js')).compareCommand(call),
};
