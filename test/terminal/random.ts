/** Random choices that are the same in every run (mulberry32). */
export class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed;
	}

	/** At least 0, less than 1. */
	next(): number {
		this.#state = (this.#state + 0x6D_2B_79_F5) | 0;
		let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	/** A whole number from `low` to `high`, both included. */
	between(low: number, high: number): number {
		return low + Math.floor(this.next() * (high - low + 1));
	}

	pick<Value>(values: readonly Value[]): Value {
		return values[this.between(0, values.length - 1)];
	}

	list<Value>(length: number, make: () => Value): readonly Value[] {
		return Array.from({length}, make);
	}
}

/** Graphemes of two cells, of several code points, or both. */
export const wide: readonly string[] = ['漢', '字', '😀', '👩‍👩‍👧', '🇫🇷', 'é', 'e\u0301', '한'];

const simple = ['a', 'b', 'cd', ' ', '   ', '─', '│', '→', '0x7f', 'λ', '✓'];
const styles = ['31', '32', '1', '2', '22', '7', '27', '39', '0', '', '1;34', '38;5;208', '48;2;1;2;3', '49', '4', '24', '38;2;9;8;7;1', '44', '91', '3', '23', '9', '29', '53'];

/** A line of text with styles, which may be left open at its end, and with some of the `unusual` pieces. */
export function randomLine(random: Random, pieces: number, unusual: readonly string[] = []): string {
	return random.list(pieces, () => {
		const kind = random.next();
		if (kind < 0.35) {
			return `\u001B[${random.pick(styles)}m`;
		}

		return kind < 0.5 && unusual.length > 0 ? random.pick(unusual) : random.pick(simple);
	}).join('');
}
