/** `npm run fuzz -- [CASES] [SEED]`: random code on random machines; every outcome must be a defined state. */
import process from 'node:process';
import {Fuzzer} from '../test/support/fuzz.js';

const MEBIBYTE = 1024 * 1024;

/** Cases between two lines of progress. */
const PORTION = 10_000;

/** Problems that are printed. */
const SHOWN = 20;

const cases = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 1);
const fuzzer = new Fuzzer(seed);
let report = fuzzer.run(0, 0);
for (let done = 0; done < cases; done += PORTION) {
	report = fuzzer.run(done, Math.min(PORTION, cases - done));
	const used = Math.round(process.memoryUsage().rss / MEBIBYTE);
	process.stdout.write(`${Math.min(done + PORTION, cases)} cases, ${report.steps} steps, ${report.problems.length} problems, ${used} MiB\n`);
}

for (const [end, count] of [...report.ends].sort((a, b) => b[1] - a[1])) process.stdout.write(`${count.toString().padStart(9)} ${end}\n`);
for (const problem of report.problems.slice(0, SHOWN)) process.stdout.write(`${problem}\n`);
process.exitCode = report.problems.length === 0 ? 0 : 1;
