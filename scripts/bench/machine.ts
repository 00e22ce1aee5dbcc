/** How fast the machine runs, alone and recorded. */
import process from 'node:process';
import {buildKernel} from '../../source/kernel/kernel.js';
import {boot} from '../../source/kernel/loader.js';
import type {Engine, Machine} from '../../source/machine/machine.js';
import {assemble} from '../../source/program/assemble.js';
import type {Image} from '../../source/program/image.js';
import {link} from '../../source/program/link.js';
import {Timeline} from '../../source/trace/timeline.js';
import {coldText, ENDLESS, MIX} from './programs.js';
import {type Figure, print} from './report.js';

/** Runs of each measurement; the best counts, since other work on the machine only ever slows one down. */
const RUNS = 5;

/** More steps than any of the programs takes. */
const ENOUGH = 1_000_000_000;

const imageOf = (text: string): Image => link([assemble({name: 'bench.s', text})]);

/** Seconds of processor time that something takes, the best of several runs. */
function best(run: () => void): number {
	let least = Infinity;
	for (let time = 0; time < RUNS; time++) {
		const before = process.cpuUsage();
		run();
		const {user, system} = process.cpuUsage(before);
		least = Math.min(least, (user + system) / 1e6);
	}

	return least;
}

interface Speed {
	readonly steps: number;
	readonly seconds: number;
}

/** Seconds and steps of a program: booting is not counted. */
function measure(image: Image, run: (machine: Machine) => void, engine: Engine = 'direct'): Speed {
	const kernel = buildKernel();
	let steps = 0;
	let seconds = Infinity;
	for (let time = 0; time < RUNS; time++) {
		const machine = boot(kernel, image, {engine});
		const before = process.cpuUsage();
		run(machine);
		const {user, system} = process.cpuUsage(before);
		seconds = Math.min(seconds, (user + system) / 1e6);
		({steps} = machine);
	}

	return {steps, seconds};
}

const mips = (speeds: readonly Speed[]): number =>
	speeds.reduce((sum, {steps}) => sum + steps, 0) / speeds.reduce((sum, {seconds}) => sum + seconds, 0) / 1e6;

/** The mix, alone, recorded and in plain JavaScript. */
function mix(): Figure[] {
	const alone: Speed[] = [];
	const recorded: Speed[] = [];
	const emitted: Speed[] = [];
	const emittedRecorded: Speed[] = [];
	let plain = 0;
	const figures: Figure[] = [];
	for (const program of MIX) {
		const image = imageOf(program.text);
		measure(image, machine => {
			const stop = machine.run(ENOUGH);
			const status = BigInt(stop?.kind === 'power-off' ? stop.status >> 8 : -1);
			const expected = program.plain() & 0xffn;
			if (status !== expected) throw new Error(`${program.name} ended with ${status}, JavaScript says ${expected}`);
		});
		// The check in the run above costs time of its own: the measured run has none.
		const speed = measure(image, machine => void machine.run(ENOUGH));
		alone.push(speed);
		recorded.push(measure(image, machine => void new Timeline(machine).run(ENOUGH)));
		emitted.push(measure(image, machine => void machine.run(ENOUGH), 'fast'));
		emittedRecorded.push(measure(image, machine => void new Timeline(machine).run(ENOUGH), 'fast'));
		const seconds = best(() => void program.plain());
		plain += seconds;
		figures.push({name: `  ${program.name}`, value: speed.steps / speed.seconds / 1e6, unit: 'MIPS', note: `${(speed.seconds / seconds).toFixed(0)} times the time of plain JavaScript`});
	}

	const seconds = alone.reduce((sum, speed) => sum + speed.seconds, 0);
	return [
		{name: 'mix', value: mips(alone), unit: 'MIPS', note: `goal 8; ${(seconds / plain).toFixed(0)} times the time of plain JavaScript with BigInt`},
		...figures,
		{name: 'mix, recorded', value: mips(recorded), unit: 'MIPS'},
		{name: 'cost of recording', value: (mips(alone) / mips(recorded) - 1) * 100, unit: '%', note: 'goal at most 25'},
		{name: 'mix, emitted interpreter', value: mips(emitted), unit: 'MIPS', note: `goal 300; ${(mips(emitted) / mips(alone)).toFixed(1)} times the direct backend`},
		{name: 'mix, emitted and recorded', value: mips(emittedRecorded), unit: 'MIPS', note: `${((mips(emitted) / mips(emittedRecorded) - 1) * 100).toFixed(0)} % slower; goal at most 10`},
	];
}

/** Code that is seen for the first time most of the time. */
function cold(): Figure[] {
	const image = imageOf(coldText(40_000, 20));
	const of = (engine: Engine): number => mips([measure(image, machine => void machine.run(ENOUGH), engine)]);
	return [
		{name: 'cold code', value: of('direct'), unit: 'MIPS', note: 'goal 1.5; 40,000 different instructions, 20 times'},
		{name: 'cold code, emitted interpreter', value: of('fast'), unit: 'MIPS', note: 'goal 3'},
	];
}

const LONG = 10_000_000;

/** A long recording: what it keeps, and how long a step back from its end takes. */
function long(): Figure[] {
	const machine = boot(buildKernel(), imageOf(ENDLESS));
	const timeline = new Timeline(machine);
	timeline.run(LONG - machine.steps);
	const kept = timeline.bytesKept / machine.steps;
	let worst = 0;
	best(() => {
		timeline.seek(LONG);
		const before = performance.now();
		timeline.seek(LONG - 1);
		worst = Math.max(worst, performance.now() - before);
	});
	return [
		{name: 'kept for going back', value: kept, unit: 'bytes a step', note: `over ${LONG.toLocaleString('en')} steps; goal at most 1`},
		{name: 'one step back from there', value: worst, unit: 'ms', note: 'the worst of several; goal under 50'},
		{name: 'resident memory', value: process.memoryUsage().rss / 2 ** 20, unit: 'MiB', note: 'with all of the above done; a machine of 64 MiB; goal under 200'},
	];
}

/** Prints everything about the machine. */
export function benchMachine(): void {
	print('The machine', [...mix(), ...cold(), ...long()]);
}
