import {readFileSync} from 'node:fs';
import path from 'node:path';
import {buildKernel} from '../kernel/kernel.js';
import {boot} from '../kernel/loader.js';
import {assemble} from '../program/assemble.js';
import {LineTable, SymbolTable} from '../program/image.js';
import {link} from '../program/link.js';
import type {EventKind, TraceEvent} from '../trace/events.js';
import {type Moment, MomentReader, type Program} from '../trace/moment.js';
import {Recording} from '../trace/recording.js';
import {applySetting, type Setting} from '../trace/register-values.js';
import {CallDepth, type FollowedStep} from './call-depth.js';
import type {LabPlace} from './lab-file.js';

/** Events that `c` stops behind: the landmarks of a crossing. */
const LANDMARKS: ReadonlySet<EventKind> = new Set<EventKind>(['syscall', 'stack-switch', 'pt_regs', 'dispatch', 'result', 'sysret', 'iret', 'exception']);

/** Steps of one slice of a search or a run. */
const SLICE = 4000;

/** Steps within which the kernel must have come to the program. */
const BOOT_LIMIT = 200_000;

/** Steps that a backward search looks at first, how many times more it looks at then, and at most. */
const SEARCH = {FIRST: 1000, MORE: 6, LIMIT: 200_000} as const;

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
	private readonly calls: CallDepth;
	private cursor: number;

	constructor(readonly program: Program, name: string) {
		const kernel = buildKernel();
		this.recording = new Recording(boot(kernel, program.image, {argv: [`./${name}`]}), kernel);
		this.reader = new MomentReader(this.recording, program);
		this.calls = new CallDepth(this.recording);
		this.recording.advance(BOOT_LIMIT, event => event.kind === 'iret' && event.cpl === 3);
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

	/** Behind the nth event that the test accepts, or in front of it; runs on until there is one. */
	private toEvent(accepts: (event: TraceEvent) => boolean, behind: boolean, nth = 1): Work {
		const {recording} = this;
		let left = nth;
		let seen = 0;
		let found: TraceEvent | undefined;
		const look = (): boolean => {
			for (; found === undefined && seen < recording.events.length; seen++) {
				const event = recording.events[seen];
				if (accepts(event) && --left === 0) found = event;
			}

			return found !== undefined;
		};

		return () => {
			look();
			if (found !== undefined) {
				this.goTo(found.step + (behind ? 1 : 0));
				return 'done';
			}

			if (recording.end !== undefined) {
				this.toEnd();
				return 'nothing';
			}

			recording.advance(SLICE, look);
			this.cursor = recording.length;
			return 'more';
		};
	}

	/** Behind the next landmark. */
	continue(): Work {
		const from = this.cursor;
		return this.toEvent(({step, kind}) => step >= from && LANDMARKS.has(kind), true);
	}

	/** Behind the landmark before, or to the beginning. */
	continueBack(): Progress {
		const found = this.recording.events.findLast(({step, kind}) => step + 1 < this.cursor && LANDMARKS.has(kind));
		return this.goTo(found === undefined ? this.origin : found.step + 1) ? 'done' : 'nothing';
	}

	/** One step, along what is known or beyond it. */
	private stepOn(): void {
		const {recording} = this;
		if (recording.step < recording.length) recording.seek(recording.step + 1);
		else recording.advance(1);
	}

	/** Runs until calls are back at a depth relative to now. */
	private toDepth(goal: number): Work {
		const {recording, calls} = this;
		let depth = 0;
		let own: bigint | undefined;
		return () => {
			recording.seek(this.cursor);
			own ??= calls.thread();
			for (let count = 0; count < SLICE; count++) {
				if (recording.step === recording.length && recording.end !== undefined) {
					this.cursor = recording.length;
					return 'done';
				}

				const {change, thread} = calls.follow(() => this.stepOn());
				if (thread === own) depth += change;
				if (depth <= goal && (thread ?? own) === own) {
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

	/** Looks back over the steps before for the one that stands at a depth relative to now; further and further back. */
	private backToDepth(goal: number): Progress {
		for (let steps: number = SEARCH.FIRST; ; steps *= SEARCH.MORE) {
			const from = Math.max(this.origin, this.cursor - Math.min(steps, SEARCH.LIMIT));
			const found = this.depthWithin(from, goal);
			if (found !== undefined || from === this.origin || steps >= SEARCH.LIMIT) return this.goTo(found ?? from) ? 'done' : 'nothing';
		}
	}

	/** The last step from one on that stands at a depth relative to the cursor's, in the same thread. */
	private depthWithin(from: number, goal: number): number | undefined {
		const {recording, calls} = this;
		const steps: FollowedStep[] = [];
		recording.seek(from);
		while (recording.step < this.cursor) steps.push(calls.follow(() => this.stepOn()));
		const own = calls.thread();
		let thread = own;
		let depth = 0;
		for (let index = steps.length - 1; index >= 0; index--) {
			thread = steps[index].thread ?? thread;
			if (thread !== own) continue;
			depth -= steps[index].change;
			if (depth <= goal) return from + index;
		}

		return undefined;
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
				return this.toEvent(() => false, true);
			case 'label':
				return this.toLabel(place.label, place.nth);
			default:
				this.cursor = this.origin;
				return this.toEvent(({step, kind}) => kind === place.event && step >= this.origin, place.to === 'after', place.nth);
		}
	}

	/** The address of a label of the kernel or the program. */
	private labelAddress(label: string): bigint | undefined {
		return this.recording.kernel.symbols.addressOf(label) ?? this.program.symbols.addressOf(label);
	}

	/** Whether the kernel or the program has a label. */
	hasLabel(label: string): boolean {
		return this.labelAddress(label) !== undefined;
	}

	/** Runs from the beginning of the program until rip stands at a label for the nth time. */
	private toLabel(label: string, nth: number): Work {
		const {recording} = this;
		const goal = this.labelAddress(label);
		this.cursor = this.origin;
		let left = nth;
		return () => {
			recording.seek(this.cursor);
			for (let step = 0; step < SLICE; step++) {
				if (recording.machine.rip === goal && --left <= 0) {
					this.cursor = recording.step;
					return 'done';
				}

				if (recording.step === recording.length && recording.end !== undefined) {
					this.toEnd();
					return 'nothing';
				}

				this.stepOn();
			}

			this.cursor = recording.step;
			return 'more';
		};
	}
}
