import {isCalled, listLabs} from '../lab/catalogue.js';
import {withoutLab} from '../lab/progress/merge.js';
import type {ProgressData} from '../lab/progress/progress-data.js';
import {UsageError} from './command-error.js';
import {ExitCode} from './exit-codes.js';
import {openProgress, tellProblems} from './learner.js';
import {print} from './output.js';
import {suggest} from './spelling.js';


/** Labs of which something is kept, and those of the package. */
const namesOf = ({labs}: ProgressData): string[] => [...new Set([...Object.keys(labs), ...listLabs().map(({name}) => name)])].sort();

/** Forgets what was done in a lab, given by its number or name. Gives the exit code. */
export async function resetCommand(lab: string): Promise<number> {
	const store = openProgress();
	const names = namesOf(store.load().data);
	const name = names.find(each => isCalled({name: each}, lab));
	if (name === undefined) throw new UsageError(`there is no lab ${lab}${suggest(lab, names, 'give a lab’s number or name')}`);
	const {problems} = store.update(data => withoutLab(data, name));
	await tellProblems(problems);
	if (store.hasUnsaved) return ExitCode.OUTPUT;
	await print(`${name} is as if it had never been opened.\n`);
	return ExitCode.OK;
}
