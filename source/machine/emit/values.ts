import {SHARED_OFFSET, SharedWord} from '../layout.js';
import type {Label} from './wasm-code.js';

/** A number that the emitted code will have: in a local variable, or known already. */
export interface Value {
	readonly local: number;
	readonly constant?: bigint;
	/** The slot of a record that it came from. */
	readonly slot?: number;
	/** What it does not exceed, where that is known. */
	readonly limit?: bigint;
}

/** A truth value that the emitted code will have: in a local variable, or known already. */
export interface Condition {
	readonly local: number;
	readonly constant?: boolean;
}

/** A number that is known when the code is emitted. */
export const known = (constant: bigint): Value => ({local: -1, constant});

/** Numbers of the module's helping functions. */
export interface Helpers {
	readonly multiplyHigh: number;
	readonly carry: number;
	readonly word: number;
	readonly keepCarry: number;
	readonly settle: number;
	/** For each even condition code, by half of it. */
	readonly conditions: readonly number[];
}

/** Where the handlers' code finds what all of them share. */
export interface Surroundings {
	readonly helpers: Helpers;
	/** Local with the address of the record. */
	readonly record: number;
	/** Local with the offset of the translation cache's bank. */
	readonly bank: number;
	/** Where a handler goes that leaves its instruction to the direct backend. */
	readonly direct: Label;
}

/** How a handler ends. Where a jump goes is the slot of a record, or an address. */
export type Exit =
	| {readonly kind: 'next'}
	| {readonly kind: 'jump'; readonly to: bigint}
	| {readonly kind: 'branch'; readonly condition: Condition; readonly to: bigint}
	| {readonly kind: 'computed'; readonly target: Value};

/** An instruction that has to be left to the direct backend. */
export class Unemittable extends Error {}

/** Register numbers from here on mean: the register whose byte offset is in that slot. */
export const SLOT_REGISTER = 1000;

const SLOT_VALUE = 1n << 100n;
const SLOT_DISTANCE = 1n << 70n;

/** Stands for the number in a slot; whatever is computed from it is no such number any more. */
export const slotValue = (slot: number): bigint => SLOT_VALUE + BigInt(slot) * SLOT_DISTANCE;

/** The slot that a number stands for; undefined for an ordinary number. */
export function slotOf(value: bigint): number | undefined {
	if (value < SLOT_VALUE - SLOT_DISTANCE) return undefined;
	const rest = value - SLOT_VALUE;
	if (rest < 0n || rest % SLOT_DISTANCE !== 0n) throw new Unemittable('the meaning looks into a number that is the record’s');
	return Number(rest / SLOT_DISTANCE);
}

/** Byte offset of a cell. */
export const cellOffset = (cell: number): number => cell * 8;

/** Byte offset of a word that the module shares with its surroundings. */
export const sharedOffset = (word: keyof typeof SharedWord): number => SHARED_OFFSET + SharedWord[word];
