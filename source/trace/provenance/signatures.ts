import type {FlowState} from './flow-state.js';
import {Unit} from './place.js';

/** Which registers and flags a step reads and writes: bytes of registers and bits of RFLAGS, as masks. */
export interface Signature {
	/** For each general register a bit a byte. */
	readonly writes: Uint8Array;
	readonly reads: Uint8Array;
	readonly flagWrites: number;
	readonly flagReads: number;
	/** For each vector register a bit a byte; absent if it touches none. */
	readonly vectors?: {readonly writes: Uint16Array; readonly reads: Uint16Array} | undefined;
}

const REGISTERS = 16;

class Builder implements Signature {
	readonly writes = new Uint8Array(REGISTERS);
	readonly reads = new Uint8Array(REGISTERS);
	flagWrites = 0;
	flagReads = 0;
	vectors: {readonly writes: Uint16Array; readonly reads: Uint16Array} | undefined;

	private vector(): {readonly writes: Uint16Array; readonly reads: Uint16Array} {
		this.vectors ??= {writes: new Uint16Array(REGISTERS), reads: new Uint16Array(REGISTERS)};
		return this.vectors;
	}

	write(unit: number): void {
		if (unit < Unit.RIP) this.writes[unit >> 3] |= 1 << (unit & 7);
		else if (unit >= Unit.FLAGS && unit < Unit.MEMORY) this.flagWrites |= 1 << (unit - Unit.FLAGS);
		else if (unit >= Unit.XMM && unit < Unit.FLAGS) this.vector().writes[(unit - Unit.XMM) >> 4] |= 1 << (unit & 15);
	}

	read(unit: number): void {
		if (unit < Unit.RIP) this.reads[unit >> 3] |= 1 << (unit & 7);
		else if (unit >= Unit.FLAGS && unit < Unit.MEMORY) this.flagReads |= 1 << (unit - Unit.FLAGS);
		else if (unit >= Unit.XMM && unit < Unit.FLAGS) this.vector().reads[(unit - Unit.XMM) >> 4] |= 1 << (unit & 15);
	}

	add(other: Signature): void {
		for (let register = 0; register < REGISTERS; register++) {
			this.writes[register] |= other.writes[register];
			this.reads[register] |= other.reads[register];
			if (other.vectors === undefined) continue;
			this.vector().writes[register] |= other.vectors.writes[register];
			this.vector().reads[register] |= other.vectors.reads[register];
		}

		this.flagWrites |= other.flagWrites;
		this.flagReads |= other.flagReads;
	}
}

const mix = (hash: number, value: number): number => (Math.imul(hash, 31) + value) | 0;

function hashOf({writes, reads, flagWrites, flagReads, vectors}: Signature): number {
	let hash = mix(flagWrites, flagReads);
	for (let register = 0; register < REGISTERS; register++) {
		hash = mix(mix(hash, writes[register]), reads[register]);
		if (vectors !== undefined) hash = mix(mix(hash, vectors.writes[register]), vectors.reads[register]);
	}

	return hash;
}

const sameMasks = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
	for (let register = 0; register < REGISTERS; register++) if (a[register] !== b[register]) return false;
	return true;
};

function areEqual(a: Signature, b: Signature): boolean {
	if (a.flagWrites !== b.flagWrites || a.flagReads !== b.flagReads || !sameMasks(a.writes, b.writes) || !sameMasks(a.reads, b.reads)) return false;
	if (a.vectors === undefined || b.vectors === undefined) return a.vectors === b.vectors;
	return sameMasks(a.vectors.writes, b.vectors.writes) && sameMasks(a.vectors.reads, b.vectors.reads);
}

/** The number of the signature of a step that touches no register and no flag. */
export const NOTHING = 0;

/** The signatures of steps, each kept once and known by its number. */
export class SignatureTable {
	/** By number. */
	readonly rows: Signature[] = [];
	/** Numbers of signatures that have a hash in common. */
	private readonly numbers = new Map<number, number[]>();
	private readonly unions = new Map<string, number>();

	constructor() {
		this.number(new Builder());
	}

	private number(signature: Signature): number {
		const hash = hashOf(signature);
		const candidates = this.numbers.get(hash) ?? [];
		const known = candidates.find(number => areEqual(this.rows[number], signature));
		if (known !== undefined) return known;
		const number = this.rows.push(signature) - 1;
		this.numbers.set(hash, [...candidates, number]);
		return number;
	}

	/** The number of what an instruction does that has been followed. */
	of(state: FlowState): number {
		return this.ofUnits(state.writes.keys(), state.reads);
	}

	/** The number of writes and reads of units. */
	ofUnits(writes: Iterable<number>, reads: Iterable<number>): number {
		const builder = new Builder();
		for (const unit of writes) builder.write(unit);
		for (const unit of reads) builder.read(unit);
		return this.number(builder);
	}

	/** The number of what two signatures do together. */
	union(a: number, b: number): number {
		if (a === b || b === NOTHING) return a;
		const key = `${a} ${b}`;
		const known = this.unions.get(key);
		if (known !== undefined) return known;
		const builder = new Builder();
		builder.add(this.rows[a]);
		builder.add(this.rows[b]);
		const number = this.number(builder);
		this.unions.set(key, number);
		return number;
	}
}
