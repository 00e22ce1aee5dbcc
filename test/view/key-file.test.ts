import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {COMMANDS} from '../../source/view/commands.js';
import {KeyFileError, readKeyFile} from '../../source/view/key-file.js';
import {Keymap} from '../../source/view/keymap.js';

/** Why a file can't be used: line and message. */
function problem(text: string): string {
	try {
		readKeyFile(text);
	} catch (error) {
		if (error instanceof KeyFileError) return `${error.line}: ${error.message}`;
		throw error;
	}

	return 'none';
}

test('a key file gives commands other keys', () => {
	const keymap = new Keymap(readKeyFile('\uFEFF{\n\t"step": "j",\n\t"down": ["down", "ctrl-n"],\n\t"quit": []\n}\n'));
	expect(keymap.commandFor('lab', 'j')).toBe('step');
	expect(keymap.commandFor('lab', 's')).toBeUndefined();
	expect(keymap.commandFor('lab', 'ctrl-n')).toBe('down');
	expect(keymap.commandFor('lab', 'q')).toBeUndefined();
	expect(keymap.commandFor('lab', 'ctrl-c')).toBe('interrupt');
});

test('an empty object changes nothing', () => {
	expect(readKeyFile('{}').size).toBe(0);
	expect(readKeyFile(' {\n} ').size).toBe(0);
});

test('commands may exchange their keys', () => {
	const keymap = new Keymap(readKeyFile('{"step": "S", "step-back": "s"}'));
	expect([keymap.commandFor('lab', 's'), keymap.commandFor('lab', 'S')]).toEqual(['step-back', 'step']);
});

describe('a file that can’t be used says which line, what is wrong and what would do', () => {
	test.for([
		['', '1: the file ends where { at the beginning was expected'],
		['[]', '1: [ stands where { at the beginning was expected'],
		['{\n"step": "x"', '2: the file ends where } at the end was expected'],
		['{\n"step": "x",\n}', '3: } stands where a command’s name in double quotes was expected'],
		['{"step" "x"}', '1: "x" stands where : behind "step" was expected'],
		['{\n\n"step": 3}', '3: 3 stands where a key such as "x", or a list of keys such as ["x", "ctrl-x"], was expected'],
		['{"step": ["x"}', '1: } stands where ] behind the keys was expected'],
		['{"step": "x"} 7', '1: 7 stands where the end of the file was expected'],
		['{\n"step": "\\q"}', '2: "\\q" is no text that JSON allows; write \\\\ for a backslash'],
		['{\n"stepp": "z"}', '2: there is no command “stepp”; did you mean step?'],
		['{"frobnicate": "x"}', '1: there is no command “frobnicate”; ? in the app lists their names'],
		['{\n"step": "x",\n"over": "Ctrl+X"}', '3: “Ctrl+X” is no key; write a character, or a name such as space, f5, ctrl-x, shift-tab'],
		['{"step": ""}', '1: “” is no key; write a character, or a name such as space, f5, ctrl-x, shift-tab'],
		['{\n"step": "n"\n}', '2: the key n would stand for step and for over; give one of them another key'],
		['{"over": "s"}', '1: the key s would stand for step and for over; give one of them another key'],
		['{\n"step": "z",\n"over": "z"}', '3: the key z would stand for step and for over; give one of them another key'],
		['{"step": "x",\n"step": "y"}', '2: step stands here for the second time; write all its keys in one list'],
		['{"interrupt": "x"}', '1: interrupt can’t have other keys; leave it out'],
		['{"menu-up": "x"}', '1: menu-up can’t have other keys; leave it out'],
	])('%j', ([text, expected]) => {
		expect(problem(text)).toContain(expected);
	});
});

test('any text is read or refused with a line that it has', () => {
	fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.dictionary(fc.constantFrom(...COMMANDS.map(({name}) => name)), fc.constantFrom('x', 'ctrl-x', 'Enter', 'enter', '')).map(entries => JSON.stringify(entries, undefined, '\n'))), text => {
		const said = problem(text);
		if (said === 'none') return;
		const line = Number(said.split(':')[0]);
		expect(line).toBeGreaterThanOrEqual(1);
		expect(line).toBeLessThanOrEqual(text.split('\n').length);
	}));
});
