import {Cr4} from '../control-bits.js';
import {TssOffset} from '../descriptors.js';
import {generalProtection, undefinedOpcode} from '../fault.js';
import {Flag} from '../flags.js';
import {Cell, SegmentCell} from '../layout.js';
import {type Instruction, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import {Register, Segment} from '../registers.js';
import {segmentCell} from '../segments.js';
import {changeableFlags} from './crossing.js';
import {privileged, type SystemSemantic, type SystemTable} from './system-table.js';

const iopl = (cpu: Processor): number => Number((cpu.rflags & Flag.IOPL) >> 12n);

/** cli and sti: #GP if the privilege level is above IOPL. */
const interruptFlag = (on: boolean): SystemSemantic => cpu => {
	if (cpu.cpl > iopl(cpu)) throw generalProtection();
	const before = cpu.rflags;
	// Interrupts that sti allows wait for the next instruction to complete.
	if (on && (before & Flag.IF) === 0n) cpu.cells[Cell.SHADOW] = 1n;
	cpu.setRflags(on ? before | Flag.IF : before & ~Flag.IF, on ? 'IF set' : 'IF cleared');
};

/** clac and stac: ring 0 only, #UD elsewhere. */
const alignmentFlag = (on: boolean): SystemSemantic => cpu => {
	if (cpu.cpl !== 0 || (cpu.cells[Cell.CR4] & Cr4.SMAP) === 0n) throw undefinedOpcode();
	const before = cpu.rflags;
	cpu.setRflags(on ? before | Flag.AC : before & ~Flag.AC, on ? 'AC set: the kernel may touch user pages' : 'AC cleared');
};

const directionFlag = (on: boolean): SystemSemantic => cpu => {
	const {cells} = cpu;
	cells[Cell.RFLAGS] = on ? cells[Cell.RFLAGS] | Flag.DF : cells[Cell.RFLAGS] & ~Flag.DF;
};

function pushFlags(cpu: Processor, i: Instruction): void {
	cpu.ops.push(i.bits, BigInt.asUintN(i.bits, cpu.rflags & ~(Flag.RF | Flag.VM)));
}

function popFlags(cpu: Processor, i: Instruction): void {
	const value = cpu.ops.peek(0n, i.bits);
	const before = cpu.rflags;
	const changeable = changeableFlags(cpu.cpl, before) & (i.bits === 16 ? 0xffffn : ~0n);
	cpu.cells[Register.RSP] = BigInt.asUintN(64, cpu.cells[Register.RSP] + BigInt(i.bits >> 3));
	cpu.setRflags((before & ~(changeable | Flag.RF)) | (value & changeable), 'the stack');
}

/** Whether the program may use ports: by IOPL, else by the TSS's permission bitmap (SDM vol. 1, 19.5). */
function checkPorts(cpu: Processor, port: number, bits: number): void {
	if (cpu.cpl <= iopl(cpu)) return;
	const base = cpu.cells[segmentCell(Segment.TR, SegmentCell.BASE)];
	const limit = cpu.cells[segmentCell(Segment.TR, SegmentCell.LIMIT)];
	if (TssOffset.IO_MAP_BASE + 1n > limit) throw generalProtection();
	const map = cpu.linear.loadImplicit(BigInt.asUintN(64, base + TssOffset.IO_MAP_BASE), 16, 'tss');
	const offset = map + BigInt(port >> 3);
	if (offset + 1n > limit) throw generalProtection();
	const permissions = cpu.linear.loadImplicit(BigInt.asUintN(64, base + offset), 16, 'tss');
	const asked = BigInt((1 << (bits >> 3)) - 1) << BigInt(port & 7);
	if ((permissions & asked) !== 0n) throw generalProtection();
}

const portOf = (cpu: Processor, operand: Instruction['d']): number =>
	operand.kind === OperandKind.IMMEDIATE ? Number(operand.value & 0xffn) : Number(cpu.ops.register(Register.RDX, 16));

function input(cpu: Processor, i: Instruction): void {
	const port = portOf(cpu, i.s);
	const bits = i.d.bits;
	checkPorts(cpu, port, bits);
	const value = cpu.ports.read(port, bits) >>> 0;
	cpu.mark({kind: 'in', port, value, bits});
	cpu.ops.setRegister(Register.RAX, bits, BigInt(value));
}

function output(cpu: Processor, i: Instruction): void {
	const port = portOf(cpu, i.d);
	const bits = i.s.bits;
	checkPorts(cpu, port, bits);
	const value = Number(cpu.ops.register(Register.RAX, bits));
	cpu.mark({kind: 'out', port, value, bits});
	cpu.ports.write(port, bits, value);
}

function halt(cpu: Processor): void {
	cpu.cells[Cell.HALTED] = 1n;
	cpu.mark({kind: 'halt'});
	cpu.updateAttention();
}

const nothing: SystemSemantic = () => {
	// Ordering and caches have no effect that this machine could show.
};

/** Flags of the system, ports, and waiting (SDM vol. 1, 7.3.13 and 19). */
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
	in: input,
	out: output,
	hlt: privileged(halt),
	pause: nothing,
	lfence: nothing,
	mfence: nothing,
	sfence: nothing,
	endbr64: nothing,
	wbinvd: privileged(nothing),
	invd: privileged(nothing),
};
