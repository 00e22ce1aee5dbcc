import {isCanonical} from '../../machine/control-bits.js';
import type {Machine} from '../../machine/machine.js';
import {PAGE_SIZE} from '../../machine/physical-memory.js';
import type {StepDetail} from '../detail.js';

/** A byte of memory. */
export interface MemoryByte {
	/** Undefined where nothing is mapped. */
	readonly value?: number;
	/** Whether the last step wrote it, or read it. */
	readonly written: boolean;
	readonly read: boolean;
}

/** Sixteen bytes of memory as a hex dump shows them. */
export interface MemoryRow {
	/** Of the first byte; a multiple of 16. */
	readonly address: bigint;
	readonly bytes: readonly MemoryByte[];
	/** Two hex digits for each byte, `--` where nothing is mapped. */
	readonly hex: string;
	/** The characters, a dot for what is none. */
	readonly text: string;
}

/** Bytes of a row. */
export const ROW_BYTES = 16;

const printable = (value: number): boolean => value >= 0x20 && value < 0x7f;

/** Addresses of the bytes that a step touched, by what it did. */
function touched(detail: StepDetail | undefined, write: boolean): ReadonlySet<bigint> {
	const found = new Set<bigint>();
	for (const access of detail?.accesses ?? []) {
		if (access.write !== write) continue;
		for (let byte = 0n; byte < BigInt(access.bits >> 3); byte++) found.add(BigInt.asUintN(64, access.address + byte));
	}

	return found;
}

function readByte(machine: Machine, address: bigint): number | undefined {
	if (!isCanonical(address)) return undefined;
	const page = machine.cpu.paging.peek(address);
	if (page === undefined) return undefined;
	const physical = page.physical + Number(address % BigInt(PAGE_SIZE));
	return machine.memory.holds(physical, 1) ? machine.memory.ram[physical] : undefined;
}

/**
 * Memory as rows of sixteen bytes, as the page tables in force map it.
 * @param from an address in the first row
 * @param rows how many
 * @param last the step that led here, whose reads and writes are marked
 */
export function memoryRows(machine: Machine, from: bigint, rows: number, last?: StepDetail): MemoryRow[] {
	const written = touched(last, true);
	const read = touched(last, false);
	const first = BigInt.asUintN(64, from) & ~BigInt(ROW_BYTES - 1);
	return Array.from({length: rows}, (_, row): MemoryRow => {
		const address = BigInt.asUintN(64, first + BigInt(row * ROW_BYTES));
		const bytes = Array.from({length: ROW_BYTES}, (_unused, column): MemoryByte => {
			const at = BigInt.asUintN(64, address + BigInt(column));
			const value = readByte(machine, at);
			return {...(value === undefined ? {} : {value}), written: written.has(at), read: read.has(at)};
		});
		return {
			address, bytes,
			hex: bytes.map(({value}) => value?.toString(16).padStart(2, '0') ?? '--').join(' '),
			text: bytes.map(({value}) => (value === undefined ? ' ' : printable(value) ? String.fromCharCode(value) : '.')).join(''),
		};
	});
}
