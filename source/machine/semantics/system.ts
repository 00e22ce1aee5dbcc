import {Cr0, Cr4, isCanonical} from '../control-bits.js';
import {readControl, writeControl} from '../control-registers.js';
import {cpuid} from '../cpuid.js';
import {Rights, Selector, SystemType} from '../descriptors.js';
import {Fault, generalProtection, NOT_CANONICAL, undefinedOpcode, Vector} from '../fault.js';
import {Cell, SegmentCell} from '../layout.js';
import {msrName, readMsr, writeMsr} from '../msr.js';
import {type Instruction, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import {Register, Segment, SEGMENT_REGISTERS} from '../registers.js';
import {errorCodeOf, segmentCell} from '../segments.js';
import {privileged, type SystemSemantic, type SystemTable, tellRead} from './system-table.js';

const LOW_HALF = 0xffff_ffffn;

/** What `lmsw` changes in cr0; PE besides, but only to one. */
const MACHINE_STATUS = Cr0.MP | Cr0.EM | Cr0.TS;

const pair = (cpu: Processor): bigint =>
	(cpu.ops.register(Register.RDX, 32) << 32n) | cpu.ops.register(Register.RAX, 32);

function setPair(cpu: Processor, value: bigint): void {
	cpu.ops.setRegister(Register.RAX, 32, value & LOW_HALF);
	cpu.ops.setRegister(Register.RDX, 32, value >> 32n);
}

/** `rdtsc` and `rdtscp`: #GP outside ring 0 if CR4.TSD is set. */
const readTimestamp = (withAux: boolean): SystemSemantic => cpu => {
	if (cpu.cpl !== 0 && (cpu.cells[Cell.CR4] & Cr4.TSD) !== 0n) throw generalProtection(0, 'CR4.TSD keeps the time from programs');
	setPair(cpu, tellRead(cpu, 'tsc', cpu.timestamp));
	if (withAux) cpu.ops.setRegister(Register.RCX, 64, cpu.cells[Cell.TSC_AUX]);
};

/** An instruction that tells where system tables are: #GP outside ring 0 if CR4.UMIP is set. */
const userModePrevented = (semantic: SystemSemantic): SystemSemantic => (cpu, i) => {
	if (cpu.cpl !== 0 && (cpu.cells[Cell.CR4] & Cr4.UMIP) !== 0n) throw generalProtection(0, 'CR4.UMIP keeps the places of the system’s tables from programs');
	semantic(cpu, i);
};

/** lgdt, lidt: ten bytes, the limit first. */
const loadTable = (register: 'gdtr' | 'idtr', baseCell: number, limitCell: number): SystemSemantic => privileged((cpu, i) => {
	const address = cpu.ops.address(i.d);
	const limit = cpu.linear.load(address, 16, i.d.stack);
	const base = cpu.linear.load(BigInt.asUintN(64, address + 2n), 64, i.d.stack);
	if (!isCanonical(base)) throw generalProtection(0, NOT_CANONICAL);
	cpu.change(`${register}.limit`, limitCell, limit, 'memory');
	cpu.change(`${register}.base`, baseCell, base, 'memory');
	cpu.mark({kind: 'table', register, value: base});
});

const storeTable = (register: 'gdtr' | 'idtr', baseCell: number, limitCell: number): SystemSemantic => userModePrevented((cpu, i) => {
	const address = cpu.ops.address(i.d);
	cpu.linear.checkWritable(address, 10, i.d.stack);
	cpu.linear.store(address, 16, tellRead(cpu, `${register}.limit`, cpu.cells[limitCell], 16), i.d.stack);
	cpu.linear.store(BigInt.asUintN(64, address + 2n), 64, tellRead(cpu, `${register}.base`, cpu.cells[baseCell]), i.d.stack);
});

/** ltr and lldt: a system descriptor from the GDT. */
function loadSystemSegment(cpu: Processor, i: Instruction, segment: number, type: bigint): void {
	const selector = cpu.ops.read(i.d, 16);
	const code = errorCodeOf(selector);
	if (code === 0 && segment === Segment.LDTR) {
		cpu.segments.setNull(segment, selector);
		return;
	}

	if (code === 0) throw generalProtection();
	if ((selector & Selector.TI) !== 0n) throw generalProtection(code);
	const descriptor = cpu.segments.read(selector, true);
	if ((descriptor.rights & (Rights.S | Rights.TYPE)) !== type) throw generalProtection(code);
	if ((descriptor.rights & Rights.P) === 0n) throw new Fault(Vector.NP, code);
	if (!isCanonical(descriptor.base)) throw generalProtection(code);
	let {rights} = descriptor;
	if (segment === Segment.TR) {
		rights |= SystemType.TSS_BUSY;
		cpu.linear.storeImplicit(BigInt.asUintN(64, descriptor.address + 5n), 8, rights & 0xffn, 'gdt', 'busy');
	}

	const name = segment === Segment.TR ? 'tr' : 'ldtr';
	cpu.effect(name, cpu.segments.selector(segment), selector, 'the operand');
	cpu.effect(`${name}.base`, cpu.cells[segmentCell(segment, SegmentCell.BASE)], descriptor.base, 'the descriptor in the GDT');
	cpu.segments.set(segment, selector, {...descriptor, rights});
	cpu.mark({kind: 'table', register: name, value: selector});
}

/** A selector goes to memory as 16 bits, to a register as wide as the register. */
const storeSelector = (segment: number): SystemSemantic => (cpu, i) => {
	const value = tellRead(cpu, SEGMENT_REGISTERS[segment], cpu.segments.selector(segment), 16);
	cpu.ops.write(i.d, i.d.kind === OperandKind.MEMORY ? 16 : i.bits, value);
};

function moveControl(cpu: Processor, i: Instruction): void {
	if (i.d.kind === OperandKind.CONTROL) writeControl(cpu, i.d.register, cpu.ops.read(i.s, 64));
	else cpu.ops.write(i.d, 64, tellRead(cpu, `cr${i.s.register}`, readControl(cpu, i.s.register)));
}

/** rdfsbase and its kin: #UD unless CR4.FSGSBASE is set. */
const segmentBase = (segment: number, write: boolean): SystemSemantic => (cpu, i) => {
	if ((cpu.cells[Cell.CR4] & Cr4.FSGSBASE) === 0n) throw undefinedOpcode('CR4.FSGSBASE is 0');
	const cell = segmentCell(segment, SegmentCell.BASE);
	if (!write) {
		const base = tellRead(cpu, `${SEGMENT_REGISTERS[segment]}.base`, cpu.cells[cell]);
		cpu.ops.write(i.d, i.bits, BigInt.asUintN(i.bits, base));
		return;
	}

	const base = cpu.ops.read(i.d, i.bits);
	if (!isCanonical(base)) throw generalProtection(0, NOT_CANONICAL);
	cpu.change(segment === Segment.FS ? 'fs.base' : 'gs.base', cell, base, 'the operand');
};

/** Instructions for the system's own registers and tables (SDM vol. 3A, 2.8). */
export const SYSTEM_REGISTERS: SystemTable = {
	rdmsr: privileged(cpu => {
		const number = Number(cpu.ops.register(Register.RCX, 32));
		setPair(cpu, tellRead(cpu, msrName(number), readMsr(cpu, number)));
	}),
	wrmsr: privileged(cpu => writeMsr(cpu, Number(cpu.ops.register(Register.RCX, 32)), pair(cpu))),
	rdtsc: readTimestamp(false),
	rdtscp: readTimestamp(true),
	cpuid(cpu) {
		const answer = cpuid(Number(cpu.ops.register(Register.RAX, 32)), Number(cpu.ops.register(Register.RCX, 32)));
		for (const [index, register] of [Register.RAX, Register.RBX, Register.RCX, Register.RDX].entries()) {
			cpu.ops.setRegister(register, 32, BigInt(answer[index] >>> 0));
		}
	},
	lgdt: loadTable('gdtr', Cell.GDTR_BASE, Cell.GDTR_LIMIT),
	lidt: loadTable('idtr', Cell.IDTR_BASE, Cell.IDTR_LIMIT),
	sgdt: storeTable('gdtr', Cell.GDTR_BASE, Cell.GDTR_LIMIT),
	sidt: storeTable('idtr', Cell.IDTR_BASE, Cell.IDTR_LIMIT),
	ltr: privileged((cpu, i) => loadSystemSegment(cpu, i, Segment.TR, SystemType.TSS_AVAILABLE)),
	lldt: privileged((cpu, i) => loadSystemSegment(cpu, i, Segment.LDTR, SystemType.LDT)),
	str: userModePrevented(storeSelector(Segment.TR)),
	sldt: userModePrevented(storeSelector(Segment.LDTR)),
	smsw: userModePrevented((cpu, i) => cpu.ops.write(i.d, i.d.kind === OperandKind.MEMORY ? 16 : i.bits, BigInt.asUintN(i.bits, cpu.cells[Cell.CR0]))),
	lmsw: privileged((cpu, i) => writeControl(cpu, 0, (cpu.cells[Cell.CR0] & ~MACHINE_STATUS) | (cpu.ops.read(i.d, 16) & (MACHINE_STATUS | Cr0.PE)))),
	// There are no performance counters: every index is one too high.
	rdpmc() {
		throw generalProtection();
	},
	clts: privileged(cpu => cpu.change('cr0', Cell.CR0, cpu.cells[Cell.CR0] & ~Cr0.TS, 'TS cleared')),
	'mov-control': privileged(moveControl),
	rdfsbase: segmentBase(Segment.FS, false),
	rdgsbase: segmentBase(Segment.GS, false),
	wrfsbase: segmentBase(Segment.FS, true),
	wrgsbase: segmentBase(Segment.GS, true),
};
