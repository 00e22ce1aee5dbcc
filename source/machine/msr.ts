import {Efer, isCanonical} from './control-bits.js';
import {generalProtection} from './fault.js';
import {Cell, SegmentCell} from './layout.js';
import type {Processor} from './processor.js';
import {Segment} from './registers.js';
import {segmentCell} from './segments.js';

/** Numbers of the model-specific registers that this processor has (SDM vol. 4). */
export const Msr = {
	TSC: 0x10,
	SYSENTER_CS: 0x174,
	SYSENTER_ESP: 0x175,
	SYSENTER_EIP: 0x176,
	PAT: 0x277,
	EFER: 0xc000_0080,
	STAR: 0xc000_0081,
	LSTAR: 0xc000_0082,
	CSTAR: 0xc000_0083,
	FMASK: 0xc000_0084,
	FS_BASE: 0xc000_0100,
	GS_BASE: 0xc000_0101,
	KERNEL_GS_BASE: 0xc000_0102,
	TSC_AUX: 0xc000_0103,
} as const;

interface MsrRow {
	readonly name: string;
	readonly cell: number;
	/** Whether a value may be written; anything may if absent. */
	readonly accepts?: (value: bigint, cpu: Processor) => boolean;
	/** What is kept of a value that was accepted. */
	readonly keeps?: (value: bigint, old: bigint) => bigint;
}

const EFER_WRITABLE = Efer.SCE | Efer.LME | Efer.NXE;

/** Memory types that a PAT field may hold. */
const PAT_TYPES = new Set([0n, 1n, 4n, 5n, 6n, 7n]);

const isPat = (value: bigint): boolean =>
	Array.from({length: 8}, (_, field) => (value >> BigInt(8 * field)) & 0xffn).every(type => PAT_TYPES.has(type));

const ROWS: ReadonlyMap<number, MsrRow> = new Map<number, MsrRow>([
	[Msr.SYSENTER_CS, {name: 'sysenter_cs', cell: Cell.SYSENTER_CS, accepts: value => value <= 0xffff_ffffn}],
	[Msr.SYSENTER_ESP, {name: 'sysenter_esp', cell: Cell.SYSENTER_ESP, accepts: isCanonical}],
	[Msr.SYSENTER_EIP, {name: 'sysenter_eip', cell: Cell.SYSENTER_EIP, accepts: isCanonical}],
	[Msr.PAT, {name: 'pat', cell: Cell.PAT, accepts: isPat}],
	[
		Msr.EFER,
		{
			name: 'efer',
			cell: Cell.EFER,
			// LME cannot change while paging is on, and it is always on here; LMA is the processor's own.
			accepts: value => (value & ~(EFER_WRITABLE | Efer.LMA)) === 0n && (value & Efer.LME) !== 0n,
			keeps: value => value | Efer.LMA,
		},
	],
	[Msr.STAR, {name: 'star', cell: Cell.STAR}],
	[Msr.LSTAR, {name: 'lstar', cell: Cell.LSTAR, accepts: isCanonical}],
	[Msr.CSTAR, {name: 'cstar', cell: Cell.CSTAR, accepts: isCanonical}],
	[Msr.FMASK, {name: 'fmask', cell: Cell.FMASK, accepts: value => value <= 0xffff_ffffn}],
	[Msr.FS_BASE, {name: 'fs.base', cell: segmentCell(Segment.FS, SegmentCell.BASE), accepts: isCanonical}],
	[Msr.GS_BASE, {name: 'gs.base', cell: segmentCell(Segment.GS, SegmentCell.BASE), accepts: isCanonical}],
	[Msr.KERNEL_GS_BASE, {name: 'kernel_gs_base', cell: Cell.KERNEL_GS_BASE, accepts: isCanonical}],
	[Msr.TSC_AUX, {name: 'tsc_aux', cell: Cell.TSC_AUX, accepts: value => value <= 0xffff_ffffn}],
]);

/** The register's name as the manual has it, in lower case; its number in hex if it has none here. */
export const msrName = (number: number): string => ROWS.get(number)?.name ?? `msr 0x${number.toString(16)}`;

/** Why a number is refused. */
const ABSENT = 'the processor has no model-specific register of this number';

/** `rdmsr`: throws #GP for a register that does not exist. */
export function readMsr(cpu: Processor, number: number): bigint {
	if (number === Msr.TSC) return cpu.timestamp;
	const row = ROWS.get(number);
	if (row === undefined) throw generalProtection(0, ABSENT);
	return cpu.cells[row.cell];
}

/** `wrmsr`: throws #GP for a register that does not exist and for a value that it refuses. */
export function writeMsr(cpu: Processor, number: number, value: bigint): void {
	if (number === Msr.TSC) {
		cpu.timestamp = value;
		return;
	}

	const row = ROWS.get(number);
	if (row === undefined) throw generalProtection(0, ABSENT);
	if (row.accepts?.(value, cpu) === false) throw generalProtection(0, 'the register does not take this value');
	const before = cpu.cells[row.cell];
	const after = row.keeps?.(value, before) ?? value;
	cpu.change(row.name, row.cell, after, 'edx:eax');
	cpu.mark({kind: 'msr', msr: number, before, after});
	if (number === Msr.EFER) cpu.translationsChanged();
}
