import {expect, test} from 'vitest';
import type {Machine} from '../../source/machine/machine.js';
import {type Edit, Timeline} from '../../source/trace/timeline.js';
import {bootText, fingerprint} from '../support/machines.js';
import {Prng} from '../support/prng.js';
import {HELLO, program} from '../support/programs.js';
import {randomProgram} from '../support/random-programs.js';

const MEMORY = {memory: 4 * 1024 * 1024};

/** Where a linear address lies in memory. */
const physical = (machine: Machine, address: bigint): number => (machine.cpu.paging.peek(address)?.physical ?? 0) + Number(address & 0xfffn);

/** An edit at a step. */
type EditAt = readonly [step: number, edit: Edit];

/** Fingerprints at some steps of a machine that only ever goes forwards, edited where it is to be. */
function directly(text: string, steps: readonly number[], edits: readonly EditAt[] = []): ReadonlyMap<number, string> {
	const machine = bootText(text, MEMORY);
	const found = new Map<number, string>();
	for (const goal of [...new Set([...steps, ...edits.map(([step]) => step)])].sort((a, b) => a - b)) {
		machine.run(goal - machine.steps);
		for (const [step, edit] of edits) if (step === goal) edit(machine);
		if (edits.some(([step]) => step === goal)) machine.cpu.stateReplaced();
		found.set(goal, fingerprint(machine));
	}

	return found;
}

/** Random steps up to a last one, with the places at which a timeline changes epochs among them. */
function randomSteps(random: Prng, count: number, last: number, interval: number): number[] {
	return Array.from({length: count}, () => {
		if (random.once(3)) return Math.min(last, random.below(Math.floor(last / interval) + 1) * interval + random.pick([-1, 0, 1].filter(near => near >= 0 || last > interval)));
		return random.below(last + 1);
	}).map(step => Math.max(0, step));
}

test.each([
	[1, 100],
	[2, 333],
	[3, 1000],
	[4, 5000],
	[5, 1],
	[6, 7],
])('any step of random program %i can be gone to exactly, with epochs of %i steps', (seed, interval) => {
	const random = new Prng(seed);
	const last = interval < 10 ? 900 : 4000;
	const steps = randomSteps(random, 25, last, interval);
	const expected = directly(randomProgram(seed), steps);
	const timeline = new Timeline(bootText(randomProgram(seed), MEMORY), interval);
	timeline.run(last);
	expect(steps.map(step => {
		timeline.seek(step);
		return fingerprint(timeline.machine);
	})).toEqual(steps.map(step => expected.get(step)));
	expect([timeline.length, timeline.end]).toEqual([last, undefined]);
});

test('a timeline that is run on in pieces, looked at and taken back in between, is the same run', () => {
	const random = new Prng(11);
	const text = randomProgram(11);
	const timeline = new Timeline(bootText(text, MEMORY), 250);
	const visits: {readonly step: number; readonly state: string}[] = [];
	for (let round = 0; round < 25; round++) {
		timeline.seek(timeline.length);
		timeline.run(1 + random.below(200));
		timeline.seek(random.below(timeline.length + 1));
		visits.push({step: timeline.step, state: fingerprint(timeline.machine)});
	}

	const expected = directly(text, visits.map(({step}) => step));
	expect(visits.map(({state}) => state)).toEqual(visits.map(({step}) => expected.get(step)));
});

test.each([20, 21, 22])('edits in the past begin other runs, and those can be gone through as exactly (seed %i)', seed => {
	const random = new Prng(seed);
	const text = randomProgram(seed);
	const timeline = new Timeline(bootText(text, MEMORY), 300);
	timeline.run(3000);
	let edits: EditAt[] = [];
	for (let round = 0; round < 4; round++) {
		const step = 700 + random.below(2000);
		const value = random.word();
		const edit: Edit = machine => machine.setRegister('r14', value);
		edits = [...edits.filter(([earlier]) => earlier <= step), [step, edit]];
		timeline.seek(step);
		timeline.edit(edit);
		expect([timeline.step, timeline.length]).toEqual([step, step]);
		timeline.run(3000 - step);
		const steps = [...randomSteps(random, 6, 3000, 300), ...edits.map(([at]) => at), step - 1, step + 1];
		const expected = directly(text, steps, edits);
		expect(steps.map(at => {
			timeline.seek(at);
			return fingerprint(timeline.machine);
		})).toEqual(steps.map(at => expected.get(at)));
	}
});

test('several edits at one step are made in their order', () => {
	const timeline = new Timeline(bootText(program('again: nop\njmp again'), MEMORY), 100);
	timeline.run(3000);
	timeline.seek(2950);
	timeline.edit(machine => machine.setRegister('rbx', 1n));
	timeline.edit(machine => machine.setRegister('rbx', machine.register('rbx') + 1n));
	timeline.run(20);
	const values = [2940, 2950, 2960, 2949, 2950].map(step => {
		timeline.seek(step);
		return timeline.machine.register('rbx');
	});
	expect(values).toEqual([0n, 2n, 2n, 0n, 2n]);
});

test('an edit of memory and one of code hold in the run from there on, and not before', () => {
	const text = program('again: nop\nnop\nmovq data(%rip), %rbx\njmp again', '.data\ndata: .quad 5');
	const timeline = new Timeline(bootText(text, MEMORY), 64);
	timeline.run(3000);
	timeline.seek(2700);
	const before = fingerprint(timeline.machine);
	timeline.edit(machine => {
		machine.memory.write(physical(machine, 0x40_2000n), 64, 77n);
		// The two nops become movb $0x55, %cl.
		machine.memory.writeBytes(physical(machine, 0x40_1000n), Uint8Array.of(0xb1, 0x55));
	});
	const edited = fingerprint(timeline.machine);
	timeline.run(60);
	expect([timeline.machine.register('rbx'), timeline.machine.register('rcx')]).toEqual([77n, 0x55n]);
	const later = fingerprint(timeline.machine);
	timeline.seek(2699);
	expect([timeline.machine.register('rbx'), timeline.machine.register('rcx')]).toEqual([5n, 0n]);
	timeline.seek(2700);
	expect(fingerprint(timeline.machine)).toBe(edited);
	expect(edited).not.toBe(before);
	timeline.seek(2760);
	expect(fingerprint(timeline.machine)).toBe(later);
});

test('a run of 300,000 steps is gone through as exactly, with the epochs that it has by itself', () => {
	const text = randomProgram(30);
	const steps = [300_000, 0, 299_999, 650, 200_000, 199_999, 200_001, 123_456, 250_000, 300_000];
	const expected = directly(text, steps);
	const timeline = new Timeline(bootText(text, MEMORY));
	timeline.run(300_000);
	expect(steps.map(step => {
		timeline.seek(step);
		return fingerprint(timeline.machine);
	})).toEqual(steps.map(step => expected.get(step)));
});

test('what was printed goes back with the run', () => {
	const timeline = new Timeline(bootText(HELLO, MEMORY), 100);
	timeline.run(100_000);
	const {serial} = timeline.machine;
	const end = timeline.length;
	const printed = Array.from({length: end + 1}, (_, step) => end - step).map(step => {
		timeline.seek(step);
		return Buffer.from(serial.output).toString();
	});
	expect([...new Set(printed)]).toEqual(Array.from({length: 13}, (_, count) => 'hello world\n'.slice(0, 12 - count)));
});

test('steps before the beginning and behind the end are the first and the last', () => {
	const timeline = new Timeline(bootText(HELLO, MEMORY));
	timeline.run(100_000);
	const {length} = timeline;
	timeline.seek(-5);
	expect(timeline.step).toBe(0);
	timeline.seek(length + 1000);
	expect([timeline.step, timeline.length]).toEqual([length, length]);
});

/** Ends of a run, each by the bytes of code that stand where the kernel should begin. */
test.each([
	['hlt with interrupts off', [0xf4], {kind: 'halted'}],
	['an exception without a handler', [0x0f, 0x0b], {kind: 'triple-fault'}],
	['the power switch', [0xb0, 0x05, 0xe6, 0xf4], {kind: 'power-off', status: 5}],
	['a far return to 32-bit code', [0x6a, 0x08, 0x6a, 0x00, 0xcb], {kind: 'triple-fault'}],
])('the end by %s is known after going back and forth', (_what, code, end) => {
	const machine = bootText(HELLO, MEMORY);
	machine.memory.writeBytes(physical(machine, machine.rip), Uint8Array.from(code));
	const timeline = new Timeline(machine, 2);
	const stop = timeline.run(100);
	const {length} = timeline;
	expect(stop).toMatchObject(end);
	for (const step of [0, length, Math.max(0, length - 1), length]) {
		timeline.seek(step);
		expect([timeline.step, timeline.length, timeline.end]).toEqual([step, length, stop]);
	}

	expect([timeline.run(5), timeline.length]).toEqual([stop, length]);
	timeline.seek(0);
	timeline.edit(guest => guest.memory.writeBytes(physical(guest, guest.rip), Uint8Array.of(0x90, 0x90, 0x90)));
	expect([timeline.end, timeline.length, timeline.run(2), timeline.end]).toEqual([undefined, 0, undefined, undefined]);
});

test('what was gone back over is gone ahead over without running it again', () => {
	const timeline = new Timeline(bootText(randomProgram(41), MEMORY), 1000);
	timeline.run(60_000);
	const state = fingerprint(timeline.machine);
	timeline.seek(300);
	let steps = 0;
	const {machine} = timeline;
	const run = machine.run.bind(machine);
	machine.run = count => {
		steps += count;
		return run(count);
	};

	for (const goal of [59_500, 10_020, 40_900, 0, 60_000]) {
		steps = 0;
		timeline.seek(goal);
		expect([goal, timeline.step, steps <= 1000]).toEqual([goal, goal, true]);
	}

	expect(fingerprint(machine)).toBe(state);
});

test.each([42, 43])('where too much would be kept, epochs are joined: every step can still be gone to exactly (seed %i)', seed => {
	const random = new Prng(seed);
	const text = randomProgram(seed);
	const allowed = 1024 * 1024;
	// The epoch that is under way comes on top.
	const most = allowed + 40 * 4096;
	const timeline = new Timeline(bootText(text, MEMORY), 200, allowed);
	timeline.run(30_000);
	expect([timeline.bytesKept <= most, timeline.isJoined]).toEqual([true, true]);
	const steps = randomSteps(random, 30, 30_000, 200);
	const changed = 12_345;
	const edit: Edit = machine => machine.setRegister('r14', 99n);
	const visit = (): string[] => steps.map(step => {
		timeline.seek(step);
		return fingerprint(timeline.machine);
	});
	const expected = directly(text, steps);
	expect(visit()).toEqual(steps.map(step => expected.get(step)));
	timeline.seek(changed);
	timeline.edit(edit);
	timeline.run(30_000 - changed);
	const after = directly(text, steps, [[changed, edit]]);
	expect(visit()).toEqual(steps.map(step => after.get(step)));
	expect(timeline.bytesKept <= most).toBe(true);
});

test('going back costs the pages that were written, not the whole memory', () => {
	const timeline = new Timeline(bootText(randomProgram(40), MEMORY), 10_000);
	timeline.run(100_000);
	expect(timeline.bytesKept).toBeLessThan(10 * 40 * 4096);
});
