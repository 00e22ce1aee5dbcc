import type {Outcome} from '../trace/outcome.js';

/** Exit codes of the commands, besides the guest's own status; the readme lists them. */
export const ExitCode = {
	OK: 0,
	/** Wrong use: an unknown flag, a missing file, no terminal. */
	USAGE: 2,
	/** A program or lab that can't be read. */
	DATA: 65,
	/** A fault of our own. */
	SOFTWARE: 70,
	STEP_LIMIT: 71,
	NOT_IMPLEMENTED: 72,
	TRIPLE_FAULT: 73,
	/** Every task waits, and nothing can wake one. */
	WAITS: 74,
	/** Added to a signal's number. */
	SIGNAL: 128,
} as const;

/** The exit code that an outcome gives a command. */
export function exitCodeOf(outcome: Outcome): number {
	switch (outcome.kind) {
		case 'exited':
			return outcome.status;
		case 'killed':
			return ExitCode.SIGNAL + outcome.signal.number;
		case 'panic':
			return ExitCode.SOFTWARE;
		case 'step-limit':
			return ExitCode.STEP_LIMIT;
		case 'not-implemented':
			return ExitCode.NOT_IMPLEMENTED;
		case 'triple-fault':
			return ExitCode.TRIPLE_FAULT;
		case 'waits':
			return ExitCode.WAITS;
	}
}
