import {errnoEntry, resultErrno} from '../../kernel/errno.js';
import type {Syscall} from '../../kernel/syscall-table.js';
import {hex, octal} from './scalars.js';
import {NOTES} from './forms/index.js';
import type {View} from './view.js';

/** Errors that only a tracer sees: the kernel makes the call again, or turns them into EINTR (include/linux/errno.h). */
const RESTARTS: ReadonlyMap<number, readonly [name: string, text: string]> = new Map([
	[512, ['ERESTARTSYS', 'To be restarted if SA_RESTART is set']],
	[513, ['ERESTARTNOINTR', 'To be restarted']],
	[514, ['ERESTARTNOHAND', 'To be restarted if no handler']],
	[516, ['ERESTART_RESTARTBLOCK', 'Interrupted by signal']],
]);

/** In which base a call's result is written where its kind doesn't say so. */
const RESULT_BASES: Readonly<Partial<Record<string, 8 | 10 | 16>>> = {umask: 8, personality: 16};

/** A call's result in text. */
export interface ResultText {
	/** What follows the equals sign. */
	readonly text: string;
	/** The name of the error, if it is one. */
	readonly errno?: string;
}

/** An error as a result. */
function errorText(number: number): ResultText {
	const restart = RESTARTS.get(number);
	if (restart !== undefined) return {text: `? ${restart[0]} (${restart[1]})`, errno: restart[0]};
	const entry = errnoEntry(number);
	return entry === undefined ? {text: `-1 (errno ${number})`} : {text: `-1 ${entry.name} (${entry.text})`, errno: entry.name};
}

/** A call's result, of which `result` is what rax holds. */
export function resultText(syscall: Syscall | undefined, view: View, result: bigint): ResultText {
	const error = resultErrno(result);
	if (error !== undefined) return errorText(error);
	const name = syscall?.name ?? '';
	const found = NOTES[name]?.(view);
	const rebased = typeof found === 'object' ? found : undefined;
	const note = typeof found === 'string' ? found : rebased?.note;
	const base = rebased?.base ?? RESULT_BASES[name] ?? (syscall?.returns === 'address' ? 16 : 10);
	const value = base === 16 ? hex(result) : base === 8 ? octal(result) : BigInt.asIntN(syscall?.returns === 'pid' ? 32 : 64, result).toString();
	return {text: note === undefined ? value : `${value} (${note})`};
}
