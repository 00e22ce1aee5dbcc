/** What the real strace has written, and what we write of the same calls: of programs' runs, and of made-up calls. */
import {describe, expect, test} from 'vitest';
import {ourLines} from './player.js';
import {PLAYED, readPlayed, readRuns} from './played.js';
import {differences, PROGRAMS, tasksOf, writtenLines} from './recording.js';

const runs = readRuns();
const played = readPlayed();

test('every program has been recorded', () => {
	expect(runs.map(({name}) => name)).toEqual(PROGRAMS.map(([name]) => name));
});

describe.each(runs)('the run of $name', ({events, lines, prefixed}) => {
	test('is written as strace -f writes it to a terminal', () => {
		expect(differences(writtenLines(events), lines, tasksOf(events))).toEqual([]);
	});

	test('is written as strace -f writes it to a file', () => {
		expect(differences(writtenLines(events, 'always'), prefixed, tasksOf(events))).toEqual([]);
	});
});

test('made-up calls are written as strace writes them, whatever their arguments and memory are', () => {
	const wrong = played.flatMap(({pretended, calls, lines}) => ourLines(calls, pretended).map((ours, index) => ({ours, theirs: lines[index]})).filter(({ours, theirs}) => ours !== theirs));
	expect(wrong).toEqual([]);
});

test('every call that can be compared is among the made-up ones', () => {
	const numbers = new Set(played.flatMap(({calls}) => calls.map(({nr}) => nr)));
	expect(PLAYED.filter(({number}) => !numbers.has(number)).map(({name}) => name)).toEqual([]);
	expect(PLAYED.length).toBeGreaterThan(320);
});
