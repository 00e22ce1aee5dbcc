import {ExitCode} from './exit-codes.js';

/** Ends a command with a message for people and an exit code. The message is printed as it is. */
export class CommandError extends Error {
	constructor(
		readonly code: number,
		message: string,
	) {
		super(message);
	}
}

/** Wrong use: what was wrong, and what would be right. */
export class UsageError extends CommandError {
	constructor(message: string) {
		super(ExitCode.USAGE, `syscall-lab: ${message}`);
	}
}
