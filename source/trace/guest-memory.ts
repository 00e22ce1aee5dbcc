import type {Machine} from '../machine/machine.js';

/**
 * Reads a 64-bit word at a linear address as the page tables map it now, without leaving a trace in the machine.
 * @returns undefined if a byte of it is not mapped
 */
export function peekWord(machine: Machine, address: bigint): bigint | undefined {
	const bytes = peekBytes(machine, address, 8);
	return bytes === undefined ? undefined : new DataView(bytes.buffer).getBigUint64(0, true);
}

/** Reads bytes at a linear address in the same way. */
export function peekBytes(machine: Machine, address: bigint, length: number): Uint8Array | undefined {
	const bytes = new Uint8Array(length);
	for (let done = 0; done < length; ) {
		const at = BigInt.asUintN(64, address + BigInt(done));
		const page = machine.cpu.paging.peek(at);
		if (page === undefined) return undefined;
		const offset = Number(at & 0xfffn);
		const count = Math.min(length - done, 4096 - offset);
		const physical = page.physical + offset;
		if (!machine.memory.holds(physical, count)) return undefined;
		bytes.set(machine.memory.ram.subarray(physical, physical + count), done);
		done += count;
	}

	return bytes;
}
