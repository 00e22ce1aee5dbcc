/** Numbers of single system calls and groups of them: flags, options, and the structures that they pass. */

/** Offsets in what clone3 is given, and its size at first and now (include/uapi/linux/sched.h struct clone_args). */
export const CLONE_ARGS = {
	CLONE_ARGS_flags: 0,
	CLONE_ARGS_child_tid: 16,
	CLONE_ARGS_parent_tid: 24,
	CLONE_ARGS_exit_signal: 32,
	CLONE_ARGS_stack: 40,
	CLONE_ARGS_stack_size: 48,
	CLONE_ARGS_tls: 56,
	CLONE_ARGS_set_tid_size: 72,
	CLONE_ARGS_SIZE_VER0: 64,
	CLONE_ARGS_SIZE: 88,
} as const;

/** Flags of clone (include/uapi/linux/sched.h). */
export const CLONE_FLAGS = {
	CSIGNAL: 0xff,
	CLONE_VM: 0x100,
	CLONE_FS: 0x200,
	CLONE_FILES: 0x400,
	CLONE_SIGHAND: 0x800,
	CLONE_PIDFD: 0x1000,
	CLONE_VFORK: 0x4000,
	CLONE_PARENT: 0x8000,
	CLONE_THREAD: 0x1_0000,
	CLONE_NEWNS: 0x2_0000,
	CLONE_SETTLS: 0x8_0000,
	CLONE_PARENT_SETTID: 0x10_0000,
	CLONE_CHILD_CLEARTID: 0x20_0000,
	CLONE_CHILD_SETTID: 0x100_0000,
	/** Namespaces of one's own: NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
	CLONE_NAMESPACES: 0x7e00_0000 | 0x2_0000,
} as const;

/** Options of wait4 and waitid (include/uapi/linux/wait.h), and what waitid can be asked for. */
export const WAIT = {
	WNOHANG: 1, WUNTRACED: 2, WEXITED: 4, WCONTINUED: 8, WNOWAIT: 0x100_0000, __WNOTHREAD: 0x2000_0000, __WALL: 0x4000_0000, __WCLONE: 0x8000_0000,
	P_ALL: 0, P_PID: 1, P_PGID: 2,
	/** Bytes of struct rusage. */
	RUSAGE_SIZE: 144,
} as const;

/** Operations of futex and its words (include/uapi/linux/futex.h). */
export const FUTEX = {
	FUTEX_WAIT: 0, FUTEX_WAKE: 1, FUTEX_REQUEUE: 3, FUTEX_CMP_REQUEUE: 4, FUTEX_WAIT_BITSET: 9, FUTEX_WAKE_BITSET: 10,
	FUTEX_CLOCK_REALTIME: 256,
	/** Without FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME. */
	FUTEX_CMD_MASK: 0xffff_fe7f,
	FUTEX_BITSET_MATCH_ANY: 0xffff_ffff,
	FUTEX_WAITERS: 0x8000_0000,
	FUTEX_OWNER_DIED: 0x4000_0000,
	FUTEX_TID_MASK: 0x3fff_ffff,
	/** Where the number of an address space stands in the number that a private word is known by: above its address. */
	FUTEX_SPACE_SHIFT: 47,
	ROBUST_LIST_HEAD_SIZE: 24,
	ROBUST_LIST_LIMIT: 2048,
} as const;

/** The numbers and structures of rseq (include/uapi/linux/rseq.h). */
export const RSEQ = {
	RSEQ_FLAG_UNREGISTER: 1, RSEQ_SIZE: 32, RSEQ_cpu_id: 4, RSEQ_rseq_cs: 8, RSEQ_CPU_ID_UNINITIALIZED: 0xffff_ffff,
	RSEQ_CS_start_ip: 8, RSEQ_CS_post_commit_offset: 16, RSEQ_CS_abort_ip: 24,
} as const;

/** Events of poll (include/uapi/asm-generic/poll.h), and the most descriptors of one call. */
export const POLL = {
	POLLIN: 1, POLLOUT: 4, POLLERR: 8, POLLHUP: 0x10, POLLNVAL: 0x20, POLLRDNORM: 0x40, POLLWRNORM: 0x100, MOST_DESCRIPTORS: 256,
} as const;

/** Pipes: how many, how large (include/linux/pipe_fs_i.h), and the fields of struct pipe, which is 1 << 4 bytes long. */
export const PIPES = {
	NR_PIPES: 16, PIPE_SIZE: 0x1_0000, PIPE_SIZE_SHIFT: 16, PIPE_BUF: 4096, PIPE_SHIFT: 4,
	/** Bytes ever written, bytes ever read. */
	PIPE_written: 0, PIPE_read: 8,
} as const;

/** The console's input: its ring, its keys, and the port's registers and bits (see machine/devices.ts). */
export const CONSOLE = {
	CONSOLE_RING_SIZE: 4096,
	KEY_INTR: 3, KEY_EOF: 4, KEY_SUSP: 26, KEY_QUIT: 28, KEY_ERASE: 127,
	TIOCGPGRP: 0x540f, TIOCSPGRP: 0x5410,
} as const;

/** Codes of arch_prctl (arch/x86/include/uapi/asm/prctl.h). */
export const ARCH_PRCTL = {ARCH_SET_GS: 0x1001, ARCH_SET_FS: 0x1002, ARCH_GET_FS: 0x1003, ARCH_GET_GS: 0x1004} as const;

/** Flags of open files that the machine's own code looks at, and the most parts of readv and writev. */
export const FILES = {O_WRONLY: 1, O_NONBLOCK: 0o4000, UIO_MAXIOV: 1024} as const;

/** All of them, for the `.equ` lines. */
export const CALL_EQUATES = {...CLONE_FLAGS, ...CLONE_ARGS, ...WAIT, ...FUTEX, ...RSEQ, ...POLL, ...PIPES, ...CONSOLE, ...ARCH_PRCTL, ...FILES} as const;
