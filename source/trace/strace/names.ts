import {hex} from './scalars.js';
import type {Show} from './view.js';

/** Names of values, in the order in which they are looked through. */
export interface NameTable {
	readonly entries: readonly (readonly [name: string, value: bigint])[];
	/** What is written beside a value that has no name; empty for nothing. */
	readonly unknown: string;
	readonly byValue: ReadonlyMap<bigint, string>;
}

type Values = Readonly<Record<string, number | bigint>>;

/**
 * A table of names.
 *
 * @param unknown - What is written beside a value that none of them is for: `PROT_???`.
 */
export function names(unknown: string, values: Values): NameTable {
	const entries = Object.entries(values).map(([name, value]) => [name, BigInt(value)] as const);
	return {entries, unknown, byValue: new Map([...entries].reverse().map(([name, value]) => [value, name]))};
}

/** Names by value. */
export const byNumber = (values: Values): ReadonlyMap<number, string> => new Map(Object.entries(values).map(([name, value]) => [Number(value), name]));

/** Values that count up from `first`: one name after the other, a `-` for a number that has none. */
export const counted = (prefix: string, first: number, list: string): Values =>
	Object.fromEntries(list.split(' ').flatMap((name, index) => (name === '-' ? [] : [[prefix + name, first + index] as const])));

/** Flags of one bit each, from bit `first` on: one name after the other, a `-` for a bit that has none. */
export const bitByBit = (prefix: string, first: number, list: string): Values =>
	Object.fromEntries(list.split(' ').flatMap((name, index) => (name === '-' ? [] : [[prefix + name, 2 ** (first + index)] as const])));

const beside = (value: bigint, {unknown}: NameTable): string => (unknown === '' ? hex(value) : `${hex(value)} /* ${unknown} */`);

/** The names of the bits that are set, and what is left after them. */
export function splitFlags(value: bigint, {entries}: NameTable): {readonly found: readonly string[]; readonly rest: bigint} {
	const found: string[] = [];
	let rest = value;
	for (const [name, bits] of entries) {
		if (bits === 0n || (rest & bits) !== bits) continue;
		found.push(name);
		rest &= ~bits;
	}

	return {found, rest};
}

/** Flags joined by `|`; what no name is for follows as a number. */
export function flagsText(value: bigint, table: NameTable): string {
	if (value === 0n) return table.byValue.get(0n) ?? '0';
	const {found, rest} = splitFlags(value, table);
	if (found.length === 0) return beside(rest, table);
	return [...found, ...(rest === 0n ? [] : [hex(rest)])].join('|');
}

/** One of several names, or the number. */
export const choiceText = (value: bigint, table: NameTable): string => table.byValue.get(value) ?? beside(value, table);

/** A set of flags in the low bits of a value. */
export const flags = (table: NameTable, bits = 32): Show => value => flagsText(BigInt.asUintN(bits, value), table);

/** One of several constants in the low bits of a value. */
export const choice = (table: NameTable, bits = 32): Show => value => choiceText(BigInt.asUintN(bits, value), table);

/**
 * One of several constants in some bits of a value, and flags in the others.
 *
 * @param mask - The bits of the choice.
 */
export const choiceAndFlags = (choices: NameTable, mask: bigint, set: NameTable, bits = 32): Show => value => {
	const whole = BigInt.asUintN(bits, value);
	const others = whole & ~mask;
	return others === 0n ? choiceText(whole & mask, choices) : `${choiceText(whole & mask, choices)}|${flagsText(others, set)}`;
};
