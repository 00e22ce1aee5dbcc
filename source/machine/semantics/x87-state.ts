import {Cr0, isCanonical} from '../control-bits.js';
import {Fault, nonCanonical, Vector} from '../fault.js';
import type {Extended} from '../float/extended.js';
import {Cell} from '../layout.js';
import {type Operand, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import type {SystemSemantic} from './system-table.js';

/** Cells of one x87 register: the significand, then sign and exponent. An MMX register is a significand. */
export const X87_CELLS = 2;

/** Status word bits (SDM vol. 1, 8.1.3). The six exception flags are those of FloatFlag. */
export const Status = {
	STACK_FAULT: 1n << 6n,
	/** An exception that is not masked is pending. */
	SUMMARY: 1n << 7n,
	C0: 1n << 8n,
	C1: 1n << 9n,
	C2: 1n << 10n,
	TOP: 7n << 11n,
	C3: 1n << 14n,
	/** A copy of SUMMARY. */
	BUSY: 1n << 15n,
} as const;

/** The four condition codes. */
export const CONDITION_CODES = Status.C0 | Status.C1 | Status.C2 | Status.C3;

/** The exception flags of the status word and the masks of the control word. */
export const EXCEPTIONS = 0x3fn;

const TOP_SHIFT = 11n;

/** All registers are in use. Cell.X87_TAG has one bit a register, as `fxsave` stores it; the full tags are worked out. */
const ALL_VALID = 0xffn;

/** Raises #MF if an exception waits that is not masked; without CR0.NE an external circuit would be told, and is not. */
export function checkPending(cpu: Processor): void {
	const {cells} = cpu;
	if ((cells[Cell.X87_STATUS] & Status.SUMMARY) !== 0n && (cells[Cell.CR0] & Cr0.NE) !== 0n) throw new Fault(Vector.MF);
}

/** Raises #NM if x87 instructions are emulated or the registers belong to another task. */
export function checkX87(cpu: Processor): void {
	if ((cpu.cells[Cell.CR0] & (Cr0.EM | Cr0.TS)) !== 0n) throw new Fault(Vector.NM);
}

/** Sets the summary and busy bits if a flag is set whose exception is not masked, else clears them. */
export function summarize(cpu: Processor): void {
	const {cells} = cpu;
	const status = cells[Cell.X87_STATUS];
	const pending = (status & ~cells[Cell.X87_CONTROL] & EXCEPTIONS) !== 0n;
	cells[Cell.X87_STATUS] = pending ? status | Status.SUMMARY | Status.BUSY : status & ~(Status.SUMMARY | Status.BUSY);
}

/** Every MMX instruction makes the stack begin at register 0 and marks all registers as used (SDM vol. 3A, 13.2). */
export function enterMmx(cpu: Processor): void {
	const {cells} = cpu;
	cells[Cell.X87_STATUS] &= ~Status.TOP;
	cells[Cell.X87_TAG] = ALL_VALID;
}

/** Number of the register that is the top of the stack. */
export const top = (cpu: Processor): number => Number((cpu.cells[Cell.X87_STATUS] & Status.TOP) >> TOP_SHIFT);

/** Makes another register the top of the stack. */
export function setTop(cpu: Processor, register: number): void {
	const {cells} = cpu;
	cells[Cell.X87_STATUS] = (cells[Cell.X87_STATUS] & ~Status.TOP) | (BigInt(register & 7) << TOP_SHIFT);
}

const physical = (cpu: Processor, index: number): number => (top(cpu) + index) & 7;

/** Whether st(index) holds nothing. */
export const isEmpty = (cpu: Processor, index: number): boolean =>
	(cpu.cells[Cell.X87_TAG] & (1n << BigInt(physical(cpu, index)))) === 0n;

/** Marks st(index) as empty. */
export function free(cpu: Processor, index: number): void {
	cpu.cells[Cell.X87_TAG] &= ~(1n << BigInt(physical(cpu, index)));
}

/** What st(index) holds, empty or not. */
export function getRegister(cpu: Processor, index: number): Extended {
	const cell = Cell.X87 + X87_CELLS * physical(cpu, index);
	return {significand: cpu.cells[cell], signExponent: cpu.cells[cell + 1]};
}

/** Sets st(index), which is not empty then. */
export function setRegister(cpu: Processor, index: number, {significand, signExponent}: Extended): void {
	const register = physical(cpu, index);
	const cell = Cell.X87 + X87_CELLS * register;
	cpu.cells[cell] = significand;
	cpu.cells[cell + 1] = signExponent;
	cpu.cells[Cell.X87_TAG] |= 1n << BigInt(register);
}

/** Puts a value on the stack, whatever the register held. */
export function push(cpu: Processor, value: Extended): void {
	setTop(cpu, top(cpu) - 1);
	setRegister(cpu, 0, value);
}

/** Takes the top off the stack. */
export function pop(cpu: Processor): void {
	free(cpu, 0);
	setTop(cpu, top(cpu) + 1);
}

const after = (address: bigint, bytes: bigint): bigint => BigInt.asUintN(64, address + bytes);

/** Reads 80 bits. */
export function loadExtended(cpu: Processor, address: bigint, stack: boolean): Extended {
	if (isCanonical(address) && !isCanonical(after(address, 9n))) throw nonCanonical(stack);
	return {significand: cpu.linear.load(address, 64, stack), signExponent: cpu.linear.load(after(address, 8n), 16, stack)};
}

/** Writes 80 bits; both pages, if it lies on two, must be writable before anything is written. */
export function storeExtended(cpu: Processor, address: bigint, {significand, signExponent}: Extended, stack: boolean): void {
	if ((address & 0xfffn) > 0xff6n) cpu.linear.checkWritable(address, 10, stack);
	cpu.linear.store(address, 64, significand, stack);
	cpu.linear.store(after(address, 8n), 16, signExponent, stack);
}

/** The eleven bits of an opcode that the processor remembers of an instruction: found again in the code (SDM vol. 1, 8.1.9). */
function opcodeOf(cpu: Processor, address: bigint): bigint {
	const byteAt = (at: bigint): bigint => cpu.memory.read(cpu.linear.fetch(at), 8);
	let at = address;
	while ((byteAt(at) & 0xf8n) !== 0xd8n) at = after(at, 1n);
	return ((byteAt(at) & 7n) << 8n) | byteAt(after(at, 1n));
}

/** Remembers where the instruction and its memory operand lie, and its opcode if it has raised an unmasked exception. */
function remember(cpu: Processor, address: bigint, operand: Operand, pointer: bigint): void {
	const {cells} = cpu;
	cells[Cell.X87_IP] = address;
	if (operand.kind === OperandKind.MEMORY) cells[Cell.X87_DP] = pointer;
	if ((cells[Cell.X87_STATUS] & Status.SUMMARY) !== 0n) cells[Cell.X87_OPCODE] = opcodeOf(cpu, address);
}

/** An x87 instruction that waits for pending exceptions and that an exception handler may want to find. */
export const x87 = (semantic: SystemSemantic): SystemSemantic => (cpu, i) => {
	checkX87(cpu);
	checkPending(cpu);
	const pointer = i.d.kind === OperandKind.MEMORY ? cpu.ops.offset(i.d) : 0n;
	semantic(cpu, i);
	remember(cpu, i.address, i.d, pointer);
};
