import type {DetailListener, Mark, MarkListener} from '../machine/events.js';
import {Cell} from '../machine/layout.js';
import type {Machine} from '../machine/machine.js';
import type {Stop} from '../machine/stop.js';
import type {Kernel} from '../kernel/kernel.js';
import {collectDetail, type StepDetail} from './detail.js';
import {observeEdit, type RecordedEdit} from './edits.js';
import type {EventKind, TraceEvent} from './events.js';
import {KernelObserver} from './observer.js';
import {type Edit, Timeline} from './timeline.js';

/** Details kept, so that going back and forth over a few steps costs nothing. */
const DETAILS_KEPT = 256;

/** Events kept at most; a guest that makes calls for ever must not fill our memory. */
const EVENTS_KEPT = 200_000;

/** Marks that begin a stretch in the kernel. */
const BEGINS_KERNEL: ReadonlySet<Mark['kind']> = new Set<Mark['kind']>(['syscall', 'exception', 'interrupt']);

/** Marks at which something is told of calls, and the events that are kept of them. */
const BEGINS_CALL: ReadonlySet<Mark['kind']> = new Set<Mark['kind']>(['syscall', 'reached']);
const OF_CALLS: ReadonlySet<EventKind> = new Set<EventKind>(['syscall', 'result', 'switch', 'signal', 'task-exit']);

/** How to record. */
export interface RecordingOptions {
	/** Steps between two moments that a run can be taken back to directly. */
	readonly interval?: number | undefined;
	/** `everything` watches each step of the kernel; `calls` notes system calls, their results, signals and tasks, and lets the kernel run fast. */
	readonly watch?: 'everything' | 'calls';
}

/** Hears what the processor does while it goes on, over known steps and new ones alike. */
export interface Hearer {
	mark?(mark: Mark): void;
	/** Hears of every access too; the machine is slower meanwhile. */
	readonly details?: DetailListener | undefined;
}

/**
 * A run of a machine with kernel, recorded: its events in order, and every step of it to be gone to.
 * Step n is what leads from n instructions done to n + 1; standing at n means that it comes next.
 */
export class Recording {
	readonly events: TraceEvent[] = [];
	/** What was changed from outside on the way to the furthest step, in order. */
	edits: readonly RecordedEdit[] = [];
	private readonly timeline: Timeline;
	private readonly observer: KernelObserver;
	private readonly details = new Map<number, StepDetail>();
	private readonly watchesKernel: boolean;
	/** Whether what the processor says is new: the run goes on, it is not gone through again. */
	private telling = false;
	/** Whether the observer knows the way to the furthest step. */
	private observed = false;
	private hearer: Hearer | undefined;

	constructor(
		readonly machine: Machine,
		readonly kernel: Kernel,
		{interval, watch = 'everything'}: RecordingOptions = {},
	) {
		this.watchesKernel = watch === 'everything';
		this.timeline = new Timeline(machine, interval);
		this.observer = new KernelObserver(machine, kernel, event => this.keep(event));
		if (!this.watchesKernel) machine.cpu.watch(this.observer.watched);
		this.listen();
	}

	private listen(): void {
		const {cpu} = this.machine;
		cpu.listen(
			{
				mark: mark => {
					this.hearer?.mark?.(mark);
					if (this.telling) this.observer.mark(mark);
					else if (this.hearer === undefined) return;
					// In ring 0 the observer wants every step, in ring 3 none.
					if ((this.watchesKernel ? BEGINS_KERNEL : BEGINS_CALL).has(mark.kind)) cpu.pause();
				},
			},
			this.hearer?.details,
		);
	}

	/** Sets who also hears what the processor does; undefined: nobody. */
	hear(hearer: Hearer | undefined): void {
		this.hearer = hearer;
		this.listen();
	}

	private keep(event: TraceEvent): void {
		if (!this.isFull && (this.watchesKernel || OF_CALLS.has(event.kind))) this.events.push(event);
	}

	/** Whether so much has happened that no more events are kept. */
	get isFull(): boolean {
		return this.events.length >= EVENTS_KEPT;
	}

	/** Gives out the events told so far and forgets them: for output that streams. */
	drain(): TraceEvent[] {
		return this.events.splice(0);
	}

	/** The step that the machine stands at. */
	get step(): number {
		return this.timeline.step;
	}

	/** The furthest step so far. */
	get length(): number {
		return this.timeline.length;
	}

	/** Why the run is over at its furthest step, if it is. */
	get end(): Stop | undefined {
		return this.timeline.end;
	}

	/** Bytes kept for going back. */
	get bytesKept(): number {
		return this.timeline.bytesKept;
	}

	/** Whether the run is so long that less is kept of it, and going far back takes longer. */
	get isJoined(): boolean {
		return this.timeline.isJoined;
	}

	/**
	 * Goes on from the furthest step, at most `steps` further.
	 * @param until asked after each stretch of steps; true ends the run here
	 * @returns why the machine stands still, if it does
	 */
	advance(steps: number, until?: (event: TraceEvent) => boolean): Stop | undefined {
		const {machine} = this;
		this.goToEnd();
		const goal = machine.steps + steps;
		// An event that ended the last stretch has been dropped if the run was edited there.
		let seen = this.events.length;
		while (machine.steps < goal) {
			const stop = machine.cpu.cpl === 3 || !this.watchesKernel ? this.userStretch(goal) : this.kernelStep(() => this.timeline.run(1));
			if (stop !== undefined) return stop;
			if (until === undefined) continue;
			for (; seen < this.events.length; seen++) if (until(this.events[seen])) return undefined;
		}

		return undefined;
	}

	/**
	 * One stretch on from where the machine stands, over known steps or beyond them: at most so many steps in ring 3, one in
	 * ring 0. It ends early where the kernel is entered or somebody who hears the processor pauses it.
	 * @returns why the machine stands still, if it does
	 */
	stretch(steps: number): Stop | undefined {
		const user = this.machine.cpu.cpl === 3;
		const known = this.length - this.step;
		if (known > 0) return this.timeline.run(user ? Math.min(steps, known) : 1);
		this.goToEnd();
		return user ? this.userStretch(this.step + steps) : this.kernelStep(() => this.timeline.run(1));
	}

	/** Goes one step on from the furthest one and keeps what it did in every detail, so that showing it costs nothing. */
	advanceOne(): Stop | undefined {
		const {machine} = this;
		this.goToEnd();
		const step = machine.steps;
		const run = (): Stop | undefined => {
			let stop: Stop | undefined;
			const detail = collectDetail(machine, () => (stop = this.timeline.run(1)), {mark: mark => this.observer.mark(mark)});
			this.listen();
			if (machine.steps > step) this.keepDetail(detail);
			return stop;
		};

		return machine.cpu.cpl === 3 ? this.tell(run) : this.kernelStep(run);
	}

	/** Goes to the furthest step, with an observer that knows the way there. */
	private goToEnd(): void {
		this.seek(this.length);
		if (!this.observed) this.observer.reset(this.events);
		this.observed = true;
	}

	/**
	 * Goes on; what the processor says meanwhile is told. It says it in the last step only, since a mark ends a stretch, and
	 * for some marks that step has been counted already and for others not: here all get its number.
	 */
	private tell(run: () => Stop | undefined): Stop | undefined {
		const {events, machine} = this;
		const first = events.length;
		this.telling = true;
		const stop = run();
		this.telling = false;
		for (let index = first; index < events.length; index++) events[index] = {...events[index], step: machine.steps - 1};
		return stop;
	}

	private userStretch(goal: number): Stop | undefined {
		return this.tell(() => this.timeline.run(goal - this.machine.steps));
	}

	private kernelStep(run: () => Stop | undefined): Stop | undefined {
		const {machine} = this;
		const step = machine.steps;
		this.observer.before();
		const stop = this.tell(run);
		if (machine.steps > step) this.observer.after(step);
		return stop;
	}

	/** Takes the machine to a step, backwards or forwards, not beyond the furthest one. */
	seek(step: number): void {
		this.timeline.seek(Math.min(step, this.length));
	}

	/** Changes the machine where it stands; the run goes on from here, what came after is dropped. */
	edit(edit: Edit): void {
		const {step} = this;
		const made = observeEdit(this.machine, () => this.timeline.edit(edit));
		this.edits = [...this.edits.filter(earlier => earlier.step <= step), made];
		this.observed = false;
		while (this.events.length > 0 && this.events[this.events.length - 1].step >= step) this.events.pop();
		for (const known of this.details.keys()) if (known >= step) this.details.delete(known);
	}

	/**
	 * Goes through known steps once more while others listen. The machine stands where they have led it afterwards. An edit
	 * is made again when the run goes on from its step, or by `seek` to it: not when the run arrives there.
	 * @param walk is given what goes on: so many steps at most, not beyond the furthest one, and less if a listener pauses the
	 * machine
	 */
	replay<T>(marks: MarkListener, details: DetailListener | undefined, walk: (run: (steps: number) => void) => T): T {
		this.machine.cpu.listen(marks, details);
		try {
			return walk(steps => this.timeline.run(Math.min(steps, this.length - this.step)));
		} finally {
			this.listen();
		}
	}

	/**
	 * What one step did, in every detail; the machine stands behind it afterwards.
	 * @param step a step before the furthest one
	 */
	detail(step: number): StepDetail {
		const known = this.details.get(step);
		if (known !== undefined) return known;
		this.seek(step);
		const detail = collectDetail(this.machine, () => this.timeline.run(1));
		this.listen();
		this.keepDetail(detail);
		return detail;
	}

	private keepDetail(detail: StepDetail): void {
		this.details.set(detail.step, detail);
		const oldest = this.details.keys().next();
		if (this.details.size > DETAILS_KEPT && oldest.done !== true) this.details.delete(oldest.value);
	}

	/** The current privilege level where the machine stands. */
	get ring(): number {
		return Number(this.machine.cpu.cells[Cell.CPL]);
	}
}
