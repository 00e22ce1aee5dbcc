import {pointer} from '../layouts.js';
import {SIGNALS} from '../names/choices.js';
import {asBefore, atExit} from '../parts.js';
import {SIGACTION, sigset} from '../structures/signals.js';
import {TIMESPEC} from '../structures/times.js';
import {resultOf} from '../view.js';
import type {ArgumentShows, Notes} from './table.js';

const sized = (size: number) => ({set: sigset(size)});

export const SIGNAL_ARGUMENTS: ArgumentShows = {
	rt_sigprocmask: {...sized(3), oldset: atExit(sigset(3))}, rt_sigpending: {set: atExit(sigset(1))}, rt_sigsuspend: {mask: sigset(1)}, rt_sigtimedwait: {...sized(3), timeout: asBefore(pointer(TIMESPEC))},
	rt_sigaction: {act: pointer(SIGACTION), oldact: atExit(pointer(SIGACTION))},
	signalfd: {mask: sigset(2)}, signalfd4: {mask: sigset(2)}, ppoll: {sigmask: sigset(4)}, epoll_pwait: {sigmask: sigset(5)}, epoll_pwait2: {sigmask: sigset(5)},
};

export const SIGNAL_NOTES: Notes = {rt_sigtimedwait: view => SIGNALS.get(Number(resultOf(view)))};
