import {PER_CPU_PAGES, PT_REGS_FIELDS, PT_REGS_SIZE, SIZES} from '../../kernel/constants.js';
import {kernelAddress} from '../../kernel/kernel.js';
import type {MemoryAccess} from '../../machine/events.js';
import {Cell, SegmentCell} from '../../machine/layout.js';
import {GENERAL_REGISTERS, Segment} from '../../machine/registers.js';
import {segmentCell} from '../../machine/segments.js';
import type {ImageLine} from '../../program/image.js';
import {addressOf, applyChange, type Change} from '../branches/change.js';
import {peekWord} from '../guest-memory.js';
import {hex, Names, type NamedProgram, type SourcePlace} from '../names.js';
import type {Recording} from '../recording.js';
import {Stacks} from '../stacks.js';
import {matchLines} from './line-map.js';

/** Registers that are compared, besides rflags: their names and cells, and whether they take two. */
const COMPARED_CELLS: readonly (readonly [name: string, cell: number, wide: boolean])[] = [
	...GENERAL_REGISTERS.map((name, cell) => [name, cell, false] as const),
	['cs', segmentCell(Segment.CS, SegmentCell.SELECTOR), false],
	['ss', segmentCell(Segment.SS, SegmentCell.SELECTOR), false],
	['cr3', Cell.CR3, false],
	['gsBase', segmentCell(Segment.GS, SegmentCell.BASE), false],
	['kernelGsBase', Cell.KERNEL_GS_BASE, false],
	...Array.from({length: 16}, (_, number) => [`xmm${number}`, Cell.XMM + number * 2, true] as const),
];

/** Where a machine stands. */
export interface Standing {
	readonly step: number;
	readonly rip: bigint;
}

/** A write to memory. */
export interface Write {
	readonly address: bigint;
	readonly bits: number;
	readonly value: bigint;
}

/** A place in a run. */
export interface RunPlace {
	/** So many steps have been done; the step that is meant comes next. */
	readonly step: number;
	readonly rip: bigint;
	/** The name of the place: a symbol and a distance. */
	readonly name: string;
	readonly source?: SourcePlace;
}

const isUserAddress = (address: bigint): boolean => address < 1n << 63n;

/** For each file of a program, its lines by those of another program's file. */
function mapFiles(program: NamedProgram, other: NamedProgram): ReadonlyMap<string, ReadonlyMap<number, number>> {
	const others = [...other.sources ?? []];
	// The first file is the program itself, whatever it is called.
	return new Map([...program.sources ?? []].map(([file, text], index): [string, ReadonlyMap<number, number>] => {
		const [, wanted = ''] = (index === 0 ? others.at(0) : others.find(([name]) => name === file)) ?? [];
		return [index === 0 ? '' : file, matchLines(wanted, text)];
	}));
}

/** One of two runs that are compared, and what a place of it is called so that the other one can have the same. */
export class Side {
	readonly names: Names;
	private readonly stacks: Stacks;
	private readonly perCpu: bigint;
	private readonly writes: Write[] = [];
	private editedAt: readonly bigint[] = [];
	/** Whether the last step asked the host for a service, which may have written memory without an instruction. */
	askedHost = false;
	/** Lines of this side's program by those of the other's, where the two are different programs. */
	private readonly lines: ReadonlyMap<string, ReadonlyMap<number, number>> | undefined;
	private readonly lineKeys: ReadonlySet<string>;

	/** @param other the first side's program, if this is the second side and its program is another one */
	constructor(
		readonly recording: Recording,
		readonly program: NamedProgram,
		other?: NamedProgram,
	) {
		const {kernel, machine} = recording;
		this.names = new Names(kernel, program);
		this.stacks = new Stacks(kernel);
		this.perCpu = peekWord(machine, kernelAddress(kernel, 'boot_per_cpu')) ?? 0n;
		this.lines = other === undefined ? undefined : mapFiles(program, other);
		this.lineKeys = new Set([...kernel.image.lines, ...program.image.lines].map(line => this.lineKey(line)));
	}

	/** What a line is called on both sides; a name that the other side cannot have for a line that it has not. */
	private lineKey({address, file, line}: ImageLine): string {
		if (!isUserAddress(address)) return `${file}:${line}`;
		const own = this.program.sources?.keys().next().value === file ? '' : file;
		if (this.lines === undefined) return `program ${own}:${line}`;
		const mapped = this.lines.get(own)?.get(line);
		return mapped === undefined ? `only here ${own}:${line}` : `program ${own}:${mapped}`;
	}

	/** What an instruction's place is called on both sides. */
	placeKey(rip: bigint): string {
		const line = this.names.lineOf(rip);
		return line === undefined ? hex(rip) : `${this.lineKey(line)}+${rip - line.address}`;
	}

	/** Whether an instruction comes from a line that has no code on the other side. */
	isOnlyHere(rip: bigint, other: Side): boolean {
		const line = this.names.lineOf(rip);
		return line !== undefined && !other.lineKeys.has(this.lineKey(line));
	}

	/** Whether two values are the same, or addresses of the same line of two programs' code. */
	samePlace(value: bigint, other: Side, otherValue: bigint): boolean {
		if (value === otherValue) return true;
		if (this.program.image === other.program.image || !isUserAddress(value) || !isUserAddress(otherValue)) return false;
		// A return address may lie behind the last line's code: then the instruction before it is what counts.
		return [0n, 1n].some(back => this.names.lineOf(value - back) !== undefined && this.placeKey(value - back) === other.placeKey(otherValue - back));
	}

	/** A value as the other side may have it, too: addresses of the kernel's own things by their names. */
	canonical(value: bigint): string {
		const {kernel} = this.recording;
		if (isUserAddress(value)) return hex(value);
		const line = kernel.lines.at(value);
		if (line !== undefined) return `${line.file}:${line.line}+${value - line.address}`;
		const distance = value - this.perCpu;
		if (distance >= 0n && distance < BigInt(PER_CPU_PAGES * SIZES.PAGE_SIZE)) return `per-cpu+${distance}`;
		return this.names.nameOf(value) ?? hex(value);
	}

	/** Registers whose values are not the same as another side's, as both have them. */
	differentRegisters(other: Side, isSame: (a: bigint, b: bigint) => boolean): readonly (readonly [name: string, a: bigint, b: bigint])[] {
		const [own, others] = [this.recording.machine.cpu, other.recording.machine.cpu];
		const found: [string, bigint, bigint][] = [];
		for (const [name, cell, wide] of COMPARED_CELLS) {
			if (own.cells[cell] === others.cells[cell] && (!wide || own.cells[cell + 1] === others.cells[cell + 1])) continue;
			const values = [own, others].map(({cells}) => (wide ? (cells[cell + 1] << 64n) | cells[cell] : cells[cell]));
			if (!isSame(values[0], values[1])) found.push([name, values[0], values[1]]);
		}

		const flags = [own.rflags, others.rflags] as const;
		if (flags[0] !== flags[1]) found.push(['rflags', ...flags]);
		return found;
	}

	/** A place by its step and address. */
	placeAt({step, rip}: Standing): RunPlace {
		const source = this.names.placeOf(rip);
		return {step, rip, name: this.names.nameOf(rip) ?? hex(rip), ...(source === undefined ? {} : {source})};
	}

	/** Where the machine stands. */
	get standing(): Standing {
		const {machine, step} = this.recording;
		return {step, rip: machine.rip};
	}

	/** What lies at an address, in words: a field of a pt_regs, a symbol, or the address. */
	describeAddress(address: bigint): string {
		const stack = this.stacks.kernelStack(address);
		const offset = stack === undefined ? 0n : stack.top - (address & ~7n);
		if (stack?.name === 'thread' && offset > 0n && offset <= BigInt(PT_REGS_SIZE)) return `pt_regs->${PT_REGS_FIELDS[PT_REGS_FIELDS.length - Number(offset / 8n)]}`;
		return this.names.nameOf(address) ?? hex(address);
	}

	private readonly hears = (access: MemoryAccess): void => {
		if (access.write) this.writes.push({address: access.address, bits: access.bits, value: BigInt.asUintN(access.bits, access.value)});
	};

	/** Hears of the writes of the steps to come. */
	listen(): void {
		const nothing = (): undefined => undefined;
		this.recording.hear({
			mark: mark => (this.askedHost ||= mark.kind === 'hypercall'),
			details: {effect: nothing, walk: nothing, access: this.hears},
		});
	}

	/** One step; gives what it wrote. */
	step(): readonly Write[] {
		this.writes.length = 0;
		this.askedHost = false;
		this.recording.stretch(1);
		return [...this.writes];
	}

	/** The words of the program's memory that the last edits wrote, as writes of what stands there now. */
	editedWords(): readonly Write[] {
		return this.editedAt.map(address => ({address, bits: 64, value: peekWord(this.recording.machine, address) ?? 0n}));
	}

	/** Makes changes where the machine stands. */
	change(changes: readonly Change[]): void {
		const {recording} = this;
		this.editedAt = changes.flatMap(change => {
			if (change.kind !== 'memory') return [];
			const first = addressOf(recording.machine, change.place);
			return Array.from({length: (change.bytes.length + 14) >> 3}, (_, index) => (first & ~7n) + BigInt(index * 8));
		});
		for (const change of changes) recording.edit(machine => applyChange(machine, change));
	}

	/** Whether the run is over where the machine stands. */
	get isOver(): boolean {
		const {recording} = this;
		return recording.step === recording.length && recording.end !== undefined;
	}
}
