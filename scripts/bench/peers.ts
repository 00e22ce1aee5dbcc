/** How fast other emulators, and the host's processor, run the very bytes that the machine runs. */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {buildKernel} from '../../source/kernel/kernel.js';
import {boot} from '../../source/kernel/loader.js';
import {executableOf} from '../../source/lab/guest-files.js';
import {assemble} from '../../source/program/assemble.js';
import type {Image} from '../../source/program/image.js';
import {link} from '../../source/program/link.js';
import {longer, MIX} from './programs.js';
import {type Figure, print} from './report.js';

const unicornScript = path.join(import.meta.dirname, '..', '..', '..', 'scripts', 'bench', 'unicorn-run.py');

/** Runs of each program; the best counts. */
const RUNS = 5;

/** How many times more often than in the mix each program repeats its work: some hundred million steps. */
const FACTOR = 100;

/** Runs of each program in one measurement of the host's own processor, which takes some milliseconds for one. */
const NATIVE_TIMES = 20;

/** More steps than any of the programs takes. */
const ENOUGH = 10_000_000_000;

/** Ends at once. What it takes is the cost of starting, and is taken off from what the others take. */
const EMPTY = '\t.globl\t_start\n_start:\tmovl\t$231, %eax\n\txorl\t%edi, %edi\n\tsyscall\n';

/** A program in both forms in which it is run. */
interface Guest {
	readonly name: string;
	readonly image: Image;
	/** The path of an executable with the image's bytes. */
	readonly file: string;
	/** What its exit status must be. */
	readonly status: number;
}

/** What one run took, in seconds of processor time, and how it ended. */
interface Run {
	readonly seconds: number;
	readonly status: number;
}

/** Something that runs x86-64 programs. */
interface Runner {
	readonly name: string;
	readonly run: (guest: Guest) => Run;
}

/** Another program, or the host itself, that may be absent. */
interface Peer {
	readonly name: string;
	/** The ways in which it runs programs; none where it is absent. */
	readonly runners: readonly Runner[];
	/** Why it is absent, and what to do about that. */
	readonly remedy: string;
}

function guest(folder: string, name: string, text: string, status: bigint): Guest {
	const image = link([assemble({name: `${name}.s`, text})]);
	const file = path.join(folder, name);
	writeFileSync(file, executableOf(image), {mode: 0o755});
	return {name, image, file, status: Number(status & 0xffn)};
}

/** The machine with its emitted interpreter, and the steps that it took, by program. */
function machineRunner(steps: Map<Guest, number>): Runner {
	const kernel = buildKernel();
	return {
		name: 'emitted interpreter',
		run: program => {
			const machine = boot(kernel, program.image, {engine: 'fast'});
			const before = process.cpuUsage();
			const stop = machine.run(ENOUGH);
			const {user, system} = process.cpuUsage(before);
			steps.set(program, machine.steps);
			return {seconds: (user + system) / 1e6, status: stop?.kind === 'power-off' ? stop.status >> 8 : -1};
		},
	};
}

/** Seconds in a line that bash's `times` prints: user and system time as minutes and seconds. */
function secondsOf(line: string): number {
	return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

/**
 * A command that runs an executable. Node does not tell what a child used, but bash does, in the second line of `times`;
 * other shells count hundredths of a second.
 *
 * @param times how often one measurement runs it, where a single run is too short for milliseconds
 */
function commandRunner(name: string, command: readonly string[], times = 1): Runner {
	return {
		name,
		run: ({file}) => {
			const script = `for ((i = 0; i < ${times}; i++)); do "$@"; status=$?; done; echo $status; times`;
			const {stdout, error} = spawnSync('bash', ['-c', script, 'bash', ...command, file], {encoding: 'utf8', env: {...process.env, LC_ALL: 'C'}});
			if (error !== undefined) throw new Error(`bash, which measures ${name}, could not be started: ${error.message}`);
			const [status, , children = ''] = stdout.split('\n');
			return {seconds: secondsOf(children) / times, status: Number(status)};
		},
	};
}

/** Unicorn, driven by a script that measures the emulation alone. */
function unicornRunner(name: string, python: string, options: readonly string[]): Runner {
	return {
		name,
		run: ({file}) => {
			const {stdout, stderr} = spawnSync(python, [unicornScript, file, ...options], {encoding: 'utf8'});
			const [seconds, status = Number.NaN] = stdout.split(' ').map(Number);
			if (Number.isNaN(status)) throw new Error(`${name} could not run ${file}: ${stderr}`);
			return {seconds, status};
		},
	};
}

/** A command and what it printed. */
interface Answer {
	readonly command: string;
	readonly text: string;
}

/** The first command of several that succeeds with some arguments. */
function firstAnswer(commands: readonly string[], parameters: readonly string[]): Answer | undefined {
	for (const command of commands) {
		const {status, stdout} = spawnSync(command, parameters, {encoding: 'utf8'});
		if (status === 0) return {command, text: stdout};
	}

	return undefined;
}

function findQemu(): Peer {
	const found = firstAnswer(['qemu-x86_64', 'qemu-x86_64-static'], ['--version']);
	const name = `qemu-x86_64 ${/version ([\d.]+)/.exec(found?.text ?? '')?.at(1) ?? ''}`.trim();
	return {name, runners: found === undefined ? [] : [commandRunner(name, [found.command])], remedy: 'not installed (apt-get install qemu-user)'};
}

/** Prints the version, and the ways to run besides the usual one. */
const ASK_UNICORN = 'import unicorn; print(unicorn.__version__, "virtual" if hasattr(unicorn.Uc, "ctl_set_tlb_mode") else "")';

function findUnicorn(): Peer {
	// A distribution's package serves the distribution's Python, which need not be the first one in PATH.
	const pythons = [...(process.env.PYTHON === undefined ? [] : [process.env.PYTHON]), 'python3', '/usr/bin/python3'];
	const found = firstAnswer(pythons, ['-c', ASK_UNICORN]);
	const remedy = 'not installed (apt-get install python3-unicorn, or pip install unicorn)';
	if (found === undefined) return {name: 'unicorn', runners: [], remedy};
	const [version, ...ways] = found.text.trim().split(' ');
	const name = `unicorn ${version}`;
	return {name, runners: [unicornRunner(name, found.command, []), ...ways.map(way => unicornRunner(`${name}, ${way} TLB`, found.command, [way]))], remedy};
}

function findNative(): Peer {
	const here = process.platform === 'linux' && process.arch === 'x64';
	return {name: 'native', runners: here ? [commandRunner('native', [], NATIVE_TIMES)] : [], remedy: 'this host is not Linux on x86-64'};
}

/** The least seconds of each runner for a program. They take turns, so that other work on the host slows all of them. */
function race(runners: readonly Runner[], program: Guest): Map<Runner, number> {
	const best = new Map<Runner, number>();
	for (let time = 0; time < RUNS; time++) {
		for (const runner of runners) {
			const {seconds, status} = runner.run(program);
			if (status !== program.status) throw new Error(`${program.name} ended with ${status} in ${runner.name}, JavaScript says ${program.status}`);
			best.set(runner, Math.min(best.get(runner) ?? Infinity, seconds));
		}
	}

	return best;
}

/** Seconds of a runner for each program of the mix, without those for starting. */
type Times = ReadonlyMap<Runner, readonly number[]>;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** One line: steps a second over all of the mix, and how that compares with the machine's. */
function figure(runner: Runner, ours: Runner, times: Times, steps: readonly number[]): Figure {
	const [theirs, own] = [times.get(runner) ?? [], times.get(ours) ?? []];
	const speed = {name: runner.name, value: sum(steps) / sum(theirs) / 1e6, unit: 'MIPS'};
	if (runner === ours) return {...speed, note: `${Math.round(sum(steps) / 1e6).toLocaleString('en')} million steps; starting is not counted, here and below`};
	const each = MIX.map(({name}, index) => `${name} ${(own[index] / theirs[index]).toFixed(2)}`);
	return {...speed, note: `${(sum(own) / sum(theirs)).toFixed(2)} times ours: ${each.join(', ')}`};
}

/** Measures all that are there. */
function compare(folder: string, peers: readonly Runner[]): Figure[] {
	const counted = new Map<Guest, number>();
	const ours = machineRunner(counted);
	const runners = [ours, ...peers];
	const empty = guest(folder, 'empty', EMPTY, 0n);
	const programs = MIX.map(({name, text, plain}) => guest(folder, name, longer(text, FACTOR), plain()));
	const start = race(runners, empty);
	const races = programs.map(program => race(runners, program));
	const times: Times = new Map(runners.map(runner => [runner, races.map(best => (best.get(runner) ?? 0) - (start.get(runner) ?? 0))]));
	const steps = programs.map(program => (counted.get(program) ?? 0) - (counted.get(empty) ?? 0));
	return runners.map(runner => figure(runner, ours, times, steps));
}

/**
 * Prints how fast the machine, qemu's user mode, Unicorn and the host's own processor run the mix: the same bytes at the
 * same addresses, in processor time; what translating and compiling them takes is part of it. Those that are absent
 * are named. PYTHON in the environment chooses the Python whose Unicorn is measured.
 *
 * @throws Error if one of them ends a program with a status that is not the one that JavaScript computes
 */
export function benchPeers(): void {
	const peers = [findQemu(), findUnicorn(), findNative()];
	const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
	try {
		print('Peers, on the same guest code', compare(folder, peers.flatMap(({runners}) => runners)));
	} finally {
		rmSync(folder, {recursive: true});
	}

	const absent = peers.filter(({runners}) => runners.length === 0).map(({name, remedy}) => `  ${name}: ${remedy}\n`);
	if (absent.length > 0) process.stdout.write(`${absent.join('')}\n`);
}
