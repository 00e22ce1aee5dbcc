/** Bits of a seed's state. */
const WORD = 64;

/** SplitMix64 (Steele, Lea and Flood, 2014): the next state, and a number made of it. */
function next(state: bigint): readonly [state: bigint, number: bigint] {
	const moved = BigInt.asUintN(WORD, state + 0x9e37_79b9_7f4a_7c15n);
	let mixed = moved;
	mixed = BigInt.asUintN(WORD, (mixed ^ (mixed >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
	mixed = BigInt.asUintN(WORD, (mixed ^ (mixed >> 27n)) * 0x94d0_49bb_1331_11ebn);
	return [moved, mixed ^ (mixed >> 31n)];
}

/** FNV-1a over a text: names give different numbers of the same seed. */
function hash(text: string): bigint {
	let value = 0xcbf2_9ce4_8422_2325n;
	for (const byte of new TextEncoder().encode(text)) value = BigInt.asUintN(WORD, (value ^ BigInt(byte)) * 0x100_0000_01b3n);
	return value;
}

/** A number of 64 bits that a seed gives for a name. */
export const numberFor = (seed: bigint, name: string): bigint => next(BigInt.asUintN(WORD, seed) ^ hash(name))[1];

/** A list in an order that a seed gives for a name. */
export function shuffle<T>(items: readonly T[], seed: bigint, name: string): T[] {
	let state = numberFor(seed, name);
	const shuffled = [...items];
	for (let left = shuffled.length; left > 1; left--) {
		const [moved, number] = next(state);
		state = moved;
		const chosen = Number(number % BigInt(left));
		[shuffled[left - 1], shuffled[chosen]] = [shuffled[chosen], shuffled[left - 1]];
	}

	return shuffled;
}
