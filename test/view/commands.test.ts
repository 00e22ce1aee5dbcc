import {expect, test} from 'vitest';
import {BAR, commandFor, COMMANDS} from '../../source/view/commands.js';
import {paintHelp} from '../../source/view/help.js';
import {keyBarOf} from '../../source/view/key-bar.js';
import {PANES} from '../../source/view/session.js';

test('no key and no name stands for two commands', () => {
	const keys = COMMANDS.flatMap(command => command.keys);
	expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
	const names = COMMANDS.map(({name}) => name);
	expect(new Set(names).size).toBe(names.length);
	for (const {name, keys: own} of COMMANDS) for (const key of own) expect(commandFor(key)).toBe(name);
	expect(commandFor('x')).toBeUndefined();
	expect(commandFor('paste')).toBeUndefined();
});

test('every pane has its digit', () => {
	for (const [index] of PANES.entries()) expect(commandFor(String(index + 1))).toBe(`pane-${index + 1}`);
});

test('places in the key bar are all different, and the keys that matter most fit into 80 columns', () => {
	expect(new Set(BAR.map(({bar}) => bar)).size).toBe(BAR.length);
	const bar = keyBarOf(BAR.map(({shown, label}) => [shown, label] as const), 80).map(({text}) => text).join('');
	for (const word of ['Space next', 's step', 'S back', 'c continue', 'Enter edit', '? help', 'q quit']) expect(bar).toContain(word);
	expect(bar).toHaveLength(80);
});

test('the help has a sentence for every command, which fits into 80 columns', () => {
	const text = paintHelp(0, 80, 100).map(row => row.map(span => span.text).join('')).join('\n');
	for (const {shown, help} of COMMANDS) {
		expect(text).toContain(shown);
		expect(text, help).toContain(help);
	}
});
