import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import {cut, errorNumber, fit, firstCharacter, hex, hex64, line, printable, span, widthOf, wrap} from '../../source/view/text.js';
import {Prng} from '../support/prng.js';

const textOf = (row: readonly {readonly text: string}[]): string => row.map(({text}) => text).join('');

describe('cut', () => {
	test.for([
		['abc', 5, 'abc'],
		['abc', 3, 'abc'],
		['abc', 2, 'ab'],
		['abc', 0, ''],
		['漢字', 4, '漢字'],
		['漢字', 3, '漢'],
		['漢字', 1, ''],
		['a漢b', 2, 'a'],
		['e\u0301x', 1, 'e\u0301'],
		['😀!', 2, '😀'],
		['😀!', 1, ''],
	] as const)('%j to %i columns is %j', ([text, width, expected]) => {
		expect(cut(text, width)).toBe(expected);
	});
});

describe('fit', () => {
	test.for([
		['abc', 5, 'abc  '],
		['abc', 3, 'abc'],
		['abcd', 3, 'ab…'],
		['abc', 1, '…'],
		['abc', 0, ''],
		['漢字', 4, '漢字'],
		['漢字', 3, '漢…'],
		['漢字漢', 4, '漢 …'],
		['漢字', 5, '漢字 '],
		['', 2, '  '],
	] as const)('%j in %i columns is %j', ([text, width, expected]) => {
		expect(textOf(fit(line(text), width))).toBe(expected);
	});

	test('cuts over several spans and keeps their tones', () => {
		expect(fit([span('ab', 'key'), span('cdef', 'name'), span('gh')], 5)).toEqual([span('ab', 'key'), span('cd', 'name'), span(''), span('…', 'dim')]);
	});

	test('leaves a row that fits alone', () => {
		const row = [span('ab', 'key'), span('cd')];
		expect(fit(row, 4)).toBe(row);
	});

	test('another mark may stand for what was cut off', () => {
		expect(textOf(fit(line('abcdef'), 4, '~'))).toBe('abc~');
	});
});

describe('wrap', () => {
	test.for([
		['one two three', 7, ['one two', 'three']],
		['one two three', 100, ['one two three']],
		['  one\n two\t', 4, ['one', 'two']],
		['', 4, []],
		['abcdefgh', 3, ['abc', 'def', 'gh']],
		['ab cdefgh', 3, ['ab', 'cde', 'fgh']],
		['漢字漢字', 4, ['漢字', '漢字']],
		['漢字漢', 3, ['漢', '字', '漢']],
		['漢 a', 1, ['漢', 'a']],
		['😀😀', 1, ['😀', '😀']],
	] as const)('%j at %i columns', ([text, width, expected]) => {
		expect(wrap(text, width)).toEqual(expected);
	});
});

const PIECES = ['a', 'bc', ' ', '  ', '漢', '字', '😀', 'e\u0301', '한', '→', '…', '-', '\'', '’', '½', '🇫🇷'];

test('whatever the text, a fitted row is exactly as wide as wanted, a cut one no wider, and no wrapped line is', () => {
	const prng = new Prng(3);
	for (let count = 0; count < 3000; count++) {
		const text = Array.from({length: prng.below(20)}, () => prng.pick(PIECES)).join('');
		const width = prng.below(24);
		expect(stringWidth(textOf(fit([span(text), span(text, 'key')], width)))).toBe(width);
		expect(stringWidth(cut(text, width))).toBeLessThanOrEqual(width);
		expect(text.startsWith(cut(text, width))).toBe(true);
		expect(widthOf(text)).toBe(stringWidth(text));
		if (width < 2) continue;
		const lines = wrap(text, width);
		for (const wrapped of lines) expect(stringWidth(wrapped)).toBeLessThanOrEqual(width);
		expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
	}
});

test('controls are shown, never sent', () => {
	expect(printable('a\tb\u0000\u001B[2J\u007F\u009B1m\u202E\u200B\n')).toBe('a        b␀␛[2J··1m··␊');
});

test('the first character is a whole one', () => {
	expect(firstCharacter('😀a')).toBe('😀');
	expect(firstCharacter('a')).toBe('a');
	expect(firstCharacter('')).toBe('');
});

test('values are written as people read them', () => {
	expect(hex64(0x2an)).toBe('000000000000002a');
	expect(hex(0x2an)).toBe('0x2a');
	expect(errorNumber(BigInt.asUintN(64, -14n))).toBe(' -14');
	expect(errorNumber(BigInt.asUintN(64, -4095n))).toBe(' -4095');
	expect(errorNumber(BigInt.asUintN(64, -4096n))).toBe('');
	expect(errorNumber(12n)).toBe('');
});
