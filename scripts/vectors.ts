/** `npm run vectors -- FILE.jsonl…`: runs recorded cases of a real processor, prints the first differences. */
import process from 'node:process';
import {readCases, VectorRunner} from '../test/support/vectors.js';

/** Failures whose differences are printed. */
const SHOWN = Number(process.env.SHOW ?? 10);

const files = process.argv.slice(2);
if (files.length === 0) {
	process.stderr.write('Which files? Usage: npm run vectors -- FILE.jsonl [FILE.jsonl.gz …]\n');
	process.exit(2);
}

let passed = 0;
let failed = 0;
const runner = new VectorRunner();
for (const file of files) {
	for (const test of readCases(file)) {
		const differences = runner.run(test);
		if (differences.length === 0) {
			passed++;
			continue;
		}

		if (failed++ < SHOWN) process.stdout.write(`${file}: ${test.asm} [${test.code}]\n${differences.map(line => `  ${line}\n`).join('')}`);
	}
}

process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
