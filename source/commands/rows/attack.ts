import type {CommandRow} from '../command-row.js';
import {OUTPUT_CODE} from '../exit-codes.js';

export const ATTACK: CommandRow = {
	name: 'attack',
	summary: 'run hostile programs against an entry path, and say which promise is broken first',
	description: [
		'Builds the kernel with an entry path of your own in place of entry_SYSCALL_64, and runs programs against it that try to get the better of it: bad stack pointers, marked registers, two threads, a changed rip. A contract monitor watches each run and names the first promise that is broken. Without a file the kernel’s own entry path is attacked.',
		'Entry paths and attacks are plain files that can be handed on. An attack is a program whose first comments say what it is: “# attack: …” a sentence; “# expects: exit 0” or “# expects: signal SIGSEGV”; “# edit: ip=elsewhere” changes the thread’s pt_regs when its first call has its result; “# steps: 100000” is how long it may take.',
	],
	arguments: [{name: 'ENTRY', help: 'a .s file that defines entry_SYSCALL_64 and leads back by sysretq', optional: true, complete: 'file'}],
	flags: [
		{name: 'with', value: {name: 'FILE', complete: 'file'}, help: 'Run the attack of this file, and not the package’s', repeatable: true},
		{name: 'only', value: {name: 'NAME'}, help: 'Run this attack of the package’s', default: 'all of them', repeatable: true},
		{name: 'isolation', help: 'Attack a kernel with page tables of its own'},
		{name: 'json', help: 'Print one JSON object'},
	],
	examples: [
		['syscall-lab attack door.s', 'runs all attacks against an entry path'],
		['syscall-lab attack door.s --only plain --only second-thread', 'runs two of them'],
		['syscall-lab attack --with mine.s --isolation', 'runs an attack of your own against the kernel’s own door, with isolation'],
	],
	exitCodes: [
		['0', 'no attack got through'],
		['1', 'one did; the promise that it broke first is printed'],
		['65', 'a file does not assemble, or is no attack; file, line and reason are printed'],
		OUTPUT_CODE,
		['130, 143', 'SIGINT (Ctrl+C) or SIGTERM stopped it'],
	],
	run: async call => (await import('../attack.js')).attackCommand({entry: call.words.at(0), files: call.texts('with'), only: call.texts('only'), isolation: call.has('isolation'), json: call.has('json')}),
};
