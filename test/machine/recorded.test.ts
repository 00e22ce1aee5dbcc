import {readdirSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {differencesIn} from '../support/recorded.js';

/** Files that the tests of SSE and x87 run. */
const ELSEWHERE = /^extra-(sse|x87)/;

const files = readdirSync(path.join(import.meta.dirname, '..', 'vectors')).filter(file => file.endsWith('.gz') && !ELSEWHERE.test(file));

describe('Every recorded case ends as on the real processor', () => {
	test.each(files)('%s', file => {
		expect(differencesIn(file)).toEqual([]);
	});

	test('and there are files', () => {
		expect(files.length).toBeGreaterThan(20);
	});
});
