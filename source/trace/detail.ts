import type {Effect, Mark, MarkListener, MemoryAccess, Note, WalkStep} from '../machine/events.js';
import {Cell} from '../machine/layout.js';
import type {Machine} from '../machine/machine.js';
import {GENERAL_REGISTERS, type GeneralRegister, Segment} from '../machine/registers.js';

/** The program-visible registers at one moment. */
export interface RegisterFile {
	readonly general: Readonly<Record<GeneralRegister, bigint>>;
	readonly rip: bigint;
	readonly rflags: bigint;
	readonly cs: bigint;
	readonly ss: bigint;
	readonly cpl: number;
	readonly cr3: bigint;
	readonly gsBase: bigint;
	readonly kernelGsBase: bigint;
}

/** One thing that the processor told of a step. */
export type Happening =
	| {readonly kind: 'effect'; readonly effect: Effect}
	| {readonly kind: 'access'; readonly access: MemoryAccess}
	| {readonly kind: 'walk'; readonly address: bigint; readonly step: WalkStep}
	| {readonly kind: 'mark'; readonly mark: Mark}
	| {readonly kind: 'note'; readonly note: Note};

/** Everything that one step did. */
export interface StepDetail {
	readonly step: number;
	readonly before: RegisterFile;
	readonly after: RegisterFile;
	/** What the processor did besides the plain work of the instruction, in order. */
	readonly effects: readonly Effect[];
	readonly accesses: readonly MemoryAccess[];
	readonly walks: readonly {readonly address: bigint; readonly step: WalkStep}[];
	readonly marks: readonly Mark[];
	/** Effects, accesses, walk steps, marks and the plain work of the instruction, in the order in which they were told. */
	readonly happenings: readonly Happening[];
}

/** Reads the registers as they stand. */
export function readRegisters(machine: Machine): RegisterFile {
	const {cpu} = machine;
	const {cells} = cpu;
	return {
		general: Object.fromEntries(GENERAL_REGISTERS.map((name, index) => [name, cells[index]])) as Record<GeneralRegister, bigint>,
		rip: cells[Cell.RIP],
		rflags: cpu.rflags,
		cs: cpu.segments.selector(Segment.CS),
		ss: cpu.segments.selector(Segment.SS),
		cpl: cpu.cpl,
		cr3: cells[Cell.CR3],
		gsBase: cpu.segments.base(Segment.GS),
		kernelGsBase: cells[Cell.KERNEL_GS_BASE],
	};
}

/**
 * Runs one step with everybody listening.
 * @param run runs the step
 * @param also hears the marks too
 */
export function collectDetail(machine: Machine, run: () => unknown, also?: MarkListener): StepDetail {
	const effects: Effect[] = [];
	const accesses: MemoryAccess[] = [];
	const walks: {address: bigint; step: WalkStep}[] = [];
	const marks: Mark[] = [];
	const happenings: Happening[] = [];
	const {steps} = machine;
	const before = readRegisters(machine);
	machine.cpu.listen(
		{
			mark(mark) {
				marks.push(mark);
				happenings.push({kind: 'mark', mark});
				also?.mark(mark);
			},
		},
		{
			effect(effect) {
				effects.push(effect);
				happenings.push({kind: 'effect', effect});
			},
			access(access) {
				accesses.push(access);
				happenings.push({kind: 'access', access});
			},
			walk(address, step) {
				walks.push({address, step});
				happenings.push({kind: 'walk', address, step});
			},
			note: note => happenings.push({kind: 'note', note}),
		},
	);
	run();
	return {step: steps, before, after: readRegisters(machine), effects, accesses, walks, marks, happenings};
}
