import type {Change} from '../../trace/branches/change.js';
import type {KernelSettings} from '../format/setup.js';
import type {LabStep} from '../lab-file.js';

/** What may be changed where a step does not say it. */
const USUALLY = ['registers', 'memory', 'input'];

const allowed = ({mayChange}: LabStep): readonly string[] => mayChange ?? USUALLY;

const refusal = (what: string, names: readonly string[]): string =>
	`This step is not about ${what}${names.length === 0 ? '; nothing can be changed in it' : `: change ${names.join(', ')} here`}. In free play everything can be changed.`;

/** The names by which a change may be allowed: its own, and its group's. */
function namesOf(change: Change): readonly string[] {
	switch (change.kind) {
		case 'register':
			return [change.register, 'registers'];
		case 'xmm':
			return ['registers'];
		case 'flag':
			return [change.flag, 'rflags', 'registers'];
		default:
			return [change.kind];
	}
}

/** Why a change is not part of a step; undefined if it may be made. */
export function changeRefusal(step: LabStep, change: Change): string | undefined {
	const names = namesOf(change);
	return names.some(name => allowed(step).includes(name)) ? undefined : refusal(names[0], allowed(step));
}

/** Words for settings whose name alone says little. */
const SETTING_WORDS: Readonly<Partial<Record<string, string>>> = {entry: 'an entry path of your own'};

/** What can be set for a step: the kernel, the arguments, the entry path. */
export type SettingName = keyof KernelSettings | 'args' | 'entry';

/** Why a setting of the kernel, the arguments or the entry path can't be changed in a step; undefined if it may be. */
export const settingRefusal = (step: LabStep, setting: SettingName): string | undefined =>
	(allowed(step).includes(setting) ? undefined : refusal(SETTING_WORDS[setting] ?? setting, allowed(step)));
