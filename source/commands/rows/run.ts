import type {CommandRow} from '../command-row.js';
import {RUN_CODES} from '../exit-codes.js';

/** Steps after which a run without a screen is ended, unless told otherwise. */
export const DEFAULT_MAX_STEPS = 10_000_000;

/** Limits of the machine's memory in MiB: what kernel and a small program need, and what a laptop can spare. */
const SMALLEST_MEMORY = 4;
const LARGEST_MEMORY = 1024;

const SWITCH = ['on', 'off'] as const;

/** Conditions of --stop that are named in the help; a wrong one is answered with all. */
export const STOP_EXAMPLES = ['ring', 'syscall=write', 'exception=#PF', 'at main', 'at 0x401000', 'rax=0x10', 'write message', 'console=text', 'step 12345'] as const;

export const RUN: CommandRow = {
	name: 'run',
	summary: 'run a program without a screen',
	description: [
		'Runs a program on the emulated machine and its kernel: assembly text in AT&T syntax (or behind .intel_syntax noprefix), or an executable. What the program prints goes to stdout, and the exit code is the program’s.',
	],
	arguments: [{name: 'FILE', help: 'the path of a .s file, or of an x86-64 Linux executable; a dynamic one needs --root', complete: 'file'}],
	rest: {name: 'ARGUMENTS', help: 'what the program finds in argv behind its own name'},
	flags: [
		{name: 'set', value: {name: 'LIST'}, help: 'Change registers right before a system call, as in rax=39,rdi=1: rax to r15, rsp, rip, rflags; hex, decimal, negative or characters', repeatable: true},
		{name: 'at', value: {name: 'N', count: {minimum: 1}}, help: 'Which system call that is', default: '1'},
		{name: 'json', help: 'Print what happens as JSON lines instead of the program’s output'},
		{name: 'strace', value: {name: 'FILE', optional: true, complete: 'file'}, help: 'Print each system call as strace does, to stderr or to a file; with --json, as JSON lines, to stdout or to a file'},
		{name: 'trace', short: 'e', value: {name: 'FILTER'}, help: 'Trace these calls only, as strace -e does: trace=write,openat, trace=%file, trace=!brk'},
		{name: 'summary-only', short: 'c', help: 'Count calls instead of printing them, as strace -c does, and print a table at the end'},
		{name: 'string-limit', short: 's', value: {name: 'N', count: {minimum: 0, maximum: 65_536}}, help: 'Show so many bytes of strings in a trace', default: '32'},
		{name: 'stats', help: 'Print at the end how many steps were spent in each ring, and count calls, exceptions and interrupts'},
		{name: 'stop', value: {name: 'CONDITION'}, help: `End the run where this becomes true, and print where that is: ${STOP_EXAMPLES.join(', ')} and others`, repeatable: true},
		{name: 'max-steps', value: {name: 'N', count: {minimum: 1}}, help: 'End the run after N instructions', default: DEFAULT_MAX_STEPS.toLocaleString('en')},
		{name: 'env', value: {name: 'NAME=VALUE'}, help: 'Put a variable into the program’s environment, which is empty otherwise', repeatable: true},
		{name: 'input', value: {name: 'FILE', complete: 'file'}, help: 'What the program can read from its console: a file, or - for standard input', default: 'nothing, so that its input ends at once'},
		{name: 'root', value: {name: 'DIR', complete: 'file'}, help: 'Let this folder be the program’s file system, read-only: a dynamic program finds its libraries there, as in --root /', default: 'files of the machine’s own, in its memory'},
		{name: 'seed', value: {name: 'N'}, help: 'Decide everything random: the same seed gives the same run', default: '0'},
		{name: 'memory', value: {name: 'MIB', count: {minimum: SMALLEST_MEMORY, maximum: LARGEST_MEMORY}}, help: 'Give the machine so many MiB of memory', default: '64'},
		{name: 'isolation', value: {name: 'on|off', choices: SWITCH}, help: 'Isolate the kernel’s page tables from the program’s', default: 'off'},
		{name: 'entry-stack', value: {name: 'on|off', choices: SWITCH}, help: 'Let exceptions arrive on a small stack of their own, as Linux does since 4.15', default: 'on'},
		{name: 'without', value: {name: 'LINE', complete: 'surgery'}, help: 'Leave a line of the kernel out, to see what breaks; syscall-lab list lines prints their names', repeatable: true},
		{name: 'seccomp', value: {name: 'LIST'}, help: 'Filter calls by name or number, as in write=errno:1,9999=kill: answer with an error, or kill', repeatable: true},
		{name: 'audit', help: 'Print at the end which calls the kernel’s audit trail holds'},
	],
	examples: [
		['syscall-lab run hello.s', 'prints what the program prints'],
		['syscall-lab run hello.s --set rdi=77 --json', 'makes the first call with another descriptor, and prints each event'],
		['syscall-lab run ./a.out --input words.txt --stats', 'runs an executable that reads from its console, and counts its steps'],
		['syscall-lab run ./a.out -e trace=openat,read --strace=calls.txt', 'writes what strace would write of these calls'],
		['syscall-lab run --root / ./a.out --strace', 'runs a dynamic program with this computer’s libraries, and shows its linker’s calls, too'],
		['syscall-lab run args.s --env LANG=C -- one two', 'gives the program two arguments and an environment'],
		['syscall-lab run hello.s --seccomp write=errno:EPERM --audit', 'forbids write, and shows what the program then did'],
		['syscall-lab run hello.s --stop "write message"', 'ends where the program or the kernel writes to message'],
		['syscall-lab run hello.s --without stack-switch', 'runs on a kernel that forgets to change stacks'],
	],
	exitCodes: RUN_CODES,
	run: async call => (await import('../run.js')).runCommand(call),
};
