/**
 * The kernel's files, in the order in which they are best read: from power-on to the door, through the door, to the
 * handlers and to the next task. What real programs and their C libraries ask for besides is in the folder further. Each
 * is assembled on its own, and all of them are linked in this order.
 */
export const KERNEL_FILES = [
	'head_64.s', 'traps.s', 'entry_64.s', 'syscall_64.s', 'entry_work.s', 'handlers.s', 'read_write.s', 'console.s', 'uaccess.s',
	'sched.s', 'fork.s', 'exec.s', 'exit.s', 'faults.s', 'data.s',

	// Time, waiting, and talking to each other.
	'further/time.s', 'further/itimer.s', 'further/wait.s', 'further/n_tty.s', 'further/iovec.s', 'further/pipe.s', 'further/poll.s',
	'further/futex.s', 'further/futex_exit.s', 'further/ids.s', 'further/thread_calls.s', 'further/rseq.s',

	// Signals.
	'further/fork_signal.s', 'further/signal.s', 'further/sigqueue.s', 'further/force_signal.s', 'further/get_signal.s',
	'further/job_control.s', 'further/signal_frame.s', 'further/sigreturn.s', 'further/altstack.s', 'further/sigaction.s',
	'further/sigmask.s', 'further/sigwait.s', 'further/kill.s', 'further/sigqueueinfo.s',

	// What the host does.
	'hosted_calls.s',
] as const;
