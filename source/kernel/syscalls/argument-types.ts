/**
 * The closed vocabulary that says what each argument of a system call is: enough for a printer to write a call as
 * strace does, and for nothing that the table names to be left unexplained.
 *
 * An argument's register holds either a value (a descriptor, a size, a set of flags) or the address of something in the
 * program's memory. An argument with `access` is the latter: `type` then names what lies there, not the address.
 */

/** How the bits of a value are read and written out when no better form is known. */
export interface ValueFormat {
	/** Width in bits: of the register's low part that the kernel looks at, or of one value in memory. */
	readonly bits: 8 | 16 | 32 | 64;
	readonly signed: boolean;
	/** Radix of the number as it is usually written. */
	readonly base: 8 | 10 | 16;
}

const value = (bits: ValueFormat['bits'], signed: boolean, base: ValueFormat['base'] = 10): ValueFormat => ({bits, signed, base});

const INT = value(32, true);
const UINT = value(32, false);
const LONG = value(64, true);
const ULONG = value(64, false);
const HEX_INT = value(32, false, 16);
const HEX_LONG = value(64, false, 16);

/** Values that are numbers, names of kernel objects or addresses. */
export const NUMBERS = {
	int: INT,
	uint: UINT,
	long: LONG,
	ulong: ULONG,
	byte: value(8, false),
	/** A count of bytes. */
	size: ULONG,
	/** A place in a file, in bytes. */
	offset: LONG,
	/** Seconds since 1970. */
	time: LONG,
	/** A place in memory that the call is about, but whose contents it does not take as data. */
	address: HEX_LONG,
	/** The address of something whose form another argument decides. */
	pointer: HEX_LONG,
	/** A number or an address: another argument decides. */
	word: HEX_LONG,
	/** An open file. */
	fd: INT,
	/** An open directory from which a relative path is followed, or AT_FDCWD (-100) for the working directory. */
	dirfd: INT,
	pid: INT,
	uid: UINT,
	gid: UINT,
	signal: INT,
	/** Permission bits, and for mknod the kind of file. */
	mode: value(16, false, 8),
	/** A device's major and minor number in one. */
	device: HEX_INT,
	/** A key of the kernel's key rings, by its serial number. */
	'key-serial': INT,
	/** The name that processes agree upon to share a System V object. */
	'ipc-key': HEX_INT,
	/** A timer of timer_create. */
	timer: INT,
	/** The handle of a queue of io_setup. */
	'aio-context': HEX_LONG,
	/** How a child ended or stopped, packed as wait4 gives it. */
	'wait-status': HEX_INT,
	/** Something in the argument's place at which the kernel does not look. */
	unused: HEX_LONG,
} as const satisfies Record<string, ValueFormat>;

/** Values that are one choice out of a list of named constants. */
export const CHOICES = {
	'arch-prctl-code': HEX_INT,
	'bpf-cmd': INT,
	clockid: INT,
	'epoll-op': INT,
	'fadvise-advice': INT,
	'fcntl-cmd': UINT,
	'flock-op': UINT,
	'fsconfig-cmd': UINT,
	'futex-op': INT,
	'io-uring-opcode': UINT,
	'ioctl-cmd': HEX_INT,
	'ioprio-which': INT,
	'itimer-which': INT,
	'kcmp-type': INT,
	'keyctl-op': INT,
	'landlock-rule': INT,
	'ldt-function': INT,
	'lsm-attribute': UINT,
	'madvise-advice': INT,
	'membarrier-cmd': INT,
	mempolicy: INT,
	'msg-cmd': INT,
	personality: HEX_INT,
	'prctl-option': INT,
	'priority-which': INT,
	'ptrace-request': LONG,
	'quota-cmd': HEX_INT,
	'reboot-cmd': HEX_INT,
	'reboot-magic': HEX_INT,
	'rlimit-resource': UINT,
	'rusage-who': INT,
	'sched-policy': INT,
	'seccomp-op': UINT,
	'sem-cmd': INT,
	'shm-cmd': INT,
	'shutdown-how': INT,
	'sigmask-how': INT,
	'socket-domain': INT,
	'socket-level': INT,
	'socket-option': INT,
	'socket-protocol': INT,
	/** A SOCK_ type, with SOCK_NONBLOCK and SOCK_CLOEXEC mixed in. */
	'socket-type': INT,
	'sysfs-option': INT,
	'syslog-action': INT,
	'wait-idtype': INT,
	whence: UINT,
} as const satisfies Record<string, ValueFormat>;

/** Sets of flags: how many bits the kernel looks at, and in a comment how the names of the constants begin. */
export const FLAG_SETS = {
	access: 32, // R_OK, W_OK, X_OK
	at: 32, // AT_
	clone: 64, // CLONE_
	'close-range': 32, // CLOSE_RANGE_
	epoll: 32, // EPOLL_
	eventfd: 32, // EFD_
	fallocate: 32, // FALLOC_FL_
	'fanotify-init': 32, // FAN_
	'fanotify-mark': 32, // FAN_MARK_
	'fanotify-mask': 64, // FAN_
	'finit-module': 32, // MODULE_INIT_
	fsmount: 32, // FSMOUNT_
	fsopen: 32, // FSOPEN_
	fspick: 32, // FSPICK_
	futex2: 32, // FUTEX2_
	inotify: 32, // IN_
	'inotify-mask': 32, // IN_
	'io-uring-enter': 32, // IORING_ENTER_
	'ipc-get': 32, // IPC_, with the permission bits
	'ipc-transfer': 32, // IPC_NOWAIT, MSG_
	kexec: 64, // KEXEC_
	'kexec-file': 64, // KEXEC_FILE_
	landlock: 32, // LANDLOCK_
	lsm: 32, // LSM_FLAG_
	membarrier: 32, // MEMBARRIER_CMD_FLAG_
	memfd: 32, // MFD_
	mempolicy: 32, // MPOL_
	mlock: 32, // MLOCK_
	mlockall: 32, // MCL_
	mmap: 64, // MAP_
	'mmap-prot': 64, // PROT_
	mount: 64, // MS_
	'mount-attr': 32, // MOUNT_ATTR_
	'move-mount': 32, // MOVE_MOUNT_
	mremap: 64, // MREMAP_
	msg: 32, // MSG_
	msync: 32, // MS_
	open: 32, // O_
	'open-tree': 32, // OPEN_TREE_, AT_
	perf: 64, // PERF_FLAG_
	pidfd: 32, // PIDFD_
	pkey: 64, // PKEY_DISABLE_
	random: 32, // GRND_
	rename: 32, // RENAME_
	rseq: 32, // RSEQ_FLAG_
	rw: 32, // RWF_
	seccomp: 32, // SECCOMP_FILTER_FLAG_
	'shadow-stack': 32, // SHADOW_STACK_
	shmat: 32, // SHM_
	signalfd: 32, // SFD_
	socket: 32, // SOCK_
	splice: 32, // SPLICE_F_
	'statx-mask': 32, // STATX_
	swap: 32, // SWAP_FLAG_
	'sync-file-range': 32, // SYNC_FILE_RANGE_
	timer: 32, // TIMER_
	timerfd: 32, // TFD_
	umount: 32, // MNT_, UMOUNT_
	userfaultfd: 32, // O_, UFFD_
	wait: 32, // W
	xattr: 32, // XATTR_
	/** None are defined yet: the argument must be 0. */
	reserved: 32,
	/** The same, and the kernel looks at the whole register. */
	'reserved-long': 64,
} as const satisfies Record<string, 32 | 64>;

/** Things in the program's memory that a printer shows in a form of their own. */
export const MEMORY_TYPES = [
	/** Bytes with a length. */
	'buffer',
	/** A file's name, up to a zero byte. */
	'path',
	/** Text up to a zero byte. */
	'string',
	/** Addresses of strings, up to a null: a program's arguments or environment. */
	'strings',
	'timespec',
	'timeval',
	'stat',
	/** Addresses and lengths of buffers. `in`: the call takes bytes from them; `out`: it puts bytes into them. */
	'iovec',
	/** Addresses and lengths, where the memory meant is another process's, or is not read. */
	'remote-iovec',
	/** A socket's address, whose first 16 bits name its family. */
	'sockaddr',
	/** One bit a signal, signal 1 lowest. */
	'sigset',
	/** What to do at a signal, in the kernel's layout: handler, flags, restorer, mask. */
	'sigaction',
	/** One bit a descriptor. */
	'fd-set',
	/** One bit a processor or memory node. */
	'bitmap',
] as const;

/** C's names of the structures and unions that have no form of their own here. */
export const STRUCTS = [
	'__aio_sigset', '__sysctl_args', '__user_cap_data_struct', '__user_cap_header_struct',
	'bpf_attr', 'cachestat', 'cachestat_range', 'clone_args', 'epoll_event', 'file_handle', 'futex_waitv',
	'io_event', 'io_uring_params', 'iocb', 'itimerspec', 'itimerval', 'kernel_sym', 'kexec_segment',
	'landlock_ruleset_attr', 'linux_dirent', 'linux_dirent64', 'lsm_ctx', 'mmsghdr', 'mnt_id_req', 'mount_attr', 'mq_attr',
	/** A long and then the text, whose length is the argument's extent. */
	'msgbuf',
	'msghdr', 'msqid_ds', 'open_how', 'perf_event_attr', 'pollfd', 'rlimit', 'rseq', 'rusage',
	'sched_attr', 'sched_param', 'sembuf', 'shmid_ds', 'sigaltstack', 'sigevent', 'siginfo',
	/** The last argument of pselect6: the address of a signal set, and its size. */
	'sigset_argpack',
	'statfs', 'statmount', 'statx', 'sysinfo', 'timex', 'timezone', 'tms', 'user_desc', 'ustat', 'utimbuf', 'utsname',
] as const;

/** A value that is a number or one of several constants. */
export type ScalarType = keyof typeof NUMBERS | keyof typeof CHOICES;
/** A set of flags. */
export type FlagsType = `flags:${keyof typeof FLAG_SETS}`;
/** What a register itself can hold. */
export type ValueType = ScalarType | FlagsType;
/** What can only lie in memory. */
export type MemoryType = (typeof MEMORY_TYPES)[number] | `struct:${(typeof STRUCTS)[number]}`;
/** What an argument is. A value type together with `access` is one or more such values in memory. */
export type ArgumentType = ValueType | MemoryType;

/** Which way the call moves what lies in memory. `in`: it reads it; `out`: it fills it in; `inout`: both. */
export type Access = 'in' | 'out' | 'inout';

/** What a length counts. `pages`: one byte of the array for each page of so many bytes. */
export type ExtentUnit = 'bytes' | 'elements' | 'bits' | 'pages';

/** How much lies in memory, where it is neither one thing nor text that ends itself. */
export interface Extent {
	readonly unit: ExtentUnit;
	/**
	 * Where the number is. `argument`: it is the value of argument `value`, by index. `pointed`: that argument holds the
	 * address of the number, an int, which the call may change. `constant`: it is `value` itself.
	 */
	readonly given: 'argument' | 'pointed' | 'constant';
	readonly value: number;
	/** After a call that succeeded only as much has been filled in as its result says, where that is less. */
	readonly untilResult: boolean;
}

/** When an argument is looked at: only if one of these bits is set in the value of another, given by its index. */
export interface Condition {
	readonly argument: number;
	readonly anyOf: number;
}

/** One argument of a call. */
export interface Argument {
	/** The name that the manual gives it. */
	readonly name: string;
	readonly type: ArgumentType;
	/** Present when the register holds the address of what `type` names; the address 0 then means that it is left out. */
	readonly access?: Access;
	/** Present when there is more than one, or a length. */
	readonly extent?: Extent;
	/** Present when the call may leave the argument unread; its register can then hold anything. */
	readonly when?: Condition;
}

const FORMATS: ReadonlyMap<string, ValueFormat> = new Map<string, ValueFormat>([
	...Object.entries(NUMBERS),
	...Object.entries(CHOICES),
	...Object.entries(FLAG_SETS).map(([name, bits]): [string, ValueFormat] => [`flags:${name}`, value(bits, false, 16)]),
]);

/** How a value of a type is read and written; undefined for a type that lies only in memory. */
export const valueFormat = (type: ArgumentType): ValueFormat | undefined => FORMATS.get(type);
