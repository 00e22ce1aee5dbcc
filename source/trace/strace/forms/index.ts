import {DEBUGGING_FORMS} from './debugging.js';
import {FCNTL_FORMS, FCNTL_NOTES} from './fcntl.js';
import {FILE_ARGUMENTS, FILE_FORMS} from './files.js';
import {FUTEX_ARGUMENTS, FUTEX_FORMS} from './futex.js';
import {IOCTL_FORMS} from './ioctl.js';
import {IPC_ARGUMENTS, IPC_FORMS} from './ipc.js';
import {KEY_FORMS} from './keys.js';
import {MEMORY_ARGUMENTS, MEMORY_FORMS} from './memory.js';
import {NETWORK_ARGUMENTS, NETWORK_FORMS, NETWORK_NOTES} from './network.js';
import {PRCTL_FORMS, PRCTL_NOTES} from './prctl.js';
import {PROCESS_ARGUMENTS, PROCESS_FORMS, PROCESS_NOTES} from './processes.js';
import {SCHEDULING_ARGUMENTS, SCHEDULING_FORMS, SCHEDULING_NOTES} from './scheduling.js';
import {SIGNAL_ARGUMENTS, SIGNAL_FORMS, SIGNAL_NOTES} from './signals.js';
import {SYSTEM_ARGUMENTS, SYSTEM_FORMS, SYSTEM_NOTES} from './system.js';
import type {ArgumentShows, Forms, Notes} from './table.js';
import {TIME_ARGUMENTS, TIME_NOTES} from './times.js';
import {WAITING_ARGUMENTS, WAITING_FORMS, WAITING_NOTES} from './waiting.js';

/** Arguments that are written otherwise than their type says. */
export const ARGUMENT_SHOWS: ArgumentShows = {
	...FILE_ARGUMENTS, ...FUTEX_ARGUMENTS, ...IPC_ARGUMENTS, ...MEMORY_ARGUMENTS, ...NETWORK_ARGUMENTS, ...PROCESS_ARGUMENTS, ...SCHEDULING_ARGUMENTS, ...SIGNAL_ARGUMENTS, ...SYSTEM_ARGUMENTS, ...TIME_ARGUMENTS, ...WAITING_ARGUMENTS,
};

/** Calls that are written in a form of their own. */
export const FORMS: Forms = {
	...DEBUGGING_FORMS, ...FCNTL_FORMS, ...FILE_FORMS, ...FUTEX_FORMS, ...IOCTL_FORMS, ...IPC_FORMS, ...KEY_FORMS, ...MEMORY_FORMS, ...NETWORK_FORMS, ...PRCTL_FORMS, ...PROCESS_FORMS,
	 ...SCHEDULING_FORMS, ...SIGNAL_FORMS, ...SYSTEM_FORMS, ...WAITING_FORMS,
};

/** What is added to a call's result in parentheses. */
export const NOTES: Notes = {
	...FCNTL_NOTES, ...NETWORK_NOTES, ...PRCTL_NOTES, ...PROCESS_NOTES, ...SCHEDULING_NOTES, ...SIGNAL_NOTES, ...SYSTEM_NOTES, ...TIME_NOTES, ...WAITING_NOTES,
};
