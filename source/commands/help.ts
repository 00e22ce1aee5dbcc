import {UsageError} from './command-error.js';
import {COMMANDS, commandRow} from './command-table.js';
import {ExitCode} from './exit-codes.js';
import {commandHelp, wholeHelp} from './help-text.js';
import {print} from './output.js';
import {APP} from './rows/app.js';
import {suggest} from './spelling.js';

/** There is no such command; the message says which there are. */
export function unknownCommand(name: string): UsageError {
	const names = COMMANDS.map(row => row.name);
	return new UsageError(`there is no command ${name}${suggest(name, names, `there is ${names.join(', ')}`)}`);
}

/** Prints the help of a command, or of the whole. */
export async function helpCommand(name?: string): Promise<number> {
	const row = name === undefined ? undefined : commandRow(name);
	if (name !== undefined && row === undefined) throw unknownCommand(name);
	await print(row === undefined ? wholeHelp(APP, COMMANDS) : commandHelp(row));
	return ExitCode.OK;
}
