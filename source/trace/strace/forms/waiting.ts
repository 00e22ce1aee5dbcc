import {argument, array, pointer} from '../layouts.js';
import {atEntry, atExit, always, early} from '../parts.js';
import {int, uint} from '../scalars.js';
import {descriptorSet, EPOLL_EVENT, pollDescriptors, pollNote, ppollNote, selectNoteWithTimespec, selectNoteWithTimeval} from '../structures/ready.js';
import {sigset, sigsetPack} from '../structures/signals.js';
import {TIMESPEC, TIMEVAL} from '../structures/times.js';
import {hasFailed, resultOf, type Show} from '../view.js';
import type {ArgumentShows, Forms, Notes} from './table.js';

const sets = [early(1, descriptorSet), early(2, descriptorSet), early(3, descriptorSet)];
const events: Show = (at, view) => array(EPOLL_EVENT, hasFailed(view) ? argument(2, 32) : resultOf)(at, view);

export const WAITING_ARGUMENTS: ArgumentShows = {
	epoll_wait: {events: atExit(events)}, epoll_pwait: {events: atExit(events), sigmask: sigset(5)}, epoll_pwait2: {events: atExit(events), sigmask: sigset(5)}, epoll_ctl: {event: pointer(EPOLL_EVENT)},
};

export const WAITING_FORMS: Forms = {
	poll: always(early(0, pollDescriptors), early(1, uint), early(2, int)),
	ppoll: always(early(0, pollDescriptors), early(1, uint), early(2, pointer(TIMESPEC)), early(3, sigset(4)), early(4, (value) => value.toString())),
	select: always(early(0, int), ...sets, early(4, pointer(TIMEVAL))),
	pselect6: always(early(0, int), ...sets, early(4, pointer(TIMESPEC)), early(5, pointer(sigsetPack))),
};

export const WAITING_NOTES: Notes = {poll: pollNote, ppoll: ppollNote, select: selectNoteWithTimeval, pselect6: selectNoteWithTimespec};
void atEntry;
