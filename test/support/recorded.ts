/** Runs a file of test/vectors for a test. */
import path from 'node:path';
import {readCases, VectorRunner} from './vectors.js';

/** Differences shown of a file. */
const SHOWN = 5;

/** The first cases of a recorded file that differ from the real processor, as text; none if all pass. */
export function differencesIn(file: string): string[] {
	const runner = new VectorRunner();
	const failures: string[] = [];
	for (const test of readCases(path.join(import.meta.dirname, '..', 'vectors', file))) {
		const differences = runner.run(test);
		if (differences.length > 0) failures.push(`${test.asm} [${test.code}]: ${differences.join('; ')}`);
		if (failures.length === SHOWN) break;
	}

	return failures;
}
