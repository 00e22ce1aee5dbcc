import {expect, test} from 'vitest';
import {Fuzzer} from '../support/fuzz.js';

/** `npm run fuzz` runs many more. */
const CASES = 1000;

test('Random code on random machines leaves a defined state, the same however it is run', () => {
	const {problems, ends} = new Fuzzer(1).run(0, CASES);
	expect(problems).toEqual([]);
	expect([...ends.keys()]).toEqual(expect.arrayContaining(['goes on', 'halted', 'triple-fault']));
});
