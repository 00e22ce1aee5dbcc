import process from 'node:process';
import meow from 'meow';
import {parseSettings, ValueError} from '../trace/register-values.js';
import {ExitCode} from './exit-codes.js';

/** Steps after which a run without a screen is ended, unless told otherwise. */
const DEFAULT_MAX_STEPS = 10_000_000;

const HELP = `
  Usage
    $ syscall-lab                    open the labs
    $ syscall-lab run FILE.s         run a program without a screen

  Options of the app
    --no-color                       no colours (NO_COLOR does the same)

  Options of run
    --set rax=39,rdi=1               change registers right before a system call;
                                     rax to r15, rsp, rip, rflags; hex, decimal, negative or 'A'
    --at N                           which system call that is (1, the first, by default)
    --json                           print what happens as JSON lines
    --max-steps N                    end the run after N instructions (${DEFAULT_MAX_STEPS} by default)

  Exit codes of run
    the program's own status; 128 + signal if one killed it; 2 wrong use; 65 the program can't be
    assembled; 70 a fault of syscall-lab or its kernel; 71 step limit; 72 instruction not implemented;
    73 triple fault; 74 every task waits for ever

  Examples
    $ syscall-lab run hello.s
    $ syscall-lab run hello.s --set rdi=77 --json
`;

/** Ends with a message about wrong use. */
function refuse(message: string): never {
	process.stderr.write(`syscall-lab: ${message}\n`);
	process.exit(ExitCode.USAGE);
}

/** A whole number from 1 up, as a flag has it. */
function countFlag(name: string, value: string | undefined, fallback: number): number {
	if (value === undefined) return fallback;
	const number = Number(value);
	if (!Number.isSafeInteger(number) || number < 1 || value.trim() === '') refuse(`--${name} is ${value === '' ? 'empty' : value}: give a whole number from 1 up`);
	return number;
}

const FLAGS = {
	set: {type: 'string', isMultiple: true},
	at: {type: 'string'},
	json: {type: 'boolean', default: false},
	maxSteps: {type: 'string'},
	color: {type: 'boolean', default: true},
} as const;

/** Splits the command line into flags and the rest; what meow refuses is wrong use. */
function readCommandLine() {
	try {
		return meow(HELP, {importMeta: import.meta, flags: FLAGS, allowUnknownFlags: false, description: 'Shows what happens inside an x86-64 Linux computer during a system call'});
	} catch (error) {
		return refuse(error instanceof Error ? error.message : String(error));
	}
}

/** Reads the command line and does what it says. */
export async function dispatch(): Promise<void> {
	const cli = readCommandLine();
	if (cli.flags.help === true) cli.showHelp(ExitCode.OK);
	if (cli.flags.version === true) cli.showVersion();
	const command = cli.input.at(0);
	const files = cli.input.slice(1);
	if (command === undefined) {
		const {start} = await import('./start.js');
		await start({colour: cli.flags.color});
		return;
	}

	if (command !== 'run') refuse(`there is no command ${command}; there is: run`);
	if (files.length !== 1) refuse(files.length === 0 ? 'run what? Give the path of a .s file' : `run takes one file, ${files.length} were given`);
	const {flags} = cli;
	const {runCommand} = await import('./run.js');
	try {
		process.exitCode = runCommand({
			file: files[0],
			settings: (flags.set ?? []).flatMap(text => parseSettings(text)),
			at: countFlag('at', flags.at, 1),
			json: flags.json,
			maxSteps: countFlag('max-steps', flags.maxSteps, DEFAULT_MAX_STEPS),
		});
	} catch (error) {
		if (!(error instanceof ValueError)) throw error;
		refuse(error.message);
	}
}
