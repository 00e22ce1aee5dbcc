/** A small seeded generator of pseudo-random numbers (mulberry32), so that every run can be had again. */
export class Prng {
	private state: number;

	constructor(seed: number) {
		this.state = seed | 0;
	}

	/** 32 random bits. */
	bits(): number {
		this.state = (this.state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
		return (mixed ^ (mixed >>> 14)) >>> 0;
	}

	/** 64 random bits. */
	word(): bigint {
		return (BigInt(this.bits()) << 32n) | BigInt(this.bits());
	}

	/** A whole number from 0 up to, but not including, a limit. */
	below(limit: number): number {
		return this.bits() % limit;
	}

	/** True once in so many times. */
	once(times: number): boolean {
		return this.below(times) === 0;
	}

	/** One of some things. */
	pick<T>(things: readonly T[]): T {
		return things[this.below(things.length)];
	}
}
