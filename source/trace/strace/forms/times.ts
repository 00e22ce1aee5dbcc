import {isRestart} from '../errors.js';
import {pointer} from '../layouts.js';
import {atExit} from '../parts.js';
import {address} from '../scalars.js';
import {clockStateNote, momentNote, momentPointer, TIMESPEC} from '../structures/times.js';
import {resultErrno} from '../../../kernel/errno.js';
import {resultOf, type Show, type View} from '../view.js';
import type {ArgumentShows, Notes} from './table.js';

const wasInterrupted = (view: View): boolean => {
	const errno = view.result === undefined ? undefined : resultErrno(view.result);
	return errno !== undefined && isRestart(errno);
};

/** What is left of a sleep, if something has interrupted it. */
const remaining: Show = (at, view) => (wasInterrupted(view) ? pointer(TIMESPEC)(at, {...view, result: 0n}) : address(at, view));

/** The same, unless the sleep was to last until a moment. */
const remainingUnlessAbsolute: Show = (at, view) => BigInt.asUintN(32, view.args[1]) === 0n ? remaining(at, view) : address(at, view);

export const TIME_ARGUMENTS: ArgumentShows = {
	nanosleep: {rem: atExit(remaining)}, clock_nanosleep: {remain: atExit(remainingUnlessAbsolute)}, time: {tloc: atExit(momentPointer)},
};

export const TIME_NOTES: Notes = {time: view => momentNote(resultOf(view)), adjtimex: view => clockStateNote(view, view.args[0]), clock_adjtime: view => clockStateNote(view, view.args[1])};
