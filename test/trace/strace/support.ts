/** Calls written by hand: what a task does, and the lines that it makes. */
import {errnoNumber, type ErrnoName} from '../../../source/kernel/errno.js';
import {syscallNumber} from '../../../source/kernel/syscall-table.js';
import {type MemoryReader, type StraceOptions, StraceWriter, type TaskListener} from '../../../source/trace/strace/index.js';

const PAGE = 4096;

/** Memory that holds bytes at some addresses, zeros to the end of a page after them, and nothing elsewhere. */
export const memoryOf = (...parts: readonly (readonly [address: bigint, bytes: Uint8Array])[]): MemoryReader => (address, length) => {
	const part = parts.find(([start]) => address >= start && address + BigInt(length) <= start + BigInt(PAGE));
	if (part === undefined) return undefined;
	const page = new Uint8Array(PAGE);
	page.set(part[1]);
	return page.slice(Number(address - part[0]), Number(address - part[0]) + length);
};

/** Text with a zero byte after it. */
export const text = (string: string): Uint8Array => Uint8Array.from([...Buffer.from(string, 'latin1'), 0]);

/** Words of 64 bits. */
export const words = (...values: readonly (bigint | number)[]): Uint8Array => {
	const bytes = new Uint8Array(values.length * 8);
	const data = new DataView(bytes.buffer);
	values.forEach((value, index) => data.setBigUint64(index * 8, BigInt.asUintN(64, BigInt(value)), true));
	return bytes;
};

/** Words of 32 bits. */
export const halves = (...values: readonly number[]): Uint8Array => {
	const bytes = new Uint8Array(values.length * 4);
	const data = new DataView(bytes.buffer);
	values.forEach((value, index) => data.setUint32(index * 4, value >>> 0, true));
	return bytes;
};

/** No memory at all. */
export const nothing: MemoryReader = () => undefined;

/** A failing call's result. */
export const failing = (name: ErrnoName): bigint => BigInt.asUintN(64, -BigInt(errnoNumber(name)));

/** Tells listeners of calls. */
export class Tasks {
	private readonly listeners: readonly TaskListener[];

	constructor(...listeners: readonly TaskListener[]) {
		this.listeners = listeners;
	}

	enter(pid: number, name: string, args: readonly (bigint | number)[] = [], memory: MemoryReader = nothing, step = 0): void {
		for (const listener of this.listeners) listener.enter(pid, {nr: syscallNumber(name), args: args.map(BigInt), memory, step});
	}

	leave(pid: number, result: bigint | number = 0, memory: MemoryReader = nothing, step = 0): void {
		for (const listener of this.listeners) listener.leave(pid, {result: BigInt(result), memory, step});
	}

	/** A whole call. */
	call(pid: number, name: string, args: readonly (bigint | number)[] = [], result: bigint | number = 0, memory: MemoryReader = nothing): void {
		this.enter(pid, name, args, memory);
		this.leave(pid, result, memory);
	}
}

/** A writer, what tells it of tasks, and its lines. */
export function written(options: Omit<StraceOptions, 'write'> = {}): {readonly tasks: Tasks; readonly writer: StraceWriter; readonly lines: string[]} {
	const lines: string[] = [];
	const writer = new StraceWriter({...options, write: line => lines.push(line)});
	return {tasks: new Tasks(writer), writer, lines};
}
