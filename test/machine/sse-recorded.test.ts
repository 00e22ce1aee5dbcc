import {describe, expect, test} from 'vitest';
import {differencesIn} from '../support/recorded.js';

describe('SSE as a real processor does it', () => {
	test('rounds in all modes, with denormals as zeros, flushing to zero and unmasked exceptions', () => {
		expect(differencesIn('extra-sse-fp.jsonl.gz')).toEqual([]);
	});

	test('works on MMX registers, and checks alignment and pages', () => {
		expect(differencesIn('extra-sse-forms.jsonl.gz')).toEqual([]);
	});
});
