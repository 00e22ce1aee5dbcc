import {pointer} from '../layouts.js';
import {SIGNALS} from '../names/choices.js';
import {asBefore, atExit, early, type Form} from '../parts.js';
import {hex} from '../scalars.js';
import {partOfSigset, SIGACTION, sigset, sigsetText} from '../structures/signals.js';
import {TIMESPEC} from '../structures/times.js';
import {readValue, resultOf} from '../view.js';
import type {ArgumentShows, Forms, Notes} from './table.js';

const sized = (size: number) => ({set: sigset(size)});

export const SIGNAL_ARGUMENTS: ArgumentShows = {
	rt_sigprocmask: {...sized(3), oldset: atExit(sigset(3))}, rt_sigpending: {set: atExit(partOfSigset(1))}, rt_sigsuspend: {mask: sigset(1)}, rt_sigtimedwait: {...sized(3), timeout: asBefore(pointer(TIMESPEC))},
	rt_sigaction: {act: pointer(SIGACTION), oldact: atExit(pointer(SIGACTION))},
	signalfd: {mask: sigset(2)}, signalfd4: {mask: sigset(2)}, ppoll: {sigmask: sigset(4)}, epoll_pwait: {sigmask: sigset(5)}, epoll_pwait2: {sigmask: sigset(5)},
};

/** Where the mask lies from the stack pointer on, when a handler is over: behind uc_flags, uc_link, uc_stack and the registers. */
const MASK_OFFSET = 296n;

/** A handler's end brings the mask back that it was called with. */
const sigreturn: Form = ({stack}) => (stack === undefined ? [] : [early(0, (_, view) => {
	const mask = readValue(view, BigInt.asUintN(64, stack + MASK_OFFSET), 8);
	return mask === undefined ? hex(stack) : `{mask=${sigsetText(mask)}}`;
})]);

export const SIGNAL_FORMS: Forms = {rt_sigreturn: sigreturn};

export const SIGNAL_NOTES: Notes = {rt_sigtimedwait: view => SIGNALS.get(Number(resultOf(view)))};
