import {Bits} from './conditions.js';
import {bytes, call, input, onlyWith, output, type Syscall} from './row.js';

/** Who runs when, on which processor, and within which limits. */
export const SCHEDULING: readonly Syscall[] = [
	call(24, 'sched_yield', {}, 'zero', 'lets other threads run first'),
	call(97, 'getrlimit', {resource: 'rlimit-resource', rlim: output('struct:rlimit')}, 'zero', 'tells a limit on what the process may use'),
	call(98, 'getrusage', {who: 'rusage-who', usage: output('struct:rusage')}, 'zero', 'tells how much time and memory has been used'),
	call(140, 'getpriority', {which: 'priority-which', who: 'int'}, 'value', 'tells a nice value, as 20 less that value'),
	call(141, 'setpriority', {which: 'priority-which', who: 'int', prio: 'int'}, 'zero', 'sets a nice value'),
	call(142, 'sched_setparam', {pid: 'pid', param: input('struct:sched_param')}, 'zero', 'sets a thread’s real-time priority'),
	call(143, 'sched_getparam', {pid: 'pid', param: output('struct:sched_param')}, 'zero', 'tells a thread’s real-time priority'),
	call(144, 'sched_setscheduler', {pid: 'pid', policy: 'sched-policy', param: input('struct:sched_param')}, 'zero', 'sets a thread’s scheduling policy and priority'),
	call(145, 'sched_getscheduler', {pid: 'pid'}, 'value', 'tells a thread’s scheduling policy'),
	call(146, 'sched_get_priority_max', {policy: 'sched-policy'}, 'value', 'tells the highest priority of a policy'),
	call(147, 'sched_get_priority_min', {policy: 'sched-policy'}, 'value', 'tells the lowest priority of a policy'),
	call(148, 'sched_rr_get_interval', {pid: 'pid', tp: output('timespec')}, 'zero', 'tells how long a thread may run before the next one’s turn'),
	call(160, 'setrlimit', {resource: 'rlimit-resource', rlim: input('struct:rlimit')}, 'zero', 'sets a limit on what the process may use'),
	call(203, 'sched_setaffinity', {pid: 'pid', cpusetsize: 'uint', mask: input('bitmap', bytes('cpusetsize'))}, 'zero', 'says which processors a thread may run on'),
	call(204, 'sched_getaffinity', {pid: 'pid', cpusetsize: 'uint', mask: output('bitmap', bytes('cpusetsize', 'result'))}, 'bytes', 'tells which processors a thread may run on'),
	call(251, 'ioprio_set', {which: 'ioprio-which', who: 'int', ioprio: 'int'}, 'zero', 'sets the priority of disk requests'),
	call(252, 'ioprio_get', {which: 'ioprio-which', who: 'int'}, 'value', 'tells the priority of disk requests'),
	call(302, 'prlimit64', {pid: 'pid', resource: 'rlimit-resource', new_limit: input('struct:rlimit'), old_limit: output('struct:rlimit')}, 'zero', 'tells and sets a limit of any process'),
	call(309, 'getcpu', {cpu: output('uint'), node: output('uint'), tcache: 'address'}, 'zero', 'tells which processor and memory node the thread is on'),
	call(314, 'sched_setattr', {pid: 'pid', attr: input('struct:sched_attr'), flags: 'flags:reserved'}, 'zero', 'sets a thread’s policy and all that belongs to it'),
	call(315, 'sched_getattr', {pid: 'pid', attr: output('struct:sched_attr', bytes('size')), size: 'uint', flags: 'flags:reserved'}, 'zero', 'tells a thread’s policy and all that belongs to it'),
	call(324, 'membarrier', {cmd: 'membarrier-cmd', flags: 'flags:membarrier', cpu_id: onlyWith('flags', Bits.MEMBARRIER_CMD_FLAG_CPU, 'int')}, 'by-request', 'makes all threads see memory in an agreed order'),
];
