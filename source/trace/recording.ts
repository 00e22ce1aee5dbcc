import type {Mark} from '../machine/events.js';
import {Cell} from '../machine/layout.js';
import type {Machine} from '../machine/machine.js';
import type {Stop} from '../machine/stop.js';
import type {Kernel} from '../kernel/kernel.js';
import {collectDetail, type StepDetail} from './detail.js';
import type {TraceEvent} from './events.js';
import {KernelObserver} from './observer.js';
import {type Edit, Timeline} from './timeline.js';

/** Details kept, so that going back and forth over a few steps costs nothing. */
const DETAILS_KEPT = 256;

/** Events kept at most; a guest that makes calls for ever must not fill our memory. */
const EVENTS_KEPT = 200_000;

/** Marks that begin a stretch in the kernel. */
const BEGINS_KERNEL: ReadonlySet<Mark['kind']> = new Set<Mark['kind']>(['syscall', 'exception', 'interrupt']);

/** How to record. */
export interface RecordingOptions {
	/** Steps between two moments that a run can be taken back to directly. */
	readonly interval?: number | undefined;
	/** `everything` watches each step of the kernel; `calls` notes the system calls alone and lets the kernel run fast. */
	readonly watch?: 'everything' | 'calls';
}

/**
 * A run of a machine with kernel, recorded: its events in order, and every step of it to be gone to.
 * Step n is what leads from n instructions done to n + 1; standing at n means that it comes next.
 */
export class Recording {
	readonly events: TraceEvent[] = [];
	private readonly timeline: Timeline;
	private readonly observer: KernelObserver;
	private readonly details = new Map<number, StepDetail>();
	private readonly watchesKernel: boolean;
	/** Steps before this one have told their events. */
	private told: number;

	constructor(
		readonly machine: Machine,
		readonly kernel: Kernel,
		{interval, watch = 'everything'}: RecordingOptions = {},
	) {
		this.watchesKernel = watch === 'everything';
		this.timeline = new Timeline(machine, interval);
		this.told = machine.steps;
		this.observer = new KernelObserver(machine, kernel, event => this.keep(event));
		this.observer.reset();
		this.listen();
	}

	private listen(): void {
		const {cpu} = this.machine;
		cpu.listen(
			{
				mark: mark => {
					if (cpu.steps < this.told) return;
					this.observer.mark(mark);
					// In ring 0 the observer wants every step, in ring 3 none.
					if (this.watchesKernel ? BEGINS_KERNEL.has(mark.kind) : mark.kind === 'syscall') cpu.pause();
				},
			},
			undefined,
		);
	}

	private keep(event: TraceEvent): void {
		if (this.events.length < EVENTS_KEPT && (this.watchesKernel || event.kind === 'syscall')) this.events.push(event);
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

	/**
	 * Goes on from the furthest step, at most `steps` further.
	 * @param until asked after each stretch of steps; true ends the run here
	 * @returns why the machine stands still, if it does
	 */
	advance(steps: number, until?: (event: TraceEvent) => boolean): Stop | undefined {
		const {machine} = this;
		this.seek(this.length);
		this.observer.reset();
		const goal = machine.steps + steps;
		// An event that ended the last stretch has been dropped if the run was edited there.
		let seen = this.events.length;
		while (machine.steps < goal) {
			const stop = machine.cpu.cpl === 3 || !this.watchesKernel ? this.userStretch(goal) : this.kernelStep();
			this.told = Math.max(this.told, machine.steps);
			if (stop !== undefined) return stop;
			if (until === undefined) continue;
			for (; seen < this.events.length; seen++) if (until(this.events[seen])) return undefined;
		}

		return undefined;
	}

	/** Goes one step on from the furthest one and keeps what it did in every detail, so that showing it costs nothing. */
	advanceOne(): Stop | undefined {
		const {machine} = this;
		this.seek(this.length);
		this.observer.reset();
		const step = machine.steps;
		const inKernel = machine.cpu.cpl !== 3;
		let stop: Stop | undefined;
		if (inKernel) this.observer.before();
		const detail = collectDetail(machine, () => (stop = this.timeline.run(1)), {mark: mark => this.observer.mark(mark)});
		this.listen();
		if (inKernel && machine.steps > step) this.observer.after(step);
		if (machine.steps > step) this.keepDetail(detail);
		this.told = Math.max(this.told, machine.steps);
		return stop;
	}

	private userStretch(goal: number): Stop | undefined {
		return this.timeline.run(goal - this.machine.steps);
	}

	private kernelStep(): Stop | undefined {
		const {machine} = this;
		const step = machine.steps;
		this.observer.before();
		const stop = this.timeline.run(1);
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
		this.timeline.edit(edit);
		this.told = step;
		while (this.events.length > 0 && this.events[this.events.length - 1].step >= step) this.events.pop();
		for (const known of this.details.keys()) if (known >= step) this.details.delete(known);
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
