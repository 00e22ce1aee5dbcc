import {readdirSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {hurry} from '../../support/emitted-compare.js';
import {readCases, VectorRunner} from '../../support/vectors.js';

const folder = path.join(import.meta.dirname, '..', '..', 'vectors');
const files = readdirSync(folder).filter(file => /^(?:extra-)?(?:sse|x87).*\.gz$/.test(file));

test.each(files)('recorded cases of a real processor end alike when emitted code runs what it can of them: %s', file => {
	const runner = new VectorRunner('fast');
	const cases = readCases(path.join(folder, file)).filter((_, index) => index % 4 === 1);
	// The first time round, their shapes become known.
	hurry({blocksBefore: 0, wantedBefore: Infinity});
	for (const one of cases) runner.run(one);
	hurry({blocksBefore: 0, wantedBefore: 0});
	runner.prepare(cases[0]).run(10);
	hurry({blocksBefore: 0, wantedBefore: Infinity});
	expect(cases.flatMap(one => runner.run(one).map(difference => `${one.asm}: ${difference}`))).toEqual([]);
	expect(cases.length).toBeGreaterThan(10);
}, 120_000);
