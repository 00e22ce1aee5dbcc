/**
 * `npm run fuzz -- [CASES] [SEED] [ENGINE]`: random code on random machines; every outcome must be a defined state. With
 * the engine 'fast' each case runs on both backends, and they must end in the same state.
 */
import process from 'node:process';
import {EmittedInterpreter} from '../source/machine/emit/index.js';
import {Fuzzer} from '../test/support/fuzz.js';

const MEBIBYTE = 1024 * 1024;

/** Cases between two lines of progress. */
const PORTION = 10_000;

/** Problems that are printed. */
const SHOWN = 20;

const cases = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 1);
const engine = process.argv[4] === 'fast' ? 'fast' : 'direct';
// Cases are short: the interpreter must take over at once, and learn new shapes soon.
Object.assign(EmittedInterpreter.eagerness, {blocksBefore: 200, wantedBefore: 1000, timesBefore: 0, slice: 100, metBefore: 2});
const fuzzer = new Fuzzer(seed, engine);
let report = fuzzer.run(0, 0);
for (let done = 0; done < cases; done += PORTION) {
	report = fuzzer.run(done, Math.min(PORTION, cases - done));
	const used = Math.round(process.memoryUsage().rss / MEBIBYTE);
	process.stdout.write(`${Math.min(done + PORTION, cases)} cases, ${report.steps} steps, ${report.problems.length} problems, ${used} MiB\n`);
}

for (const [end, count] of [...report.ends].sort((a, b) => b[1] - a[1])) process.stdout.write(`${count.toString().padStart(9)} ${end}\n`);
for (const problem of report.problems.slice(0, SHOWN)) process.stdout.write(`${problem}\n`);
process.exitCode = report.problems.length === 0 ? 0 : 1;
