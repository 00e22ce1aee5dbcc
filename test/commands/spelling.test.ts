import {expect, test} from 'vitest';
import {distance} from '../../source/lab/format/spelling.js';
import {nearest} from '../../source/commands/spelling.js';

test.each([
	['', '', 0], ['a', '', 1], ['', 'abc', 3], ['run', 'run', 0], ['rnu', 'run', 1], ['ruun', 'run', 1], ['ru', 'run', 1], ['rin', 'run', 1], ['kitten', 'sitting', 3], ['jsno', 'json', 1],
])('from “%s” to “%s” it is %i mistakes', (from, to, mistakes) => {
	expect([distance(from, to), distance(to, from)]).toEqual([mistakes, mistakes]);
});

test.each<[word: string, known: readonly string[], found: string | undefined]>([
	['rnu', ['run', 'man'], 'run'],
	['max', ['set', 'max-steps'], 'max-steps'],
	['stack-swich', ['swapgs', 'stack-switch'], 'stack-switch'],
	['THEME', ['theme'], 'theme'],
	['x', ['run', 'man'], undefined],
	['frobnicate', ['run', 'man', 'list'], undefined],
	['', ['run'], undefined],
	['lits', ['labs', 'list'], 'list'],
])('“%s” among %j means %s', (word, known, found) => {
	expect(nearest(word, known)).toBe(found);
});
