/**
 * The numbers that the kernel's assembly shares with the rest of the project: each has its home here (or in the
 * machine, for hardware), and the `.equ` lines are generated from these tables.
 */
import {Dr6} from '../machine/breakpoints.js';
import {Cr4, Efer, Pte} from '../machine/control-bits.js';
import {Port, SERIAL_VECTOR, SerialBit, SerialRegister} from '../machine/devices.js';
import {PageFaultBit} from '../machine/fault.js';
import {ARITHMETIC_FLAGS, Flag} from '../machine/flags.js';
import {CALL_EQUATES} from './call-constants.js';
import {ERRNO_ENTRIES} from './errno.js';
import {Msr} from '../machine/msr.js';
import {SIGNAL_EQUATES, SIGPENDING} from './signal-constants.js';
import {SIGFRAME_EQUATES} from './signal-frame.js';
import {TIMER_VECTOR, TimerRegister} from '../machine/timer.js';

export {RESTART, SIGACTION_FLAGS, SIGHAND, SIGINFO_T, SIGNAL, SIGNAL_CODES, SIGNAL_NAMES, SIGNALS} from './signal-constants.js';

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
	/** The stacks of exceptions that must not go on any other, each above a page that is not mapped. */
	CPU_ENTRY_AREA_ESTACKS: 0xffff_fe00_0000_4000n,
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
	exception_stacks: 0x4000,
} as const;

/** Stacks of the interrupt stack table, from 1 (arch/x86/include/asm/page_64_types.h counts from 0). */
export const IST = {
	IST_INDEX_DF: 1,
	IST_INDEX_NMI: 2,
	IST_INDEX_DB: 3,
	IST_INDEX_MCE: 4,
	/** Bytes of each, and from one to the next. */
	EXCEPTION_STKSZ: 0x1000,
	EXCEPTION_STACK_STRIDE: 0x2000,
} as const;

/** Pages of the per-CPU area. */
export const PER_CPU_PAGES = 8;

/** Offsets in struct x86_hw_tss (SDM vol. 3A, 7.7). */
export const TSS_OFFSETS = {TSS_sp0: 4, TSS_sp1: 12, TSS_sp2: 20, TSS_ist: 36, TSS_io_bitmap_base: 102, TSS_LIMIT: 0x67} as const;

/** Offsets in struct task_struct (include/linux/sched.h has the names, the places are this kernel's own). */
export const TASK = {
	/** The thread's number; 0: this place in the table is free. */
	TASK_pid: 0,
	/** Top of its kernel stack. */
	TASK_stack: 8,
	/** Where its kernel stack ended when it last gave the CPU away. */
	TASK_thread_sp: 16,
	TASK_cr3: 24,
	/** What the threads of a process share of signals: see SIGNAL. */
	TASK_signal: 32,
	/** What becomes of each signal: see SIGHAND. */
	TASK_sighand: 40,
	/** The next task in the list of all, which closes to a ring. */
	TASK_next: 48,
	/** Whether it can run: one of the states of SCHEDULING. */
	TASK_state: 56,
	/** Work that is due before it returns to user mode: TIF bits. */
	TASK_flags: 60,
	/** The process that the thread belongs to: the first thread's number. */
	TASK_tgid: 64,
	/** As wait4 gives it: the exit code in bits 15:8, the signal in bits 6:0. */
	TASK_exit_code: 68,
	/** When it is to be woken, in nanoseconds; 0: it does not wait for the time. */
	TASK_wake_at: 72,
	TASK_fsbase: 80,
	TASK_gsbase: 88,
	/** What happens to its calls besides carrying them out: SYSCALL_WORK bits. */
	TASK_work: 96,
	/** The signal that its end sends to the parent; -1: none, it is a thread among others. */
	TASK_exit_signal: 100,
	/** The audit record of the call that it is in, or 0. */
	TASK_audit: 104,
	/** The first thread of the process that made this one, or that has taken it over; 0: nobody. */
	TASK_real_parent: 112,
	/** The first thread of its process. */
	TASK_group_leader: 120,
	/** What it waits for: an address that wake_up is called with. 0: nothing of that kind. */
	TASK_wait_channel: 128,
	/** Signals that the thread holds back, bit n-1 for signal n; what it held back before it began to wait for some of them. */
	TASK_blocked: 144,
	TASK_real_blocked: 136,
	/** The mask to go back to behind a handler, for calls that wait with another one. */
	TASK_saved_sigmask: 152,
	/** The alternate signal stack: its lowest address, its size, its flags. */
	TASK_sas_ss_sp: 160,
	TASK_sas_ss_size: 168,
	TASK_sas_ss_flags: 176,
	/** Whether TASK_saved_sigmask is to be put back. */
	TASK_restore_sigmask: 180,
	/** Where a thread's end stores 0 and wakes one who waits there; 0: nowhere. */
	TASK_clear_child_tid: 184,
	/** Where a new thread stores its number first of all; 0: nowhere. */
	TASK_set_child_tid: 192,
	TASK_robust_list: 200,
	/** The program's struct rseq, and the number that must stand before its abort handlers. */
	TASK_rseq: 208,
	TASK_rseq_sig: 216,
	/** Whether its maker waits until it has ended or started another program. */
	TASK_vfork: 220,
	/** The time until which an interrupted sleep is to go on. */
	TASK_restart_until: 224,
	/** Where such a sleep stores what is left of it; 0: nowhere. */
	TASK_restart_rem: 232,
	/** While it waits on a futex: the bits by which it can be woken. */
	TASK_futex_bitset: 240,
	/** What fxsave writes: 512 bytes, aligned to 16. */
	TASK_fpu: 256,
	/** The last exception: its vector, its error code or 0, and the address of a page fault; for the frames of handlers. */
	TASK_trap_nr: 768,
	TASK_error_code: 776,
	TASK_cr2: 784,
	/** Whether the thread is to stop: JOBCTL bits. */
	TASK_jobctl: 792,
	/** Signals sent to this thread and not yet taken: struct sigpending. */
	TASK_pending: 800,
	TASK_SIZE: 800 + SIGPENDING.SIGPENDING_SIZE,
} as const;

/** The table of tasks, and what scheduling goes by. */
export const SCHEDULING = {
	NR_TASKS: 16,
	TASK_RUNNING: 0,
	TASK_INTERRUPTIBLE: 1,
	TASK_STOPPED: 4,
	/** Ended, and its parent has not asked for the status. */
	EXIT_ZOMBIE: 0x20,
	/** Ended, and nobody will ask. */
	EXIT_DEAD: 0x10,
	TIF_NOTIFY_RESUME: 1 << 1,
	TIF_SIGPENDING: 1 << 2,
	TIF_NEED_RESCHED: 1 << 3,
	/** What must be done before a return to user mode. */
	EXIT_TO_USER_MODE_WORK: (1 << 1) | (1 << 2) | (1 << 3),
	/** Steps for which a task may have the CPU while others want it. */
	TIME_SLICE: 10_000,
	/** The longest time that the timer's register can hold. */
	TIMER_LONGEST: 0x7fff_ffff,
	NSEC_PER_SEC: 1_000_000_000,
	/** Longer sleeps are as good as endless ones. */
	SECONDS_LONGEST: 0x1_0000_0000,
	CLOCK_REALTIME: 0,
	CLOCK_MONOTONIC: 1,
	CLOCK_BOOTTIME: 7,
	TIMER_ABSTIME: 1,
	ITIMER_REAL: 0,
	USEC_PER_SEC: 1_000_000,
	TIMEVAL_SIZE: 16,
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

/** Error numbers by name, as the assembly has them. */
const ERRNO = Object.fromEntries(ERRNO_ENTRIES.map(({name, number}) => [name, number]));

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
	/** PCIDs of processes: those without bit 11, but for 0. */
	NR_PCIDS: 2047,
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
	X86_EFLAGS_AC: Flag.AC,
	X86_EFLAGS_DF: Flag.DF,
	/** Flags that a handler's frame may change (arch/x86/kernel/signal.c). */
	FIX_EFLAGS: ARITHMETIC_FLAGS | Flag.DF | Flag.TF | Flag.RF | Flag.AC,
	X86_EFLAGS_FIXED: 2,
	_PAGE_PRESENT: Pte.P,
	_PAGE_RW: Pte.W,
	_PAGE_ACCESSED: Pte.A,
	_PAGE_DIRTY: Pte.D,
	_PAGE_GLOBAL: Pte.G,
	DR_STEP: Dr6.BS,
	DR_TRAP_BITS: Dr6.MATCHED,
	DR6_RESERVED: Dr6.FIXED,
	/** In a page fault's error code: the page was there. */
	X86_PF_PROT: PageFaultBit.PRESENT,
	SERIAL_PORT: Port.SERIAL,
	X86_CR4_PCIDE: Cr4.PCIDE,
	X86_CR3_PCID_NOFLUSH_BIT: 63,
	POWER_PORT: Port.POWER,
	SERIAL_INTERRUPT_ENABLE: SerialRegister.INTERRUPT_ENABLE,
	SERIAL_LINE_STATUS: SerialRegister.LINE_STATUS,
	SERIAL_MODEM_STATUS: SerialRegister.MODEM_STATUS,
	SERIAL_ON_RECEIVED: SerialBit.ON_RECEIVED,
	SERIAL_ON_MODEM: SerialBit.ON_MODEM,
	SERIAL_DATA_READY: SerialBit.DATA_READY,
	SERIAL_CARRIER: SerialBit.CARRIER,
	SERIAL_VECTOR,
	TIMER_ONCE_PORT: Port.TIMER + TimerRegister.ONCE,
	TIMER_VECTOR,
	IA32_SYSCALL_VECTOR: 0x80,
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
	...IST,
	...TSS_OFFSETS,
	...TASK,
	...SCHEDULING,
	...ENTRY_WORK,
	...CALL_EQUATES,
	USER_ID,
	...ERRNO,
	...SIGNAL_EQUATES,
	...SIGFRAME_EQUATES,
	TRAP_AT_IP,
	...HARDWARE,
	...ISOLATION,
	SYSCALL_MASK,
	PANIC_STATUS,
	FIRST_PID,
};
