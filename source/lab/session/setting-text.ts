import {ERRNO_ENTRIES} from '../../kernel/errno.js';
import {SURGERY} from '../../kernel/surgery.js';
import {SYSCALLS} from '../../kernel/syscall-table.js';
import {ValueError} from '../../trace/register-values.js';
import {didYouMean} from '../format/spelling.js';
import {type FilterSetting, KERNEL_SETTINGS, type KernelSettings, settingsProblem} from '../format/setup.js';

/** The word for an empty list. */
const NOTHING = 'nothing';

/** What each setting does, for those who type it. */
const HELP: Readonly<Record<keyof KernelSettings, string>> = {
	isolation: 'two page tables: the program’s has next to nothing of the kernel',
	'entry-stack': 'exceptions arrive on a small stack of their own',
	'second-door': 'int $0x80 is a second way in, with the registers of syscall',
	without: 'lines of the kernel that are left out',
	seccomp: 'calls that are refused: NAME=ERROR, or NAME=kill',
	audit: 'the kernel notes every call',
};

const SWITCHES = {on: true, off: false} as const;

/** One thing that can be typed, and what it is. */
export interface SettingWord {
	readonly text: string;
	readonly help: string;
}

function unknown(what: string, word: string, names: readonly string[]): ValueError {
	return new ValueError(`there is no ${what} ${word}${didYouMean(word, names)}; there are ${names.join(', ')}`);
}

/** Names of lines that are left out. */
function readLines(words: readonly string[]): string[] {
	const names = SURGERY.map(({name}) => name);
	const wrong = words.find(word => !names.includes(word));
	if (wrong !== undefined) throw new ValueError(`no line of the kernel is named ${wrong}${didYouMean(wrong, names)}; Tab shows their names`);
	return [...words];
}

/** Calls that are refused. */
const readFilter = (words: readonly string[]): FilterSetting[] => words.map(word => {
	const [call, error = ''] = word.split('=');
	const names = SYSCALLS.map(({name}) => name);
	if (!names.includes(call)) throw new ValueError(`there is no system call ${call}${didYouMean(call, names)}; write its name, such as write=EPERM`);
	if (error === 'kill') return {call};
	if (!ERRNO_ENTRIES.some(({name}) => name === error)) throw new ValueError(`“${word}” does not say how ${call} is refused: write ${call}=EPERM, another error, or ${call}=kill`);
	return {call, error};
});

/**
 * Reads a setting of the kernel as it is typed: `isolation on`, `without swapgs push-r15`, `seccomp write=EPERM`, or
 * `without nothing`.
 * @param now what is set already, with which it must agree
 * @throws ValueError with what is allowed
 */
export function parseKernelSetting(text: string, now: KernelSettings = {}): KernelSettings {
	const [word = '', ...values] = text.trim().split(/[\s,]+/u);
	const name = KERNEL_SETTINGS.find(each => each === word);
	if (name === undefined) throw unknown('setting', `“${word}”`, KERNEL_SETTINGS);
	const changed = {[name]: readValue(name, values)} as KernelSettings;
	const problem = settingsProblem({...now, ...changed});
	if (problem !== undefined) throw new ValueError(problem);
	return changed;
}

function readValue(name: keyof KernelSettings, values: readonly string[]): KernelSettings[keyof KernelSettings] {
	if (name === 'without' || name === 'seccomp') {
		if (values.length === 0) throw new ValueError(`say what: ${name === 'without' ? 'without swapgs' : 'seccomp write=EPERM'}, or ${name} ${NOTHING}`);
		const given = values.length === 1 && values[0] === NOTHING ? [] : values;
		return name === 'without' ? readLines(given) : readFilter(given);
	}

	const [value = ''] = values;
	if (values.length !== 1 || !(value in SWITCHES)) throw new ValueError(`${name} is on or off`);
	return SWITCHES[value as keyof typeof SWITCHES];
}

const wordOf = (name: string, value: unknown): string => {
	if (typeof value === 'boolean') return `${name} ${value ? 'on' : 'off'}`;
	const list = (value as readonly (string | FilterSetting)[]).map(each => (typeof each === 'string' ? each : `${each.call}=${each.error ?? 'kill'}`));
	return `${name} ${list.join(' ') || NOTHING}`;
};

/** Settings as they are typed; those that nobody has set are not named. */
export const describeSettings = (settings: KernelSettings): string => Object.entries(settings).filter(([, value]) => value !== undefined).map(([name, value]) => wordOf(name, value)).join(', ');

/** What the text of a setting can be completed to. */
export function settingWords(text: string): SettingWord[] {
	const begun = /^\s*(without\s+(?:[\w-]+[\s,]+)*)([\w-]*)$/u.exec(text);
	if (begun !== null) {
		const [, before, last] = begun;
		return [...SURGERY.map(({name, purpose}) => ({text: name, help: purpose})), {text: NOTHING, help: 'the kernel as it is'}]
			.filter(word => word.text.startsWith(last)).map(word => ({...word, text: before + word.text}));
	}

	const all = KERNEL_SETTINGS.flatMap((name): SettingWord[] => {
		if (name === 'without') return [{text: 'without ', help: HELP[name]}];
		if (name === 'seccomp') return [{text: 'seccomp write=EPERM', help: HELP[name]}, {text: `seccomp ${NOTHING}`, help: 'nothing is refused'}];
		return Object.keys(SWITCHES).map(value => ({text: `${name} ${value}`, help: HELP[name]}));
	});
	return all.filter(word => word.text.includes(text.trim()));
}
