import {EQUATES, type PtRegsField} from '../../kernel/constants.js';
import type {Kernel} from '../../kernel/kernel.js';
import {syscallName} from '../../kernel/syscall-table.js';
import type {TraceEvent} from '../events.js';
import {Stacks} from '../stacks.js';

/** One stay of a thread in the kernel: how it came in, what happened there, how it left. */
export interface Crossing {
	readonly entry: 'syscall' | 'exception' | 'interrupt';
	/** What it was for: the call's name, or its number; `#PF`; `vector 32`. */
	readonly name: string;
	/** The call's number. */
	readonly nr?: number;
	/** The six arguments, as the registers held them. */
	readonly args?: readonly bigint[];
	/** The step by which the kernel was entered, and the program's instruction that it was at. */
	readonly step: number;
	readonly rip: bigint;
	/** The struct pt_regs at the call of do_syscall_64. */
	readonly fields?: Readonly<Record<PtRegsField, bigint>>;
	/** The function that carried the call out. */
	readonly handler?: string;
	readonly result?: bigint;
	/** Exceptions that the kernel itself raised meanwhile. */
	readonly faults: readonly string[];
	/** The instruction that led back, and its step; absent if the thread has not come back. */
	readonly way?: 'sysret' | 'iret';
	readonly exit?: number;
	/** Where the program goes on. */
	readonly to?: {readonly rip: bigint; readonly rsp: bigint};
}

/** The vector of the second door. */
const GATE_VECTOR = Number(EQUATES.IA32_SYSCALL_VECTOR);

const callName = (nr: number): string => syscallName(nr) ?? `call ${nr}`;

type Mutable<T> = {-readonly [K in keyof T]: T[K]};

/** A crossing that is under way. */
type Open = Mutable<Omit<Crossing, 'faults'>> & {faults: string[]};

/** Tells the stays of several threads apart by the kernel stacks that they are on. */
class Follower {
	readonly crossings: Open[] = [];
	private readonly waiting = new Map<bigint, Open>();
	private current: Open | undefined;
	/** The top of the kernel stack that the current one is on, once that is known. */
	private top: bigint | undefined;

	constructor(private readonly stacks: Stacks) {}

	private enter(crossing: Open): void {
		this.crossings.push(crossing);
		this.current = crossing;
		this.top = undefined;
	}

	/** The kernel has gone to a thread's stack: the one that has just come in, or another one that goes on. */
	private switched(top: bigint): void {
		const {current} = this;
		const before = this.top;
		this.top = top;
		if (before === top || (before === undefined && current !== undefined)) return;
		if (before !== undefined && current !== undefined) this.waiting.set(before, current);
		this.current = this.waiting.get(top);
		this.waiting.delete(top);
	}

	private leave(way: 'sysret' | 'iret', step: number, to: {readonly rip: bigint; readonly rsp: bigint}): void {
		if (this.current !== undefined) Object.assign(this.current, {way, exit: step, to});
		this.current = undefined;
		this.top = undefined;
	}

	private faulted(event: Extract<TraceEvent, {readonly kind: 'exception'}>): void {
		const {step, name, rip, cpl, vector} = event;
		// The second door is an exception to the processor and a call to the kernel; its number comes with the dispatch.
		if (cpl === 3 && vector === GATE_VECTOR) this.enter({entry: 'syscall', name, step, rip, faults: []});
		else if (cpl === 3) this.enter({entry: 'exception', name, step, rip, faults: []});
		else this.current?.faults.push(name);
	}

	/** What is told of the stay that is under way. */
	private note(facts: Partial<Open>): void {
		if (this.current !== undefined) Object.assign(this.current, facts);
	}

	/** Ways in and out. */
	hear(event: TraceEvent): void {
		const {step} = event;
		switch (event.kind) {
			case 'syscall':
				this.enter({entry: 'syscall', name: callName(event.nr), nr: event.nr, args: event.args, step, rip: event.rip, faults: []});
				break;
			case 'exception':
				this.faulted(event);
				break;
			case 'interrupt':
				if (event.cpl === 3) this.enter({entry: 'interrupt', name: `vector ${event.vector}`, step, rip: event.rip, faults: []});
				break;
			case 'sysret':
				this.leave('sysret', step, {rip: event.rip, rsp: event.rsp});
				break;
			case 'iret':
				if (event.cpl === 3) this.leave('iret', step, {rip: event.rip, rsp: event.rsp});
				break;
			default:
				this.inside(event);
		}
	}

	/** What happens in the kernel. */
	private inside(event: TraceEvent): void {
		switch (event.kind) {
			case 'stack-switch': {
				const top = event.stack === 'thread' ? this.stacks.kernelStack(event.to)?.top : undefined;
				if (top !== undefined) this.switched(top);
				break;
			}

			case 'pt_regs':
				this.note({fields: event.fields});
				break;
			case 'dispatch':
				this.note({nr: event.nr, name: callName(event.nr), handler: event.handler});
				break;
			case 'result':
				this.note({result: event.value});
				break;
			default:
		}
	}
}

/** All stays in the kernel that a run's events tell of, in the order in which they began. */
export function crossingsOf(events: readonly TraceEvent[], kernel: Kernel): Crossing[] {
	const follower = new Follower(new Stacks(kernel));
	for (const event of events) follower.hear(event);
	return follower.crossings;
}

/** Steps that were done in each ring. */
export interface RingSteps {
	readonly kernel: number;
	readonly user: number;
}

/** Counts the steps of each ring; the one that leads to the other counts for the ring in which it began. */
export function ringSteps(events: readonly TraceEvent[], steps: number): RingSteps {
	let user = 0;
	let since: number | undefined;
	for (const event of events) {
		const {kind, step} = event;
		const entered = kind === 'syscall' || ((kind === 'exception' || kind === 'interrupt') && event.cpl === 3);
		if (entered && since !== undefined) {
			user += step + 1 - since;
			since = undefined;
		} else if (kind === 'sysret' || (kind === 'iret' && event.cpl === 3)) {
			since = step + 1;
		}
	}

	if (since !== undefined) user += steps - since;
	return {kernel: steps - user, user};
}
