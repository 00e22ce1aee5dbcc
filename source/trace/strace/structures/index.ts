import type {Layout} from '../layouts.js';
import type {Show} from '../view.js';
import {CACHESTAT, CACHESTAT_RANGE, STAT, STATFS, STATX} from './files.js';
import {SIGACTION, SIGALTSTACK, SIGEVENT, SIGINFO} from './signals.js';
import {RLIMIT, RUSAGE, SYSINFO, UTSNAME} from './system.js';
import {ITIMERSPEC, ITIMERVAL, TIMESPEC, TIMEVAL, TIMEX, TIMEZONE, TMS, UTIMBUF} from './times.js';

/** How what lies in memory is written, by its type in the system call table. */
export const STRUCTURES: Readonly<Partial<Record<string, Layout | Show>>> = {
	timespec: TIMESPEC, timeval: TIMEVAL, stat: STAT, sigaction: SIGACTION,
	'struct:statx': STATX, 'struct:statfs': STATFS, 'struct:cachestat': CACHESTAT, 'struct:cachestat_range': CACHESTAT_RANGE,
	'struct:sigaltstack': SIGALTSTACK, 'struct:sigevent': SIGEVENT, 'struct:siginfo': SIGINFO,
	'struct:rlimit': RLIMIT, 'struct:rusage': RUSAGE, 'struct:sysinfo': SYSINFO, 'struct:utsname': UTSNAME,
	'struct:itimerspec': ITIMERSPEC, 'struct:itimerval': ITIMERVAL, 'struct:timex': TIMEX, 'struct:timezone': TIMEZONE, 'struct:tms': TMS, 'struct:utimbuf': UTIMBUF,
};
