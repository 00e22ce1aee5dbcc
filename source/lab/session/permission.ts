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

/** Why a setting of the kernel, or the arguments, can't be changed in a step; undefined if it may be. */
export const settingRefusal = (step: LabStep, setting: keyof KernelSettings | 'args'): string | undefined =>
	(allowed(step).includes(setting) ? undefined : refusal(setting, allowed(step)));
