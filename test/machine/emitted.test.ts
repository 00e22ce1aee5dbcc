import {readdirSync} from 'node:fs';
import path from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {buildKernel} from '../../source/kernel/kernel.js';
import {boot} from '../../source/kernel/loader.js';
import {EmittedInterpreter} from '../../source/machine/emit/index.js';
import type {Engine} from '../../source/machine/machine.js';
import {Timeline} from '../../source/trace/timeline.js';
import {Fuzzer} from '../support/fuzz.js';
import {bootText, fingerprint, imageOf} from '../support/machines.js';
import {randomProgram} from '../support/random-programs.js';
import {readCases, VectorRunner} from '../support/vectors.js';

const usual = {...EmittedInterpreter.eagerness};

/** Makes the interpreter take over after so many blocks, and learn new shapes after so many instructions without. */
const hurry = (blocksBefore: number, wantedBefore: number): void => {
	Object.assign(EmittedInterpreter.eagerness, {blocksBefore, wantedBefore, timesBefore: 0, slice: 400, metBefore: 2});
};

afterEach(() => {
	Object.assign(EmittedInterpreter.eagerness, usual);
});

const vectors = path.join(import.meta.dirname, '..', 'vectors');
const files = readdirSync(vectors).filter(file => file.endsWith('.gz') && !/^(?:extra-)?(?:sse|x87)/.test(file));

test('recorded cases of a real processor end alike when emitted code runs every shape among them', () => {
	const runner = new VectorRunner('fast');
	const cases = files.flatMap(file => readCases(path.join(vectors, file)).filter((_, index) => index % 4 === 0));
	// The first time round, their shapes become known.
	hurry(0, Infinity);
	for (const one of cases) runner.run(one);
	hurry(0, 0);
	const machine = runner.prepare(cases[0]);
	machine.run(10);
	hurry(0, Infinity);
	const wrong = cases.flatMap(one => runner.run(one).map(difference => `${one.asm}: ${difference}`));
	expect(wrong).toEqual([]);
}, 120_000);

test('random code in random modes ends in the same state on both backends', () => {
	hurry(50, 300);
	expect(new Fuzzer(9, 'fast').run(0, 1200).problems).toEqual([]);
}, 120_000);

const run = (engine: Engine, seed: number, slices: readonly number[]): string[] => {
	const machine = bootText(randomProgram(seed), {engine});
	return slices.map(steps => {
		machine.run(steps);
		return fingerprint(machine);
	});
};

describe('A random program under the kernel', () => {
	// Faults in the kernel, timer interrupts, single steps of AC and DF, and code that changes itself.
	test.each([1, 2, 3])('passes through the same states on both backends (%i)', seed => {
		hurry(20, 500);
		const slices = [40_000, 1, 63, 64, 65, 12_345, 60_000];
		expect(run('fast', seed, slices)).toEqual(run('direct', seed, slices));
	}, 60_000);

	test('can be gone back and forth in, recorded', () => {
		hurry(20, 500);
		const states = (engine: Engine): string[] => {
			const timeline = new Timeline(bootText(randomProgram(4), {engine}), 7000);
			timeline.run(50_000);
			return [50_000, 1234, 30_001, 29_999, 50_000].map(step => {
				timeline.seek(step);
				return fingerprint(timeline.machine);
			});
		};

		expect(states('fast')).toEqual(states('direct'));
	}, 60_000);
});

test('emitted code does most of the work once it has taken over', () => {
	hurry(20, 100);
	const machine = boot(buildKernel(), imageOf('.globl _start\n_start: incq %rax\naddq %rax, %rbx\njmp _start'), {memory: 8 * 1024 * 1024, engine: 'fast'});
	machine.run(20_000);
	let direct = 0;
	const {ops} = machine.cpu;
	const noteFlags = ops.noteFlags.bind(ops);
	ops.noteFlags = (...flags) => {
		direct++;
		noteFlags(...flags);
	};

	machine.run(30_000);
	expect(direct).toBeLessThan(1000);
});
