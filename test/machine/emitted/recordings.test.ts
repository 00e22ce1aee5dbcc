import {describe, expect, test} from 'vitest';
import {buildKernel} from '../../../source/kernel/kernel.js';
import type {Engine, Machine} from '../../../source/machine/machine.js';
import {collectDetail, type StepDetail} from '../../../source/trace/detail.js';
import {Recording} from '../../../source/trace/recording.js';
import {Timeline} from '../../../source/trace/timeline.js';
import {differences, hurry} from '../../support/emitted-compare.js';
import {emittedGuest} from '../../support/emitted-guest.js';
import {randomGuest, randomSignalProgram} from '../../support/emitted-programs.js';
import {bootText} from '../../support/machines.js';
import {Prng} from '../../support/prng.js';

hurry({slice: 97, metBefore: 1, wantedBefore: 500});

/** Random steps of a run to go to, back and forth. */
function goals(seed: number, length: number): number[] {
	const random = new Prng(seed);
	return Array.from({length: 14}, () => (random.once(4) ? length - random.below(3) : random.below(length)));
}

const timelineOf = (machine: Machine, interval: number, length: number): Timeline => {
	const timeline = new Timeline(machine, interval);
	timeline.run(length);
	return timeline;
};

describe('A timeline', () => {
	test.each([1, 2, 3, 4])('takes a program under the kernel to the same states, back and forth (%i)', seed => {
		const text = randomSignalProgram(3000 + seed, {statements: 20});
		const length = 60_000;
		const [direct, fast] = (['direct', 'fast'] as const).map(engine => timelineOf(bootText(text, {engine}), 1500 + 701 * seed, length));
		for (const goal of goals(seed, length)) {
			direct.seek(goal);
			fast.seek(goal);
			expect(differences(direct.machine, fast.machine)).toEqual([]);
			expect(fast.step).toBe(direct.step);
		}
	});

	test.each([1, 2, 3])('takes a guest with a timer to the same states, and states on the way back are those on the way there (%i)', seed => {
		const text = randomGuest(3100 + seed, {period: 501});
		const length = 50_000;
		const [direct, fast] = (['direct', 'fast'] as const).map(engine => timelineOf(emittedGuest(engine, text), 997, length));
		for (const goal of goals(seed, length)) {
			direct.seek(goal);
			fast.seek(goal);
			expect(differences(direct.machine, fast.machine)).toEqual([]);
			// The same steps once more, by a machine that has never gone back.
			const straight = emittedGuest('fast', text);
			straight.run(goal);
			expect(differences(straight, fast.machine)).toEqual([]);
		}
	});

	test('goes on in the same way after an edit in the middle', () => {
		const text = randomSignalProgram(3201, {statements: 20});
		const [direct, fast] = (['direct', 'fast'] as const).map(engine => timelineOf(bootText(text, {engine}), 2003, 40_000));
		for (const timeline of [direct, fast]) {
			timeline.seek(21_111);
			timeline.edit(machine => machine.setRegister('r14', 0x1234n));
			timeline.run(30_000);
		}

		expect(differences(direct.machine, fast.machine)).toEqual([]);
		for (const goal of [21_110, 21_111, 21_112, 50_000, 30_001, 20_000]) {
			direct.seek(goal);
			fast.seek(goal);
			expect(differences(direct.machine, fast.machine)).toEqual([]);
		}
	});
});

const recordingOf = (engine: Engine, text: string, watch: 'everything' | 'calls'): Recording => {
	const recording = new Recording(bootText(text, {engine}), buildKernel(), {interval: 3001, watch});
	recording.advance(60_000);
	return recording;
};

describe('A recording', () => {
	test.each([['everything', 4], ['everything', 5], ['calls', 6], ['calls', 7]] as const)('of %s has the same events (%i)', (watch, seed) => {
		const text = randomSignalProgram(3300 + seed, {statements: 20});
		const direct = recordingOf('direct', text, watch);
		const fast = recordingOf('fast', text, watch);
		expect(fast.events).toEqual(direct.events);
		expect(direct.events.length).toBeGreaterThan(10);
		expect(differences(direct.machine, fast.machine)).toEqual([]);
	});

	test('tells the same details of steps anywhere in it', () => {
		const text = randomSignalProgram(3401, {statements: 20});
		const direct = recordingOf('direct', text, 'everything');
		const fast = recordingOf('fast', text, 'everything');
		for (const goal of goals(9, direct.length - 20)) {
			for (let step = goal; step < goal + 6; step++) expect(fast.detail(step)).toEqual(direct.detail(step));
		}
	});

	test('told to a hearer of everything says the same in the middle of a hot loop', () => {
		const text = randomGuest(3501, {period: 301});
		const told = (engine: Engine): StepDetail[] => {
			const machine = emittedGuest(engine, text);
			return [2000, 777, 5000, 64, 10_000].flatMap(slice => {
				machine.run(slice);
				const details = Array.from({length: 40}, () => collectDetail(machine, () => machine.run(1)));
				machine.listen();
				return details;
			});
		};

		expect(told('fast')).toEqual(told('direct'));
	});

	test('hears the same marks while hot loops run', () => {
		const text = randomGuest(3502, {period: 301});
		const heard = (engine: Engine): string[] => {
			const machine = emittedGuest(engine, text);
			const marks: string[] = [];
			machine.listen({mark: mark => marks.push(`${machine.steps} ${JSON.stringify(mark, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`)});
			machine.run(60_000);
			return marks;
		};

		const direct = heard('direct');
		expect(direct.length).toBeGreaterThan(100);
		expect(heard('fast')).toEqual(direct);
	});
});
