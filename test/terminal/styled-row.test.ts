import stringWidth from 'string-width';
import {expect, test} from 'vitest';
import {isSingleWidth, parseStyledRow, simpleWidth, styledSpan} from '../../source/terminal/styled-row.js';

const stylesOf = (row: string): readonly string[] | undefined => parseStyledRow(row)?.styles;

test('every character that counts as single is one cell wide', () => {
	const wrong = Array.from({length: 0x1_00_00}, (_, code) => String.fromCharCode(code))
		.filter(character => isSingleWidth(character) && stringWidth(character) !== 1);
	expect(wrong).toEqual([]);
});

test('text, box drawing and arrows are single; ideographs, emoji, marks and controls are not', () => {
	expect(['rax = 0x7f', '┌─┐│', '→ ✓ λ é', '❯']).toSatisfy((texts: string[]) => texts.every(text => isSingleWidth(text)));
	for (const text of ['漢', '😀', 'e\u0301', '\t', '\u001B', '\u200D', '⌚']) {
		expect(isSingleWidth(text), text).toBe(false);
	}
});

test('each character has the style in force at it', () => {
	expect(stylesOf('a\u001B[1mb\u001B[31mc\u001B[22md\u001B[0me')).toEqual(['', '1', '1;31', '31', '']);
	expect(stylesOf('\u001B[38;5;208;1ma\u001B[48;2;1;2;3mb\u001B[39mc')).toEqual(['1;38;5;208', '1;38;5;208;48;2;1;2;3', '1;48;2;1;2;3']);
	expect(stylesOf('\u001B[mx')).toEqual(['']);
});

test('the same style reached by different ways is the same', () => {
	expect(stylesOf('\u001B[31;1mx')).toEqual(stylesOf('\u001B[7m\u001B[1m\u001B[27;31mx'));
});

test('a row with an unknown style or another sequence is not read', () => {
	expect(parseStyledRow('\u001B[10mx')).toBeUndefined();
	expect(parseStyledRow('\u001B]8;;https://example.org\u0007x')).toBeUndefined();
	expect(parseStyledRow('漢')).toBeUndefined();
});

test('a span begins and ends in plain style', () => {
	const row = parseStyledRow('ab\u001B[31mcd\u001B[1me\u001B[mf');
	expect(row && styledSpan(row, 1, 6)).toBe('b\u001B[0;31mcd\u001B[0;1;31me\u001B[mf');
	expect(row && styledSpan(row, 2, 4)).toBe('\u001B[0;31mcd\u001B[m');
	expect(row && styledSpan(row, 0, 2)).toBe('ab');
});

test('the width of a simple line leaves styles out', () => {
	expect(simpleWidth('\u001B[1;31mab\u001B[m│')).toBe(3);
	expect(simpleWidth('漢')).toBeUndefined();
});
