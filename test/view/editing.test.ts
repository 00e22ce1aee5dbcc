import {describe, expect, test} from 'vitest';
import {editKey, type EditorKey} from '../../source/view/editing.js';
import type {Editor} from '../../source/view/session.js';

/** A field with its cursor written as |. */
function field(text: string): Editor {
	const cursor = text.indexOf('|');
	return {register: 'rax', text: text.replace('|', ''), cursor};
}

const shown = ({text, cursor}: Editor): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

const named = (name: string): EditorKey => ({name, text: ''});
const typed = (text: string): EditorKey => ({name: text, text});

describe('a key in a field', () => {
	test.for([
		['|', typed('4'), '4|'],
		['4|2', typed('x'), '4x|2'],
		['4|', typed('é'), '4é|'],
		['|', {name: 'space', text: ' '}, ' |'],
		['|42', named('left'), '|42'],
		['4|2', named('left'), '|42'],
		['4|2', named('right'), '42|'],
		['42|', named('right'), '42|'],
		['a😀|b', named('left'), 'a|😀b'],
		['a|😀b', named('right'), 'a😀|b'],
		['4|2', named('home'), '|42'],
		['4|2', named('end'), '42|'],
		['4|2', named('ctrl-a'), '|42'],
		['4|2', named('ctrl-e'), '42|'],
		['42|', named('backspace'), '4|'],
		['4|2', named('backspace'), '|2'],
		['|42', named('backspace'), '|42'],
		['a😀|b', named('backspace'), 'a|b'],
		['4|2', named('delete'), '4|'],
		['42|', named('delete'), '42|'],
		['a|😀b', named('delete'), 'a|b'],
		['12|34', named('ctrl-u'), '|34'],
		['4|2', named('up'), '4|2'],
		['4|2', named('f1'), '4|2'],
		['4|2', named('tab'), '4|2'],
		['4|', {name: 'paste', text: '0x12\n34\t'}, '40x1234|'],
		['|', {name: 'paste', text: '\u001B[2J\u202E\u200B7\u0000'}, '[2J7|'],
	] as const)('%s with %j gives %s', ([before, key, after]) => {
		const outcome = editKey(field(before), key);
		expect(outcome.kind).toBe('editing');
		if (outcome.kind === 'editing') expect(shown(outcome.editor)).toBe(after);
	});

	test('a field takes 80 characters and no half ones', () => {
		const full = editKey(field('|'), {name: 'paste', text: '1'.repeat(200)});
		expect(full).toMatchObject({kind: 'editing', editor: {text: '1'.repeat(80), cursor: 80}});
		expect(editKey(field(`${'1'.repeat(79)}|`), typed('😀'))).toMatchObject({editor: {text: '1'.repeat(79), cursor: 79}});
	});
});

describe('Enter', () => {
	test('gives the value', () => {
		expect(editKey(field('0x2a|'), named('enter'))).toEqual({kind: 'accepted', value: 42n});
	});

	test('with a bad text keeps everything and says why', () => {
		const outcome = editKey(field('4|2z'), named('enter'));
		expect(outcome).toMatchObject({kind: 'editing', editor: {text: '42z', cursor: 1}});
		expect(outcome.kind === 'editing' ? outcome.editor.error : undefined).toContain('“42z” is no number');
	});

	test('with nothing typed says so', () => {
		const outcome = editKey(field('|'), named('enter'));
		expect(outcome.kind === 'editing' ? outcome.editor.error : undefined).toContain('nothing was typed');
	});

	test.for([typed('1'), named('left'), named('backspace')])('the next key, %j, takes the message away', key => {
		const outcome = editKey({...field('4|2'), error: 'no number'}, key);
		expect(outcome.kind === 'editing' && outcome.editor.error).toBe(undefined);
	});
});

test('Esc leaves without a value', () => {
	expect(editKey(field('42|'), named('esc'))).toEqual({kind: 'cancelled'});
});
