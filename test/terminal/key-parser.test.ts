import {expect, test} from 'vitest';
import {KeyParser} from '../../source/terminal/key-parser.js';
import {Random} from './random.js';

/** The names of the keys in these characters, all of which have come. */
function namesOf(text: string): readonly string[] {
	const parser = new KeyParser();
	return [...parser.push(text), ...parser.finish()].map(key => key.name);
}

const keys: readonly (readonly [sequence: string, name: string])[] = [
	['s', 's'],
	['S', 'S'],
	['é', 'é'],
	['漢', '漢'],
	['😀', '😀'],
	['?', '?'],
	[' ', 'space'],
	['\r', 'enter'],
	['\n', 'enter'],
	['\t', 'tab'],
	['\u001B[Z', 'shift-tab'],
	['\u007F', 'backspace'],
	['\b', 'backspace'],
	['\u001B', 'esc'],
	['\u0003', 'ctrl-c'],
	['\u001A', 'ctrl-z'],
	['\u0000', 'ctrl-space'],
	['\u001F', 'ctrl-_'],
	['\u001Bx', 'alt-x'],
	['\u001BX', 'alt-X'],
	['\u001B\r', 'alt-enter'],
	['\u001B\u007F', 'alt-backspace'],
	['\u001B\u0003', 'ctrl-alt-c'],
	['\u001Bé', 'alt-é'],
	['\u001B[', 'alt-['],
	['\u001BO', 'alt-O'],
	['\u001B]', 'alt-]'],
	['\u001BP', 'alt-P'],
	['\u001B[A', 'up'],
	['\u001BOA', 'up'],
	['\u001B[B', 'down'],
	['\u001B[C', 'right'],
	['\u001B[D', 'left'],
	['\u001B[1;2A', 'shift-up'],
	['\u001B[1;3B', 'alt-down'],
	['\u001B[1;5C', 'ctrl-right'],
	['\u001B[1;6D', 'ctrl-shift-left'],
	['\u001B[1;8D', 'ctrl-alt-shift-left'],
	['\u001B\u001B[A', 'alt-up'],
	['\u001B[a', 'shift-up'],
	['\u001BOa', 'ctrl-up'],
	['\u001B[H', 'home'],
	['\u001BOH', 'home'],
	['\u001B[1~', 'home'],
	['\u001B[7~', 'home'],
	['\u001B[F', 'end'],
	['\u001B[4~', 'end'],
	['\u001B[8~', 'end'],
	['\u001B[1;5H', 'ctrl-home'],
	['\u001B[2~', 'insert'],
	['\u001B[3~', 'delete'],
	['\u001B[3;5~', 'ctrl-delete'],
	['\u001B[3^', 'ctrl-delete'],
	['\u001B[5~', 'pageup'],
	['\u001B[6~', 'pagedown'],
	['\u001BOP', 'f1'],
	['\u001B[11~', 'f1'],
	['\u001B[[A', 'f1'],
	['\u001B[1;2P', 'shift-f1'],
	['\u001BOS', 'f4'],
	['\u001B[15~', 'f5'],
	['\u001B[24~', 'f12'],
	['\u001B[24;5~', 'ctrl-f12'],
	['\u001BOM', 'enter'],
	['\u001B[13;5u', 'ctrl-enter'],
	['\u001B[27;5;9~', 'ctrl-tab'],
	['\u001B[97;5u', 'ctrl-a'],
	['\u001B[27u', 'esc'],
];

test.for(keys)('%j is %s', ([sequence, name]) => {
	expect(namesOf(sequence)).toEqual([name]);
});

const answers: readonly (readonly [what: string, sequence: string])[] = [
	['a press of a mouse button', '\u001B[<0;10;10M'],
	['a press of a mouse button in the oldest form', '\u001B[M !!'],
	['the window getting the focus', '\u001B[I'],
	['the window losing the focus', '\u001B[O'],
	['the device attributes', '\u001B[?62;22c'],
	['the secondary device attributes', '\u001B[>41;354;0c'],
	['the cursor position', '\u001B[24;80R'],
	['a mode report', '\u001B[?2026;2$y'],
	['a size report', '\u001B[8;24;80t'],
	['a colour', '\u001B]11;rgb:0000/0000/0000\u0007'],
	['a colour, ended otherwise', '\u001B]11;rgb:0000/0000/0000\u001B\\'],
	['the version', '\u001BP>|XTerm(370)\u001B\\'],
	['a private message', '\u001B_Gi=31;OK\u001B\\'],
	['an unknown function key', '\u001B[57~'],
	['an end of a paste that never began', '\u001B[201~'],
	['the release of a key', '\u001B[97;1:3u'],
	['a C1 control', '\u009B'],
];

test.for(answers)('%s is no key, and what follows it is', ([, sequence]) => {
	expect(namesOf(`a${sequence}b`)).toEqual(['a', 'b']);
});

test('two presses of Esc are two keys', () => {
	expect(namesOf('\u001B\u001B')).toEqual(['esc', 'esc']);
});

test('a sequence that another one cuts short is no key', () => {
	expect(namesOf('\u001B[1;\u001B[Bx')).toEqual(['down', 'x']);
	expect(namesOf('\u001B]11;rgb\u001B[Bx')).toEqual(['down', 'x']);
});

test('the torn start of a sequence is no key', () => {
	expect(namesOf('\u001B[1;5')).toEqual([]);
	expect(namesOf('\u001B]11;rgb:')).toEqual([]);
});

test('only keys that type have a text', () => {
	const parser = new KeyParser();
	expect(parser.push('s é\r\u001B[A\u0003\u001Bx').map(key => key.text)).toEqual(['s', ' ', 'é', '', '', '', '']);
});

test('a paste is one key, with line ends as \\n and without other controls', () => {
	const parser = new KeyParser();
	expect(parser.push('a\u001B[200~mov\r\n\tq\rx\u0003\u001B[A\u001B[201~b')).toEqual([
		{name: 'a', text: 'a', sequence: 'a'},
		{name: 'paste', text: 'mov\n\tq\nx[A', sequence: 'mov\r\n\tq\rx\u0003\u001B[A'},
		{name: 'b', text: 'b', sequence: 'b'},
	]);
});

test('a paste whose end never comes is given up with what came', () => {
	const parser = new KeyParser();
	expect(parser.push('\u001B[200~abc\u001B[20')).toEqual([]);
	expect(parser.unfinished).toBe('paste');
	expect(parser.finish()[0]).toMatchObject({name: 'paste', text: 'abc[20'});
	expect(parser.unfinished).toBe('none');
});

test('what waits is named', () => {
	const unfinished = (text: string) => {
		const parser = new KeyParser();
		parser.push(text);
		return parser.unfinished;
	};

	expect(['x', '\u001B', '\u001B[1', '\u001BO', '\u001B]', '\u001B]1', '\u001B[200~x'].map(text => unfinished(text)))
		.toEqual(['none', 'key', 'key', 'key', 'key', 'answer', 'paste']);
});

test('however the characters are cut into pieces, the keys are the same', () => {
	const random = new Random(9);
	const known = keys.filter(([sequence]) => !/^\u001B(?:[[O\]P]|\u001B)?$/u.test(sequence));
	const pieces = [...known.map(([sequence]) => sequence), ...answers.map(([, sequence]) => sequence), '\u001B[200~a\u001B[Ab\u001B[201~'];
	for (let round = 0; round < 500; round++) {
		const characters = Array.from(random.list(12, () => random.pick(pieces)).join(''));
		const whole = new KeyParser().push(characters.join(''));
		const parser = new KeyParser();
		const keysInPieces = [];
		while (characters.length > 0) {
			keysInPieces.push(...parser.push(characters.splice(0, random.between(1, 4)).join('')));
		}

		expect(keysInPieces).toEqual(whole);
	}
});

test('no input makes the parser fail or hold back plain keys for ever', () => {
	const random = new Random(10);
	for (let round = 0; round < 500; round++) {
		const parser = new KeyParser();
		parser.push(random.list(30, () => random.pick(['\u001B', '[', 'O', ']', 'P', ';', '1', '~', 'M', 'A', '\u0007', '\\', 'x', '😀', '\u009B', '200~', '<'])).join(''));
		parser.finish();
		expect(parser.unfinished).toBe('none');
		expect(parser.push('q').map(key => key.name)).toEqual(['q']);
	}
});
