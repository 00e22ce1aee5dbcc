import {Cr0} from '../control-bits.js';
import {Fault, Vector} from '../fault.js';
import {Cell} from '../layout.js';
import type {Processor} from '../processor.js';

/** Cells of one x87 register: the significand, then sign and exponent. An MMX register is a significand. */
export const MMX_CELLS = 2;

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
	BUSY: 1n << 15n,
} as const;

/** All registers are in use, one bit a register. */
const ALL_VALID = 0xffn;

/** Raises #MF if an x87 exception waits that is not masked; without CR0.NE an external circuit would have been told. */
export function checkPending(cpu: Processor): void {
	const {cells} = cpu;
	if ((cells[Cell.X87_STATUS] & Status.SUMMARY) !== 0n && (cells[Cell.CR0] & Cr0.NE) !== 0n) throw new Fault(Vector.MF);
}

/** Every MMX instruction but `emms` makes the stack begin at register 0 and marks all registers as used (SDM vol. 1, 9.5.1). */
export function enterMmx(cpu: Processor): void {
	const {cells} = cpu;
	cells[Cell.X87_STATUS] = cells[Cell.X87_STATUS] & ~Status.TOP;
	cells[Cell.X87_TAG] = ALL_VALID;
}
