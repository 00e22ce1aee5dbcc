import {beforeAll, describe, expect, test} from 'vitest';
import {COMMANDS, type Context, GROUPS} from '../../source/view/commands.js';
import {GLYPHS} from '../../source/view/glyphs.js';
import {paintHelp} from '../../source/view/help.js';
import {INITIAL_SESSION} from '../../source/view/initial-session.js';
import {Keymap, shownKey} from '../../source/view/keymap.js';
import {barEntries, paintKeyBar} from '../../source/view/lab-bar.js';
import {PANES, paneOfDigit} from '../../source/view/panes/index.js';
import type {Session} from '../../source/view/session.js';
import type {Row} from '../../source/view/text.js';
import {crossing, type Run, viewOf} from './views.js';

const keymap = new Keymap();
const textOf = (rows: readonly Row[]): string => rows.map(row => row.map(({text}) => text).join('')).join('\n');

/** All of the help, without the line ends that its columns make. */
const helpText = (session: Session, keys = keymap): string => textOf(paintHelp({...session, help: {scroll: 0}}, keys, 100, 400, GLYPHS.unicode)).replaceAll(/\s+/g, ' ');

let run: Run;

beforeAll(() => {
	run = crossing();
});

const inLab = (): Session => ({...INITIAL_SESSION, screen: 'lab', view: viewOf(run, run.stops[0])});

test('no key stands for two commands in one place, and no name for two', () => {
	const taken = COMMANDS.flatMap(({contexts, keys}) => contexts.flatMap(context => keys.map(key => `${context} ${key}`)));
	expect(taken.filter((key, index) => taken.indexOf(key) !== index)).toEqual([]);
	const names = COMMANDS.map(({name}) => name);
	expect(new Set(names).size).toBe(names.length);
	for (const {name, contexts, keys} of COMMANDS) for (const context of contexts) for (const key of keys) expect(keymap.commandFor(context, key)).toBe(name);
});

test('a key that is in no row stands for nothing', () => {
	for (const context of ['menu', 'lab', 'help', 'message', 'field'] as const) for (const key of ['z', 'paste', 'f9', 'ctrl-x', '']) expect(keymap.commandFor(context, key)).toBeUndefined();
});

test('every pane with a digit is chosen by it, every command has a heading in the help', () => {
	for (const {name, digit} of PANES as readonly {readonly name: string; readonly digit?: number}[]) {
		if (digit !== undefined) expect(paneOfDigit(digit)).toBe(name);
	}

	for (const [digit, name] of ['lesson', 'registers', 'code', 'stacks', 'events', 'console', 'hardware', 'memory', 'flags'].entries()) expect(paneOfDigit(digit + 1)).toBe(name);
	for (const {group} of COMMANDS) expect(GROUPS).toContain(group);
});

test('the help has the keys and the sentence of every command, wherever it is opened', () => {
	for (const session of [INITIAL_SESSION, inLab()]) {
		const text = helpText(session);
		for (const command of COMMANDS) {
			expect(text).toContain(command.help);
			expect(text).toContain(keymap.allShown(command, GLYPHS.unicode).trim());
		}

		for (const {help} of PANES as readonly {readonly help: string}[]) expect(text).toContain(help);
	}
});

test('the help begins with the keys of where it is opened', () => {
	const first = (session: Session): string => textOf(paintHelp({...session, help: {scroll: 0}}, keymap, 100, 40, GLYPHS.unicode)).split('\n')[1].trim();
	expect(first(INITIAL_SESSION)).toBe('Menu');
	expect(first(inLab())).toBe('Lesson');
});

test('what can’t be done now stands in the help with the reason', () => {
	const session = inLab();
	expect(helpText(session)).toContain('Go back in the lesson, and the machine with it (not now: this is the first page)');
	expect(helpText(session)).toContain('Take the last change back (not now: nothing has been changed)');
	const {view} = session;
	if (view !== undefined) expect(helpText({...session, view: {...view, history: {undo: 'rdi = 0x4d'}}})).not.toContain('Take the last change back (not now');
});

describe('the key bar', () => {
	const bar = (session: Session, width = 80): string => textOf([paintKeyBar(session, keymap, width, GLYPHS.unicode)]);

	test('has the keys that matter most in 80 columns', () => {
		for (const words of ['Space next', 's step', 'S back', 'c continue', 'Enter change', '? help', 'q quit']) expect(bar(inLab())).toContain(words);
		expect(bar(inLab())).toHaveLength(80);
	});

	test('says what Enter does in the chosen pane', () => {
		const session = inLab();
		const {view} = session;
		if (view === undefined) return;
		const enter = (focus: 'events' | 'flags' | 'registers'): string | undefined => barEntries({...session, view: {...view, focus}}, keymap, GLYPHS.unicode).find(({key}) => key === 'Enter')?.label;
		expect([enter('registers'), enter('events'), enter('flags')]).toEqual(['change', 'go there', 'flip']);
	});

	test('dims what can’t be done now', () => {
		const session = inLab();
		const {view} = session;
		if (view === undefined) return;
		const isOff = (step: number): boolean | undefined => barEntries({...session, view: {...view, moment: {...view.moment, step}}}, keymap, GLYPHS.unicode).find(({key}) => key === 'S')?.isOff;
		expect([isOff(view.origin), isOff(view.origin + 1)]).toEqual([true, false]);
	});

	test('has other keys in the menu, in the help, in a message and in a field', () => {
		expect(bar(INITIAL_SESSION)).toContain('↑ ↓ choose  Enter open');
		expect(bar({...INITIAL_SESSION, help: {scroll: 0}})).toContain('Esc close  ↑ ↓ scroll');
		expect(bar({...INITIAL_SESSION, screen: 'failed'})).toContain('m back to the menu');
		const field = bar({...inLab(), prompt: {kind: 'command', title: '', field: {text: '', cursor: 0}, hint: '', suggestions: [], chosen: -1}});
		expect(field).toContain('Enter take it  Esc leave it');
		// A ? is text there.
		expect(field).toContain('F1 help');
	});

	test('follows a person’s own keys', () => {
		const own = new Keymap(new Map([['step', ['ctrl-n']], ['quit', []]]));
		const text = textOf([paintKeyBar(inLab(), own, 120, GLYPHS.unicode)]);
		expect(text).toContain('Ctrl+N step');
		expect(text).not.toContain('quit');
		expect(own.commandFor('lab', 's')).toBeUndefined();
		expect(own.commandFor('lab', 'ctrl-n')).toBe('step');
		expect(helpText(inLab(), own)).toContain('Ctrl+N step Run one instruction');
	});
});

test.for([['left', '←', 'Left'], ['shift-tab', 'Shift+Tab', 'Shift+Tab'], ['ctrl-c', 'Ctrl+C', 'Ctrl+C'], ['pagedown', 'PgDn', 'PgDn'], ['f1', 'F1', 'F1'], ['-', '-', '-'], ['ctrl--', 'Ctrl+-', 'Ctrl+-'], ['S', 'S', 'S'], ['alt-x', 'Alt+x', 'Alt+x']])(
	'the key %s is written %s, and %s in ASCII', ([key, unicode, ascii]) => {
		expect([shownKey(key, GLYPHS.unicode), shownKey(key, GLYPHS.ascii)]).toEqual([unicode, ascii]);
	},
);

test('commands that want something behind them say what', () => {
	for (const {needsArgument, argument} of COMMANDS) if (needsArgument === true) expect(argument).toBeDefined();
	const contexts: readonly Context[] = ['menu', 'lab', 'help', 'message', 'field'];
	for (const command of COMMANDS) expect(command.contexts.every(context => contexts.includes(context)) && command.contexts.length > 0).toBe(true);
});
