import type {RecordedEdit} from '../edits.js';
import {Unit, registerUnits} from './place.js';
import type {Signature} from './signatures.js';

const REGISTERS = 16;

/** Registers and flags as masks: a bit a byte, a bit a flag. */
interface Masks {
	readonly general: ArrayLike<number>;
	readonly flags: number;
	readonly vectors: ArrayLike<number> | undefined;
}

/** What a signature writes. */
const writesOf = ({writes, flagWrites, vectors}: Signature): Masks => ({general: writes, flags: flagWrites, vectors: vectors?.writes});

/** What a signature reads. */
const readsOf = ({reads, flagReads, vectors}: Signature): Masks => ({general: reads, flags: flagReads, vectors: vectors?.reads});

/** Units that are looked for; those that were found are taken out. */
export class Units {
	private readonly general = new Uint8Array(REGISTERS);
	private readonly vectors = new Uint16Array(REGISTERS);
	private flags = 0;
	private readonly left: Set<number>;
	/** The bytes of memory among them, by physical address. */
	readonly memory = new Set<number>();

	constructor(units: Iterable<number>) {
		this.left = new Set(units);
		for (const unit of this.left) this.set(unit, true);
	}

	private set(unit: number, on: boolean): void {
		if (unit >= Unit.MEMORY) {
			if (on) this.memory.add(unit - Unit.MEMORY);
			else this.memory.delete(unit - Unit.MEMORY);
		} else if (unit >= Unit.FLAGS) {
			this.flags = on ? this.flags | (1 << (unit - Unit.FLAGS)) : this.flags & ~(1 << (unit - Unit.FLAGS));
		} else if (unit >= Unit.XMM) {
			const register = (unit - Unit.XMM) >> 4;
			this.vectors[register] = on ? this.vectors[register] | (1 << (unit & 15)) : this.vectors[register] & ~(1 << (unit & 15));
		} else if (unit < Unit.RIP) {
			this.general[unit >> 3] = on ? this.general[unit >> 3] | (1 << (unit & 7)) : this.general[unit >> 3] & ~(1 << (unit & 7));
		}
	}

	get isEmpty(): boolean {
		return this.left.size === 0;
	}

	/** Those that are left. */
	get all(): number[] {
		return [...this.left];
	}

	has(unit: number): boolean {
		return this.left.has(unit);
	}

	/** Takes units out. */
	remove(units: Iterable<number>): void {
		for (const unit of units) if (this.left.delete(unit)) this.set(unit, false);
	}

	/** Units of rip, which every step writes. */
	get rip(): number[] {
		return this.all.filter(unit => unit >= Unit.RIP && unit < Unit.XMM);
	}

	/** Which registers' bytes and flags a signature writes of these. */
	written(signature: Signature): number[] {
		return this.common(writesOf(signature));
	}

	/** Which registers' bytes and flags a signature reads of these. */
	read(signature: Signature): number[] {
		return this.common(readsOf(signature));
	}

	private common({general, flags, vectors}: Masks): number[] {
		const found: number[] = [];
		const take = (mask: number, first: number): void => {
			for (let rest = mask, unit = first; rest !== 0; rest >>>= 1, unit++) if ((rest & 1) !== 0) found.push(unit);
		};

		for (let register = 0; register < REGISTERS; register++) {
			take(this.general[register] & general[register], register * 8);
			if (vectors !== undefined) take(this.vectors[register] & vectors[register], Unit.XMM + register * 16);
		}

		take(this.flags & flags, Unit.FLAGS);
		return found;
	}

	/** Which of these a range of memory holds. */
	within(address: number, length: number): number[] {
		return [...this.memory].filter(at => at >= address && at < address + length).map(at => at + Unit.MEMORY);
	}

	/** Which of these an edit has changed: registers as a whole, flags one by one. */
	changedBy({registers, memory}: RecordedEdit): number[] {
		const changed = registers.flatMap(({name, before, after}) =>
			registerUnits({kind: 'register', name}).filter(unit => unit < Unit.FLAGS || (((before ^ after) >> BigInt(unit - Unit.FLAGS)) & 1n) !== 0n));
		return [...changed.filter(unit => this.has(unit)), ...memory.flatMap(({address, length}) => this.within(address, length))];
	}
}
