import {Cell} from '../../machine/layout.js';
import type {Machine} from '../../machine/machine.js';
import {bitsOf, physicalOf, Unit} from './place.js';
import {CONSTANT, type FlowValue, type Origin, originOf} from './origin.js';

const BYTE = 0xffn;

/**
 * A machine as one instruction sees it while its flow is followed: what it has before the step, and over it what the
 * instruction has written so far. The machine itself is not touched.
 */
export class FlowState {
	/** The cells, as the instruction has left them so far. */
	readonly cells = new BigUint64Array(Cell.COUNT);
	/** Each unit that was written, and where its new content came from. */
	readonly writes = new Map<number, Origin>();
	/** Each unit whose content before the step was read. */
	readonly reads = new Set<number>();
	/** Linear addresses by which units of memory were reached. */
	readonly addresses = new Map<number, bigint>();
	/** Whether memory was touched that is not mapped: then the instruction faults. */
	reachesNothing = false;
	/** Bytes of memory that were written, by unit. */
	private readonly bytes = new Map<number, number>();
	/** Physical pages by linear page, for this instruction. */
	private readonly pages = new Map<bigint, number | undefined>();

	constructor(readonly machine: Machine) {}

	/** Begins with the machine as it stands. */
	begin(): void {
		this.cells.set(this.machine.cpu.cells);
		this.writes.clear();
		this.reads.clear();
		this.addresses.clear();
		this.bytes.clear();
		this.pages.clear();
		this.reachesNothing = false;
	}

	/** Where the content of a unit comes from, and that it was read. */
	look(unit: number): Origin {
		const written = this.writes.get(unit);
		if (written !== undefined) return written;
		this.reads.add(unit);
		return unit;
	}

	/** Origins of units that stand side by side. */
	lookAt(first: number, count: number): Origin[] {
		return Array.from({length: count}, (_, index) => this.look(first + index));
	}

	/** Notes where the new content of units comes from. */
	put(first: number, count: number, value: FlowValue): void {
		for (let index = 0; index < count; index++) this.writes.set(first + index, originOf(value, index));
	}

	/** Notes where flags come from: all of a mask from one place. */
	putFlags(mask: bigint, origin: Origin): void {
		for (const bit of bitsOf(mask)) this.writes.set(Unit.FLAGS + bit, origin);
	}

	/** Origins of flags, which are read. */
	lookAtFlags(mask: bigint): Origin[] {
		return bitsOf(mask).map(bit => this.look(Unit.FLAGS + bit));
	}

	private unitAt(address: bigint): number | undefined {
		const at = BigInt.asUintN(64, address);
		const page = at & ~0xfffn;
		if (!this.pages.has(page)) this.pages.set(page, physicalOf(this.machine, page));
		const physical = this.pages.get(page);
		if (physical === undefined) {
			this.reachesNothing = true;
			return undefined;
		}

		const unit = Unit.MEMORY + physical + Number(at & 0xfffn);
		this.addresses.set(unit, at);
		return unit;
	}

	/** Reads bytes at a linear address; where nothing is mapped, zeros. */
	load(address: bigint, count: number): FlowValue {
		const {ram} = this.machine.memory;
		let value = 0n;
		const bytes: Origin[] = [];
		for (let index = 0; index < count; index++) {
			const unit = this.unitAt(address + BigInt(index));
			bytes.push(unit === undefined ? CONSTANT : this.look(unit));
			if (unit !== undefined) value |= BigInt(this.bytes.get(unit) ?? ram[unit - Unit.MEMORY]) << BigInt(8 * index);
		}

		return {value, bytes};
	}

	/** Writes bytes at a linear address; where nothing is mapped, none. */
	store(address: bigint, count: number, value: FlowValue): void {
		for (let index = 0; index < count; index++) {
			const unit = this.unitAt(address + BigInt(index));
			if (unit === undefined) continue;
			this.bytes.set(unit, Number((value.value >> BigInt(8 * index)) & BYTE));
			this.writes.set(unit, originOf(value, index));
		}
	}
}
