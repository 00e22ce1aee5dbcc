import {resultErrno} from '../../kernel/errno.js';
import type {Syscall} from '../../kernel/syscall-table.js';
import {errorText, isRestart} from './errors.js';
import {hex, octal} from './scalars.js';
import {NOTES} from './forms/index.js';
import type {View} from './view.js';

/** In which base a call's result is written where its kind doesn't say so. */
const RESULT_BASES: Readonly<Partial<Record<string, 8 | 10 | 16>>> = {umask: 8, personality: 16};

/** A call's result in text. */
export interface ResultText {
	/** What follows the equals sign. */
	readonly text: string;
	/** The name of the error, if it is one. */
	readonly errno?: string;
}

/** Calls whose process id is written whole. */
const WIDE: readonly string[] = ['setsid', 'set_tid_address'];

/** Whether a call's result is a process id, which has 32 bits. */
const isProcessId = (syscall: Syscall | undefined): boolean => syscall?.returns === 'pid' && !WIDE.includes(syscall.name);

/** An error as a result. */
function failure(number: number): ResultText {
	const error = errorText(number);
	if (error === undefined) return {text: `-1 (errno ${number})`};
	return {text: `${isRestart(number) ? '?' : '-1'} ${error.name} (${error.text})`, errno: error.name};
}

/** In which base a call's result is written, and what is added to it. */
function formOf(syscall: Syscall | undefined, view: View): {readonly base: 8 | 10 | 16; readonly note: string | undefined} {
	const name = syscall?.name ?? '';
	const note = NOTES[name]?.(view);
	if (typeof note === 'object') return note;
	return {base: RESULT_BASES[name] ?? (syscall?.returns === 'address' ? 16 : 10), note};
}

/** How a result is written to each base. */
const BASES: Readonly<Record<8 | 10 | 16, (result: bigint, syscall: Syscall | undefined) => string>> = {
	8: octal, 16: hex, 10: (result, syscall) => BigInt.asIntN(isProcessId(syscall) ? 32 : 64, result).toString(),
};

/** A call's result, of which `result` is what rax holds. */
export function resultText(syscall: Syscall | undefined, view: View, result: bigint): ResultText {
	const error = resultErrno(result);
	if (error !== undefined) return failure(error);
	const {base, note} = formOf(syscall, view);
	const value = BASES[base](result, syscall);
	return {text: note === undefined ? value : `${value} (${note})`};
}
