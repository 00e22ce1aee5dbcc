import {Efer, isCanonical} from '../control-bits.js';
import {dplOf, Rights, Selector} from '../descriptors.js';
import {deliver, Origin} from '../exceptions.js';
import {Fault, generalProtection, undefinedOpcode, Vector} from '../fault.js';
import {Flag, RFLAGS_FIXED} from '../flags.js';
import {Cell, SegmentCell} from '../layout.js';
import type {Instruction} from '../ops.js';
import type {Processor} from '../processor.js';
import {Register, Segment} from '../registers.js';
import {StopSignal} from '../stop.js';
import {flatCodeRights, flatDataRights, type LoadedDescriptor, segmentCell} from '../segments.js';
import {privileged, type SystemTable} from './system-table.js';

/** The limit of a flat segment, in bytes. */
const FLAT_LIMIT = 0xffff_ffffn;

/** What `sysretq` takes from r11 (SDM vol. 2B, SYSRET): RF and VM come out clear. */
const SYSRET_FLAGS = 0x3c_7fd7n;

const GS_BASE = segmentCell(Segment.GS, SegmentCell.BASE);

/** Loads cs and ss with the fixed flat attributes of SYSCALL and SYSRET; the GDT is not read. */
function setFlat(cpu: Processor, code: bigint, stack: bigint, cpl: number, source: string): void {
	cpu.effect('cs', cpu.segments.selector(Segment.CS), code, source);
	cpu.segments.set(Segment.CS, code, {base: 0n, limit: FLAT_LIMIT, rights: flatCodeRights(cpl)});
	cpu.effect('ss', cpu.segments.selector(Segment.SS), stack, source);
	cpu.segments.set(Segment.SS, stack, {base: 0n, limit: FLAT_LIMIT, rights: flatDataRights(cpl)});
	cpu.setCpl(cpl);
}

function syscall(cpu: Processor, i: Instruction): void {
	const {cells} = cpu;
	if ((cells[Cell.EFER] & Efer.SCE) === 0n) throw undefinedOpcode();
	const flags = cpu.rflags;
	const target = cells[Cell.LSTAR];
	const selector = (cells[Cell.STAR] >> 32n) & 0xfffcn;
	cpu.change('rcx', Register.RCX, i.next, 'rip: the address after syscall');
	cpu.change('r11', Register.R11, flags, 'rflags');
	cpu.change('rip', Cell.RIP, target, 'IA32_LSTAR');
	cpu.setRflags(flags & ~cells[Cell.FMASK], 'the bits of IA32_FMASK cleared');
	setFlat(cpu, selector, selector + 8n, 0, 'IA32_STAR[47:32]');
	cpu.mark({kind: 'syscall', from: i.address, to: target, returnAddress: i.next, flags});
}

function sysretq(cpu: Processor, i: Instruction): void {
	const {cells} = cpu;
	if ((cells[Cell.EFER] & Efer.SCE) === 0n) throw undefinedOpcode();
	if (cpu.cpl !== 0) throw generalProtection();
	if (i.name === 'sysret') throw new StopSignal({kind: 'left-64-bit-mode', mnemonic: i.mnemonic, address: i.address});
	const target = cells[Register.RCX];
	if (!isCanonical(target)) throw generalProtection();
	const base = (cells[Cell.STAR] >> 48n) & 0xffffn;
	const flags = (cells[Register.R11] & SYSRET_FLAGS) | RFLAGS_FIXED;
	cpu.change('rip', Cell.RIP, target, 'rcx');
	cpu.setRflags(flags, 'r11, without RF and VM');
	setFlat(cpu, BigInt.asUintN(16, base + 16n) | Selector.RPL, BigInt.asUintN(16, base + 8n) | Selector.RPL, 3, 'IA32_STAR[63:48]');
	cpu.mark({kind: 'sysret', to: target, flags});
}

function swapgs(cpu: Processor): void {
	const {cells} = cpu;
	const before = cells[GS_BASE];
	const after = cells[Cell.KERNEL_GS_BASE];
	cpu.change('gs.base', GS_BASE, after, 'IA32_KERNEL_GS_BASE');
	cpu.change('kernel_gs_base', Cell.KERNEL_GS_BASE, before, 'the old gs.base');
	cpu.mark({kind: 'swapgs', before, after});
}

/** Checks the code segment that a return goes to (SDM vol. 2A, IRET). */
function returnCode(cpu: Processor, selector: bigint, i: Instruction): LoadedDescriptor {
	const code = Number(selector & 0xfffcn);
	if (code === 0) throw generalProtection();
	const descriptor = cpu.segments.read(selector);
	const {rights} = descriptor;
	const rpl = Number(selector & Selector.RPL);
	if ((rights & (Rights.S | Rights.CODE)) !== (Rights.S | Rights.CODE) || rpl < cpu.cpl) throw generalProtection(code);
	const conforming = (rights & Rights.CONFORMING) !== 0n;
	if (conforming ? dplOf(rights) > rpl : dplOf(rights) !== rpl) throw generalProtection(code);
	if ((rights & Rights.P) === 0n) throw new Fault(Vector.NP, code);
	if ((rights & Rights.L) === 0n) throw new StopSignal({kind: 'left-64-bit-mode', mnemonic: i.mnemonic, address: i.address});
	if ((rights & Rights.DB) !== 0n) throw generalProtection(code);
	return descriptor;
}

/** Checks the stack segment of a return; undefined stands for a null selector, which rings below 3 may have. */
function returnStack(cpu: Processor, selector: bigint, cpl: number): LoadedDescriptor | undefined {
	const code = Number(selector & 0xfffcn);
	if (code === 0) {
		if (cpl === 3 || Number(selector & Selector.RPL) !== cpl) throw generalProtection();
		return undefined;
	}

	const descriptor = cpu.segments.read(selector);
	const writableData = (descriptor.rights & (Rights.S | Rights.CODE | Rights.WRITABLE)) === (Rights.S | Rights.WRITABLE);
	if (Number(selector & Selector.RPL) !== cpl || !writableData || dplOf(descriptor.rights) !== cpl) throw generalProtection(code);
	if ((descriptor.rights & Rights.P) === 0n) throw new Fault(Vector.SS, code);
	return descriptor;
}

/** Flags that a return or `popf` may change at a privilege level. */
export function changeableFlags(cpl: number, flags: bigint): bigint {
	const always = Flag.CF | Flag.PF | Flag.AF | Flag.ZF | Flag.SF | Flag.TF | Flag.DF | Flag.OF | Flag.NT | Flag.AC | Flag.ID;
	const interrupts = cpl <= Number((flags & Flag.IOPL) >> 12n) ? Flag.IF : 0n;
	return always | interrupts | (cpl === 0 ? Flag.IOPL : 0n);
}

/** Bytes of an item of iret's frame, by operand size: 2, 4 or 8. */
function readFrame(cpu: Processor, bits: number): bigint[] {
	const stack = cpu.cells[Register.RSP];
	cpu.linear.purpose = 'pop';
	try {
		return [0, 1, 2, 3, 4].map(word => cpu.linear.load(BigInt.asUintN(64, stack + BigInt((word * bits) / 8)), bits, true));
	} finally {
		cpu.linear.purpose = 'data';
	}
}

const iret = (bits: number) => (cpu: Processor, i: Instruction): void => {
	const before = cpu.rflags;
	if ((before & Flag.NT) !== 0n) throw generalProtection();
	const [target, codeWord, flags, stack, stackWord] = readFrame(cpu, bits) as [bigint, bigint, bigint, bigint, bigint];
	const codeSelector = codeWord & 0xffffn;
	const stackSelector = stackWord & 0xffffn;
	const code = returnCode(cpu, codeSelector, i);
	const cpl = Number(codeSelector & Selector.RPL);
	const stackSegment = returnStack(cpu, stackSelector, cpl);
	if (!isCanonical(target)) throw generalProtection();
	const outer = cpl > cpu.cpl;
	// Of the flags, RF comes back too; VIF and VIP only from ring 0.
	const changeable = changeableFlags(cpu.cpl, before) | Flag.RF | (cpu.cpl === 0 ? Flag.VIF | Flag.VIP : 0n);
	const width = bits === 16 ? 0xffffn : 0xffff_ffffn;

	cpu.change('rip', Cell.RIP, target, 'the frame');
	cpu.effect('cs', cpu.segments.selector(Segment.CS), codeSelector, 'the frame');
	cpu.segments.set(Segment.CS, codeSelector, cpu.segments.markAccessed(code));
	cpu.change('rsp', Register.RSP, stack, 'the frame');
	cpu.effect('ss', cpu.segments.selector(Segment.SS), stackSelector, 'the frame');
	if (stackSegment === undefined) cpu.segments.setNull(Segment.SS, stackSelector);
	else cpu.segments.set(Segment.SS, stackSelector, cpu.segments.markAccessed(stackSegment));
	cpu.setRflags((before & ~(changeable & width)) | (flags & changeable & width), 'the frame');
	cpu.setCpl(cpl);
	if (outer) cpu.segments.dropPrivileged(cpl);
	cpu.mark({kind: 'iret', to: target, stack, cpl});
};

/** Delivers a software interrupt; rip is saved behind the instruction. */
const interrupt = (vector: (i: Instruction) => number, origin: number) => (cpu: Processor, i: Instruction): void =>
	deliver(cpu, {vector: vector(i), origin, returnAddress: i.next});

/** Ways into the kernel and out of it. */
export const CROSSING: SystemTable = {
	syscall,
	sysretq,
	sysret: sysretq,
	swapgs: privileged(swapgs),
	iretq: iret(64),
	iretd: iret(32),
	iret: iret(16),
	int: interrupt(i => Number(i.d.value), Origin.SOFTWARE),
	int3: interrupt(() => Vector.BP, Origin.SOFTWARE),
	int1: interrupt(() => Vector.DB, Origin.HARDWARE),
	ud0: () => {
		throw undefinedOpcode();
	},
	ud1: () => {
		throw undefinedOpcode();
	},
	ud2: () => {
		throw undefinedOpcode();
	},
	vmcall(cpu) {
		if (cpu.cpl !== 0 || cpu.onHypercall === undefined) throw undefinedOpcode();
		cpu.mark({kind: 'hypercall', number: cpu.cells[Register.RAX]});
		cpu.onHypercall(cpu);
	},
};

