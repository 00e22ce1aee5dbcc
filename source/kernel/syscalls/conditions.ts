/** Bits without which a call leaves another of its arguments unread, by the names of Linux's headers. */
export const Bits = {
	O_CREAT: 0o100,
	__O_TMPFILE: 0o20_000_000,
	/** The bit that S_IFCHR and S_IFBLK share and that other kinds of file for mknod do not have. */
	S_IFCHR: 0o20_000,
	MREMAP_FIXED: 2,
	MREMAP_DONTUNMAP: 4,
	CLONE_PIDFD: 0x1000,
	CLONE_SETTLS: 0x8_0000,
	CLONE_PARENT_SETTID: 0x10_0000,
	CLONE_CHILD_CLEARTID: 0x20_0000,
	CLONE_CHILD_SETTID: 0x100_0000,
	MEMBARRIER_CMD_FLAG_CPU: 1,
} as const;
