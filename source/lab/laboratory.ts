import {readFileSync} from 'node:fs';
import path from 'node:path';
import {buildKernel} from '../kernel/kernel.js';
import {boot} from '../kernel/loader.js';
import {Cell} from '../machine/layout.js';
import {assemble} from '../program/assemble.js';
import {LineTable, SymbolTable} from '../program/image.js';
import {link} from '../program/link.js';
import type {EventKind, TraceEvent} from '../trace/events.js';
import {type Moment, MomentReader, type Program} from '../trace/moment.js';
import {Recording} from '../trace/recording.js';
import {applySetting, type Setting} from '../trace/register-values.js';
import type {LabPlace} from './lab-file.js';

/** Events that `c` stops behind: the landmarks of a crossing. */
const LANDMARKS: ReadonlySet<EventKind> = new Set<EventKind>(['syscall', 'stack-switch', 'pt_regs', 'dispatch', 'result', 'sysret', 'iret', 'exception']);

/** Instructions that go deeper, and those that come back. */
const DEEPER = new Set(['call', 'syscall', 'int', 'int3']);
const BACK = new Set(['ret', 'sysretq', 'iretq']);

/** Steps of one slice of a search or a run. */
const SLICE = 20_000;

/** Steps that a backward search looks at. */
const SEARCH_LIMIT = 200_000;

/** What a slice of work came to. */
export type Progress = 'done' | 'more' | 'nothing';

/** Work that may take long: each call does a slice of it. */
export type Work = () => Progress;

/** Reads and assembles a program's text. Throws AssemblyError. */
export function readProgram(file: string): Program {
	const sources = new Map<string, string>();
	const include = (name: string): string => {
		const text = readFileSync(path.join(path.dirname(file), name), 'utf8');
		sources.set(name, text);
		return text;
	};

	const name = path.basename(file);
	const text = readFileSync(file, 'utf8');
	sources.set(name, text);
	const image = link([assemble({name, text}, {include})]);
	return {image, symbols: new SymbolTable(image.symbols), lines: new LineTable(image.lines), sources};
}

/** A program on the machine, ready to be walked through in both directions. */
export class Laboratory {
	readonly recording: Recording;
	/** The first step of the program itself: where the boot is over. */
	readonly origin: number;
	private readonly reader: MomentReader;
	private cursor: number;

	constructor(readonly program: Program, name: string) {
		const kernel = buildKernel();
		this.recording = new Recording(boot(kernel, program.image, {argv: [`./${name}`]}), kernel);
		this.reader = new MomentReader(this.recording, program);
		this.recording.advance(SLICE * 10, event => event.kind === 'iret' && event.cpl === 3);
		this.origin = this.recording.length;
		this.cursor = this.origin;
	}

	/** The step that is shown. */
	get step(): number {
		return this.cursor;
	}

	/** Whether the program's run is over, and the furthest step its last one. */
	get hasEnded(): boolean {
		return this.recording.end !== undefined;
	}

	/** What is to be shown. */
	moment(): Moment {
		return this.reader.at(this.cursor);
	}

	/** Moves over known steps, or runs on at the end of them. */
	private goTo(step: number): boolean {
		const goal = Math.max(this.origin, step);
		const {recording} = this;
		if (recording.end === undefined) {
			if (goal > recording.length + 1) recording.advance(goal - recording.length - 1);
			if (goal > recording.length) recording.advanceOne();
		}

		const before = this.cursor;
		this.cursor = Math.min(goal, recording.length);
		return this.cursor !== before;
	}

	/** One instruction forwards or backwards, or several. */
	move(steps: number): Progress {
		return this.goTo(this.cursor + steps) ? 'done' : 'nothing';
	}

	/** To the beginning of the program. */
	toStart(): Progress {
		return this.goTo(this.origin) ? 'done' : 'nothing';
	}

	/** To the furthest step that has been run. */
	toEnd(): Progress {
		return this.goTo(this.recording.length) ? 'done' : 'nothing';
	}

	/** Behind the next event that the test accepts, or in front of it; runs on until there is one. */
	private toEvent(find: () => TraceEvent | undefined, behind: boolean): Work {
		const {recording} = this;
		return () => {
			const found = find();
			if (found !== undefined) {
				this.goTo(found.step + (behind ? 1 : 0));
				return 'done';
			}

			if (recording.end !== undefined) {
				this.toEnd();
				return 'nothing';
			}

			recording.advance(SLICE, () => find() !== undefined);
			this.cursor = recording.length;
			return 'more';
		};
	}

	/** Behind the next landmark. */
	continue(): Work {
		const from = this.cursor;
		return this.toEvent(() => this.recording.events.find(({step, kind}) => step >= from && LANDMARKS.has(kind)), true);
	}

	/** Behind the landmark before, or to the beginning. */
	continueBack(): Progress {
		const found = this.recording.events.findLast(({step, kind}) => step + 1 < this.cursor && LANDMARKS.has(kind));
		return this.goTo(found === undefined ? this.origin : found.step + 1) ? 'done' : 'nothing';
	}

	/** Name of the instruction that comes next at the machine's place; empty where none can be fetched. */
	private nextName(): string {
		const {cpu} = this.recording.machine;
		try {
			return cpu.code.instruction(cpu.cells[Cell.RIP]).name;
		} catch {
			return '';
		}
	}

	/** How a step changes the depth of calls: 1 for one that goes deeper, -1 for one that comes back. */
	private depthChange(): number {
		const name = this.nextName();
		return DEEPER.has(name) ? 1 : BACK.has(name) ? -1 : 0;
	}

	/** Runs until calls are back at a depth relative to now. */
	private toDepth(goal: number): Work {
		let depth = 0;
		const {recording} = this;
		return () => {
			recording.seek(this.cursor);
			for (let count = 0; count < SLICE; count++) {
				if (recording.step === recording.length && recording.end !== undefined) {
					this.cursor = recording.length;
					return 'done';
				}

				depth += this.depthChange();
				if (recording.step < recording.length) recording.seek(recording.step + 1);
				else recording.advance(1);
				if (depth <= goal) {
					this.cursor = recording.step;
					return 'done';
				}
			}

			this.cursor = recording.step;
			return 'more';
		};
	}

	/** One instruction; a call or a system call is done as a whole. */
	over(): Work {
		return this.toDepth(0);
	}

	/** To where the current function or the kernel returns. */
	finish(): Work {
		return this.toDepth(-1);
	}

	/** The step before, or the call whose return it was. */
	overBack(): Progress {
		return this.backToDepth(0);
	}

	/** To the call that led into the current function. */
	finishBack(): Progress {
		return this.backToDepth(-1);
	}

	/** Looks back over the steps before for the one that stands at a depth relative to now. */
	private backToDepth(goal: number): Progress {
		const {recording} = this;
		const from = Math.max(this.origin, this.cursor - SEARCH_LIMIT);
		const changes: number[] = [];
		recording.seek(from);
		while (recording.step < this.cursor) {
			changes.push(this.depthChange());
			recording.seek(recording.step + 1);
		}

		let depth = 0;
		for (let index = changes.length - 1; index >= 0; index--) {
			depth -= changes[index];
			if (depth <= goal) return this.goTo(from + index) ? 'done' : 'nothing';
		}

		return this.goTo(from) ? 'done' : 'nothing';
	}

	/** Sets a register where the cursor stands; what came after is dropped. */
	set(setting: Setting): void {
		this.recording.seek(this.cursor);
		this.recording.edit(machine => applySetting(machine, setting));
	}

	/** Takes the machine to the place that a lab's step speaks of. */
	goToPlace(place: LabPlace): Work {
		switch (place.to) {
			case 'start':
				return () => {
					this.toStart();
					return 'done';
				};
			case 'end':
				return this.toEvent(() => undefined, true);
			case 'label':
				return this.toLabel(place.label, place.nth);
			default:
				this.cursor = this.origin;
				return this.toEvent(() => this.ownEvents(place.event)[place.nth - 1], place.to === 'after');
		}
	}

	/** The events of one kind since the program began. */
	private ownEvents(kind: EventKind): TraceEvent[] {
		return this.recording.events.filter(event => event.kind === kind && event.step >= this.origin);
	}

	/** Runs from the beginning of the program until rip stands at a label for the nth time. */
	private toLabel(label: string, nth: number): Work {
		const {recording} = this;
		const goal = recording.kernel.symbols.addressOf(label) ?? this.program.symbols.addressOf(label);
		this.cursor = this.origin;
		let left = nth;
		return () => {
			recording.seek(this.cursor);
			for (let step = 0; step < SLICE; step++) {
				if (recording.machine.rip === goal && --left <= 0) {
					this.cursor = recording.step;
					return 'done';
				}

				if (recording.step < recording.length) recording.seek(recording.step + 1);
				else if (recording.end === undefined) recording.advance(1);
				else {
					this.toEnd();
					return 'nothing';
				}
			}

			this.cursor = recording.step;
			return 'more';
		};
	}
}
