import type {Outcome} from '../trace/outcome.js';
import type {ExitCodeRow} from './command-row.js';

/** Exit codes of the commands, besides the guest's own status. */
export const ExitCode = {
	OK: 0,
	/** A lab that was checked is not as it must be. */
	FAILED: 1,
	/** What was compared is not the same. */
	DIFFERENT: 1,
	/** Wrong use: an unknown flag, a missing file, no terminal. */
	USAGE: 2,
	/** A program or lab that can't be read. */
	DATA: 65,
	/** This computer lacks what is needed. */
	UNAVAILABLE: 69,
	/** A fault of our own. */
	SOFTWARE: 70,
	STEP_LIMIT: 71,
	NOT_IMPLEMENTED: 72,
	TRIPLE_FAULT: 73,
	/** Every task waits, and nothing can wake one. */
	WAITS: 74,
	/** What is to be printed can't be written. */
	OUTPUT: 75,
	/** A condition that was to end the run has become true. */
	STOPPED: 76,
	/** Added to a signal's number. */
	SIGNAL: 128,
} as const;

/** What wrong use ends with, for every command. */
export const USAGE_CODE: ExitCodeRow = ['2', 'wrong use: an unknown command, flag, value or file; the message says what would be right'];

/** What a command ends with whose output finds no room. */
export const OUTPUT_CODE: ExitCodeRow = ['75', 'the output can’t be written: the disk is full'];

/** The exit codes of a command that runs a program. */
export const RUN_CODES: readonly ExitCodeRow[] = [
	['the program’s', 'it has exited'],
	['128 + signal', 'a signal killed it'],
	['130, 143', 'SIGINT (Ctrl+C) or SIGTERM stopped the run; where the program was is printed'],
	['65', 'the file is no program, or does not assemble; file, line and reason are printed'],
	['70', 'a fault of syscall-lab, or its kernel has given up'],
	['71', 'the step limit ended the run'],
	['72', 'an instruction that is not implemented'],
	['73', 'a triple fault; the chain that led to it is printed'],
	['74', 'every task waits for ever'],
	OUTPUT_CODE,
	['76', 'a condition of --stop has become true'],
];

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
