import process from 'node:process';
import {CommandError} from './command-error.js';
import {readCall} from './command-line.js';
import {commandRow, ROWS} from './command-table.js';
import type {CommandRow} from './command-row.js';
import {ExitCode} from './exit-codes.js';
import {isBrokenPipe, print, printError} from './output.js';
import {APP} from './rows/app.js';

/** The row that the first word means, and the words that are left for it. */
async function choose(argv: readonly string[]): Promise<readonly [row: CommandRow, words: readonly string[]]> {
	const [first = '', ...more] = argv;
	if (first === '' && argv.length === 0) return [APP, []];
	if (first.startsWith('-')) return [APP, argv];
	const row = commandRow(first);
	if (row !== undefined) return [row, more];
	// A number is a lab's.
	if (/^\d{1,2}(?:-|$)/u.test(first)) return [APP, ['--lab', ...argv]];
	// A name alone is a command's, even if there is such a file: ./name is the file.
	if (/[./]/u.test(first)) return [APP, argv];
	const {unknownCommand} = await import('./help.js');
	throw unknownCommand(first);
}

/** Does what a command line says; gives the exit code. */
async function obey(argv: readonly string[]): Promise<number> {
	const [row, words] = await choose(argv);
	const call = readCall(row, words, ROWS);
	if (call === 'help') return (await import('./help.js')).helpCommand(row === APP ? undefined : row.name);
	if (row === APP && call.has('version')) {
		const {packageVersion} = await import('./version.js');
		await print(`${packageVersion()}\n`);
		return ExitCode.OK;
	}

	return row.run(call);
}

/** Does what a command line says; a mistake in it is a message. Gives the exit code. */
export async function execute(argv: readonly string[]): Promise<number> {
	try {
		return await obey(argv);
	} catch (error) {
		// Nobody reads what is printed: there is nothing left to do, and nobody to be told.
		if (isBrokenPipe(error)) return ExitCode.OK;
		if (!(error instanceof CommandError)) throw error;
		await printError(error.message);
		return error.code;
	}
}

/** Reads the command line and does what it says. */
export async function dispatch(): Promise<void> {
	process.exitCode = await execute(process.argv.slice(2));
}
