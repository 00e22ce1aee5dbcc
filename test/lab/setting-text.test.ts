import {describe, expect, test} from 'vitest';
import {describeSettings, parseKernelSetting, settingWords} from '../../source/lab/session/setting-text.js';

test.each([
	['isolation on', {isolation: true}],
	['entry-stack off', {'entry-stack': false}],
	['second-door on', {'second-door': true}],
	['audit off', {audit: false}],
	['without swapgs, push-r15', {without: ['swapgs', 'push-r15']}],
	['without nothing', {without: []}],
	['seccomp write=EPERM getpid=kill', {seccomp: [{call: 'write', error: 'EPERM'}, {call: 'getpid'}]}],
	['seccomp nothing', {seccomp: []}],
])('%s is read, and written again as it was typed', (text, settings) => {
	expect(parseKernelSetting(text)).toEqual(settings);
	expect(parseKernelSetting(describeSettings(settings))).toEqual(settings);
});

describe('what can’t be read is told with what is allowed', () => {
	test.each([
		['isolaton on', 'there is no setting “isolaton”; did you mean isolation?; there are isolation, entry-stack, second-door, without, seccomp, audit'],
		['isolation', 'isolation is on or off'],
		['isolation maybe', 'isolation is on or off'],
		['isolation on off', 'isolation is on or off'],
		['without swapsg', 'no line of the kernel is named swapsg; did you mean swapgs?; Tab shows their names'],
		['without', 'say what: without swapgs, or without nothing'],
		['seccomp wirte=EPERM', 'there is no system call wirte; did you mean write?; write its name, such as write=EPERM'],
		['seccomp write', '“write” does not say how write is refused: write write=EPERM, another error, or write=kill'],
		['seccomp write=7', '“write=7” does not say how write is refused: write write=EPERM, another error, or write=kill'],
	])('%s', (text, message) => {
		expect(() => parseKernelSetting(text)).toThrow(message);
	});

	test('settings that exclude each other, with those that are in force', () => {
		expect(() => parseKernelSetting('entry-stack off', {isolation: true})).toThrow('isolation needs the entry stack');
	});
});

test('every word that is offered can be read', () => {
	for (const text of ['', 'without ', 'seccomp']) {
		for (const word of settingWords(text).filter(each => each.text !== 'without ')) expect(() => parseKernelSetting(word.text), word.text).not.toThrow();
	}
});
