/** A field of a register, a descriptor or a table's entry. */
export interface Field {
	readonly name: string;
	/** Which bits it is, as the manual writes them: `47:32`, or `9`. */
	readonly bits: string;
	/** Its value, shifted down to bit 0. */
	readonly value: bigint;
	/** What the value means here and now, in one sentence. */
	readonly sentence: string;
}

/** A value with its fields. */
export interface Decoded {
	/** The name that the manual has for it. */
	readonly name: string;
	/** Width in bits. */
	readonly bits: number;
	readonly value: bigint;
	/** What it is for, in one sentence. */
	readonly sentence: string;
	readonly fields: readonly Field[];
}

/** The bits of a value from `low` to `high`, both counted. */
export const bitsOf = (value: bigint, high: number, low: number): bigint => (value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);

/** A field of some bits. */
export function field(name: string, value: bigint, high: number, low: number, sentence: (value: bigint) => string): Field {
	const part = bitsOf(value, high, low);
	return {name, bits: high === low ? `${high}` : `${high}:${low}`, value: part, sentence: sentence(part)};
}

/** What a bit says when it is 1, and when it is 0. */
export type BitMeaning = readonly [one: string, zero: string];

const positionOf = (mask: bigint): number => mask.toString(2).length - 1;

/**
 * Fields for a register whose bits have names.
 * @param masks one bit for each name
 * @param meanings what each says
 */
export function bitFields<Name extends string>(value: bigint, masks: Readonly<Record<Name, bigint>>, meanings: Readonly<Record<Name, BitMeaning>>): Field[] {
	return (Object.keys(masks) as Name[])
		.sort((a, b) => positionOf(masks[a]) - positionOf(masks[b]))
		.map(name => field(name, value, positionOf(masks[name]), positionOf(masks[name]), bit => `${meanings[name][bit === 1n ? 0 : 1]}.`));
}
