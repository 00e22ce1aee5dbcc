import {Flag} from './flags.js';
import {Cell} from './layout.js';
import {Vector} from './fault.js';

/** The first vector that devices may use; those below it belong to exceptions. */
export const FIRST_DEVICE_VECTOR = 32;

/** Vectors that devices may use: one bit each in the cell of pending interrupts. */
const DEVICE_VECTORS = 64;

/** What the shadow cell says of the next instruction. */
export const Shadow = {
	NONE: 0n,
	/** After `sti`: maskable interrupts wait. */
	INTERRUPTS: 1n,
	/** After a load of ss: all interrupts wait, and so do debug traps and breakpoints. */
	STACK: 2n,
} as const;

/** Bits of the cell for non-maskable interrupts. */
const Nmi = {PENDING: 1n, BLOCKED: 2n} as const;

/** Interrupts that wait to be taken. The one with the highest vector goes first. */
export class Interrupts {
	constructor(private readonly cells: BigUint64Array) {}

	/** A device asks for an interrupt. The processor must be told to look (see Processor.updateAttention). */
	request(vector: number): void {
		const bit = vector - FIRST_DEVICE_VECTOR;
		if (bit < 0 || bit >= DEVICE_VECTORS) throw new RangeError(`no device can use vector ${vector}: take one of 32 to 95`);
		this.cells[Cell.PENDING_INTERRUPTS] |= 1n << BigInt(bit);
	}

	/** Asks for a non-maskable interrupt. */
	requestNmi(): void {
		this.cells[Cell.NMI] |= Nmi.PENDING;
	}

	/** `iret` lets non-maskable interrupts come again. */
	unblockNmi(): void {
		this.cells[Cell.NMI] &= ~Nmi.BLOCKED;
	}

	/** Whether an interrupt of this vector would be taken: IF is set and the task priority (cr8) is below its class. */
	allows(vector: number): boolean {
		return (this.cells[Cell.RFLAGS] & Flag.IF) !== 0n && BigInt(vector >> 4) > this.cells[Cell.CR8];
	}

	/** The vector to take now, but for the shadow of an instruction; undefined if there is none. */
	next(): number | undefined {
		const {cells} = this;
		if (cells[Cell.NMI] === Nmi.PENDING) return Vector.NMI;
		const pending = cells[Cell.PENDING_INTERRUPTS];
		if (pending === 0n) return undefined;
		const vector = FIRST_DEVICE_VECTOR + pending.toString(2).length - 1;
		return this.allows(vector) ? vector : undefined;
	}

	/** Takes an interrupt off the list. */
	acknowledge(vector: number): void {
		if (vector === Vector.NMI) this.cells[Cell.NMI] = Nmi.BLOCKED;
		else this.cells[Cell.PENDING_INTERRUPTS] &= ~(1n << BigInt(vector - FIRST_DEVICE_VECTOR));
	}
}
