import {beforeAll, describe, expect, test} from 'vitest';
import type {AppState} from '../../source/view/app-state.js';
import {fuzzyFilter, fuzzyScore} from '../../source/view/fuzzy.js';
import {type FolderEntry, openPalette, parseCommandLine, type Sources, symbolSuggestions} from '../../source/view/palette.js';
import {settingWords} from '../../source/lab/session/setting-text.js';
import {crossing, type Run, stateOf, viewOf} from './views.js';

let run: Run;
let state: AppState;

beforeAll(() => {
	run = crossing();
	state = {...stateOf(viewOf(run, run.stops[0]), 120, 40), labs: [{folder: '/labs/a', name: '00-primer', title: 'Primer', summary: '', minutes: 5}, {folder: '/labs/b', name: '01-tour', title: 'A tour', summary: '', minutes: 8}]};
});

const FOLDERS: Readonly<Record<string, readonly FolderEntry[]>> = {
	'': [{name: 'programs', isFolder: true}, {name: '.git', isFolder: true}, {name: 'hello.s', isFolder: false}, {name: 'notes.txt', isFolder: false}],
	'programs/': [{name: 'a.s', isFolder: false}, {name: 'b.s', isFolder: false}],
};

const sources: Sources = {folder: path => FOLDERS[path] ?? [], symbols: () => ['entry_SYSCALL_64', 'message', 'message_end', '_start'], settings: settingWords};

const labels = (text: string, from = state): readonly string[] => openPalette(text, from, sources).suggestions.map(({label}) => label);
const texts = (text: string): readonly string[] => openPalette(text, state, sources).suggestions.map(each => each.text);

describe('fuzzy matching', () => {
	test.for([['st', 'step', true], ['sb', 'step-back', true], ['ts', 'step', false], ['', 'anything', true], ['STEP', 'step', true], ['stepx', 'step', false]] as const)('%j and %j: %s', ([query, text, expected]) => {
		expect(fuzzyScore(query, text) !== undefined).toBe(expected);
	});

	test('puts beginnings and whole words first, and keeps the order where nothing was typed', () => {
		const names = ['over-back', 'step-back', 'back', 'backspace', 'feedback'];
		expect(fuzzyFilter('back', names, name => name)[0]).toBe('back');
		expect(fuzzyFilter('sb', names, name => name)[0]).toBe('step-back');
		expect(fuzzyFilter('', names, name => name)).toEqual(names);
	});
});

describe('suggestions', () => {
	test('are all commands that a person can type while nothing is typed, those that can be done first', () => {
		const all = openPalette('', state, sources).suggestions;
		expect(all.map(({label}) => label)).toEqual(expect.arrayContaining(['step', 'set', 'theme', 'quit', 'undo']));
		expect(all.map(({label}) => label)).not.toContain('field-left');
		expect(all.map(({label}) => label)).not.toContain('menu-up');
		const firstRefused = all.findIndex(({refused}) => refused !== undefined);
		expect(all.slice(firstRefused).every(({refused}) => refused !== undefined)).toBe(true);
	});

	test('have the key that does the same, and the reason if it can’t be done', () => {
		expect(openPalette('step', state, sources).suggestions[0]).toMatchObject({label: 'step', key: 's', text: 'step'});
		expect(openPalette('undo', state, sources).suggestions[0]).toMatchObject({label: 'undo', refused: 'nothing has been changed'});
	});

	test('find commands by what they do, from three letters on', () => {
		expect(labels('colours')).toContain('theme');
		expect(labels('co')).not.toContain('theme');
	});

	test('of the menu are those that mean something there', () => {
		const menu = {...stateOf(undefined, 120, 40), labs: state.labs};
		expect(labels('', menu)).toEqual(expect.arrayContaining(['theme', 'open', 'lab', 'quit', 'help']));
		expect(labels('', menu)).not.toContain('step');
	});

	test('behind a command are what it takes', () => {
		expect(labels('theme ')).toEqual(['dark', 'light', 'contrast']);
		expect(labels('view mem')[0]).toBe('memory');
		expect(labels('show st')[0]).toBe('stacks');
		expect(labels('lab tour')).toEqual(['01-tour']);
		expect(labels('solution ')).toEqual(['no', 'yes']);
		expect(labels('step ')).toEqual([]);
		expect(openPalette('step ', state, sources).hint).toBe('step takes nothing behind it.');
	});

	test('for a file are programs and folders, hidden ones only if a dot was typed', () => {
		expect(labels('open ')).toEqual(['programs/', 'hello.s']);
		expect(texts('open he')).toEqual(['open hello.s']);
		expect(labels('open .')).toEqual(['.git/']);
		expect(texts('open programs/')).toEqual(['open programs/a.s', 'open programs/b.s']);
		expect(labels('open nowhere/')).toEqual([]);
	});

	test('complete a name where a value or an address is typed', () => {
		expect(texts('set rdi=77, rsi=me')).toEqual(['set rdi=77, rsi=message', 'set rdi=77, rsi=message_end']);
		expect(texts('memory ent')).toEqual(['memory entry_SYSCALL_64']);
		expect(symbolSuggestions('0x40', ['x40'])).toEqual([]);
		expect(symbolSuggestions('message', ['message', 'message_end']).map(({label}) => label)).toEqual(['message_end']);
	});

	test('for what there is none are none, and it is said', () => {
		expect(openPalette('frobnicate', state, sources)).toMatchObject({suggestions: [], chosen: -1, hint: 'There is no command frobnicate.'});
	});
});

test('a command line is a command and what stands behind it', () => {
	expect(parseCommandLine('set rdi = 77')).toMatchObject({command: {name: 'set'}, argument: 'rdi = 77'});
	expect(parseCommandLine('  step  ')).toMatchObject({command: {name: 'step'}, argument: ''});
	expect(parseCommandLine('stp')).toBeUndefined();
	expect(parseCommandLine('')).toBeUndefined();
});

test('settings of the kernel and lines to leave out are completed, with what they are for', () => {
	expect(labels('kernel iso')).toEqual(['isolation on', 'isolation off']);
	expect(texts('without push-r1')).toEqual(['without push-r10', 'without push-r11', 'without push-r12', 'without push-r13', 'without push-r14', 'without push-r15'].filter(text => texts('without push-r1').includes(text)));
	expect(texts('without swapgs cla')).toEqual(['without swapgs clamp']);
	expect(openPalette('without sta', state, sources).suggestions[0]).toMatchObject({label: 'stack-switch', note: 'leaves the program’s stack for the thread’s kernel stack'});
});
