import {ADDRESSES, PER_CPU, PT_REGS_FIELDS, PT_REGS_SIZE, type PtRegsField, SIGNAL, SIGNAL_NAMES, TASK} from '../kernel/constants.js';
import {SIGINFO_T} from '../kernel/signal-constants.js';
import {type Kernel, kernelAddress} from '../kernel/kernel.js';
import type {Machine} from '../machine/machine.js';
import type {SignalInfo} from './events.js';
import {peekWord} from './guest-memory.js';
import {kernelWord} from './machine-views/kernel-memory.js';

/** A word that the kernel has at an address; zero while nothing is mapped there. */
const word = (machine: Machine, address: bigint): bigint => peekWord(machine, BigInt.asUintN(64, address)) ?? 0n;

/** The same, also while the program's tables are in force, which with isolation map next to nothing of the kernel. */
const isolatedWord = (machine: Machine, kernel: Kernel, address: bigint): bigint =>
	peekWord(machine, address) ?? (kernel.isolation ? kernelWord(machine, kernel, address) ?? 0n : 0n);

/** Reads a per-CPU variable, wherever GS points just now and whichever page tables are in force. */
export const readPerCpu = (machine: Machine, kernel: Kernel, offset: number): bigint =>
	isolatedWord(machine, kernel, isolatedWord(machine, kernel, kernelAddress(kernel, 'boot_per_cpu')) + BigInt(offset));

/** Reads a struct pt_regs; fields that are not mapped read as zero. */
export const readPtRegs = (machine: Machine, address: bigint): Record<PtRegsField, bigint> =>
	Object.fromEntries(PT_REGS_FIELDS.map((field, index) => [field, word(machine, address + BigInt(index * 8))])) as Record<PtRegsField, bigint>;

/** Address of the current thread's pt_regs: at the top of its kernel stack. */
export const currentPtRegs = (machine: Machine, kernel: Kernel): bigint =>
	readPerCpu(machine, kernel, PER_CPU.cpu_current_top_of_stack) - BigInt(PT_REGS_SIZE);

/** What killed the current task: a signal with what siginfo says of it. */
export interface DeathSignal {
	readonly number: number;
	readonly name: string;
	readonly code: number;
	readonly address: bigint;
}

/** Reads what killed the first process, whose end is the run's. */
export function readDeathSignal(machine: Machine, kernel: Kernel): DeathSignal {
	const signal = word(machine, kernelAddress(kernel, 'init_task') + BigInt(TASK.TASK_signal));
	const field = (offset: number): bigint => word(machine, signal + BigInt(offset));
	const number = Number(BigInt.asUintN(32, field(SIGNAL.SIGNAL_death_signo)));
	return {
		number,
		name: SIGNAL_NAMES.get(number) ?? `signal ${number}`,
		code: Number(BigInt.asIntN(32, field(SIGNAL.SIGNAL_death_code))),
		address: field(SIGNAL.SIGNAL_death_addr),
	};
}

/** Reads a siginfo_t. */
export function readSignalInfo(machine: Machine, address: bigint): SignalInfo {
	const field = (offset: number): bigint => word(machine, address + BigInt(offset));
	const int = (offset: number): number => Number(BigInt.asIntN(32, field(offset)));
	const {SI_signo, SI_code, SI_addr, SI_pid, SI_uid, SI_status} = SIGINFO_T;
	return {number: int(SI_signo), code: int(SI_code), address: field(SI_addr), sender: int(SI_pid), uid: int(SI_uid), status: int(SI_status)};
}

/** Whether an address lies in the half that programs may have. */
export const isUserAddress = (address: bigint): boolean => address < ADDRESSES.TASK_SIZE_MAX;
