import {bytes, call, inout, input, output, type Syscall} from './row.js';

/**
 * Numbers that are given out but have no call behind them in Linux 6.10: they all answer -ENOSYS. Arguments are those of
 * the time when there was a call, here or on another architecture.
 */
export const ABSENT: readonly Syscall[] = [
	call(134, 'uselib', {library: 'path'}, 'absent', 'would load a shared library, as 32-bit programs once did'),
	call(156, '_sysctl', {args: input('struct:__sysctl_args')}, 'absent', 'read or set kernel parameters; now files in /proc/sys'),
	call(174, 'create_module', {name: 'string', size: 'size'}, 'absent', 'reserved memory for a kernel module; gone since Linux 2.6'),
	call(177, 'get_kernel_syms', {table: output('struct:kernel_sym')}, 'absent', 'listed the kernel’s symbols; gone since Linux 2.6'),
	call(178, 'query_module', {name: 'string', which: 'int', buf: output('buffer', bytes('bufsize')), bufsize: 'size', ret: output('size')}, 'absent', 'told about kernel modules; gone since Linux 2.6'),
	call(180, 'nfsservctl', {cmd: 'int', argp: 'pointer', resp: 'pointer'}, 'absent', 'steered the kernel’s NFS server; gone since Linux 3.1'),
	call(181, 'getpmsg', {}, 'absent', 'is reserved for STREAMS, which Linux never had'),
	call(182, 'putpmsg', {}, 'absent', 'is reserved for STREAMS, which Linux never had'),
	call(183, 'afs_syscall', {}, 'absent', 'is reserved for the AFS file system'),
	call(184, 'tuxcall', {}, 'absent', 'is reserved for a web server in the kernel'),
	call(185, 'security', {}, 'absent', 'is reserved for security modules'),
	call(205, 'set_thread_area', {u_info: inout('struct:user_desc')}, 'absent', 'sets thread-local storage on i386; here arch_prctl does'),
	call(211, 'get_thread_area', {u_info: inout('struct:user_desc')}, 'absent', 'tells thread-local storage on i386; here arch_prctl does'),
	call(212, 'lookup_dcookie', {cookie: 'word', buffer: output('path', bytes('len', 'result')), len: 'size'}, 'absent', 'told the path behind a profiler’s cookie; gone since Linux 6.7'),
	call(214, 'epoll_ctl_old', {epfd: 'fd', op: 'epoll-op', fd: 'fd', event: input('struct:epoll_event')}, 'absent', 'was an early form of epoll_ctl'),
	call(215, 'epoll_wait_old', {epfd: 'fd', events: output('struct:epoll_event'), maxevents: 'int', timeout: 'int'}, 'absent', 'was an early form of epoll_wait'),
	call(236, 'vserver', {}, 'absent', 'is reserved for virtual private servers'),
];
