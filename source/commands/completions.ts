import {UsageError} from './command-error.js';
import {COMMANDS} from './command-table.js';
import {bashScript} from './completions/bash.js';
import {fishScript} from './completions/fish.js';
import {zshScript} from './completions/zsh.js';
import {ExitCode} from './exit-codes.js';
import {print} from './output.js';
import {APP} from './rows/app.js';
import {SHELLS} from './rows/completions.js';
import {suggest} from './spelling.js';

const SCRIPTS = {bash: bashScript, zsh: zshScript, fish: fishScript} as const satisfies Record<(typeof SHELLS)[number], unknown>;

/** Prints the script for a shell. */
export async function completionsCommand(name: string): Promise<number> {
	const shell = SHELLS.find(each => each === name);
	if (shell === undefined) throw new UsageError(`there are no completions for ${name}${suggest(name, SHELLS, 'give bash, zsh or fish')}`);
	await print(SCRIPTS[shell](APP, COMMANDS));
	return ExitCode.OK;
}
