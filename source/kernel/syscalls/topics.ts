import {ABSENT} from './absent.js';
import {EVENTS} from './events.js';
import {FILE_SYSTEMS} from './file-systems.js';
import {FILES} from './files.js';
import {IPC} from './ipc.js';
import {MEMORY} from './memory.js';
import {NAMES} from './names.js';
import {NETWORK} from './network.js';
import {PROCESSES} from './processes.js';
import type {Syscall} from './row.js';
import {SCHEDULING} from './scheduling.js';
import {SECURITY} from './security.js';
import {SIGNALS} from './signals.js';
import {SYSTEM} from './system.js';
import {TIME} from './time.js';
import {USERS} from './users.js';

/** All calls by topic, each topic in the order of its numbers. */
export const TOPICS: ReadonlyMap<string, readonly Syscall[]> = new Map<string, readonly Syscall[]>([
	['files', FILES],
	['names of files', NAMES],
	['file systems', FILE_SYSTEMS],
	['memory', MEMORY],
	['processes', PROCESSES],
	['scheduling', SCHEDULING],
	['signals', SIGNALS],
	['time', TIME],
	['events', EVENTS],
	['network', NETWORK],
	['between processes', IPC],
	['users', USERS],
	['security', SECURITY],
	['system', SYSTEM],
	['absent', ABSENT],
]);
