# The kernel, in the order in which it is best read: from power-on to the door, through the door, to the handlers and to
# the next task. What real programs and their C libraries ask for besides is in the folder further.
	.include "constants.s"

	.section __ex_table, "a"
__start___ex_table:
	.include "head_64.s"
	.include "traps.s"
	.include "entry_64.s"
	.include "entry_ist.s"
	.include "syscall_64.s"
	.include "entry_work.s"
	.include "handlers.s"
	.include "read_write.s"
	.include "console.s"
	.include "uaccess.s"
	.include "sched.s"
	.include "fork.s"
	.include "exec.s"
	.include "exit.s"
	.include "faults.s"
	.include "data.s"

	# Time, waiting, and talking to each other.
	.include "further/time.s"
	.include "further/itimer.s"
	.include "further/wait.s"
	.include "further/n_tty.s"
	.include "further/iovec.s"
	.include "further/pipe.s"
	.include "further/poll.s"
	.include "further/futex.s"
	.include "further/futex_exit.s"
	.include "further/ids.s"
	.include "further/thread_calls.s"
	.include "further/rseq.s"

	# Signals.
	.include "further/fork_signal.s"
	.include "further/signal.s"
	.include "further/sigqueue.s"
	.include "further/force_signal.s"
	.include "further/get_signal.s"
	.include "further/job_control.s"
	.include "further/signal_frame.s"
	.include "further/sigreturn.s"
	.include "further/altstack.s"
	.include "further/sigaction.s"
	.include "further/sigmask.s"
	.include "further/sigwait.s"
	.include "further/kill.s"
	.include "further/sigqueueinfo.s"

	# What the host does.
	.include "hosted_calls.s"

	.section __ex_table, "a"
__stop___ex_table:
