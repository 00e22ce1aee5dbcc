import {describe, expect, test} from 'vitest';
import {differencesAlong, hurry, ODD_SLICES} from '../../support/emitted-compare.js';
import {emittedGuest} from '../../support/emitted-guest.js';
import {randomGuest, type SurroundingOptions} from '../../support/emitted-programs.js';

/** Seeds from a number on. */
const seeds = (first: number, count: number): number[] => Array.from({length: count}, (_, index) => first + index);

const SLICES = [...ODD_SLICES, 40_000, ...ODD_SLICES, 60_000, ...ODD_SLICES];

/** Steps after which the interpreter comes back, which also decides what is compiled: differently for each seed. */
const INTERPRETER_SLICES = [97, 37, 400, 1000, 150];

function compare(seed: number, options: SurroundingOptions): string[] {
	hurry({slice: INTERPRETER_SLICES[seed % INTERPRETER_SLICES.length], metBefore: 1});
	const text = randomGuest(seed, {statements: 10 + (seed % 5) * 9, ...options});
	return differencesAlong(engine => emittedGuest(engine, text, {unguarded: options.ring === 0}), SLICES);
}

describe('A random program passes through the same states on both backends', () => {
	test.each(seeds(1000, 8))('in ring 3 (%i)', seed => {
		expect(compare(seed, {faults: false})).toEqual([]);
	});

	test.each(seeds(1100, 8))('in ring 3, with faults (%i)', seed => {
		expect(compare(seed, {})).toEqual([]);
	});

	test.each(seeds(1200, 6))('in ring 0, with faults (%i)', seed => {
		expect(compare(seed, {ring: 0})).toEqual([]);
	});

	test.each(seeds(1300, 8))('in ring 3, with faults and a timer (%i)', seed => {
		expect(compare(seed, {period: 211 + 97 * (seed % 40)})).toEqual([]);
	});
});
