import type {Block, Runnable} from './code-cache.js';
import {deliver, type Delivery, Origin, TripleFault} from './exceptions.js';
import {Fault, NotImplemented, Vector} from './fault.js';
import {Flag} from './flags.js';
import {Cell} from './layout.js';
import type {Processor} from './processor.js';
import {type Stop, StopSignal} from './stop.js';

/** DR6: a single step (SDM vol. 3B, 17.2.3). */
const DR6_SINGLE_STEP = 1n << 14n;

/**
 * Makes a processor go. A step is one instruction, done or tried: a fault that an instruction raises is delivered in
 * its step. The delivery of an interrupt is a step of its own.
 */
export class RunLoop {
	/** The instruction that is being run, for the address of its fault. */
	private current: Runnable | undefined;

	constructor(private readonly cpu: Processor) {}

	/**
	 * Runs at most `count` steps.
	 * @returns why the machine stands still, if it does
	 */
	run(count: number): Stop | undefined {
		const {cpu} = this;
		const end = cpu.steps + count;
		cpu.paused = false;
		cpu.updateAttention();
		while (cpu.stopped === undefined && cpu.steps < end && !cpu.paused) {
			try {
				if (cpu.attention || end - cpu.steps === 1) {
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

	/** The fast way: whole blocks, while nothing asks for attention. */
	private blocks(end: number): void {
		const {cpu} = this;
		const {cells} = cpu;
		while (!cpu.attention && cpu.stopped === undefined) {
			const left = end - cpu.steps;
			if (left <= 0) return;
			this.current = undefined;
			this.block(cpu.code.block(cells[Cell.RIP]), left);
		}
	}

	private block(block: Block, left: number): void {
		const {cpu} = this;
		const {cells} = cpu;
		const {instructions} = block;
		const count = Math.min(instructions.length, left);
		for (let index = 0; index < count; index++) {
			const instruction = instructions[index];
			this.current = instruction;
			cells[Cell.RIP] = instruction.next;
			instruction.run(instruction.on, instruction);
			cpu.steps++;
			if (!block.valid) return;
		}
	}

	/** One step with everything that may happen between two instructions. False if the machine waits for ever. */
	private careful(): boolean {
		const {cpu} = this;
		const {cells} = cpu;
		const shadow = cells[Cell.SHADOW] !== 0n;
		if (!shadow && this.interrupt()) return true;
		if (cells[Cell.HALTED] !== 0n) return false;
		const traps = (cells[Cell.RFLAGS] & Flag.TF) !== 0n;
		cells[Cell.SHADOW] = 0n;
		if (shadow) cpu.updateAttention();
		this.current = undefined;
		const instruction = cpu.code.instruction(cells[Cell.RIP]);
		this.current = instruction;
		cells[Cell.RIP] = instruction.next;
		instruction.run(instruction.on, instruction);
		cpu.steps++;
		if (traps) this.trap();
		return true;
	}

	/** Takes the pending interrupt with the highest vector, if interrupts are on. */
	private interrupt(): boolean {
		const {cpu} = this;
		const {cells} = cpu;
		const pending = cells[Cell.PENDING_INTERRUPTS];
		if (pending === 0n || (cells[Cell.RFLAGS] & Flag.IF) === 0n) return false;
		const bit = BigInt(pending.toString(2).length - 1);
		cells[Cell.PENDING_INTERRUPTS] = pending & ~(1n << bit);
		cells[Cell.HALTED] = 0n;
		cpu.steps++;
		this.raise({vector: FIRST_DEVICE_VECTOR + Number(bit), origin: Origin.EXTERNAL, returnAddress: cells[Cell.RIP]});
		cpu.updateAttention();
		return true;
	}

	/** #DB after an instruction that began with TF set. */
	private trap(): void {
		const {cpu} = this;
		cpu.change('dr6', Cell.DR6, cpu.cells[Cell.DR6] | DR6_SINGLE_STEP, 'BS: a single step');
		this.raise({vector: Vector.DB, origin: Origin.HARDWARE, returnAddress: cpu.cells[Cell.RIP]});
	}

	/** What an instruction threw: a fault goes to the guest, the end of the run is noted, the rest is our own mistake. */
	private mend(error: unknown): void {
		const {cpu} = this;
		const address = this.current?.address ?? cpu.cells[Cell.RIP];
		cpu.cells[Cell.RIP] = address;
		if (error instanceof Fault) {
			cpu.steps++;
			this.raise({vector: error.vector, errorCode: error.errorCode, address: error.address, origin: Origin.HARDWARE, returnAddress: address});
		} else if (error instanceof NotImplemented) {
			cpu.stop({kind: 'not-implemented', mnemonic: error.mnemonic, address: error.address});
		} else if (error instanceof StopSignal) {
			cpu.steps++;
			cpu.stop(error.stop);
		} else {
			throw error;
		}
	}

	/** Delivers an exception; a triple fault ends the run. */
	private raise(delivery: Delivery): void {
		const {cpu} = this;
		try {
			deliver(cpu, delivery);
		} catch (error) {
			if (!(error instanceof TripleFault)) throw error;
			cpu.stop({kind: 'triple-fault', chain: error.chain, address: delivery.returnAddress});
		}
	}
}

/** Vectors below this one belong to exceptions. */
const FIRST_DEVICE_VECTOR = 32;
