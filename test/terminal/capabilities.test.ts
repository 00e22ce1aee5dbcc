import {expect, test} from 'vitest';
import {
	chalkLevel,
	colourDepth,
	glyphSet,
	hasTitle,
	screenRefusal,
	terminalSize,
	type Environment,
} from '../../source/terminal/capabilities.js';

test.for<[string, Environment, string]>([
	['a plain terminal has the 16 colours', {TERM: 'xterm'}, 'ansi'],
	['xterm-256color has 256', {TERM: 'xterm-256color'}, 'xterm256'],
	['COLORTERM says that 24 bits are understood', {TERM: 'xterm-256color', COLORTERM: 'truecolor'}, 'truecolour'],
	['a -direct terminal understands 24 bits', {TERM: 'xterm-direct'}, 'truecolour'],
	['NO_COLOR turns colours off', {TERM: 'xterm', COLORTERM: 'truecolor', NO_COLOR: '1'}, 'none'],
	['an empty NO_COLOR says nothing', {TERM: 'xterm', NO_COLOR: ''}, 'ansi'],
	['TERM=dumb has no colours', {TERM: 'dumb', COLORTERM: 'truecolor'}, 'none'],
	['FORCE_COLOR decides over NO_COLOR', {TERM: 'dumb', NO_COLOR: '1', FORCE_COLOR: '2'}, 'xterm256'],
	['FORCE_COLOR=0 is none', {TERM: 'xterm', FORCE_COLOR: '0'}, 'none'],
	['FORCE_COLOR=3 is 24 bits', {FORCE_COLOR: '3'}, 'truecolour'],
	['FORCE_COLOR=true is 16 colours', {FORCE_COLOR: 'true'}, 'ansi'],
])('%s', ([, environment, depth]) => {
	expect(colourDepth(environment)).toBe(depth);
});

test('--no-color decides over everything', () => {
	expect(colourDepth({TERM: 'xterm', FORCE_COLOR: '3'}, {noColour: true})).toBe('none');
});

test('chalk is told the same depth', () => {
	expect(['none', 'ansi', 'xterm256', 'truecolour'].map(depth => chalkLevel(depth as 'none'))).toEqual(['0', '1', '2', '3']);
});

test.for<[Environment, string]>([
	[{LANG: 'en_US.UTF-8'}, 'unicode'],
	[{LANG: 'C.utf8'}, 'unicode'],
	[{LC_ALL: 'C', LANG: 'en_US.UTF-8'}, 'ascii'],
	[{LC_CTYPE: 'en_US.UTF-8', LANG: 'C'}, 'unicode'],
	[{LC_ALL: '', LC_CTYPE: '', LANG: 'en_US.UTF-8'}, 'unicode'],
	[{LANG: 'en_US.ISO-8859-1'}, 'ascii'],
	[{}, 'ascii'],
	[{LANG: 'en_US.UTF-8', TERM: 'linux'}, 'ascii'],
])('with %o the glyphs are %s', ([environment, glyphs]) => {
	expect(glyphSet(environment)).toBe(glyphs);
});

test('the size is what the stream says, or 80 by 24 where it does not know', () => {
	expect(terminalSize({columns: 100, rows: 30})).toEqual({columns: 100, rows: 30});
	expect(terminalSize({columns: 0, rows: 0})).toEqual({columns: 80, rows: 24});
	expect(terminalSize({})).toEqual({columns: 80, rows: 24});
});

test('a screen needs a terminal at both ends, and one that moves its cursor', () => {
	const yes = {isTTY: true};
	expect(screenRefusal({input: yes, output: yes}, {TERM: 'xterm'})).toBeUndefined();
	expect(screenRefusal({input: {}, output: yes}, {TERM: 'xterm'})).toBe('Standard input is not a terminal.');
	expect(screenRefusal({input: yes, output: {}}, {TERM: 'xterm'})).toBe('Standard output is not a terminal.');
	expect(screenRefusal({input: yes, output: yes}, {TERM: 'dumb'})).toContain('TERM=dumb');
});

test('a title is sent only where it is not printed as text', () => {
	expect(['xterm-256color', 'screen', 'tmux-256color', 'linux', 'dumb', 'vt220', undefined].map(TERM => hasTitle({TERM})))
		.toEqual([true, true, true, false, false, false, false]);
});
