import {pointer} from '../layouts.js';
import {atExit} from '../parts.js';
import {address} from '../scalars.js';
import {clockStateNote, momentNote, momentPointer, TIMESPEC} from '../structures/times.js';
import {resultErrno} from '../../../kernel/errno.js';
import {resultOf, type Show, type View} from '../view.js';
import type {ArgumentShows, Notes} from './table.js';

/** The lowest and the highest of the errors that make the kernel call again. */
const RESTARTS = [512, 516] as const;

const wasInterrupted = (view: View): boolean => {
	const errno = view.result === undefined ? undefined : resultErrno(view.result);
	return errno !== undefined && errno >= RESTARTS[0] && errno <= RESTARTS[1];
};

/** What is left of a sleep, if something has interrupted it. */
const remaining: Show = (at, view) => (wasInterrupted(view) ? pointer(TIMESPEC)(at, {...view, result: 0n}) : address(at, view));

const TIMER_ABSTIME = 1n;

/** The same, unless the sleep was to last until a moment. */
const remainingUnlessAbsolute: Show = (at, view) => (BigInt.asUintN(32, view.args[1]) & TIMER_ABSTIME) === 0n ? remaining(at, view) : address(at, view);

export const TIME_ARGUMENTS: ArgumentShows = {
	nanosleep: {rem: atExit(remaining)}, clock_nanosleep: {remain: atExit(remainingUnlessAbsolute)}, time: {tloc: atExit(momentPointer)},
};

const clockState = (view: View): string | undefined => clockStateNote(resultOf(view));
export const TIME_NOTES: Notes = {time: view => momentNote(resultOf(view)), adjtimex: clockState, clock_adjtime: clockState};
