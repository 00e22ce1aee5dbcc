import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {COMMANDS, type CommandName} from '../../source/view/commands.js';
import {editField, type Field, fieldOf, typeText} from '../../source/view/editing.js';

/** A field with its cursor written as |. */
const field = (text: string): Field => ({text: text.replace('|', ''), cursor: text.indexOf('|')});

const shown = ({text, cursor}: Field): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

describe('typing in a field', () => {
	test.for([
		['|', '4', '4|'],
		['4|2', 'x', '4x|2'],
		['4|', 'é', '4é|'],
		['|', ' ', ' |'],
		['4|', '0x12\n34\t', '40x1234|'],
		['|', '\u001B[2J\u202E\u200B7\u0000', '[2J7|'],
	] as const)('%s and %j gives %s', ([before, typed, after]) => {
		expect(shown(typeText(field(before), typed))).toBe(after);
	});

	test('ends where the field is full, and takes no half characters', () => {
		expect(typeText(fieldOf(''), '1'.repeat(2000)).text).toHaveLength(1024);
		expect(typeText(fieldOf('1'.repeat(1023)), '😀').text).toBe('1'.repeat(1023));
	});
});

describe('a command in a field', () => {
	test.for([
		['4|2', 'field-left', '|42'],
		['4|2', 'field-right', '42|'],
		['42|', 'field-right', '42|'],
		['a😀|b', 'field-left', 'a|😀b'],
		['a|😀b', 'field-right', 'a😀|b'],
		['4|2', 'field-home', '|42'],
		['4|2', 'field-end', '42|'],
		['42|', 'field-erase', '4|'],
		['4|2', 'field-erase', '|2'],
		['|42', 'field-erase', '|42'],
		['a😀|b', 'field-erase', 'a|b'],
		['4|2', 'field-delete', '4|'],
		['42|', 'field-delete', '42|'],
		['a|😀b', 'field-delete', 'a|b'],
		['12|34', 'field-erase-before', '|34'],
		['12|34', 'field-erase-after', '12|'],
		['set rsi=message|', 'field-erase-word', 'set rsi=|'],
		['open /home/me|', 'field-erase-word', 'open /home/|'],
		['open /home/|', 'field-erase-word', 'open /|'],
		['one two |', 'field-erase-word', 'one |'],
	] as const)('%s: %s gives %s', ([before, command, after]) => {
		const edited = editField(field(before), command);
		expect(edited === undefined ? undefined : shown(edited)).toBe(after);
	});

	test('that concerns something else changes nothing', () => {
		for (const command of ['field-accept', 'field-cancel', 'field-up', 'field-complete', 'step', 'quit'] as const) expect(editField(field('4|2'), command)).toBeUndefined();
	});
});

test('whatever is typed and done, the cursor stands in the text, between whole characters', () => {
	const commands = COMMANDS.filter(({group}) => group === 'Typing').map(({name}) => name);
	const action = fc.oneof(fc.string({unit: 'grapheme', maxLength: 6}), fc.constantFrom<CommandName>(...commands).map(name => ({name})));
	fc.assert(fc.property(fc.array(action, {maxLength: 40}), actions => {
		let now = fieldOf('');
		for (const each of actions) now = typeof each === 'string' ? typeText(now, each) : editField(now, each.name) ?? now;
		expect(now.cursor).toBeGreaterThanOrEqual(0);
		expect(now.cursor).toBeLessThanOrEqual(now.text.length);
		expect(now.text.slice(0, now.cursor)).not.toMatch(/\p{Surrogate}/u);
		expect(now.text).not.toMatch(/\p{Surrogate}/u);
	}));
});
