import {Dr6, Dr7} from './breakpoints.js';
import type {Block} from './code-cache.js';
import type {EmittedInterpreter} from './emit/index.js';
import {deliver, type Delivery, Origin, TripleFault} from './exceptions.js';
import {Fault, NotImplemented, Vector} from './fault.js';
import {Flag} from './flags.js';
import {Shadow} from './interrupts.js';
import {Cell} from './layout.js';
import type {Processor} from './processor.js';
import {type Stop, StopSignal} from './stop.js';

/**
 * Instructions that the TF with which they began does not make trap: ways into a handler, which clear it; and the fast
 * system calls, after which the new TF decides (they note the trap themselves).
 */
const NEVER_STEPPED = new Set(['int', 'int3', 'int1', 'syscall', 'sysret', 'sysretq']);

/**
 * Makes a processor go. A step is one instruction, done or tried: a fault that an instruction raises is delivered in
 * its step, and so is a trap. The delivery of an interrupt is a step of its own.
 */
export class RunLoop {
	/**
	 * @param cpu the processor
	 * @param fast the emitted interpreter, for blocks that it has; without it the direct backend does all
	 */
	constructor(
		private readonly cpu: Processor,
		private readonly fast: EmittedInterpreter | undefined,
	) {}

	/**
	 * Runs at most `count` steps.
	 * @returns why the machine stands still, if it does
	 */
	run(count: number): Stop | undefined {
		const {cpu} = this;
		const end = cpu.steps + count;
		cpu.paused = false;
		cpu.updateAttention();
		while (cpu.stopped === undefined && cpu.steps < end && !this.paused()) {
			try {
				if (cpu.attention || end - cpu.steps === 1 || cpu.steps >= cpu.timer.horizon) {
					if (!this.careful()) return {kind: 'halted'};
				} else {
					this.blocks(end);
				}
			} catch (error) {
				this.mend(error);
			}
		}

		return cpu.stopped;
	}

	/** Whether a listener has asked for a pause meanwhile. */
	private paused(): boolean {
		return this.cpu.paused;
	}

	/** The fast way: whole blocks, while nothing asks for attention. */
	private blocks(end: number): void {
		const {cpu} = this;
		const {cells} = cpu;
		const fast = cpu.tellsDetails ? undefined : this.fast;
		let block: Block | undefined;
		while (!cpu.attention && cpu.stopped === undefined) {
			const left = Math.min(end, cpu.timer.horizon) - cpu.steps;
			if (left <= 0) return;
			cpu.current = undefined;
			if (fast?.run(left) === true) {
				block = undefined;
				continue;
			}

			block = cpu.code.follow(block, cells[Cell.RIP]);
			this.block(block, left);
		}
	}

	private block(block: Block, left: number): void {
		const {cpu} = this;
		const {cells} = cpu;
		const {instructions} = block;
		const last = Math.min(instructions.length, left) - 1;
		// Only the last instruction can go elsewhere or look at rip; a fault takes rip from the instruction.
		for (let index = 0; index < last; index++) {
			const instruction = instructions[index];
			this.cpu.current = instruction;
			instruction.run(instruction.on, instruction);
			cpu.steps++;
			if (!block.valid) {
				cells[Cell.RIP] = instruction.next;
				return;
			}
		}

		const instruction = instructions[last];
		this.cpu.current = instruction;
		cells[Cell.RIP] = instruction.next;
		instruction.run(instruction.on, instruction);
		cpu.steps++;
	}

	/**
	 * One step with everything that may happen between two instructions, in the order of the manual (SDM vol. 3A, table
	 * 6-2): traps, interrupts, the instruction's breakpoint, the instruction. False if the machine waits for ever.
	 */
	private careful(): boolean {
		const {cpu} = this;
		const {cells} = cpu;
		if (cpu.steps >= cpu.timer.horizon) cpu.timer.expire();
		this.cpu.current = undefined;
		const shadow = cells[Cell.SHADOW];
		if (shadow !== Shadow.STACK && (this.leftTrap() || this.interrupt(shadow))) return true;
		if (cells[Cell.HALTED] !== 0n) return cpu.timer.skip() && this.interrupt(shadow);
		cells[Cell.SHADOW] = Shadow.NONE;
		if (shadow !== Shadow.STACK && this.breakpoint()) return true;
		this.instruction();
		cpu.updateAttention();
		return true;
	}

	private instruction(): void {
		const {cpu} = this;
		const {cells} = cpu;
		const instruction = cpu.code.instruction(cells[Cell.RIP]);
		this.cpu.current = instruction;
		const stepped = (cells[Cell.RFLAGS] & Flag.TF) !== 0n;
		// RF covers one instruction; those that set it again do so as they end.
		if ((cells[Cell.RFLAGS] & Flag.RF) !== 0n) this.dropResume();
		cells[Cell.RIP] = instruction.next;
		cpu.perform(instruction);
		cpu.steps++;
		if (cells[Cell.SHADOW] !== Shadow.STACK && !NEVER_STEPPED.has(instruction.name)) this.trap(stepped ? Dr6.BS : 0n);
	}

	private dropResume(): void {
		const {cpu} = this;
		const before = cpu.rflags;
		cpu.cells[Cell.RFLAGS] &= ~Flag.RF;
		cpu.note({kind: 'flags', before, after: cpu.rflags, source: 'RF covers one instruction only'});
	}

	/** Takes the next interrupt, unless the last instruction holds it back. */
	private interrupt(shadow: bigint): boolean {
		const {cpu} = this;
		const vector = cpu.interrupts.next();
		if (vector === undefined || (shadow !== Shadow.NONE && vector !== Vector.NMI)) return false;
		cpu.interrupts.acknowledge(vector);
		cpu.steps++;
		this.raise({vector, origin: Origin.EXTERNAL, returnAddress: cpu.cells[Cell.RIP], resume: false});
		return true;
	}

	/** #DB before an instruction at which a breakpoint stands. */
	private breakpoint(): boolean {
		const {cpu} = this;
		const {cells} = cpu;
		if ((cells[Cell.RFLAGS] & Flag.RF) !== 0n) return false;
		const matched = cpu.breakpoints.execution(cells[Cell.RIP]);
		if (matched === 0n) return false;
		cpu.steps++;
		this.debug(matched);
		return true;
	}

	/** #DB after an instruction: a single step, or data breakpoints that its accesses matched. */
	private trap(step: bigint): void {
		const {cells} = this.cpu;
		const reasons = step | cells[Cell.DEBUG_PENDING];
		if (reasons === 0n) return;
		this.debug(reasons);
	}

	/** #DB that was noted on the way into the kernel or out of it: a step of its own. */
	private leftTrap(): boolean {
		const {cpu} = this;
		if (cpu.cells[Cell.DEBUG_PENDING] === 0n) return false;
		cpu.steps++;
		this.trap(0n);
		return true;
	}

	private debug(reasons: bigint): void {
		const {cpu} = this;
		cpu.cells[Cell.DEBUG_PENDING] = 0n;
		cpu.change('dr6', Cell.DR6, cpu.cells[Cell.DR6] | reasons, 'what the debug exception is for');
		this.raise({vector: Vector.DB, origin: Origin.HARDWARE, returnAddress: cpu.cells[Cell.RIP], resume: false});
	}

	/** What an instruction threw: a fault goes to the guest, the end of the run is noted, the rest is our own mistake. */
	private mend(error: unknown): void {
		const {cpu} = this;
		const address = this.cpu.current?.address ?? cpu.cells[Cell.RIP];
		this.goBack(address);
		if (error instanceof Fault) {
			cpu.steps++;
			// What the instruction touched before it failed does not count.
			cpu.cells[Cell.DEBUG_PENDING] = 0n;
			const {vector, errorCode, address: faulting, reason} = error;
			this.raise({vector, errorCode, address: faulting, reason, origin: Origin.HARDWARE, returnAddress: address, resume: true});
		} else if (error instanceof NotImplemented) {
			cpu.stop({kind: 'not-implemented', mnemonic: error.mnemonic, address: error.address});
		} else if (error instanceof StopSignal) {
			cpu.steps++;
			cpu.stop(error.stop);
		} else if (error instanceof TripleFault) {
			cpu.steps++;
			cpu.stop({kind: 'triple-fault', chain: error.chain, address});
		} else {
			throw error;
		}
	}

	/** An instruction that could not be done is where the run goes on: rip points at it again. */
	private goBack(address: bigint): void {
		const {cells} = this.cpu;
		const before = cells[Cell.RIP];
		cells[Cell.RIP] = address;
		if (before !== address) this.cpu.note({kind: 'restart', before, after: address});
	}

	/** Delivers an exception; a triple fault ends the run. */
	private raise(delivery: Delivery): void {
		const {cpu} = this;
		const {cells} = cpu;
		cells[Cell.HALTED] = 0n;
		cells[Cell.SHADOW] = Shadow.NONE;
		if (delivery.vector === Vector.DB && (cells[Cell.DR7] & Dr7.GD) !== 0n) cpu.change('dr7', Cell.DR7, cells[Cell.DR7] & ~Dr7.GD, 'GD cleared, so that the handler may touch debug registers');
		try {
			deliver(cpu, delivery);
		} catch (error) {
			if (!(error instanceof TripleFault)) throw error;
			cpu.stop({kind: 'triple-fault', chain: error.chain, address: delivery.returnAddress});
		}

		cpu.updateAttention();
	}
}
