import {PER_CPU, PT_REGS_FIELDS, PT_REGS_SIZE} from '../kernel/constants.js';
import type {Image} from '../program/image.js';
import {LineTable, SymbolTable} from '../program/image.js';
import type {StepDetail, RegisterFile} from './detail.js';
import {readRegisters} from './detail.js';
import type {StackName, TraceEvent} from './events.js';
import {peekWord} from './guest-memory.js';
import {readPerCpu} from './kernel-state.js';
import {type Outcome, outcomeOf} from './outcome.js';
import {processMaps} from './machine-views/process-maps.js';
import type {Recording} from './recording.js';
import {Stacks} from './stacks.js';

/** A program that runs on the machine, with its text. */
export interface Program {
	readonly image: Image;
	readonly symbols: SymbolTable;
	readonly lines: LineTable;
	/** The text of each of its files. */
	readonly sources: ReadonlyMap<string, string>;
}

/** One line of source with the address of its code, if it has any. */
export interface CodeLine {
	readonly number: number;
	readonly text: string;
	readonly address?: bigint;
}

/** Where the next instruction stands. */
export interface CodePlace {
	readonly file: string;
	readonly lines: readonly CodeLine[];
	/** The line of the next instruction, or 0 if no source is known for it. */
	readonly current: number;
	readonly symbol: string;
}

/** One word of a stack. */
export interface StackWord {
	readonly address: bigint;
	/** Undefined where nothing is mapped. */
	readonly value?: bigint;
	/** The pt_regs field, if the word is one; else the symbol that the value points to, if it is code. */
	readonly name?: string;
	readonly slot: boolean;
	/** Whether the word is in use: at or above the stack pointer. */
	readonly filled: boolean;
	/** Whether the last step wrote it. */
	readonly fresh: boolean;
}

/** One stack with its pointer. */
export interface StackView {
	readonly name: StackName;
	/** From the highest address down. */
	readonly words: readonly StackWord[];
	/** Where rsp stands, if it stands on this stack. */
	readonly pointer?: bigint;
}

/** Everything that a screen needs to know of a run at one step: plain data, read from the machine at that step. */
export interface Moment {
	readonly step: number;
	/** The furthest step, so far. */
	readonly length: number;
	/** Whether the run is over there. */
	readonly hasEnded: boolean;
	/** How it ended, at its last step. */
	readonly outcome?: Outcome;
	readonly registers: RegisterFile;
	/** What the last step did; undefined at the very beginning. */
	readonly last?: StepDetail;
	readonly code: CodePlace;
	readonly stack: StackName;
	readonly kernelStack: StackView;
	readonly userStack: StackView;
	/** The entry stack, or one of the exceptions' own, while rsp is on it. */
	readonly entryStack?: StackView;
	readonly events: readonly TraceEvent[];
	readonly console: string;
}

/** Words of each stack that a moment carries below and around the pointer. */
const WORDS_AROUND = 48;

/** Reads moments off a recording. */
export class MomentReader {
	private readonly stacks: Stacks;
	private readonly codeLines = new Map<LineTable, Map<string, CodeLine[]>>();

	/** @param others programs that a process may become by execve, by their files' paths in the machine */
	constructor(
		readonly recording: Recording,
		readonly program: Program,
		private readonly others: ReadonlyMap<string, Program> = new Map(),
	) {
		this.stacks = new Stacks(recording.kernel);
	}

	/** The moment before step `step`; the machine stands there afterwards. */
	at(step: number): Moment {
		const {recording} = this;
		const {machine, kernel} = recording;
		const goal = Math.max(0, Math.min(step, recording.length));
		const last = goal > 0 ? recording.detail(goal - 1) : undefined;
		recording.seek(goal);
		const registers = readRegisters(machine);
		const atEnd = goal === recording.length && recording.end !== undefined;
		const stack = registers.cpl === 3 ? 'user' : this.stacks.nameOf(registers.general.rsp);
		const written = new Set(last?.accesses.filter(access => access.write).map(({address}) => address & ~7n) ?? []);
		const entryStack = stack === 'entry' || stack === 'exception' ? this.entryStack(registers, stack, written) : undefined;
		return {
			step: goal,
			length: recording.length,
			hasEnded: recording.end !== undefined,
			...(atEnd ? {outcome: outcomeOf(machine, kernel, recording.end)} : {}),
			registers,
			...(last === undefined ? {} : {last}),
			code: this.codeAt(registers.rip),
			stack,
			kernelStack: this.kernelStack(registers, stack, written),
			userStack: this.userStack(registers, stack, written),
			...(entryStack === undefined ? {} : {entryStack}),
			events: recording.events,
			console: new TextDecoder().decode(machine.serial.output),
		};
	}

	/** The name of an address: a symbol of the kernel or the program, with the distance from it. */
	nameOf(address: bigint): string | undefined {
		return this.nameIn(address, this.program);
	}

	private nameIn(address: bigint, {symbols}: Program): string | undefined {
		const found = this.recording.kernel.symbols.nearest(address) ?? symbols.nearest(address);
		if (found === undefined || found.offset > 0xffffn) return undefined;
		return found.offset === 0n ? found.name : `${found.name}+${found.offset.toString()}`;
	}

	/** The source around an instruction, as far as any is known. */
	codeAt(rip: bigint): CodePlace {
		const owner = this.ownerOf(rip);
		const place = owner?.lines.at(rip);
		if (owner === undefined || place === undefined) return {file: '', current: 0, symbol: this.nameOf(rip) ?? '', lines: []};
		const symbol = this.nameIn(rip, owner) ?? '';
		// Of a compiled program the lines are known, and its text may be elsewhere.
		if (!owner.sources.has(place.file)) return {file: `${place.file}:${place.line}`, current: 0, symbol, lines: []};
		return {file: place.file, current: place.line, symbol, lines: this.sourceLines(place.file, owner.sources.get(place.file) ?? '', owner.lines)};
	}

	/** Whose text stands behind an address: of several programs with code there, the one whose file the process has mapped. */
	private ownerOf(rip: bigint): Program | undefined {
		const {kernel, machine} = this.recording;
		const owners = [kernel, this.program, ...this.others.values()].filter(({lines}) => lines.at(rip) !== undefined);
		if (owners.length < 2) return owners.at(0);
		const file = processMaps(machine, kernel)?.areas.find(({start, end}) => rip >= start && rip < end)?.name ?? '';
		return this.others.get(file) ?? owners.at(0);
	}

	private sourceLines(file: string, text: string, lines: LineTable): CodeLine[] {
		const files = this.codeLines.get(lines) ?? new Map<string, CodeLine[]>();
		this.codeLines.set(lines, files);
		const known = files.get(file);
		if (known !== undefined) return known;
		const addresses = new Map<number, bigint>();
		for (const entry of lines.lines) if (entry.file === file && !addresses.has(entry.line)) addresses.set(entry.line, entry.address);
		const made = text.split('\n').map((content, index): CodeLine => {
			const address = addresses.get(index + 1);
			return {number: index + 1, text: content, ...(address === undefined ? {} : {address})};
		});
		files.set(file, made);
		return made;
	}

	private kernelStack({general}: RegisterFile, stack: StackName, written: ReadonlySet<bigint>): StackView {
		const top = readPerCpu(this.recording.machine, this.recording.kernel, PER_CPU.cpu_current_top_of_stack);
		const pointer = stack === 'thread' ? general.rsp : undefined;
		const words: StackWord[] = [];
		const lowest = pointer === undefined ? top - BigInt(PT_REGS_SIZE) : pointer - 32n;
		for (let address = top - 8n; address >= lowest || address >= top - BigInt(PT_REGS_SIZE); address -= 8n) {
			const index = Number((address - (top - BigInt(PT_REGS_SIZE))) / 8n);
			const slot = index >= 0 && index < PT_REGS_FIELDS.length && address >= top - BigInt(PT_REGS_SIZE) ? PT_REGS_FIELDS[index] : undefined;
			words.push(this.word(address, pointer !== undefined && address >= pointer, written, slot));
		}

		return {name: 'thread', words, ...(pointer === undefined ? {} : {pointer})};
	}

	private entryStack({general}: RegisterFile, name: StackName, written: ReadonlySet<bigint>): StackView {
		const {rsp} = general;
		const top = this.stacks.kernelStack(rsp)?.top ?? rsp;
		const words: StackWord[] = [];
		for (let address = top - 8n; address >= rsp - 16n && words.length < WORDS_AROUND; address -= 8n) words.push(this.word(address, address >= rsp, written));
		return {name, words, pointer: rsp};
	}

	private userStack(registers: RegisterFile, stack: StackName, written: ReadonlySet<bigint>): StackView {
		const pointer = stack === 'user' ? registers.general.rsp : this.savedUserStack();
		const words: StackWord[] = [];
		for (let index = WORDS_AROUND; index >= -4; index--) {
			const address = BigInt.asUintN(64, pointer + BigInt(index * 8));
			words.push(this.word(address, index >= 0, written));
		}

		return {name: 'user', words, ...(stack === 'user' ? {pointer} : {pointer})};
	}

	/** The program's stack pointer as the kernel has it: in the pt_regs once it is there, else in the scratch slot. */
	private savedUserStack(): bigint {
		const event = this.recording.events.findLast(({step, kind}) => kind === 'syscall' && step < this.recording.step);
		return event?.kind === 'syscall' ? event.rsp : 0n;
	}

	private word(address: bigint, filled: boolean, written: ReadonlySet<bigint>, slot?: string): StackWord {
		const value = peekWord(this.recording.machine, address);
		const name = slot ?? (value === undefined || value < 0x1000n ? undefined : this.codeName(value));
		return {address, slot: slot !== undefined, filled, fresh: written.has(address), ...(value === undefined ? {} : {value}), ...(name === undefined ? {} : {name})};
	}

	/** The symbol that a value points to, if it points into code. */
	private codeName(value: bigint): string | undefined {
		const inText = (image: Image): boolean => image.segments.some(({address, memorySize, execute}) => execute && value >= address && value < address + BigInt(memorySize));
		return inText(this.recording.kernel.image) || inText(this.program.image) ? this.nameOf(value) : undefined;
	}
}
