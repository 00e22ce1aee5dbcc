/**
 * Signals: their numbers, and the structures in which the kernel keeps what is sent and what becomes of it. The names
 * are Linux's; the places in structures that programs never see are this kernel's own.
 */

/** Signals (arch/x86/include/uapi/asm/signal.h). */
export const SIGNALS = {
	SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGTRAP: 5, SIGABRT: 6, SIGBUS: 7, SIGFPE: 8, SIGKILL: 9, SIGUSR1: 10, SIGSEGV: 11,
	SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15, SIGSTKFLT: 16, SIGCHLD: 17, SIGCONT: 18, SIGSTOP: 19, SIGTSTP: 20, SIGTTIN: 21,
	SIGTTOU: 22, SIGURG: 23, SIGXCPU: 24, SIGXFSZ: 25, SIGVTALRM: 26, SIGPROF: 27, SIGWINCH: 28, SIGIO: 29, SIGPWR: 30, SIGSYS: 31,
} as const;

/** Names of signals by number. */
export const SIGNAL_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(SIGNALS).map(([name, number]) => [number, name]));

/** Signals from here to 64 have no names and no order of their own: the real-time signals. */
export const SIGRTMIN = 32;

/** A set of signals as the kernel has it: bit n-1 for signal n. */
const setOf = (...names: readonly (keyof typeof SIGNALS)[]): number => names.reduce((set, name) => set | (1 << (SIGNALS[name] - 1)), 0);

/** Signals that are treated alike (include/linux/signal.h). */
export const SIGNAL_SETS = {
	/** No program can block, ignore or handle them. */
	SIG_KERNEL_ONLY_MASK: setOf('SIGKILL', 'SIGSTOP'),
	/** Without a handler they stop the process. */
	SIG_KERNEL_STOP_MASK: setOf('SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'),
	/** Without a handler nothing happens. */
	SIG_KERNEL_IGNORE_MASK: setOf('SIGCONT', 'SIGCHLD', 'SIGWINCH', 'SIGURG'),
	/** Without a handler the process ends and would leave a core dump. */
	SIG_KERNEL_COREDUMP_MASK: setOf('SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGFPE', 'SIGSEGV', 'SIGBUS', 'SIGSYS', 'SIGXCPU', 'SIGXFSZ'),
	/** An instruction causes them: they are taken before all others, so that the handler's frame shows that instruction. */
	SYNCHRONOUS_MASK: setOf('SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGTRAP', 'SIGFPE', 'SIGSYS'),
	SIGRTMIN,
} as const;

/** What si_code says: who sent the signal, or what fault it was (include/uapi/asm-generic/siginfo.h). */
export const SIGNAL_CODES = {
	SI_USER: 0,
	SI_KERNEL: 0x80,
	SI_TKILL: -6,
	/** The lowest of the codes that senders have in common, and one far below. */
	SI_DETHREAD: -7,
	SI_ASYNCNL: -60,
	CLD_EXITED: 1,
	CLD_KILLED: 2,
	CLD_STOPPED: 5,
	CLD_CONTINUED: 6,
	FPE_INTDIV: 1,
	FPE_FLTDIV: 3,
	FPE_FLTOVF: 4,
	FPE_FLTUND: 5,
	FPE_FLTRES: 6,
	FPE_FLTINV: 7,
	ILL_ILLOPN: 2,
	SEGV_MAPERR: 1,
	SEGV_ACCERR: 2,
	BUS_ADRALN: 1,
	TRAP_BRKPT: 1,
	TRAP_TRACE: 2,
	TRAP_HWBKPT: 4,
} as const;

/** Offsets in siginfo_t as programs see it (include/uapi/asm-generic/siginfo.h). */
export const SIGINFO_T = {
	SI_signo: 0, SI_errno: 4, SI_code: 8,
	/** A fault's address; or who sent it, as whom, and a child's status or a value. */
	SI_addr: 16, SI_pid: 16, SI_uid: 20, SI_status: 24, SI_value: 24,
	/** What seccomp tells: where, which call, on which architecture. */
	SI_call_addr: 16, SI_syscall: 24, SI_arch: 28,
	SIGINFO_SIZE: 128,
	/** What waitid writes of it. */
	SIGINFO_SHOWN: 28,
} as const;

/** Bytes of siginfo_t that say something: sizeof(struct kernel_siginfo). The rest is zero. */
const SIGQUEUE_SIZE = 48;

/** How many records a queue of pending signals holds. */
const SIGQUEUE_MAX = 32;

/** Offsets in struct sigpending: a set of signals, and what is known of them in the order in which they came. */
export const SIGPENDING = {
	PENDING_signal: 0,
	PENDING_count: 8,
	PENDING_list: 16,
	SIGQUEUE_SIZE,
	SIGQUEUE_MAX,
	SIGPENDING_SIZE: 16 + SIGQUEUE_MAX * SIGQUEUE_SIZE,
} as const;

/** Offsets in struct signal_struct: what the threads of a process share (include/linux/sched/signal.h). */
export const SIGNAL = {
	/** Threads that have not ended; threads that have not been released. */
	SIGNAL_live: 0,
	SIGNAL_count: 4,
	/** SIGNAL_GROUP_EXIT, SIGNAL_STOP_STOPPED and the like. */
	SIGNAL_flags: 8,
	SIGNAL_group_exit_code: 12,
	SIGNAL_pgid: 16,
	SIGNAL_sid: 20,
	/** Threads that have yet to stop until the process counts as stopped. */
	SIGNAL_group_stop_count: 24,
	/** What killed the process: number, si_code, si_addr; for whoever looks at it afterwards. */
	SIGNAL_death_signo: 32,
	SIGNAL_death_code: 36,
	SIGNAL_death_addr: 40,
	/** Whether it has called execve since it was made. */
	SIGNAL_did_exec: 48,
	/** The thread that is starting another program and waits for the others to end; 0: none. */
	SIGNAL_group_exec_task: 56,
	/** When its alarm goes off, in nanoseconds, 0: never; and after how long again. */
	SIGNAL_real_timer: 64,
	SIGNAL_it_real_incr: 72,
	/** Signals sent to the process as a whole and not yet taken: struct sigpending. */
	SIGNAL_shared_pending: 80,
	SIGNAL_SIZE: 80 + SIGPENDING.SIGPENDING_SIZE,
	SIGNAL_STOP_STOPPED: 1 << 0,
	SIGNAL_STOP_CONTINUED: 1 << 1,
	SIGNAL_GROUP_EXIT: 1 << 2,
	/** The parent is still to be told that the process has stopped, or goes on. */
	SIGNAL_CLD_STOPPED: 1 << 4,
	SIGNAL_CLD_CONTINUED: 1 << 5,
	SIGNAL_CLD_MASK: (1 << 4) | (1 << 5),
	SIGNAL_STOP_MASK: (1 << 0) | (1 << 1) | (1 << 4) | (1 << 5),
} as const;

/** Bits of TASK_jobctl (include/linux/sched/jobctl.h): the thread is to stop, and is counted among those that have yet to. */
export const JOBCTL = {JOBCTL_STOP_PENDING: 1 << 17, JOBCTL_STOP_CONSUME: 1 << 18, JOBCTL_PENDING_MASK: (1 << 17) | (1 << 18)} as const;

/** Offsets in struct sighand_struct, and in each of its 64 actions: struct sigaction as the kernel has it. */
export const SIGHAND = {
	/** Tasks that share it. */
	SIGHAND_count: 0,
	SIGHAND_action: 64,
	SIGHAND_SIZE: 64 + 64 * 32,
	SA_handler: 0,
	SA_flags: 8,
	SA_restorer: 16,
	SA_mask: 24,
	/** An action is 1 << 5 bytes. */
	SA_SHIFT: 5,
	_NSIG: 64,
	/** Bytes of a set of signals. */
	SIGSET_SIZE: 8,
	SIG_DFL: 0,
	SIG_IGN: 1,
} as const;

const SA_FLAGS = {
	SA_NOCLDSTOP: 0x1,
	SA_NOCLDWAIT: 0x2,
	SA_SIGINFO: 0x4,
	SA_EXPOSE_TAGBITS: 0x800,
	SA_RESTORER: 0x400_0000,
	SA_ONSTACK: 0x800_0000,
	SA_RESTART: 0x1000_0000,
	SA_NODEFER: 0x4000_0000,
	SA_RESETHAND: 0x8000_0000,
} as const;

/** Flags of an action (include/uapi/asm-generic/signal-defs.h, arch/x86/include/uapi/asm/signal.h); others are dropped. */
export const SIGACTION_FLAGS = {...SA_FLAGS, UAPI_SA_FLAGS: Object.values(SA_FLAGS).reduce((sum, flag) => sum + flag, 0)} as const;

/** What rt_sigprocmask does with a set (include/uapi/asm-generic/signal-defs.h). */
export const SIGPROCMASK = {SIG_BLOCK: 0, SIG_UNBLOCK: 1, SIG_SETMASK: 2} as const;

/** Offsets in stack_t, and the flags of an alternate signal stack (include/uapi/linux/signal.h). */
export const ALTERNATE_STACK = {
	STACK_T_sp: 0,
	STACK_T_flags: 8,
	STACK_T_size: 16,
	STACK_T_SIZE: 24,
	SS_ONSTACK: 1,
	SS_DISABLE: 2,
	SS_AUTODISARM: 0x8000_0000,
	/** The smallest that is taken. */
	MINSIGSTKSZ: 2048,
} as const;

/** Error numbers that only the kernel sees: what becomes of a call that a signal has interrupted (include/linux/errno.h). */
export const RESTART = {ERESTARTSYS: 512, ERESTARTNOINTR: 513, ERESTARTNOHAND: 514, ERESTART_RESTARTBLOCK: 516} as const;

/** All of them, for the `.equ` lines. */
export const SIGNAL_EQUATES = {
	...SIGNALS, ...SIGNAL_SETS, ...SIGNAL_CODES, ...SIGINFO_T, ...SIGPENDING, ...SIGNAL, ...JOBCTL, ...SIGHAND, ...SIGACTION_FLAGS, ...SIGPROCMASK,
	...ALTERNATE_STACK, ...RESTART,
} as const;
