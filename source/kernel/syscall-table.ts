/**
 * The system calls of x86-64, by number (Linux 6.10, arch/x86/entry/syscalls/syscall_64.tbl); their rows are in syscalls/.
 */
import type {Syscall} from './syscalls/row.js';
import {TOPICS} from './syscalls/topics.js';

export type {Syscall} from './syscalls/row.js';

/** All calls, in the order of their numbers. */
export const SYSCALLS: readonly Syscall[] = [...TOPICS.values()].flat().sort((a, b) => a.number - b.number);

const BY_NUMBER: ReadonlyMap<number, Syscall> = new Map(SYSCALLS.map(call => [call.number, call]));
const BY_NAME: ReadonlyMap<string, Syscall> = new Map(SYSCALLS.map(call => [call.name, call]));

/** Size of the table: one more than the highest number (Linux 6.10). */
export const NR_SYSCALLS = Math.max(...BY_NUMBER.keys()) + 1;

/** A call by its number, or undefined for a number that Linux has not given out. */
export const syscallByNumber = (number: number): Syscall | undefined => BY_NUMBER.get(number);

/** A call by its name, or undefined for a name that is not in the table. */
export const syscallByName = (name: string): Syscall | undefined => BY_NAME.get(name);

/** A call's name, or undefined for a number that Linux has not given out. */
export const syscallName = (number: number): string | undefined => BY_NUMBER.get(number)?.name;

/** A call's number. Throws for a name that is not in the table: a mistake of ours. */
export function syscallNumber(name: string): number {
	const call = BY_NAME.get(name);
	if (call !== undefined) return call.number;
	throw new Error(`no system call is named ${name}`);
}
