import {bytes, call, input, output, type Syscall} from './row.js';

/** Sending, blocking and handling signals. */
export const SIGNALS: readonly Syscall[] = [
	call(13, 'rt_sigaction', {signum: 'signal', act: input('sigaction'), oldact: output('sigaction'), sigsetsize: 'size'}, 'zero', 'says what happens at a signal, and tells what did'),
	call(14, 'rt_sigprocmask', {how: 'sigmask-how', set: input('sigset', bytes('sigsetsize')), oldset: output('sigset', bytes('sigsetsize')), sigsetsize: 'size'}, 'zero', 'changes which signals the thread holds back'),
	call(15, 'rt_sigreturn', {}, 'restored', 'goes back from a signal handler to where the program was'),
	call(34, 'pause', {}, 'interrupted', 'sleeps until a signal comes'),
	call(62, 'kill', {pid: 'pid', sig: 'signal'}, 'zero', 'sends a signal to a process or a group of them'),
	call(127, 'rt_sigpending', {set: output('sigset', bytes('sigsetsize')), sigsetsize: 'size'}, 'zero', 'tells which signals wait to be delivered'),
	call(128, 'rt_sigtimedwait', {set: input('sigset', bytes('sigsetsize')), info: output('struct:siginfo'), timeout: input('timespec'), sigsetsize: 'size'}, 'signal', 'waits for a signal and takes it, without a handler'),
	call(129, 'rt_sigqueueinfo', {tgid: 'pid', sig: 'signal', info: input('struct:siginfo')}, 'zero', 'sends a signal with data to a process'),
	call(130, 'rt_sigsuspend', {mask: input('sigset', bytes('sigsetsize')), sigsetsize: 'size'}, 'interrupted', 'sleeps with another signal mask until a signal comes'),
	call(131, 'sigaltstack', {ss: input('struct:sigaltstack'), old_ss: output('struct:sigaltstack')}, 'zero', 'says on which stack signal handlers may run'),
	call(200, 'tkill', {tid: 'pid', sig: 'signal'}, 'zero', 'sends a signal to a thread'),
	call(219, 'restart_syscall', {}, 'by-request', 'goes on with a call that a signal interrupted; the kernel arranges it'),
	call(234, 'tgkill', {tgid: 'pid', tid: 'pid', sig: 'signal'}, 'zero', 'sends a signal to a thread of a given process'),
	call(297, 'rt_tgsigqueueinfo', {tgid: 'pid', tid: 'pid', sig: 'signal', info: input('struct:siginfo')}, 'zero', 'sends a signal with data to a thread'),
	call(424, 'pidfd_send_signal', {pidfd: 'fd', sig: 'signal', info: input('struct:siginfo'), flags: 'flags:pidfd'}, 'zero', 'sends a signal to the process that a descriptor stands for'),
];
