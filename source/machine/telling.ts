import type {Runnable} from './code-cache.js';
import {Cell} from './layout.js';
import type {Instruction} from './ops.js';
import {PAGE_SIZE, type PhysicalMemory} from './physical-memory.js';
import type {HypercallHandler, Processor} from './processor.js';
import {REGISTER_CELLS} from './register-file.js';

/** A register of the vector and floating-point units: how many cells it has, and its width in bits. */
interface UnitRegister {
	readonly name: string;
	readonly cell: number;
	readonly cells: 1 | 2;
	readonly bits: number;
}

/**
 * Registers of the vector and floating-point units. An instruction writes them in many small ways; what is told is how it
 * leaves them. The x87 registers are the physical ones, x87.r0 to x87.r7.
 */
export const UNIT_REGISTERS: readonly UnitRegister[] = [
	{name: 'mxcsr', cell: Cell.MXCSR, cells: 1, bits: 32},
	...Array.from({length: 16}, (_, index): UnitRegister => ({name: `xmm${index}`, cell: Cell.XMM + 2 * index, cells: 2, bits: 128})),
	...Array.from({length: 8}, (_, index): UnitRegister => ({name: `x87.r${index}`, cell: Cell.X87 + 2 * index, cells: 2, bits: 80})),
	{name: 'x87.control', cell: Cell.X87_CONTROL, cells: 1, bits: 16},
	{name: 'x87.status', cell: Cell.X87_STATUS, cells: 1, bits: 16},
	{name: 'x87.tag', cell: Cell.X87_TAG, cells: 1, bits: 8},
	{name: 'x87.opcode', cell: Cell.X87_OPCODE, cells: 1, bits: 16},
	{name: 'x87.ip', cell: Cell.X87_IP, cells: 1, bits: 64},
	{name: 'x87.dp', cell: Cell.X87_DP, cells: 1, bits: 64},
];

/** The value of a unit's register. */
export const unitValue = (cells: BigUint64Array, {cell, cells: count}: UnitRegister): bigint =>
	(count === 2 ? cells[cell + 1] << 64n : 0n) | cells[cell];

/** The instruction without what runs it. */
function recordOf({name, mnemonic, address, next, length, bits, addressBits, d, s, t, condition, repeat, segment, changesFlow}: Instruction): Instruction {
	return {name, mnemonic, address, next, length, bits, addressBits, d, s, t, condition, repeat, segment, changesFlow};
}

/** Runs an instruction for somebody who wants to know everything. */
export function performTelling(cpu: Processor, instruction: Runnable): void {
	const units = UNIT_REGISTERS.map(register => unitValue(cpu.cells, register));
	cpu.note({kind: 'instruction', instruction: recordOf(instruction)});
	try {
		instruction.run(instruction.on, instruction);
	} finally {
		for (const [index, register] of UNIT_REGISTERS.entries()) {
			const after = unitValue(cpu.cells, register);
			if (after !== units[index]) cpu.note({kind: 'write', register: register.name, bits: register.bits, high: false, before: units[index], after});
		}
	}
}

/** Hands a hypercall to the host, and tells which registers and which memory the host has changed. */
export function callHost(cpu: Processor, host: HypercallHandler): void {
	if (!cpu.tellsAll) {
		host(cpu);
		return;
	}

	const registers = [...REGISTER_CELLS];
	const before = registers.map(([, cell]) => cpu.cells[cell]);
	const flags = cpu.rflags;
	const pages = watchPages(cpu.memory, () => host(cpu));
	for (const [index, [register, cell]] of registers.entries()) {
		const after = cpu.cells[cell];
		if (after !== before[index]) cpu.note({kind: 'write', register, bits: 64, high: false, before: before[index], after});
	}

	if (cpu.rflags !== flags) cpu.note({kind: 'flags', before: flags, after: cpu.rflags, source: 'the host'});
	for (const [page, old] of pages) {
		const now = cpu.memory.ram.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
		for (const [from, to] of differences(old, now)) {
			cpu.note({kind: 'host-write', physical: page * PAGE_SIZE + from, before: old.slice(from, to), after: now.slice(from, to)});
		}
	}
}

/** Pages that are written while something runs, as they were before, by number. */
function watchPages(memory: PhysicalMemory, run: () => void): Map<number, Uint8Array> {
	const found = new Map<number, Uint8Array>();
	const others = memory.onWrite;
	memory.onWrite = (address, bytes) => {
		others?.(address, bytes);
		for (let page = Math.floor(address / PAGE_SIZE); page * PAGE_SIZE < address + bytes; page++) {
			if (!found.has(page)) found.set(page, memory.ram.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE));
		}
	};

	try {
		run();
	} finally {
		memory.onWrite = others;
	}

	return found;
}

/** Stretches in which two pages differ, as first and behind the last byte. */
function differences(a: Uint8Array, b: Uint8Array): [from: number, to: number][] {
	const found: [number, number][] = [];
	for (let at = 0; at < a.length; at++) {
		if (a[at] === b[at]) continue;
		const from = at;
		while (at < a.length && a[at] !== b[at]) at++;
		found.push([from, at]);
	}

	return found;
}
