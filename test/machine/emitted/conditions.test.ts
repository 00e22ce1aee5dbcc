import {describe, expect, test, vi} from 'vitest';
import {conditionsGuest, SETTERS} from '../../support/emitted-setters.js';

/** Setters of one program. */
const AT_ONCE = 12;

/** Programs after which the shapes of all of them would be too many for a module. */
const PROGRAMS_OF_MODULES = 5;

const programs = Array.from({length: Math.ceil(SETTERS.length / AT_ONCE)}, (_, number) => SETTERS.slice(number * AT_ONCE, (number + 1) * AT_ONCE));

describe('Each condition', () => {
	test.each(programs.map((setters, number) => [setters[0].replaceAll('\n', '; '), number] as const))('is answered alike after %s, and after what comes next in the list', async (_, number) => {
		if (number % PROGRAMS_OF_MODULES === 0) vi.resetModules();
		const {differencesToEnd, hurry} = await import('../../support/emitted-compare.js');
		const {emittedGuest} = await import('../../support/emitted-guest.js');
		hurry({slice: 400, metBefore: 2, wantedBefore: 3000});
		const text = conditionsGuest(programs[number]);
		expect(differencesToEnd(engine => emittedGuest(engine, text), [1, 63, 64, 65, 399, 12_345, 10_001, 20_000, 30_003, 50_000, 77_777])).toEqual([]);
	}, 60_000);
});
