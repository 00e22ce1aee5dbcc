import {Port} from './devices.js';
import {FIRST_DEVICE_VECTOR, type Interrupts} from './interrupts.js';
import {Cell} from './layout.js';
import type {PortDevice} from './ports.js';

/** The vector of the timer's interrupt. */
export const TIMER_VECTOR = FIRST_DEVICE_VECTOR;

/** The timer's two 32-bit registers, as offsets from its first port. */
export const TimerRegister = {
	/** Writing n asks for an interrupt every n steps, counted from the one that writes; 0 switches the timer off. Reads n. */
	PERIOD: 0,
	/** Writing n asks for one interrupt after n steps, counted likewise; 0 switches the timer off. Reads the steps left. */
	ONCE: 4,
} as const;

/** The deadline of a timer that is off. */
export const NEVER = 0xffff_ffff_ffff_ffffn;

/** A timer that counts the machine's clock: steps, and the time that `hlt` lets pass. */
export class Timer implements PortDevice {
	/** The step before which the run loop must look at the timer. */
	horizon = Infinity;

	constructor(
		private readonly cells: BigUint64Array,
		private readonly interrupts: Interrupts,
		private readonly clock: () => bigint,
	) {}

	private get deadline(): bigint {
		return this.cells[Cell.TIMER_DEADLINE];
	}

	private set deadline(value: bigint) {
		this.cells[Cell.TIMER_DEADLINE] = value;
		this.update();
	}

	/** To be called when the deadline's cell, or that of idle time, was written from outside. */
	update(): void {
		this.horizon = this.deadline === NEVER ? Infinity : Number(this.deadline - this.cells[Cell.IDLE]);
	}

	/** To be called at the horizon: asks for the interrupt and sets the next deadline. */
	expire(): void {
		const period = this.cells[Cell.TIMER_PERIOD];
		this.interrupts.request(TIMER_VECTOR);
		this.deadline = period === 0n ? NEVER : this.clock() + period;
	}

	/** Lets time pass up to the deadline, for a processor that waits. False if nothing will come. */
	skip(): boolean {
		if (this.deadline === NEVER || !this.interrupts.allows(TIMER_VECTOR)) return false;
		const left = this.deadline - this.clock();
		if (left > 0n) this.cells[Cell.IDLE] += left;
		this.expire();
		return true;
	}

	read(port: number): number {
		switch (port - Port.TIMER) {
			case TimerRegister.PERIOD:
				return Number(this.cells[Cell.TIMER_PERIOD]);
			case TimerRegister.ONCE:
				return this.deadline === NEVER ? 0 : Number(this.deadline - this.clock());
			default:
				return 0;
		}
	}

	write(port: number, _bits: number, value: number): void {
		const register = port - Port.TIMER;
		if (register !== TimerRegister.PERIOD && register !== TimerRegister.ONCE) return;
		this.cells[Cell.TIMER_PERIOD] = register === TimerRegister.PERIOD ? BigInt(value) : 0n;
		this.deadline = value === 0 ? NEVER : this.clock() + BigInt(value);
	}
}
