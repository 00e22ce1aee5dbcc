import {isCanonical} from '../../machine/control-bits.js';
import {Flag, type FlagName} from '../../machine/flags.js';
import {Cell} from '../../machine/layout.js';
import type {Machine} from '../../machine/machine.js';
import {PAGE_SIZE} from '../../machine/physical-memory.js';
import {GENERAL_REGISTERS, type GeneralRegister, isGeneralRegister} from '../../machine/registers.js';

/** A place in memory: a distance in bytes from nothing, or from what a register holds when the place is looked for. */
export interface MemoryPlace {
	readonly base?: GeneralRegister | undefined;
	/** The address, or the distance from the base; 64 bits, so that a negative one counts from 2^64 down. */
	readonly offset: bigint;
}

/** One change that a person makes to a machine between two steps, as data: it can be kept, compared and made again. */
export type Change =
	/** A general register or rip: 64 bits. `rflags` keeps its bits that can't be changed. */
	| {readonly kind: 'register'; readonly register: string; readonly value: bigint}
	/** One of `xmm0` to `xmm15`: 128 bits. */
	| {readonly kind: 'xmm'; readonly register: string; readonly value: bigint}
	| {readonly kind: 'flag'; readonly flag: FlagName; readonly value: boolean}
	/** Bytes at a linear address, from the lowest up. */
	| {readonly kind: 'memory'; readonly place: MemoryPlace; readonly bytes: readonly number[]}
	/** Bytes that are typed on the console. */
	| {readonly kind: 'input'; readonly bytes: readonly number[]};

/** A change and the step before which it is made. */
export interface ChangeAt {
	readonly step: number;
	readonly change: Change;
}

/** A change that can't be made where the machine stands; the message says why and what would do. */
export class ChangeError extends Error {}

/** The address that a place means on a machine as it stands. */
export const addressOf = (machine: Machine, {base, offset}: MemoryPlace): bigint =>
	BigInt.asUintN(64, offset + (base === undefined ? 0n : machine.register(base)));

/** Whether a flag is one bit; IOPL has two. */
const isBit = (flag: bigint): boolean => (flag & (flag - 1n)) === 0n;

/** Names of the flags that can be changed one by one. */
export const CHANGEABLE_FLAGS: readonly FlagName[] = (Object.keys(Flag) as FlagName[]).filter(name => isBit(Flag[name]));

/** Where bytes at a linear address lie in guest memory, page by page. Throws ChangeError where nothing is mapped. */
function* pieces(machine: Machine, address: bigint, length: number): Generator<{readonly physical: number; readonly from: number; readonly to: number}> {
	for (let from = 0; from < length; ) {
		const at = BigInt.asUintN(64, address + BigInt(from));
		const page = isCanonical(at) ? machine.cpu.paging.peek(at) : undefined;
		const within = Number(at & 0xfffn);
		const to = Math.min(length, from + PAGE_SIZE - within);
		if (page === undefined || !machine.memory.holds(page.physical + within, to - from)) {
			throw new ChangeError(`nothing is mapped at 0x${at.toString(16)} here: choose an address of the program’s or the kernel’s memory`);
		}

		yield {physical: page.physical + within, from, to};
		from = to;
	}
}

function setFlag(machine: Machine, flag: FlagName, value: boolean): void {
	const {cpu} = machine;
	cpu.setRflags(value ? cpu.rflags | Flag[flag] : cpu.rflags & ~Flag[flag], 'you');
}

function setMemory(machine: Machine, address: bigint, bytes: readonly number[]): void {
	for (const {physical, from, to} of pieces(machine, address, bytes.length)) machine.memory.writeBytes(physical, Uint8Array.from(bytes.slice(from, to)));
}

function setRegister(machine: Machine, register: string, value: bigint): void {
	if (register === 'rip') machine.cpu.cells[Cell.RIP] = value;
	else if (register === 'rflags') machine.cpu.setRflags(value, 'you');
	else if (isGeneralRegister(register)) machine.setRegister(register, value);
}

/**
 * Makes a change. The rights of the page do not matter: a person reaches everywhere.
 * @throws ChangeError if it writes memory where nothing is mapped
 */
export function applyChange(machine: Machine, change: Change): void {
	switch (change.kind) {
		case 'register':
			setRegister(machine, change.register, change.value);
			break;
		case 'xmm':
			machine.registers.set(change.register, change.value);
			break;
		case 'flag':
			setFlag(machine, change.flag, change.value);
			break;
		case 'memory':
			setMemory(machine, addressOf(machine, change.place), change.bytes);
			break;
		case 'input':
			machine.serial.type(change.bytes);
	}
}

/** Why some changes, made one after the other where the machine stands, can't be made; undefined if they can. */
export function refusalOf(machine: Machine, changes: readonly Change[]): string | undefined {
	const registers = new Map<string, bigint>(GENERAL_REGISTERS.map(name => [name, machine.register(name)]));
	for (const change of changes) {
		if (change.kind === 'register') registers.set(change.register, change.value);
		if (change.kind !== 'memory') continue;
		const {base, offset} = change.place;
		const address = BigInt.asUintN(64, offset + (base === undefined ? 0n : registers.get(base) ?? 0n));
		try {
			Array.from(pieces(machine, address, change.bytes.length));
		} catch (error) {
			if (error instanceof ChangeError) return error.message;
			throw error;
		}
	}

	return undefined;
}
