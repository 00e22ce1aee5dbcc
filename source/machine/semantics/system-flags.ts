import {Cr4} from '../control-bits.js';
import {generalProtection, undefinedOpcode} from '../fault.js';
import {Flag} from '../flags.js';
import {Shadow} from '../interrupts.js';
import {Cell} from '../layout.js';
import type {Instruction} from '../ops.js';
import type {Processor} from '../processor.js';
import {Register} from '../registers.js';
import {changeableFlags} from './crossing.js';
import {privileged, type SystemSemantic, type SystemTable, tellRead} from './system-table.js';

const iopl = (cpu: Processor): number => Number((cpu.rflags & Flag.IOPL) >> 12n);

/** cli and sti: #GP if the privilege level is above IOPL. */
const interruptFlag = (on: boolean): SystemSemantic => cpu => {
	if (cpu.cpl > iopl(cpu)) throw generalProtection(0, 'the ring is above IOPL, so it may not touch IF');
	const before = cpu.rflags;
	// Interrupts that sti allows wait for the next instruction to complete.
	if (on && (before & Flag.IF) === 0n) {
		cpu.cells[Cell.SHADOW] = Shadow.INTERRUPTS;
		cpu.note({kind: 'shadow', all: false});
	}

	cpu.setRflags(on ? before | Flag.IF : before & ~Flag.IF, on ? 'IF set' : 'IF cleared');
};

/** clac and stac: ring 0 only, #UD elsewhere. */
const alignmentFlag = (on: boolean): SystemSemantic => cpu => {
	if (cpu.cpl !== 0 || (cpu.cells[Cell.CR4] & Cr4.SMAP) === 0n) throw undefinedOpcode('STAC and CLAC are for ring 0 with SMAP switched on');
	const before = cpu.rflags;
	cpu.setRflags(on ? before | Flag.AC : before & ~Flag.AC, on ? 'AC set: the kernel may touch user pages' : 'AC cleared');
};

const directionFlag = (on: boolean): SystemSemantic => cpu => {
	const {cells} = cpu;
	const before = cpu.rflags;
	cells[Cell.RFLAGS] = on ? cells[Cell.RFLAGS] | Flag.DF : cells[Cell.RFLAGS] & ~Flag.DF;
	cpu.note({kind: 'flags', before, after: cpu.rflags});
};

function pushFlags(cpu: Processor, i: Instruction): void {
	cpu.ops.push(i.bits, BigInt.asUintN(i.bits, tellRead(cpu, 'rflags', cpu.rflags) & ~(Flag.RF | Flag.VM)));
}

function popFlags(cpu: Processor, i: Instruction): void {
	const value = cpu.ops.peek(0n, i.bits);
	const before = cpu.rflags;
	const changeable = changeableFlags(cpu.cpl, before) & (i.bits === 16 ? 0xffffn : ~0n);
	cpu.ops.setRegister(Register.RSP, 64, BigInt.asUintN(64, cpu.cells[Register.RSP] + BigInt(i.bits >> 3)));
	cpu.setRflags((before & ~(changeable | Flag.RF)) | (value & changeable), 'the stack');
}

function halt(cpu: Processor): void {
	cpu.cells[Cell.HALTED] = 1n;
	cpu.mark({kind: 'halt'});
	cpu.updateAttention();
}

const nothing: SystemSemantic = () => {
	// Ordering and caches have no effect that this machine could show.
};

/** Flags of the system, and waiting (SDM vol. 1, 7.3.13). */
export const SYSTEM_FLAGS: SystemTable = {
	cli: interruptFlag(false),
	sti: interruptFlag(true),
	clac: alignmentFlag(false),
	stac: alignmentFlag(true),
	cld: directionFlag(false),
	std: directionFlag(true),
	pushfq: pushFlags,
	pushf: pushFlags,
	popfq: popFlags,
	popf: popFlags,
	hlt: privileged(halt),
	pause: nothing,
	lfence: nothing,
	mfence: nothing,
	sfence: nothing,
	endbr64: nothing,
	wbinvd: privileged(nothing),
	invd: privileged(nothing),
};
