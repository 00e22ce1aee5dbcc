import {Fault} from './fault.js';
import {Cell, SegmentCell} from './layout.js';
import {readMsr, writeMsr} from './msr.js';
import type {Processor} from './processor.js';
import {GENERAL_REGISTERS, Segment, SEGMENT_REGISTERS} from './registers.js';
import {segmentCell} from './segments.js';

/** Registers of one 64-bit cell, by the manual's names in lower case. */
export const REGISTER_CELLS: ReadonlyMap<string, number> = new Map<string, number>([
	...GENERAL_REGISTERS.map((name, index): [string, number] => [name, index]),
	['rip', Cell.RIP], ['cr0', Cell.CR0], ['cr2', Cell.CR2], ['cr3', Cell.CR3], ['cr4', Cell.CR4], ['cr8', Cell.CR8],
	['dr0', Cell.DR0], ['dr1', Cell.DR0 + 1], ['dr2', Cell.DR0 + 2], ['dr3', Cell.DR0 + 3], ['dr6', Cell.DR6], ['dr7', Cell.DR7],
	['efer', Cell.EFER], ['star', Cell.STAR], ['lstar', Cell.LSTAR], ['cstar', Cell.CSTAR], ['fmask', Cell.FMASK],
	['kernel_gs_base', Cell.KERNEL_GS_BASE], ['gdtr.base', Cell.GDTR_BASE], ['gdtr.limit', Cell.GDTR_LIMIT],
	['idtr.base', Cell.IDTR_BASE], ['idtr.limit', Cell.IDTR_LIMIT], ['cpl', Cell.CPL], ['mxcsr', Cell.MXCSR],
	...SEGMENT_REGISTERS.flatMap((name, index): [string, number][] => [
		[name, segmentCell(index, SegmentCell.SELECTOR)], [`${name}.base`, segmentCell(index, SegmentCell.BASE)],
		[`${name}.limit`, segmentCell(index, SegmentCell.LIMIT)], [`${name}.rights`, segmentCell(index, SegmentCell.ATTRIBUTES)],
	]),
]);

/** A segment register with its hidden part, as it is set from outside. */
export interface SegmentValue {
	readonly selector: bigint;
	readonly base?: bigint;
	/** In bytes; 4 GiB less one by default. */
	readonly limit?: bigint;
	/** Access rights as in a descriptor: bits 7:0 are its bits 47:40, bits 15:12 its bits 55:52. */
	readonly rights: bigint;
}

const FLAT_LIMIT = 0xffff_ffffn;

/** All registers of a machine by name, to be read and set from outside without the checks that instructions make. */
export class RegisterFile {
	constructor(private readonly cpu: Processor) {}

	/** The names that `get` and `set` know, besides `rflags` and `xmm0` to `xmm15`. */
	get names(): readonly string[] {
		return [...REGISTER_CELLS.keys()];
	}

	private cell(name: string): number {
		const cell = REGISTER_CELLS.get(name);
		if (cell === undefined) throw new RangeError(`there is no register ${name}; there are rflags, xmm0 to xmm15, ${this.names.join(', ')}`);
		return cell;
	}

	/**
	 * Reads a register: 64 bits, 128 for xmm registers.
	 * @throws RangeError for a name that is no register
	 */
	get(name: string): bigint {
		const {cells} = this.cpu;
		if (name === 'rflags') return this.cpu.rflags;
		const xmm = xmmCell(name);
		if (xmm !== undefined) return (cells[xmm + 1] << 64n) | cells[xmm];
		return cells[this.cell(name)];
	}

	/**
	 * Sets a register to the bits of a value that fit. What depends on it (rights of accesses, translations) follows.
	 * @throws RangeError for a name that is no register
	 */
	set(name: string, value: bigint): void {
		const {cpu} = this;
		const xmm = xmmCell(name);
		if (name === 'rflags') {
			cpu.setRflags(value, 'outside');
		} else if (xmm === undefined) {
			cpu.cells[this.cell(name)] = value;
		} else {
			cpu.cells[xmm] = value;
			cpu.cells[xmm + 1] = value >> 64n;
		}

		cpu.stateReplaced();
	}

	/** Sets a segment register and its hidden part; for cs the privilege level follows the selector. */
	setSegment(name: (typeof SEGMENT_REGISTERS)[number], {selector, base = 0n, limit = FLAT_LIMIT, rights}: SegmentValue): void {
		const segment = SEGMENT_REGISTERS.indexOf(name);
		this.cpu.segments.set(segment, selector, {base, limit, rights});
		if (segment === Segment.CS) this.cpu.cells[Cell.CPL] = selector & 3n;
		this.cpu.stateReplaced();
	}

	/**
	 * Reads a model-specific register by its number.
	 * @throws RangeError for a number that the processor does not have
	 */
	msr(number: number): bigint {
		return this.asked(number, () => readMsr(this.cpu, number));
	}

	/**
	 * Writes a model-specific register as `wrmsr` does.
	 * @throws RangeError for a number that the processor does not have or a value that it refuses
	 */
	setMsr(number: number, value: bigint): void {
		this.asked(number, () => writeMsr(this.cpu, number, BigInt.asUintN(64, value)));
		this.cpu.stateReplaced();
	}

	private asked<T>(number: number, access: () => T): T {
		try {
			return access();
		} catch (error) {
			if (!(error instanceof Fault)) throw error;
			throw new RangeError(`MSR 0x${number.toString(16)} does not exist or refuses the value: an instruction would raise #GP`);
		}
	}
}

/** First cell of an xmm register. */
function xmmCell(name: string): number | undefined {
	const number = /^xmm(\d|1[0-5])$/.exec(name)?.[1];
	return number === undefined ? undefined : Cell.XMM + Number(number) * 2;
}
