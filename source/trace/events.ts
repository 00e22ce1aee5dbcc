import type {PtRegsField} from '../kernel/constants.js';

/** What happened on the way through the kernel, each at the step that did it. The JSON lines have these shapes. */
export type TraceEvent = {readonly step: number} & (
	/** The SYSCALL instruction: rcx and r11 as it left them, the number and the arguments as the registers held them. */
	| {readonly kind: 'syscall'; readonly pid: number; readonly nr: number; readonly args: readonly bigint[]; readonly rip: bigint; readonly target: bigint; readonly rcx: bigint; readonly r11: bigint; readonly rsp: bigint}
	| {readonly kind: 'swapgs'; readonly before: bigint; readonly after: bigint}
	| {readonly kind: 'cr3'; readonly before: bigint; readonly after: bigint}
	/** rsp has moved to another stack. */
	| {readonly kind: 'stack-switch'; readonly from: bigint; readonly to: bigint; readonly stack: StackName}
	/** A word pushed in ring 0, by an instruction or by the processor; `slot` if it lies in the thread's pt_regs. */
	| {readonly kind: 'push'; readonly address: bigint; readonly value: bigint; readonly slot?: PtRegsField; readonly hardware: boolean}
	/** do_syscall_64 is being called with this pt_regs. */
	| {readonly kind: 'pt_regs'; readonly address: bigint; readonly fields: Readonly<Record<PtRegsField, bigint>>}
	/** A handler has been reached. */
	| {readonly kind: 'dispatch'; readonly nr: number; readonly name: string; readonly handler: string}
	/** regs->ax is what the program will find in rax. */
	| {readonly kind: 'result'; readonly pid: number; readonly nr: number; readonly value: bigint}
	| {readonly kind: 'sysret'; readonly rip: bigint; readonly flags: bigint; readonly rsp: bigint}
	| {readonly kind: 'iret'; readonly rip: bigint; readonly rsp: bigint; readonly cpl: number}
	| {readonly kind: 'exception'; readonly vector: number; readonly name: string; readonly rip: bigint; readonly cpl: number; readonly errorCode?: number; readonly cr2?: bigint}
	| {readonly kind: 'interrupt'; readonly vector: number; readonly rip: bigint; readonly cpl: number}
	/** The kernel asks the host to do something: a system call by its name, or a service of the kernel's own. */
	| {readonly kind: 'hypercall'; readonly service: string}
	/** The CPU passes from one task to another. */
	| {readonly kind: 'switch'; readonly from: number; readonly to: number}
	/** A task takes a signal: its handler will run, or it ends the process. */
	| ({readonly kind: 'signal'; readonly pid: number; readonly fatal: boolean} & SignalInfo)
	/** A thread ends: its status as wait4 gives it. */
	| {readonly kind: 'task-exit'; readonly pid: number; readonly tgid: number; readonly status: number}
	/** What an `out` to the console's serial port sent. */
	| {readonly kind: 'out'; readonly bytes: string}
	/** A function of the boot chain was entered. */
	| {readonly kind: 'boot'; readonly label: string}
);

/** What siginfo says of a signal; which parts mean something depends on signal and code (sigaction(2)). */
export interface SignalInfo {
	readonly number: number;
	readonly code: number;
	/** si_addr. */
	readonly address: bigint;
	/** si_pid: who sent it, or the child that it is about. */
	readonly sender: number;
	readonly uid: number;
	readonly status: number;
}

/** The stacks of this machine. */
export type StackName = 'user' | 'thread' | 'entry' | 'boot' | 'exception';

/** Names of the kinds of event. */
export type EventKind = TraceEvent['kind'];
