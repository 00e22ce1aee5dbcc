import type {Kernel} from '../kernel/kernel.js';
import {Cell} from '../machine/layout.js';
import type {Machine} from '../machine/machine.js';
import {GENERAL_REGISTERS} from '../machine/registers.js';
import type {Stop} from '../machine/stop.js';
import {currentPtRegs, type DeathSignal, readDeathSignal, readPtRegs} from './kernel-state.js';

/** How a run came to its end. */
export type Outcome =
	| {readonly kind: 'exited'; readonly status: number}
	| {readonly kind: 'killed'; readonly signal: DeathSignal}
	| {readonly kind: 'panic'}
	| {readonly kind: 'step-limit'; readonly steps: number}
	| {readonly kind: 'not-implemented'; readonly message: string}
	| {readonly kind: 'triple-fault'; readonly message: string}
	| {readonly kind: 'waits'};

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** Bits of the power switch's status: a wait status below, the kernel's own failure above. */
const PANIC_SHIFT = 16;

/** What a stop of the machine means for the program that ran; undefined stands for the step limit. */
export function outcomeOf(machine: Machine, kernel: Kernel, stop: Stop | undefined): Outcome {
	switch (stop?.kind) {
		case undefined:
			return {kind: 'step-limit', steps: machine.steps};
		case 'power-off':
			if (stop.status >>> PANIC_SHIFT !== 0) return {kind: 'panic'};
			if ((stop.status & 0x7f) !== 0) return {kind: 'killed', signal: readDeathSignal(machine, kernel)};
			return {kind: 'exited', status: (stop.status >> 8) & 0xff};
		case 'not-implemented':
			return {kind: 'not-implemented', message: `not implemented: ${stop.mnemonic} at ${hex(stop.address)}`};
		case 'left-64-bit-mode':
			return {kind: 'not-implemented', message: `not implemented: ${stop.mnemonic} at ${hex(stop.address)} leaves 64-bit mode`};
		case 'triple-fault':
			return {kind: 'triple-fault', message: `triple fault at ${hex(stop.address)}: ${stop.chain.join(', then ')}`};
		case 'halted':
			return {kind: 'waits'};
	}
}

/** What orig_ax holds when the kernel was entered by an exception. */
const NO_CALL = 0xffff_ffff_ffff_ffffn;

/** The program's registers: as they are in ring 3, as the kernel has saved them in ring 0. */
export function userRegisters(machine: Machine, kernel: Kernel): Record<string, bigint> {
	if (machine.cpu.cpl === 3) {
		const general = GENERAL_REGISTERS.map((name, index): [string, bigint] => [name, machine.cpu.cells[index]]);
		return {...Object.fromEntries(general), rip: machine.cpu.cells[Cell.RIP], rflags: machine.cpu.rflags};
	}

	const regs = readPtRegs(machine, currentPtRegs(machine, kernel));
	// A call's number stands in orig_ax; after an exception, which has none, rax is in ax.
	const rax = regs.orig_ax === NO_CALL ? regs.ax : regs.orig_ax;
	return {
		rax, rcx: regs.cx, rdx: regs.dx, rbx: regs.bx, rsp: regs.sp, rbp: regs.bp, rsi: regs.si, rdi: regs.di,
		r8: regs.r8, r9: regs.r9, r10: regs.r10, r11: regs.r11, r12: regs.r12, r13: regs.r13, r14: regs.r14, r15: regs.r15,
		rip: regs.ip, rflags: regs.flags,
	};
}
