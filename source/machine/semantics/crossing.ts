import {Dr6} from '../breakpoints.js';
import {Efer, isCanonical} from '../control-bits.js';
import {Selector} from '../descriptors.js';
import {deliver, Origin} from '../exceptions.js';
import {generalProtection, undefinedOpcode, Vector} from '../fault.js';
import {Flag, RFLAGS_FIXED} from '../flags.js';
import {Cell, SegmentCell} from '../layout.js';
import type {Instruction} from '../ops.js';
import type {Processor} from '../processor.js';
import {Register, Segment} from '../registers.js';
import {StopSignal} from '../stop.js';
import {flatCodeRights, flatDataRights, segmentCell} from '../segments.js';
import {returnCode, returnStack} from './code-segment.js';
import {callHost} from '../telling.js';
import {privileged, type SystemTable, tellRead} from './system-table.js';

/** The limit of a flat segment, in bytes. */
const FLAT_LIMIT = 0xffff_ffffn;

/** Why SYSCALL and SYSRET are no instructions. */
const SWITCHED_OFF = 'SYSCALL and SYSRET are switched off: EFER.SCE is 0';

/** What `sysretq` takes from r11 (SDM vol. 2B, SYSRET): RF and VM come out clear. */
const SYSRET_FLAGS = 0x3c_7fd7n;

const GS_BASE = segmentCell(Segment.GS, SegmentCell.BASE);

/** Loads cs and ss with the fixed flat attributes of SYSCALL and SYSRET; the GDT is not read. */
export function setFlat(cpu: Processor, code: bigint, stack: bigint, cpl: number, source: string): void {
	cpu.effect('cs', cpu.segments.selector(Segment.CS), code, source);
	cpu.segments.set(Segment.CS, code, {base: 0n, limit: FLAT_LIMIT, rights: flatCodeRights(cpl)});
	cpu.effect('ss', cpu.segments.selector(Segment.SS), stack, source);
	cpu.segments.set(Segment.SS, stack, {base: 0n, limit: FLAT_LIMIT, rights: flatDataRights(cpl)});
	cpu.setCpl(cpl);
}

/** The fast system calls trap if they leave TF set, before the first instruction behind them. */
function noteStep(cpu: Processor): void {
	if ((cpu.cells[Cell.RFLAGS] & Flag.TF) === 0n) return;
	cpu.cells[Cell.DEBUG_PENDING] |= Dr6.BS;
	cpu.updateAttention();
}

function syscall(cpu: Processor, i: Instruction): void {
	const {cells} = cpu;
	if ((cells[Cell.EFER] & Efer.SCE) === 0n) throw undefinedOpcode(SWITCHED_OFF);
	const flags = cpu.rflags;
	const target = tellRead(cpu, 'lstar', cells[Cell.LSTAR]);
	const star = (tellRead(cpu, 'star', cells[Cell.STAR]) >> 32n) & 0xffffn;
	const mask = tellRead(cpu, 'fmask', cells[Cell.FMASK]);
	cpu.change('rcx', Register.RCX, i.next, 'rip: the address after syscall');
	cpu.change('r11', Register.R11, flags, 'rflags');
	cpu.change('rip', Cell.RIP, target, 'IA32_LSTAR');
	cpu.setRflags(flags & ~mask, 'the bits of IA32_FMASK cleared');
	setFlat(cpu, star & ~Selector.RPL, BigInt.asUintN(16, star + 8n), 0, 'IA32_STAR[47:32]');
	noteStep(cpu);
	cpu.mark({kind: 'syscall', from: i.address, to: target, returnAddress: i.next, flags});
}

function sysretq(cpu: Processor, i: Instruction): void {
	const {cells} = cpu;
	if ((cells[Cell.EFER] & Efer.SCE) === 0n) throw undefinedOpcode(SWITCHED_OFF);
	if (cpu.cpl !== 0) throw generalProtection(0, 'SYSRET is for ring 0 only');
	if (i.name === 'sysret') throw new StopSignal({kind: 'left-64-bit-mode', mnemonic: i.mnemonic, address: i.address});
	const target = cells[Register.RCX];
	if (!isCanonical(target)) throw generalProtection(0, 'rcx, where SYSRET is to go, is not canonical; it is noticed in ring 0 still');
	const base = (tellRead(cpu, 'star', cells[Cell.STAR]) >> 48n) & 0xffffn;
	const flags = (cells[Register.R11] & SYSRET_FLAGS) | RFLAGS_FIXED;
	cpu.change('rip', Cell.RIP, target, 'rcx');
	cpu.setRflags(flags, 'r11, without RF and VM');
	setFlat(cpu, BigInt.asUintN(16, base + 16n) | Selector.RPL, BigInt.asUintN(16, base + 8n) | Selector.RPL, 3, 'IA32_STAR[63:48]');
	noteStep(cpu);
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

/** Flags that a return or `popf` may change at a privilege level. */
export function changeableFlags(cpl: number, flags: bigint): bigint {
	const always = Flag.CF | Flag.PF | Flag.AF | Flag.ZF | Flag.SF | Flag.TF | Flag.DF | Flag.OF | Flag.NT | Flag.AC | Flag.ID;
	const interrupts = cpl <= Number((flags & Flag.IOPL) >> 12n) ? Flag.IF : 0n;
	return always | interrupts | (cpl === 0 ? Flag.IOPL : 0n);
}

/** The words of iret's frame, from the lowest address. */
const FRAME = ['rip', 'cs', 'rflags', 'rsp', 'ss'] as const;

/** Reads the frame; its words are 2, 4 or 8 bytes, by operand size. */
function readFrame(cpu: Processor, bits: number): bigint[] {
	const stack = cpu.cells[Register.RSP];
	cpu.linear.purpose = 'pop';
	try {
		return FRAME.map((part, word) => {
			cpu.linear.part = part;
			return cpu.linear.load(BigInt.asUintN(64, stack + BigInt((word * bits) / 8)), bits, true);
		});
	} finally {
		cpu.linear.purpose = 'data';
		cpu.linear.part = undefined;
	}
}

const iret = (bits: number) => (cpu: Processor, i: Instruction): void => {
	const before = cpu.rflags;
	cpu.interrupts.unblockNmi();
	if ((before & Flag.NT) !== 0n) throw generalProtection(0, 'NT is set: there is no task to return to in 64-bit mode');
	const [target, codeWord, flags, stack, stackWord] = readFrame(cpu, bits) as [bigint, bigint, bigint, bigint, bigint];
	const codeSelector = codeWord & 0xffffn;
	const stackSelector = stackWord & 0xffffn;
	const code = returnCode(cpu, codeSelector, i);
	const cpl = Number(codeSelector & Selector.RPL);
	const stackSegment = returnStack(cpu, stackSelector, cpl);
	if (!isCanonical(target)) throw generalProtection(0, 'the rip in the frame is not canonical');
	const outer = cpl > cpu.cpl;
	const codeSegment = cpu.segments.markAccessed(code);
	cpu.effect('ss', cpu.segments.selector(Segment.SS), stackSelector, 'the frame');
	cpu.segments.loadStack(stackSelector, stackSegment);
	// Of the flags, RF comes back too; VIF and VIP only from ring 0.
	const changeable = changeableFlags(cpu.cpl, before) | Flag.RF | (cpu.cpl === 0 ? Flag.VIF | Flag.VIP : 0n);
	const width = bits === 16 ? 0xffffn : 0xffff_ffffn;

	cpu.change('rip', Cell.RIP, target, 'the frame');
	cpu.effect('cs', cpu.segments.selector(Segment.CS), codeSelector, 'the frame');
	cpu.segments.set(Segment.CS, codeSelector, codeSegment);
	cpu.change('rsp', Register.RSP, stack, 'the frame');
	cpu.setRflags((before & ~(changeable & width)) | (flags & changeable & width), 'the frame');
	cpu.setCpl(cpl);
	if (outer) cpu.segments.dropPrivileged(cpl);
	cpu.mark({kind: 'iret', to: target, stack, cpl});
};

/** Delivers a software interrupt; rip is saved behind the instruction. */
const interrupt = (vector: (i: Instruction) => number, origin: number) => (cpu: Processor, i: Instruction): void =>
	deliver(cpu, {vector: vector(i), origin, returnAddress: i.next, resume: false});

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
		if (cpu.cpl !== 0 || cpu.onHypercall === undefined) throw undefinedOpcode('VMCALL is for ring 0 of a machine whose host listens');
		cpu.mark({kind: 'hypercall', number: cpu.cells[Register.RAX]});
		callHost(cpu, cpu.onHypercall);
	},
};

