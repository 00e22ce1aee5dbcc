import {call, inout, input, output, type Syscall} from './row.js';

/** Clocks, sleeping and timers. */
export const TIME: readonly Syscall[] = [
	call(35, 'nanosleep', {req: input('timespec'), rem: output('timespec')}, 'zero', 'sleeps for a time'),
	call(36, 'getitimer', {which: 'itimer-which', curr_value: output('struct:itimerval')}, 'zero', 'tells how long an interval timer has left'),
	call(37, 'alarm', {seconds: 'uint'}, 'seconds', 'asks for SIGALRM after some seconds'),
	call(38, 'setitimer', {which: 'itimer-which', new_value: input('struct:itimerval'), old_value: output('struct:itimerval')}, 'zero', 'starts or stops an interval timer'),
	call(96, 'gettimeofday', {tv: output('timeval'), tz: output('struct:timezone')}, 'zero', 'tells the time, in microseconds'),
	call(100, 'times', {buf: output('struct:tms')}, 'ticks', 'tells how much processor time has been used'),
	call(159, 'adjtimex', {buf: inout('struct:timex')}, 'value', 'reads or tunes the kernel’s clock'),
	call(164, 'settimeofday', {tv: input('timeval'), tz: input('struct:timezone')}, 'zero', 'sets the time, in microseconds'),
	call(201, 'time', {tloc: output('time')}, 'seconds', 'tells the time, in seconds since 1970'),
	call(222, 'timer_create', {clockid: 'clockid', sevp: input('struct:sigevent'), timerid: output('timer')}, 'zero', 'makes a timer for the process'),
	call(223, 'timer_settime', {timerid: 'timer', flags: 'flags:timer', new_value: input('struct:itimerspec'), old_value: output('struct:itimerspec')}, 'zero', 'starts or stops a timer'),
	call(224, 'timer_gettime', {timerid: 'timer', curr_value: output('struct:itimerspec')}, 'zero', 'tells how long a timer has left'),
	call(225, 'timer_getoverrun', {timerid: 'timer'}, 'count', 'tells how often a timer ran out unnoticed'),
	call(226, 'timer_delete', {timerid: 'timer'}, 'zero', 'removes a timer'),
	call(227, 'clock_settime', {clockid: 'clockid', tp: input('timespec')}, 'zero', 'sets a clock'),
	call(228, 'clock_gettime', {clockid: 'clockid', tp: output('timespec')}, 'zero', 'tells a clock’s time, in nanoseconds'),
	call(229, 'clock_getres', {clockid: 'clockid', res: output('timespec')}, 'zero', 'tells how fine a clock is'),
	call(230, 'clock_nanosleep', {clockid: 'clockid', flags: 'flags:timer', request: input('timespec'), remain: output('timespec')}, 'zero', 'sleeps for a time, or until one, by a chosen clock'),
	call(283, 'timerfd_create', {clockid: 'clockid', flags: 'flags:timerfd'}, 'fd', 'makes a timer that is read like a file'),
	call(286, 'timerfd_settime', {fd: 'fd', flags: 'flags:timerfd', new_value: input('struct:itimerspec'), old_value: output('struct:itimerspec')}, 'zero', 'starts or stops a timer that is a file'),
	call(287, 'timerfd_gettime', {fd: 'fd', curr_value: output('struct:itimerspec')}, 'zero', 'tells how long a timer that is a file has left'),
	call(305, 'clock_adjtime', {clk_id: 'clockid', buf: inout('struct:timex')}, 'value', 'reads or tunes one clock'),
];
