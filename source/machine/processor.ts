import {Breakpoints} from './breakpoints.js';
import {type Binder, CodeCache, type Runnable} from './code-cache.js';
import {currentPcid} from './control-registers.js';
import {DirectVectorOps} from './direct-vectors.js';
import type {DetailListener, Mark, MarkListener, Note} from './events.js';
import {Flag, LazyFlags, RFLAGS_EXISTING, RFLAGS_FIXED} from './flags.js';
import {Interrupts} from './interrupts.js';
import {Cell} from './layout.js';
import {LinearMemory} from './linear-memory.js';
import type {Instruction} from './ops.js';
import {Paging} from './paging.js';
import type {PhysicalMemory} from './physical-memory.js';
import type {PortBus} from './ports.js';
import {Segments} from './segments.js';
import {ALONE, meaningOf, SYSTEM} from './semantics/index.js';
import {beginVector, endVector} from './semantics/sse-operands.js';
import type {Stop} from './stop.js';
import {TellingOps} from './telling-ops.js';
import {performTelling} from './telling.js';
import {Timer} from './timer.js';

/** What `vmcall` in ring 0 asks the host to do. */
export type HypercallHandler = (cpu: Processor) => void;

/** The processor's registers and the parts that give them their meaning. run-loop.ts makes it go. */
export class Processor {
	readonly cells: BigUint64Array;
	readonly paging: Paging;
	readonly linear: LinearMemory;
	readonly lazy: LazyFlags;
	readonly ops: DirectVectorOps;
	readonly segments: Segments;
	readonly code: CodeCache;
	readonly breakpoints: Breakpoints;
	readonly interrupts: Interrupts;
	readonly timer: Timer;
	/** Serves `vmcall` from ring 0; without it the instruction is #UD there too. */
	onHypercall: HypercallHandler | undefined;
	/** Instructions done or tried since power-on. */
	steps = 0;
	/** How many of them emitted code has done: they take much less time than the others. */
	quickSteps = 0;
	/** Whether something must be looked at before the next instruction; see `updateAttention`. */
	attention = false;
	/** Why the machine stands still, if it does. */
	stopped: Stop | undefined;
	/** The instruction that is being run, for the address of its fault. */
	current: Runnable | undefined;
	/** Whether the current run is to come back after this step. */
	paused = false;
	private marks: MarkListener | undefined;
	private details: DetailListener | undefined;
	private readonly tellingOps: TellingOps;

	/**
	 * @param memory the buffer with registers and guest memory
	 * @param ports what `in` and `out` reach
	 */
	constructor(
		readonly memory: PhysicalMemory,
		readonly ports: PortBus,
	) {
		this.cells = memory.cells;
		this.paging = new Paging(memory);
		this.linear = new LinearMemory(memory, this.paging);
		this.lazy = new LazyFlags(this.cells);
		const onUnfinished = (): void => this.updateAttention();
		this.ops = new DirectVectorOps(this.cells, this.lazy, this.linear, onUnfinished, {begin: i => beginVector(this, i), end: i => endVector(this, i)});
		this.tellingOps = new TellingOps(this.cells, this.lazy, this.linear, onUnfinished, note => this.note(note));
		this.segments = new Segments(this.cells, this.linear);
		this.code = new CodeCache(memory, this.linear, this.binder());
		this.breakpoints = new Breakpoints(this.cells);
		this.interrupts = new Interrupts(this.cells);
		this.timer = new Timer(this.cells, this.interrupts, () => this.clock);
	}

	/** Where each instruction finds its meaning: one look into the tables. */
	private binder(): Binder {
		return (instruction: Instruction) => {
			const semantic = meaningOf(instruction.name);
			if (semantic !== undefined) return {run: semantic, on: this.ops as never, alone: false};
			const system = SYSTEM.get(instruction.name);
			if (system === undefined) return undefined;
			return {run: system, on: this as never, alone: ALONE.has(instruction.name)};
		};
	}

	/** The current privilege level, 0 to 3. */
	get cpl(): number {
		return Number(this.cells[Cell.CPL]);
	}

	/** Changes the privilege level; what memory may be touched changes with it. */
	setCpl(cpl: number): void {
		if (cpl === this.cpl) return;
		this.change('cpl', Cell.CPL, BigInt(cpl), 'the code segment’s privilege level');
		this.modeChanged();
	}

	/** RFLAGS with all bits, the lazy ones worked out. */
	get rflags(): bigint {
		return this.lazy.all();
	}

	/** Sets all of RFLAGS; bits that don't exist are dropped. */
	setRflags(value: bigint, source: string): void {
		const before = this.rflags;
		const after = (value & RFLAGS_EXISTING) | RFLAGS_FIXED;
		this.cells[Cell.FLAG_KIND] = 0n;
		this.cells[Cell.RFLAGS] = after;
		this.effect('rflags', before, after, source);
		if (((before ^ after) & Flag.AC) !== 0n) this.modeChanged();
		this.updateAttention();
	}

	/** Steps plus the time that `hlt` let pass: what the timer and `rdtsc` count. */
	get clock(): bigint {
		return BigInt(this.steps) + this.cells[Cell.IDLE];
	}

	/** What `rdtsc` reads. */
	get timestamp(): bigint {
		return BigInt.asUintN(64, this.clock + this.cells[Cell.TSC_OFFSET]);
	}

	set timestamp(value: bigint) {
		this.cells[Cell.TSC_OFFSET] = BigInt.asUintN(64, value - this.clock);
	}

	/** Sets a cell and tells the hardware lane. */
	change(target: string, cell: number, value: bigint, source: string): void {
		const before = this.cells[cell];
		this.cells[cell] = value;
		this.effect(target, before, value, source);
	}

	/** Tells the hardware lane of a change. */
	effect(target: string, before: bigint, after: bigint, source: string): void {
		this.details?.effect({target, before, after, source});
	}

	/** Tells of something rare. */
	mark(mark: Mark): void {
		this.marks?.mark(mark);
	}

	/** Tells somebody who wants to know everything. */
	note(note: Note): void {
		this.details?.note?.(note);
	}

	/** Whether somebody wants to know everything: then each instruction takes the long way. */
	get tellsAll(): boolean {
		return this.details?.note !== undefined;
	}

	/** Whether somebody hears of each effect and access. */
	get tellsDetails(): boolean {
		return this.details !== undefined;
	}

	/** Runs an instruction, and tells it to whoever wants to know everything. */
	perform(instruction: Runnable): void {
		if (this.tellsAll) performTelling(this, instruction);
		else instruction.run(instruction.on, instruction);
	}

	/** Sets who hears of marks, and who hears of everything else. With a detail listener memory is slow. */
	listen(marks: MarkListener | undefined, details: DetailListener | undefined): void {
		this.marks = marks;
		if (this.details === details) return;
		this.details = details;
		this.linear.listener = details;
		this.paging.listener = details;
		this.segments.listener = details;
		this.ops.teller = this.tellsAll ? this.tellingOps : undefined;
		this.linear.dropShortcuts();
		this.updateAttention();
	}

	/** To be called after changes to CPL, AC or the guards in CR0 and CR4. */
	modeChanged(): void {
		this.linear.modeChanged();
	}

	/** Tells listeners of marks each time before an instruction at one of these addresses runs. */
	watch(addresses: ReadonlySet<bigint>): void {
		this.code.watch(addresses, address => this.mark({kind: 'reached', address}));
	}

	/** To be called when all translations may be stale. */
	translationsChanged(): void {
		this.paging.flush(true);
		this.note({kind: 'translations', scope: 'all', kept: false});
		this.linear.dropShortcuts();
	}

	/**
	 * To be called when TF, RF, IF, the interrupt shadow, cr8, pending interrupts or `hlt` have changed:
	 * finds out whether the run loop must look before each instruction.
	 */
	updateAttention(): void {
		const {cells} = this;
		const flags = cells[Cell.RFLAGS];
		this.attention =
			this.paused ||
			this.tellsAll ||
			(flags & (Flag.TF | Flag.RF)) !== 0n ||
			cells[Cell.SHADOW] !== 0n ||
			cells[Cell.HALTED] !== 0n ||
			cells[Cell.DEBUG_PENDING] !== 0n ||
			this.breakpoints.armed ||
			this.interrupts.next() !== undefined;
	}

	/** Asks for an interrupt as a device does: it is taken before the next instruction that allows it. */
	interrupt(vector: number): void {
		this.interrupts.request(vector);
		this.updateAttention();
	}

	/** Asks for a non-maskable interrupt. */
	interruptUnmasked(): void {
		this.interrupts.requestNmi();
		this.updateAttention();
	}

	/** To be called after changes to the debug registers or CR4.DE. */
	breakpointsChanged(): void {
		const {breakpoints, linear} = this;
		breakpoints.update();
		linear.watch(breakpoints.watchesData ? (address, bytes, write) => breakpoints.access(address, bytes, write) : undefined);
		this.updateAttention();
	}

	/** Makes the current run come back after this step: for listeners that want to look at the machine. */
	pause(): void {
		this.paused = true;
		this.attention = true;
	}

	/** Ends the run after the current instruction. */
	stop(stop: Stop): void {
		this.stopped ??= stop;
	}

	/** To be called when the cells were written from outside, by a loader or a snapshot. */
	stateReplaced(): void {
		this.modeChanged();
		this.translationsChanged();
		this.paging.enterSpace(currentPcid(this), true);
		this.timer.update();
		this.breakpointsChanged();
	}
}
