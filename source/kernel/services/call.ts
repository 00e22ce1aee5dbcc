import type {AddressSpace} from './address-space.js';
import type {Host} from './host.js';
import type {DescriptorTable, TaskState} from './host-state.js';
import type {KernelMemory} from './kernel-memory.js';
import type {UserMemory} from './user-memory.js';

/** Who calls, and with what. */
export interface Call {
	readonly host: Host;
	/** Number of the calling task. */
	readonly tid: number;
	readonly task: TaskState;
	readonly space: AddressSpace;
	readonly user: UserMemory;
	readonly table: DescriptorTable;
	/** The six arguments, 64 bits each. */
	readonly args: readonly bigint[];
	/** What rsi held besides, for services that take their arguments from pt_regs. */
	readonly extra: bigint;
	readonly kernel: KernelMemory;
}

/** Does what needs no calling task: the idle task may ask for it too. */
export type GlobalService = (host: Host, args: readonly bigint[]) => number;

/** Carries out a call: a result, or minus an error number. */
export type Service = (call: Call) => number;

/** An argument that C calls `int`. */
export const int = (argument: bigint): number => Number(BigInt.asIntN(32, argument));

/** An argument that C calls `unsigned int`. */
export const uint = (argument: bigint): number => Number(BigInt.asUintN(32, argument));

/** An argument that C calls `long` or `loff_t`. */
export const long = (argument: bigint): bigint => BigInt.asIntN(64, argument);
