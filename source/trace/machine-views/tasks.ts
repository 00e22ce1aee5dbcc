import {PER_CPU, PER_CPU_PAGES, SCHEDULING, SIZES, TASK, TSS_OFFSETS} from '../../kernel/constants.js';
import type {Kernel} from '../../kernel/kernel.js';
import type {Machine} from '../../machine/machine.js';
import {NAMELESS, named, type Naming} from '../hardware/places.js';
import {hex} from '../names.js';
import {kernelVariable, kernelWord} from './kernel-memory.js';
import {TASK_FIELDS} from './task-fields.js';

/** A variable or a field with its value. */
export interface NamedValue {
	/** As the kernel's assembly names it. */
	readonly name: string;
	readonly address: bigint;
	/** Bytes; a value that is longer than eight is not read. */
	readonly bytes: number;
	/** Undefined where nothing is mapped, and for long ones. */
	readonly value?: bigint;
	readonly sentence: string;
}

/** A task of the kernel's table. */
export interface Task {
	/** Its place in the table. */
	readonly index: number;
	readonly pid: number;
	readonly address: bigint;
	/** Whether it is the one that runs. */
	readonly current: boolean;
	/** Whether it could run; a task that could not waits. */
	readonly runnable: boolean;
	readonly fields: readonly NamedValue[];
	readonly sentence: string;
}

/** What fields of task_struct are for; one that is not here is described by its name alone. */
const FIELD_PURPOSES: Readonly<Partial<Record<string, string>>> = {
	TASK_pid: 'the thread’s number',
	TASK_stack: 'the top of its kernel stack',
	TASK_thread_sp: 'rsp of its kernel stack while another task runs',
	TASK_cr3: 'its page tables, as cr3 has them',
	TASK_signal: 'where its process keeps what threads share of signals',
	TASK_sighand: 'where its process keeps what becomes of each signal',
	TASK_next: 'the next task in the ring of all',
	TASK_state: 'whether it can run: 0 if it can',
	TASK_flags: 'work that is due before it returns to user mode',
	TASK_tgid: 'the process that the thread belongs to',
	TASK_exit_code: 'how it ended',
	TASK_wake_at: 'when it is to be woken, in nanoseconds; 0: not by the clock',
	TASK_fsbase: 'its FS base while another task runs',
	TASK_gsbase: 'its GS base while another task runs',
	TASK_work: 'what happens to its calls besides carrying them out: filter, audit',
	TASK_exit_signal: 'the signal that its end sends to its parent',
	TASK_audit: 'the audit record of the call that it is in',
	TASK_real_parent: 'the task that made it',
	TASK_group_leader: 'the first thread of its process',
	TASK_wait_channel: 'what it waits for; 0: nothing',
	TASK_blocked: 'signals that it holds back, one bit each',
	TASK_real_blocked: 'signals that it held back before it began to wait for some',
	TASK_saved_sigmask: 'signals that it will hold back again behind a handler',
	TASK_sas_ss_sp: 'the lowest address of its alternate signal stack',
	TASK_sas_ss_size: 'the size of that stack',
	TASK_sas_ss_flags: 'the flags of that stack',
	TASK_restore_sigmask: 'whether the saved mask is to come back',
	TASK_clear_child_tid: 'where its end stores 0, for one who waits there',
	TASK_set_child_tid: 'where it stores its number when it begins',
	TASK_robust_list: 'locks that its end must free',
	TASK_rseq: 'the program’s restartable sequence',
	TASK_rseq_sig: 'the number that must stand before such a sequence’s way out',
	TASK_vfork: 'whether its maker waits for it',
	TASK_restart_until: 'until when an interrupted sleep is to go on',
	TASK_restart_rem: 'where that sleep stores what is left of it',
	TASK_futex_bitset: 'by which bits it can be woken from a futex',
	TASK_fpu: 'its vector and floating-point registers while another task runs',
	TASK_trap_nr: 'the vector of its last exception',
	TASK_error_code: 'the error code of its last exception',
	TASK_cr2: 'the address of its last page fault',
	TASK_jobctl: 'whether it is to stop',
	TASK_pending: 'signals that were sent to it and wait',
};

/** What the states of a task are, for those that SCHEDULING names. */
const STATES: ReadonlyMap<number, string> = new Map<number, string>([
	[SCHEDULING.TASK_RUNNING, 'could run and waits for its turn'],
	[SCHEDULING.TASK_INTERRUPTIBLE, 'sleeps'],
	[SCHEDULING.TASK_STOPPED, 'has been stopped'],
	[SCHEDULING.EXIT_ZOMBIE, 'has ended; its parent has not asked how'],
	[SCHEDULING.EXIT_DEAD, 'has ended'],
]);

/** What variables of the per-CPU area are for. */
const VARIABLE_PURPOSES: Readonly<Partial<Record<string, string>>> = {
	current_task: 'the task that runs on this CPU',
	cpu_current_top_of_stack: 'the top of its kernel stack: entry_SYSCALL_64 loads it into rsp',
	kstack_offset: 'by how much the next call’s stack is moved, at random',
	cpu_tss_rw: 'the TSS, where the kernel can write it',
	entry_stack_storage: 'the entry stack, on which exceptions from ring 3 arrive',
	gdt_page: 'the GDT, where the kernel can write it',
	exception_stacks: 'stacks of their own for double faults, NMIs, debug exceptions and machine checks',
};

/** The longest value that is read as a number, in bytes. */
const WORD_BYTES = 8;

function readValue(machine: Machine, kernel: Kernel, address: bigint, bytes: number): bigint | undefined {
	if (bytes > WORD_BYTES) return undefined;
	const word = kernelWord(machine, kernel, address);
	return word === undefined ? undefined : BigInt.asUintN(8 * bytes, word);
}

function namedValue(machine: Machine, kernel: Kernel, naming: Naming, {name, address, bytes, purpose}: {name: string; address: bigint; bytes: number; purpose: string | undefined}): NamedValue {
	const value = readValue(machine, kernel, address, bytes);
	const what = purpose === undefined ? name : `${name}, ${purpose}`;
	const text = value === undefined ? (bytes > WORD_BYTES ? `${bytes} bytes at ${hex(address)}` : 'not mapped') : named(value, naming);
	return {name, address, bytes, ...(value === undefined ? {} : {value}), sentence: `${what}: ${text}.`};
}

/** The tasks of the kernel's table, in the order of their places; free places are left out. */
export function taskList(machine: Machine, kernel: Kernel, naming: Naming = NAMELESS): Task[] {
	const table = kernel.symbols.addressOf('tasks');
	if (table === undefined) return [];
	const current = currentTask(machine, kernel);
	const found: Task[] = [];
	for (let index = 0; index < SCHEDULING.NR_TASKS; index++) {
		const address = table + BigInt(index * TASK.TASK_SIZE);
		const fields = TASK_FIELDS.map(({name, offset, bytes}) => namedValue(machine, kernel, naming, {name, address: address + BigInt(offset), bytes, purpose: FIELD_PURPOSES[name]}));
		const valueOf = (name: keyof typeof TASK): bigint => fields.find(each => each.name === name)?.value ?? 0n;
		const pid = Number(valueOf('TASK_pid'));
		if (pid === 0) continue;
		const state = Number(valueOf('TASK_state'));
		const runnable = state === SCHEDULING.TASK_RUNNING;
		const isCurrent = address === current;
		const doing = isCurrent && runnable ? 'runs' : STATES.get(state) ?? `is in state ${state}`;
		found.push({index, pid, address, current: isCurrent, runnable, fields, sentence: `Task ${pid} ${doing}; its kernel stack ends at ${hex(valueOf('TASK_stack'))}.`});
	}

	return found;
}

/** Address of the per-CPU area; undefined before the loader has put it down. */
function perCpuBase(machine: Machine, kernel: Kernel): bigint | undefined {
	const base = kernelVariable(machine, kernel, 'boot_per_cpu');
	return base === 0n ? undefined : base;
}

function currentTask(machine: Machine, kernel: Kernel): bigint | undefined {
	const base = perCpuBase(machine, kernel);
	return base === undefined ? undefined : kernelWord(machine, kernel, base + BigInt(PER_CPU.current_task));
}

/** The per-CPU area. */
export interface PerCpuArea {
	readonly address: bigint;
	/** Its variables, then the slots of its TSS that the kernel names. */
	readonly variables: readonly NamedValue[];
	readonly sentence: string;
}

/** Reads the per-CPU area wherever GS points just now; undefined before the loader has put it down. */
export function perCpuArea(machine: Machine, kernel: Kernel, naming: Naming = NAMELESS): PerCpuArea | undefined {
	const base = perCpuBase(machine, kernel);
	if (base === undefined) return undefined;
	const offsets = Object.entries(PER_CPU).map(([name, offset]) => ({name, offset})).sort((a, b) => a.offset - b.offset);
	const end = PER_CPU_PAGES * SIZES.PAGE_SIZE;
	const variables = offsets.map(({name, offset}, index) => {
		const whole = offset % SIZES.PAGE_SIZE === 0;
		const bytes = whole ? (offsets.at(index + 1)?.offset ?? end) - offset : WORD_BYTES;
		return namedValue(machine, kernel, naming, {name, address: base + BigInt(offset), bytes, purpose: VARIABLE_PURPOSES[name]});
	});
	const slots = Object.entries(TSS_OFFSETS)
		.filter(([name]) => name.startsWith('TSS_sp'))
		.map(([name, offset]) => namedValue(machine, kernel, naming, {name: `cpu_tss_rw + ${name}`, address: base + BigInt(PER_CPU.cpu_tss_rw + offset), bytes: WORD_BYTES, purpose: undefined}));
	const gs = machine.registers.get('gs.base') === base ? 'the GS base points there' : 'the GS base points elsewhere';
	return {address: base, variables: [...variables, ...slots], sentence: `The per-CPU area lies at ${hex(base)}; ${gs}.`};
}
