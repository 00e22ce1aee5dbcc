import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {userLayout} from '../../source/program/layout.js';
import {link} from '../../source/program/link.js';
import {object, problemsFrom} from './helpers.js';

/** Numbers that look random and are the same in every run (mulberry32). */
function generator(seed: number): (limit: number) => number {
	let state = seed;
	return limit => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
	};
}

const read = (name: string): string[] => readFileSync(new URL(`corpus/${name}`, import.meta.url), 'utf8').split('\n');
const instructions = [...read('instructions-att.txt'), ...read('instructions-intel.txt')].map(line => line.replace(/^[0-9a-f]+\s+/, ''));
const lines = [...read('directives.s'), ...instructions];
const signs = '$%(),:;#"\'\\/*-+<>=!&|^~.@[]{}0123456789abfxrq \té';

function damaged(line: string, random: (limit: number) => number): string {
	const at = random(line.length + 1);
	const rest = line.slice(at);
	switch (random(4)) {
		case 0: return line.slice(0, at) + rest.slice(1 + random(3));
		case 1: return line.slice(0, at) + signs[random(signs.length)] + rest;
		case 2: return line.slice(0, at) + lines[random(lines.length)].slice(random(20)) + rest.slice(random(rest.length + 1));
		default: return line.slice(0, at) + line.slice(Math.max(0, at - random(6)));
	}
}

function text(random: (limit: number) => number): string {
	const count = 1 + random(4);
	const syntax = random(3) === 0 ? ['.intel_syntax noprefix'] : [];
	return [...syntax, ...Array.from({length: count}, () => {
		let line = lines[random(lines.length)];
		for (let times = random(4); times > 0; times--) line = damaged(line, random);
		return line;
	})].join('\n');
}

test('whatever the text, it is assembled and linked, or its problems are told', () => {
	const random = generator(20);
	const layout = userLayout({withoutEntry: 'first-text-byte'});
	let refused = 0;
	for (let round = 0; round < 4000; round++) {
		const source = text(random);
		// Anything but an AssemblyError is thrown on, and fails the test.
		const problems = problemsFrom(() => link([object(source)], layout));
		if (problems.length > 0) refused++;
		for (const problem of problems) {
			expect(problem.line, source).toBeGreaterThan(0);
			// Said for exceptions from the inside, which would be mistakes of this project.
			expect(problem.message, source).not.toContain('could not be assembled');
		}
	}
	expect(refused).toBeGreaterThan(1000);
});
