/**
 * The numbers that the kernel's assembly shares with the rest of the project: each has its home here (or in the
 * machine, for hardware), and the `.equ` lines are generated from these tables.
 */
import {Dr6} from '../machine/breakpoints.js';
import {Cr4, Efer, Pte} from '../machine/control-bits.js';
import {Port} from '../machine/devices.js';
import {Flag} from '../machine/flags.js';
import {Msr} from '../machine/msr.js';
import {TIMER_VECTOR, TimerRegister} from '../machine/timer.js';

/** Segment selectors as Linux has them (arch/x86/include/asm/segment.h). */
export const SELECTORS = {
	__KERNEL_CS: 0x10,
	__KERNEL_DS: 0x18,
	__USER32_CS: 0x23,
	__USER_DS: 0x2b,
	__USER_CS: 0x33,
	GDT_ENTRY_TSS: 8,
	TSS_SELECTOR: 0x40,
	GDT_SIZE: 0x80,
} as const;

/** The fields of struct pt_regs from its lowest address (arch/x86/include/asm/ptrace.h); each is eight bytes. */
export const PT_REGS_FIELDS = [
	'r15', 'r14', 'r13', 'r12', 'bp', 'bx', 'r11', 'r10', 'r9', 'r8', 'ax', 'cx', 'dx', 'si', 'di',
	'orig_ax', 'ip', 'cs', 'flags', 'sp', 'ss',
] as const;

/** One field of struct pt_regs. */
export type PtRegsField = (typeof PT_REGS_FIELDS)[number];

/** Size of struct pt_regs, in bytes. */
export const PT_REGS_SIZE = PT_REGS_FIELDS.length * 8;

/** Byte offset of a field within struct pt_regs. */
export const ptRegsOffset = (field: PtRegsField): number => PT_REGS_FIELDS.indexOf(field) * 8;

/** Where things lie in the kernel's half of the address space (Documentation/arch/x86/x86_64/mm.rst). */
export const ADDRESSES = {
	/** All of physical memory, mapped in one piece. */
	PAGE_OFFSET: 0xffff_8880_0000_0000n,
	/** Kernel stacks live here, each above a page that is not mapped. */
	VMALLOC_START: 0xffff_c900_0000_0000n,
	/** The entry area: what the processor itself must reach while the user's page tables are in force. */
	CPU_ENTRY_AREA: 0xffff_fe00_0000_0000n,
	CPU_ENTRY_AREA_RO_IDT: 0xffff_fe00_0000_0000n,
	CPU_ENTRY_AREA_GDT: 0xffff_fe00_0000_1000n,
	CPU_ENTRY_AREA_ENTRY_STACK: 0xffff_fe00_0000_2000n,
	CPU_ENTRY_AREA_TSS: 0xffff_fe00_0000_3000n,
	KERNEL_TEXT: 0xffff_ffff_8100_0000n,
	/** End of the user's half, less a guard page. */
	TASK_SIZE_MAX: 0x7fff_ffff_f000n,
} as const;

/** Sizes in bytes. */
export const SIZES = {
	PAGE_SIZE: 0x1000,
	/** One thread's kernel stack. */
	THREAD_SIZE: 0x4000,
	/** From one kernel stack to the next, the unmapped guard included. */
	THREAD_STRIDE: 0x8000,
	/** The longest write that is taken in one call. */
	MAX_RW_COUNT: 0x7fff_f000,
	/** What the console takes from user memory at a time. */
	CONSOLE_CHUNK: 2048,
} as const;

/** Offsets of the per-CPU variables from the GS base; the TSS and the GDT have pages of their own. */
export const PER_CPU = {
	current_task: 0x20,
	cpu_current_top_of_stack: 0x28,
	kstack_offset: 0x30,
	cpu_tss_rw: 0x1000,
	entry_stack_storage: 0x2000,
	gdt_page: 0x3000,
} as const;

/** Pages of the per-CPU area. */
export const PER_CPU_PAGES = 4;

/** Offsets in struct x86_hw_tss (SDM vol. 3A, 7.7). */
export const TSS_OFFSETS = {TSS_sp0: 4, TSS_sp1: 12, TSS_sp2: 20, TSS_io_bitmap_base: 102, TSS_LIMIT: 0x67} as const;

/** Offsets in struct task_struct, this kernel's own. */
export const TASK = {
	TASK_pid: 0,
	TASK_stack: 8,
	TASK_thread_sp: 16,
	TASK_cr3: 24,
	TASK_signal: 32,
	TASK_si_code: 40,
	TASK_si_addr: 48,
	/** Whether it can run: TASK_RUNNING or TASK_INTERRUPTIBLE. */
	TASK_state: 56,
	/** Work that is due before it returns to user mode. */
	TASK_flags: 60,
	/** The process that the thread belongs to: the first thread's number. */
	TASK_tgid: 64,
	TASK_exit_code: 68,
	/** When it is to be woken, in nanoseconds; 0: it does not wait for the time. */
	TASK_wake_at: 72,
	TASK_fsbase: 80,
	TASK_gsbase: 88,
	/** What happens to its calls besides carrying them out: SYSCALL_WORK bits. */
	TASK_work: 96,
	/** The audit record of the call that it is in, or 0. */
	TASK_audit: 104,
	/** What fxsave writes: 512 bytes, aligned to 16. */
	TASK_fpu: 128,
	TASK_SIZE: 640,
} as const;

/** The table of tasks, and what scheduling goes by. */
export const SCHEDULING = {
	NR_TASKS: 16,
	TASK_RUNNING: 0,
	TASK_INTERRUPTIBLE: 1,
	TIF_NEED_RESCHED: 1 << 3,
	/** Steps for which a task may have the CPU while others want it. */
	TIME_SLICE: 10_000,
	/** The longest time that the timer's register can hold. */
	TIMER_LONGEST: 0x7fff_ffff,
	NSEC_PER_SEC: 1_000_000_000,
	/** Longer sleeps are as good as endless ones. */
	SECONDS_LONGEST: 0x1_0000_0000,
} as const;

/** Bits of TASK_work (include/linux/thread_info.h), the filter's lines and the audit trail's records. */
export const ENTRY_WORK = {
	SYSCALL_WORK_SECCOMP: 1 << 0,
	SYSCALL_WORK_SYSCALL_AUDIT: 1 << 4,
	SECCOMP_nr: 0,
	SECCOMP_action: 4,
	SECCOMP_data: 8,
	SECCOMP_LINE_SIZE: 16,
	SECCOMP_LINES: 16,
	SECCOMP_RET_ALLOW: 0,
	SECCOMP_RET_ERRNO: 1,
	SECCOMP_RET_KILL: 2,
	SYS_SECCOMP: 1,
	AUDIT_pid: 0,
	AUDIT_nr: 4,
	AUDIT_a0: 8,
	AUDIT_a1: 16,
	AUDIT_a2: 24,
	AUDIT_a3: 32,
	AUDIT_result: 40,
	AUDIT_RECORD_SHIFT: 6,
	/** A power of two. */
	AUDIT_RECORDS: 64,
	/** The largest offset that a call's stack may be moved by, as a mask. */
	KSTACK_OFFSET_MASK: 0x3ff,
} as const;

/** Flags of clone (include/uapi/linux/sched.h). */
export const CLONE_FLAGS = {CLONE_VM: 0x100, CLONE_SETTLS: 0x8_0000, CLONE_PARENT_SETTID: 0x10_0000} as const;

/** Error numbers (include/uapi/asm-generic/errno-base.h and errno.h). */
export const ERRNO = {EBADF: 9, EAGAIN: 11, EFAULT: 14, EINVAL: 22, ENOSYS: 38} as const;

/** Signals (arch/x86/include/uapi/asm/signal.h). */
export const SIGNALS = {SIGILL: 4, SIGTRAP: 5, SIGBUS: 7, SIGFPE: 8, SIGSEGV: 11, SIGSYS: 31} as const;

/** Names of signals by number. */
export const SIGNAL_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(SIGNALS).map(([name, number]) => [number, name]));

/** What si_code says of a fault (include/uapi/asm-generic/siginfo.h). */
export const SIGNAL_CODES = {
	SI_KERNEL: 0x80,
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

/** Bit in the kernel's table of traps, above si_code: si_addr is the instruction. */
export const TRAP_AT_IP = 0x1_0000;

/** Flags that SYSCALL clears: what Linux writes to IA32_FMASK. */
export const SYSCALL_MASK = 0x25_7fd5n;

/** The status that the power switch gets when the kernel has given up. */
export const PANIC_STATUS = 0xff;

/**
 * With isolation a process has two top-level tables, one page apart, and each a PCID of its own (arch/x86/entry/calling.h).
 */
export const ISOLATION = {
	PTI_USER_PGTABLE_BIT: 12,
	PTI_USER_PCID_BIT: 11,
	PTI_USER_PGTABLE_AND_PCID_MASK: (1 << 12) | (1 << 11),
	/** The PCID of the kernel's own view of the first address space. */
	KERNEL_PCID: 1,
} as const;

/** The user that programs run as, and the user's group. */
export const USER_ID = 1000;

/** Number of the first process. */
export const FIRST_PID = 42;

const HARDWARE = {
	MSR_EFER: Msr.EFER,
	MSR_STAR: Msr.STAR,
	MSR_LSTAR: Msr.LSTAR,
	MSR_CSTAR: Msr.CSTAR,
	MSR_SYSCALL_MASK: Msr.FMASK,
	MSR_GS_BASE: Msr.GS_BASE,
	MSR_KERNEL_GS_BASE: Msr.KERNEL_GS_BASE,
	EFER_SCE: Efer.SCE,
	EFER_NX: Efer.NXE,
	CR4_KERNEL: Cr4.SMEP | Cr4.SMAP | Cr4.UMIP | Cr4.FSGSBASE,
	CR0_AM: 1n << 18n,
	X86_EFLAGS_TF: Flag.TF,
	X86_EFLAGS_IF: Flag.IF,
	X86_EFLAGS_RF: Flag.RF,
	X86_EFLAGS_FIXED: 2,
	_PAGE_PRESENT: Pte.P,
	_PAGE_RW: Pte.W,
	_PAGE_ACCESSED: Pte.A,
	_PAGE_DIRTY: Pte.D,
	_PAGE_GLOBAL: Pte.G,
	DR_STEP: Dr6.BS,
	DR_TRAP_BITS: Dr6.MATCHED,
	DR6_RESERVED: Dr6.FIXED,
	SERIAL_PORT: Port.SERIAL,
	X86_CR4_PCIDE: Cr4.PCIDE,
	X86_CR3_PCID_NOFLUSH_BIT: 63,
	POWER_PORT: Port.POWER,
	TIMER_ONCE_PORT: Port.TIMER + TimerRegister.ONCE,
	TIMER_VECTOR,
	CPUID_LEAF_FRED: 7,
	CPUID_BIT_FRED: 17,
} as const;

/** Everything that the assembly may name, as one table for the `.equ` lines. */
export const EQUATES: Readonly<Record<string, bigint | number>> = {
	...SELECTORS,
	...Object.fromEntries(PT_REGS_FIELDS.map(field => [`PT_REGS_${field}`, ptRegsOffset(field)])),
	PT_REGS_SIZE,
	...ADDRESSES,
	...SIZES,
	...PER_CPU,
	...TSS_OFFSETS,
	...TASK,
	...SCHEDULING,
	...ENTRY_WORK,
	...CLONE_FLAGS,
	...ERRNO,
	...SIGNALS,
	...SIGNAL_CODES,
	TRAP_AT_IP,
	...HARDWARE,
	...ISOLATION,
	SYSCALL_MASK,
	PANIC_STATUS,
	FIRST_PID,
};
