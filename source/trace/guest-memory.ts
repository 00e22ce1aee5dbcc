import {isCanonical} from '../machine/control-bits.js';
import type {Machine} from '../machine/machine.js';

/**
 * Reads a 64-bit word at a linear address as the page tables map it now, without leaving a trace in the machine.
 * @returns undefined if a byte of it is not mapped
 */
export function peekWord(machine: Machine, address: bigint): bigint | undefined {
	// The tables are not asked for an address that is none: they would look at its low bits alone.
	if (!isCanonical(address)) return undefined;
	const bytes = machine.readLinear(address, 8);
	return bytes === undefined ? undefined : new DataView(bytes.buffer).getBigUint64(0, true);
}
