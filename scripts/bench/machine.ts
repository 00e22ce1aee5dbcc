/** How fast the machine runs, alone and recorded. */
import process from 'node:process';
import {buildKernel} from '../../source/kernel/kernel.js';
import {boot} from '../../source/kernel/loader.js';
import {EmittedInterpreter} from '../../source/machine/emit/index.js';
import type {Engine, Machine} from '../../source/machine/machine.js';
import {assemble} from '../../source/program/assemble.js';
import type {Image} from '../../source/program/image.js';
import {link} from '../../source/program/link.js';
import {Timeline} from '../../source/trace/timeline.js';
import {type BenchProgram, coldText, ENDLESS, longer, MIX} from './programs.js';
import {type Figure, print} from './report.js';

/** Runs of each measurement; the best counts, since other work on the machine only ever slows one down. */
const RUNS = 5;

/** More steps than any of the programs takes. */
const ENOUGH = 10_000_000_000;

/** How many times as long the programs of the mix are for emitted code: so that it is not the beginning that is measured. */
const EMITTED_FACTOR = 60;

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

/** What is done with a machine while it is measured. */
type Way = (machine: Machine) => void;

const alone: Way = machine => void machine.run(ENOUGH);
const recorded: Way = machine => void new Timeline(machine).run(ENOUGH);

/** Seconds and steps of one run of a program: booting is not counted. */
function once(image: Image, way: Way, engine: Engine): Speed {
	const machine = boot(buildKernel(), image, {engine});
	const before = process.cpuUsage();
	way(machine);
	const {user, system} = process.cpuUsage(before);
	return {steps: machine.steps, seconds: (user + system) / 1e6};
}

/** The best of several runs of a program in each of some ways, which take turns: so that what slows down meets all of them. */
function compared(image: Image, ways: readonly Way[], engine: Engine): Speed[] {
	const rounds = Array.from({length: RUNS}, () => ways.map(way => once(image, way, engine)));
	return ways.map((_, index) => rounds.map(speeds => speeds[index]).reduce((one, other) => (other.seconds < one.seconds ? other : one)));
}

const measure = (image: Image, way: Way, engine: Engine = 'direct'): Speed => compared(image, [way], engine)[0];

const mips = (speeds: readonly Speed[]): number =>
	speeds.reduce((sum, {steps}) => sum + steps, 0) / speeds.reduce((sum, {seconds}) => sum + seconds, 0) / 1e6;

/** A program of the mix on the direct backend, checked against the same work in JavaScript. */
function checked({name, text, plain}: BenchProgram): Speed {
	const image = imageOf(text);
	measure(image, machine => {
		const stop = machine.run(ENOUGH);
		const status = BigInt(stop?.kind === 'power-off' ? stop.status >> 8 : -1);
		const expected = plain() & 0xffn;
		if (status !== expected) throw new Error(`${name} ended with ${status}, JavaScript says ${expected}`);
	});
	// The check in the run above costs time of its own: the measured run has none.
	return measure(image, alone);
}

/** How much longer recorded runs take than others. */
const costOfRecording = (pairs: readonly Speed[][], goal: number): Figure =>
	({name: '  cost of recording', value: (mips(pairs.map(([one]) => one)) / mips(pairs.map(([, other]) => other)) - 1) * 100, unit: '%', note: `goal at most ${goal}`});

/** The mix on the direct backend, alone, recorded and in plain JavaScript. */
function directMix(): Figure[] {
	const seconds = MIX.map(({plain}) => best(() => void plain()));
	const speeds = MIX.map(program => checked(program));
	const pairs = MIX.map(({text}) => compared(imageOf(text), [alone, recorded], 'direct'));
	const total = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0);
	return [
		{name: 'mix, direct backend', value: mips(speeds), unit: 'MIPS', note: `goal 8; ${(total(speeds.map(speed => speed.seconds)) / total(seconds)).toFixed(0)} times the time of plain JavaScript with BigInt`},
		...MIX.map(({name}, index) => ({name: `  ${name}`, value: mips([speeds[index]]), unit: 'MIPS', note: `${(speeds[index].seconds / seconds[index]).toFixed(0)} times the time of plain JavaScript`})),
		costOfRecording(pairs, 25),
	];
}

/** The mix with emitted code, longer: by the switch alone, and with regions. */
function emittedMix(): Figure[] {
	const images = MIX.map(({text}) => imageOf(longer(text, EMITTED_FACTOR)));
	const pairs = (): Speed[][] => images.map(image => compared(image, [alone, recorded], 'fast'));
	const speed = (all: readonly Speed[][]): number => mips(all.map(([one]) => one));
	const {eagerness} = EmittedInterpreter;
	const {metBefore} = eagerness;
	eagerness.metBefore = Infinity;
	const switched = pairs();
	eagerness.metBefore = metBefore;
	const regions = pairs();
	return [
		{name: 'mix, emitted switch', value: speed(switched), unit: 'MIPS', note: `goal 300; programs ${EMITTED_FACTOR} times as long, here and below`},
		costOfRecording(switched, 10),
		{name: 'mix, switch and regions', value: speed(regions), unit: 'MIPS', note: `${(speed(regions) / speed(switched)).toFixed(1)} times the switch alone`},
		...MIX.map(({name}, index) => ({name: `  ${name}`, value: mips([regions[index][0]]), unit: 'MIPS'})),
		costOfRecording(regions, 10),
	];
}

/** A long run: its memory does not grow. */
function lasting(): Figure[] {
	const machine = boot(buildKernel(), imageOf(ENDLESS), {engine: 'fast'});
	machine.run(LASTING / 10);
	const early = process.memoryUsage().rss;
	const before = process.cpuUsage();
	machine.run(LASTING - machine.steps);
	const {user, system} = process.cpuUsage(before);
	return [{
		name: 'growth of resident memory', value: (process.memoryUsage().rss - early) / 2 ** 20, unit: 'MiB',
		note: `from step ${(LASTING / 10).toLocaleString('en')} to ${LASTING.toLocaleString('en')}, which took ${((user + system) / 1e6).toFixed(1)} s`,
	}];
}

/** Code that is seen for the first time most of the time. */
function cold(): Figure[] {
	const image = imageOf(coldText(40_000, 20));
	const of = (engine: Engine): number => mips([measure(image, alone, engine)]);
	return [
		{name: 'cold code', value: of('direct'), unit: 'MIPS', note: 'goal 1.5; 40,000 different instructions, 20 times'},
		{name: 'cold code, emitted interpreter', value: of('fast'), unit: 'MIPS', note: 'goal 3'},
	];
}

const LONG = 10_000_000;

const LASTING = 1_000_000_000;

/** A long recording: what it keeps, and how long a step back from its end takes. */
function long(engine: Engine, goal: number): Figure[] {
	const machine = boot(buildKernel(), imageOf(ENDLESS), {engine});
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
		{name: `kept for going back, ${engine}`, value: kept, unit: 'bytes a step', note: `over ${LONG.toLocaleString('en')} steps; goal at most 1`},
		{name: '  one step back from there', value: worst, unit: 'ms', note: `the worst of several; goal under ${goal}`},
	];
}

/** Prints everything about the machine. */
export function benchMachine(): void {
	const figures = [...directMix(), ...emittedMix(), ...cold(), ...long('direct', 50), ...long('fast', 20)];
	const resident = {name: 'resident memory', value: process.memoryUsage().rss / 2 ** 20, unit: 'MiB', note: 'with all of the above done; machines of 64 MiB; goal under 200'};
	print('The machine', [...figures, resident, ...lasting()]);
}
