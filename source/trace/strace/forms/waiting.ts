import {array, pointer} from '../layouts.js';
import {always, asBefore, atExit, early, type Form} from '../parts.js';
import {choice, flags} from '../names.js';
import {FLAG_NAMES} from '../names/flags.js';
import {CHOICE_NAMES} from '../names/choices.js';
import {address, int, uint, ulong} from '../scalars.js';
import {AIO_RESULT} from '../structures/memory.js';
import {descriptorSet, EPOLL_EVENT, pollDescriptors, pollNote, ppollNote, selectNoteWithTimespec, selectNoteWithTimeval} from '../structures/ready.js';
import {sigset, sigsetPack} from '../structures/signals.js';
import {TIMESPEC, TIMEVAL} from '../structures/times.js';
import {hasFailed, resultOf, type Show} from '../view.js';
import type {ArgumentShows, Forms, Notes} from './table.js';

const sets = [early(1, descriptorSet), early(2, descriptorSet), early(3, descriptorSet)];
const events: Show = (at, view) => (hasFailed(view) ? address(at, view) : array(EPOLL_EVENT, resultOf)(at, view));

const results: Show = (at, view) => (hasFailed(view) ? address(at, view) : array(AIO_RESULT, resultOf)(at, view));

const EPOLL_CTL_DEL = 2n;

/** A descriptor that is taken out of a set needs no events. */
const epollCtl: Form = ({args}) => [
	early(0, int), early(1, choice(CHOICE_NAMES['epoll-op'])), early(2, int), early(3, BigInt.asUintN(32, args[1]) === EPOLL_CTL_DEL ? address : pointer(EPOLL_EVENT)),
];

export const WAITING_ARGUMENTS: ArgumentShows = {
	io_cancel: {iocb: address, result: atExit(pointer(AIO_RESULT))}, epoll_wait: {events: atExit(events)}, epoll_pwait: {events: atExit(events), sigmask: sigset(5)}, epoll_pwait2: {events: atExit(events), sigmask: sigset(5)}, io_getevents: {events: atExit(results), timeout: asBefore(pointer(TIMESPEC))}, io_pgetevents: {events: atExit(results), timeout: asBefore(pointer(TIMESPEC)), usig: asBefore(pointer(sigsetPack))},
};

const IORING_ENTER_EXT_ARG = 8n;
const ioUringEnter: Form = ({args}) => [
	early(0, int), early(1, uint), early(2, uint), early(3, flags(FLAG_NAMES['io-uring-enter'])), early(4, (args[3] & IORING_ENTER_EXT_ARG) === 0n ? sigset(5) : address), early(5, ulong),
];

export const WAITING_FORMS: Forms = {
	epoll_ctl: epollCtl, io_uring_enter: ioUringEnter, restart_syscall: always(early(0, (_, {previous}) => `<... resuming interrupted ${previous ?? 'restart_syscall'} ...>`)),
	poll: always(early(0, pollDescriptors), early(1, uint), early(2, int)),
	ppoll: always(early(0, pollDescriptors), early(1, uint), early(2, pointer(TIMESPEC)), early(3, sigset(4)), early(4, (value) => value.toString())),
	select: always(early(0, int), ...sets, early(4, pointer(TIMEVAL))),
	pselect6: always(early(0, int), ...sets, early(4, pointer(TIMESPEC)), early(5, pointer(sigsetPack))),
};

export const WAITING_NOTES: Notes = {poll: pollNote, ppoll: ppollNote, select: selectNoteWithTimeval, pselect6: selectNoteWithTimespec};
