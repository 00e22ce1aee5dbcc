import {describe, expect, test} from 'vitest';
import {differencesAlong, hurry, ODD_SLICES} from '../../support/emitted-compare.js';
import {randomSignalProgram} from '../../support/emitted-programs.js';
import {bootText} from '../../support/machines.js';

const SEEDS = Array.from({length: 12}, (_, index) => 2000 + index);

describe('A random program under the kernel', () => {
	test.each(SEEDS)('passes through the same states on both backends, signals and system calls among them (%i)', seed => {
		hurry({slice: [97, 400, 1000][seed % 3], metBefore: 1});
		const text = randomSignalProgram(seed, {statements: 10 + (seed % 4) * 9});
		expect(differencesAlong(engine => bootText(text, {engine}), [...ODD_SLICES, 40_000, ...ODD_SLICES, 100_000, ...ODD_SLICES])).toEqual([]);
	});
});
