import type {Mark} from '../../machine/events.js';
import {Vector} from '../../machine/fault.js';
import {Flag} from '../../machine/flags.js';
import {Shadow} from '../../machine/interrupts.js';
import {Cell} from '../../machine/layout.js';
import type {Machine} from '../../machine/machine.js';
import type {Instruction} from '../../machine/ops.js';
import type {Stop} from '../../machine/stop.js';

/** The processor's way into a handler, as it tells of it. */
export type Delivery = Extract<Mark, {kind: 'exception' | 'interrupt'}>;

/** Whether a mark tells of a delivery. */
export const isDelivery = (mark: Mark): mark is Delivery => mark.kind === 'exception' || mark.kind === 'interrupt';

/** Instructions that do nothing but call a handler. */
const SOFTWARE_INTERRUPTS: ReadonlySet<string> = new Set(['int', 'int3', 'int1']);

/** Ends of a run in the middle of an instruction, or on the way into a handler. */
const UNFINISHED: ReadonlySet<Stop['kind']> = new Set<Stop['kind']>(['triple-fault', 'left-64-bit-mode', 'not-implemented']);

/** Whether the next step tries an instruction, if no interrupt comes first; else a debug trap or the wait of `hlt` is in its way. */
export function triesInstruction({cpu}: Machine): boolean {
	const {cells} = cpu;
	if (cells[Cell.HALTED] !== 0n) return false;
	if (cells[Cell.SHADOW] === Shadow.STACK) return true;
	if (cells[Cell.DEBUG_PENDING] !== 0n) return false;
	return (cells[Cell.RFLAGS] & Flag.RF) !== 0n || cpu.breakpoints.execution(cells[Cell.RIP]) === 0n;
}

/**
 * Whether an instruction that a step has tried was done. A fault saves the instruction's own address, a trap behind it the
 * next one; a single-step trap may find the instruction where it was, if that jumps to itself or is repeated.
 * @param delivery what the processor delivered in that step, if anything
 * @param stop why the run ended with that step, if it did
 */
export function isDone(i: Instruction, delivery: Delivery | undefined, stop: Stop | undefined): boolean {
	if (stop !== undefined && UNFINISHED.has(stop.kind)) return false;
	if (delivery === undefined) return true;
	if (delivery.kind === 'interrupt') return false;
	if (SOFTWARE_INTERRUPTS.has(i.name)) return true;
	// A general-detect fault is the one #DB that comes before its instruction.
	if (delivery.vector === Vector.DB) return i.name !== 'mov-debug' || delivery.address !== i.address;
	return delivery.address !== i.address;
}
