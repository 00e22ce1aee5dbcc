/**
 * A second opinion on who wrote what: a slow run that marks every byte of every register and of memory with the step that
 * wrote it. It knows of instructions what the disassembler's tables say, and nothing of how provenance finds its answers.
 */
import {ConditionCode, Decoder, DecoderOptions, InstructionInfoFactory, Mnemonic, OpAccess, Register as Iced, RflagsBits, type UsedRegister} from 'iced-x86';
import {evaluate} from '../../source/machine/flags.js';
import {GENERAL_REGISTERS} from '../../source/machine/registers.js';
import type {StepDetail} from '../../source/trace/detail.js';
import type {Recording} from '../../source/trace/recording.js';

/** What nobody has written yet. */
export const NEVER = -1;

const WRITES: ReadonlySet<number> = new Set([OpAccess.Write, OpAccess.ReadWrite, OpAccess.CondWrite, OpAccess.ReadCondWrite]);
const CONDITIONAL: ReadonlySet<number> = new Set([OpAccess.CondWrite, OpAccess.ReadCondWrite]);

/** Banks of general registers: first, count, first byte, bytes that are written. */
const BANKS: readonly (readonly [first: number, count: number, from: number, bytes: number])[] = [
	[Iced.RAX, 16, 0, 8], [Iced.EAX, 16, 0, 8], [Iced.AX, 16, 0, 2], [Iced.AL, 4, 0, 1], [Iced.AH, 4, 1, 1], [Iced.SPL, 12, 0, 1],
];

/** The bytes that a write of a register changes: its number, the first byte and how many. */
function bytesOf(register: number): readonly [number: number, from: number, bytes: number] | undefined {
	for (const [first, count, from, bytes] of BANKS) {
		if (register >= first && register < first + count) return [register - first + (bytes === 1 && count === 12 ? 4 : 0), from, bytes];
	}

	return undefined;
}

/** Whether a register is the lower half of a general one. */
const isHalf = (register: number): boolean => register >= HALVES && register < HALVES + 16;

const HALVES: number = Iced.EAX;

const factory = new InstructionInfoFactory();

/** The tables' bits for flags, and where RFLAGS has them. */
const FLAG_POSITIONS: readonly (readonly [bit: number, position: number])[] = [
	[RflagsBits.CF, 0], [RflagsBits.PF, 2], [RflagsBits.AF, 4], [RflagsBits.ZF, 6], [RflagsBits.SF, 7], [RflagsBits.IF, 9], [RflagsBits.DF, 10], [RflagsBits.OF, 11], [RflagsBits.AC, 18],
];

/** Positions of the flags that the instruction at the beginning of some bytes may change, by the tables. */
export function changeableFlags(code: Uint8Array): number[] {
	const decoder = new Decoder(64, code, DecoderOptions.None);
	const instruction = decoder.decode();
	const modified = instruction.rflagsModified;
	decoder.free();
	instruction.free();
	return FLAG_POSITIONS.filter(([bit]) => (modified & bit) !== 0).map(([, position]) => position);
}

/** Marks of all registers and of the memory that was written. */
export interface Marks {
	/** By register, then by byte. */
	readonly registers: readonly (readonly number[])[];
	/** By physical address. */
	readonly memory: ReadonlyMap<number, number>;
}

/** Marks bytes with the steps that write them. */
export class Shadow {
	private readonly registers = GENERAL_REGISTERS.map(() => new Array<number>(8).fill(NEVER));
	private readonly memory = new Map<number, number>();

	constructor(private readonly recording: Recording) {}

	/** Goes over steps, the first ones of the run, and gives the marks before some of them. */
	run(count: number, wanted: ReadonlySet<number>): Map<number, Marks> {
		const found = new Map<number, Marks>();
		for (let step = 0; step <= count; step++) {
			if (wanted.has(step)) found.set(step, {registers: this.registers.map(bytes => [...bytes]), memory: new Map(this.memory)});
			if (step < count) this.step(step);
		}

		return found;
	}

	private step(step: number): void {
		const {recording} = this;
		recording.seek(step);
		const code = recording.machine.readLinear(recording.machine.rip, 15) ?? recording.machine.readLinear(recording.machine.rip, 8) ?? new Uint8Array(0);
		const heard = recording.machine.memory.onWrite;
		recording.machine.memory.onWrite = (address, bytes) => {
			for (let byte = 0; byte < bytes; byte++) this.memory.set(address + byte, step);
		};

		// A detail that is kept already is no run: nothing would be heard.
		let detail: StepDetail;
		try {
			detail = recording.detail(step);
		} finally {
			recording.machine.memory.onWrite = heard;
		}

		this.registersOf(step, detail, code);
	}

	private registersOf(step: number, detail: StepDetail, code: Uint8Array): void {
		const {before, after, marks} = detail;
		const fault = marks.some(({kind}) => kind === 'exception' || kind === 'interrupt');
		const mark = (register: number, from: number, bytes: number): void => {
			for (let byte = from; byte < from + bytes; byte++) this.registers[register][byte] = step;
		};

		// A step that leads into a handler writes rsp; a string instruction may have changed registers before it faulted.
		for (const [register, name] of GENERAL_REGISTERS.entries()) {
			const changed = before.general[name] ^ after.general[name];
			for (let byte = 0; byte < 8; byte++) if (((changed >> BigInt(8 * byte)) & 0xffn) !== 0n) mark(register, byte, 1);
		}

		if (fault) mark(4, 0, 8);
		else for (const [register, from, bytes] of this.listed(detail, code)) mark(register, from, bytes);
	}

	/** What the tables say that the instruction writes; where it depends on values, whether it does. */
	private listed({before, after, marks}: StepDetail, code: Uint8Array): (readonly [number, number, number])[] {
		const decoder = new Decoder(64, code, DecoderOptions.None);
		const instruction = decoder.decode();
		const info = factory.info(instruction);
		const found: (readonly [number, number, number])[] = [];
		// The host answers in rax.
		if (marks.some(({kind}) => kind === 'hypercall')) found.push([0, 0, 8]);
		const isMove = Mnemonic[instruction.mnemonic].startsWith('Cmov');
		const holds = instruction.conditionCode !== ConditionCode.None && evaluate(instruction.conditionCode - 1, before.rflags);
		for (const used of info.usedRegisters() as UsedRegister[]) {
			const place = bytesOf(used.register);
			if (place === undefined || !WRITES.has(used.access)) continue;
			const [register, from, bytes] = place;
			const name = GENERAL_REGISTERS[register];
			if (isMove && !holds) {
				// Only the upper half of a 32-bit destination is written, with zeros.
				if (isHalf(instruction.op0Register)) found.push([register, 4, 4]);
			} else if (!isMove && CONDITIONAL.has(used.access)) {
				if (wroteConditionally(instruction.mnemonic, before, after, name)) found.push(place);
			} else {
				found.push([register, from, bytes]);
			}
		}

		decoder.free();
		instruction.free();
		return found;
	}
}

/** Whether an instruction that may write a register did: from what it found. */
function wroteConditionally(mnemonic: Mnemonic, before: StepDetail['before'], after: StepDetail['after'], name: keyof StepDetail['before']['general']): boolean {
	const equal = (after.rflags & 0x40n) !== 0n;
	switch (mnemonic) {
		case Mnemonic.Bsf:
		case Mnemonic.Bsr:
			return !equal;
		case Mnemonic.Cmpxchg:
			return name === 'rax' ? !equal : equal;
		default:
			// Repeated string instructions: if the count was not zero, all of them move on.
			return before.general.rcx !== after.general.rcx;
	}
}
