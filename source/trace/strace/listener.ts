import type {MemoryReader} from './view.js';

/** A call as it begins. */
export interface CallEntry {
	/** The number in rax, as an int. */
	readonly nr: number;
	/** rdi, rsi, rdx, r10, r8, r9. */
	readonly args: readonly bigint[];
	/** The caller's rsp; only rt_sigreturn is shown with what it points to. */
	readonly stack?: bigint;
	/** The caller's memory, as it is now. It is asked only until the method that it is given to returns. */
	readonly memory: MemoryReader;
	/** How many instructions the machine had done; 0 if that is not of interest. */
	readonly step?: number;
}

/** A call as it ends. */
export interface CallExit {
	/** What rax will hold, as 64 bits. */
	readonly result: bigint;
	/** The caller's memory, as it is now: of the new program, after a successful execve. */
	readonly memory: MemoryReader;
	/** As in {@link CallEntry}. */
	readonly step?: number;
	/** How many instructions the kernel has done for the call, if not all since its beginning. */
	readonly steps?: number;
}

/**
 * Is told what strace is told of traced tasks, in the order in which it happens. A task is a thread; `pid` is its number
 * as gettid gives it.
 */
export interface TaskListener {
	/** A task has come into being. A task that is not announced is taken to do so with its first event. */
	started: (pid: number) => void;
	/** A task enters the kernel for a call. */
	enter: (pid: number, entry: CallEntry) => void;
	/** The call that a task has entered the kernel for is over. */
	leave: (pid: number, exit: CallExit) => void;
	/**
	 * A signal is delivered to a task.
	 *
	 * @param siginfo - What the kernel tells of it: siginfo_t, 128 bytes.
	 */
	signal: (pid: number, siginfo: Uint8Array, step?: number) => void;
	/**
	 * A task is about to end: the call that it is in, if it is in one, will not return. Need not be told: that a task has
	 * ended says so, too, but then other tasks' events may have come between.
	 */
	exiting: (pid: number) => void;
	/**
	 * A task is no more, be it in a call or not.
	 *
	 * @param status - As wait4 gives it: the exit status in bits 8 to 15, or the signal in bits 0 to 6, with bit 7 if the
	 * core was dumped.
	 */
	ended: (pid: number, status: number, step?: number) => void;
	/** Nothing more is to come: what has begun is written as far as it is known. */
	finish: () => void;
}

/** The wait status of an end by exit. */
export const exitedStatus = (status: number): number => (status & 0xff) << 8;

/** The wait status of an end by a signal. */
export const killedStatus = (signal: number, hasDumpedCore = false): number => (signal & 0x7f) | (hasDumpedCore ? 0x80 : 0);
