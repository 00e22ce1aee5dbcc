import {Cr0, Cr4, LINEAR_ADDRESS_BITS, PHYSICAL_ADDRESS_BITS} from './control-bits.js';
import {generalProtection, undefinedOpcode} from './fault.js';
import {Cell} from './layout.js';
import type {Processor} from './processor.js';

const CR0_EXISTING = Object.values(Cr0).reduce((all, bit) => all | bit, 0n);
const CR4_EXISTING = Object.values(Cr4).reduce((all, bit) => all | bit, 0n);

/** Address bits and, below them, PWT, PCD or the PCID. */
const CR3_RESERVED = ((1n << 63n) - 1n) & ~((1n << PHYSICAL_ADDRESS_BITS) - 1n);
const CR3_KEEP_TRANSLATIONS = 1n << 63n;
const PCID_MASK = 0xfffn;

/** CR0 and CR4 bits whose change makes old translations unusable. */
const CR0_TRANSLATION = Cr0.WP | Cr0.PG;
const CR4_TRANSLATION = Cr4.PGE | Cr4.PAE | Cr4.PSE | Cr4.PCIDE | Cr4.SMEP;

/** The PCID that is in force. */
export const currentPcid = (cpu: Processor): bigint =>
	(cpu.cells[Cell.CR4] & Cr4.PCIDE) === 0n ? 0n : cpu.cells[Cell.CR3] & PCID_MASK;

function writeCr0(cpu: Processor, value: bigint): void {
	const bits = value & 0xffff_ffffn;
	const needsProtection = (bits & Cr0.PG) !== 0n && (bits & Cr0.PE) === 0n;
	const cacheContradiction = (bits & Cr0.NW) !== 0n && (bits & Cr0.CD) === 0n;
	// Paging cannot be switched off in 64-bit mode.
	if (value > 0xffff_ffffn || needsProtection || cacheContradiction || (bits & Cr0.PG) === 0n) throw generalProtection();
	const before = cpu.cells[Cell.CR0];
	cpu.change('cr0', Cell.CR0, (bits & CR0_EXISTING) | Cr0.ET, 'the source register');
	if (((before ^ bits) & CR0_TRANSLATION) !== 0n) cpu.translationsChanged();
	cpu.modeChanged();
}

function writeCr3(cpu: Processor, value: bigint): void {
	const withPcids = (cpu.cells[Cell.CR4] & Cr4.PCIDE) !== 0n;
	const keep = withPcids && (value & CR3_KEEP_TRANSLATIONS) !== 0n;
	const kept = withPcids ? value & ~CR3_KEEP_TRANSLATIONS : value;
	if ((kept & (CR3_RESERVED | CR3_KEEP_TRANSLATIONS)) !== 0n) throw generalProtection();
	const before = cpu.cells[Cell.CR3];
	cpu.change('cr3', Cell.CR3, kept, 'the source register');
	cpu.paging.enterSpace(currentPcid(cpu), keep);
	cpu.note({kind: 'translations', scope: 'pcid', kept: keep, pcid: currentPcid(cpu)});
	cpu.linear.dropShortcuts();
	cpu.mark({kind: 'cr3', before, after: kept});
}

function writeCr4(cpu: Processor, value: bigint): void {
	const before = cpu.cells[Cell.CR4];
	const turnsOn = value & ~before;
	const pcidsNotAllowed = (turnsOn & Cr4.PCIDE) !== 0n && (cpu.cells[Cell.CR3] & PCID_MASK) !== 0n;
	if ((value & ~CR4_EXISTING) !== 0n || (value & Cr4.PAE) === 0n || pcidsNotAllowed) throw generalProtection();
	cpu.change('cr4', Cell.CR4, value, 'the source register');
	if (((before ^ value) & CR4_TRANSLATION) !== 0n) cpu.translationsChanged();
	cpu.modeChanged();
	cpu.breakpointsChanged();
	if (((before ^ value) & Cr4.PCIDE) !== 0n) cpu.paging.enterSpace(currentPcid(cpu), false);
}

function writeCr8(cpu: Processor, value: bigint): void {
	if (value > 15n) throw generalProtection();
	cpu.change('cr8', Cell.CR8, value, 'the source register');
	cpu.updateAttention();
}

interface ControlRegister {
	readonly cell: number;
	readonly write: (cpu: Processor, value: bigint) => void;
}

const ROWS: ReadonlyMap<number, ControlRegister> = new Map<number, ControlRegister>([
	[0, {cell: Cell.CR0, write: writeCr0}],
	[2, {cell: Cell.CR2, write: (cpu, value) => cpu.change('cr2', Cell.CR2, value, 'the source register')}],
	[3, {cell: Cell.CR3, write: writeCr3}],
	[4, {cell: Cell.CR4, write: writeCr4}],
	[8, {cell: Cell.CR8, write: writeCr8}],
]);

/** `mov` from a control register; #UD for one that does not exist. */
export function readControl(cpu: Processor, number: number): bigint {
	const row = ROWS.get(number);
	if (row === undefined) throw undefinedOpcode();
	return cpu.cells[row.cell];
}

/** `mov` to a control register, with its checks (SDM vol. 2B, MOV—Move to/from Control Registers). */
export function writeControl(cpu: Processor, number: number, value: bigint): void {
	const row = ROWS.get(number);
	if (row === undefined) throw undefinedOpcode();
	row.write(cpu, value);
}

/** The bits of a linear address, for CPUID. */
export const ADDRESS_SIZES = (LINEAR_ADDRESS_BITS << 8n) | PHYSICAL_ADDRESS_BITS;
