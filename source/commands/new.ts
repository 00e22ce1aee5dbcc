import {existsSync, mkdirSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {listLabs} from '../lab/catalogue.js';
import {skeleton, skeletonName} from '../lab/skeleton.js';
import {CommandError, UsageError} from './command-error.js';
import {ExitCode} from './exit-codes.js';
import {print} from './output.js';
import {codeOf} from './system-error.js';

/** What `syscall-lab new` was asked to do. */
export interface NewRequest {
	/** What the lab is to be called, with or without its number. */
	readonly name: string;
	/** The folder of labs in which it is made. */
	readonly folder: string;
}

/** Names in a folder; none if there is no such folder yet. */
const namesIn = (folder: string): string[] => (existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : []);

/** Makes the folder of a new lab. Gives the exit code. */
export async function newCommand({name: wanted, folder}: NewRequest): Promise<number> {
	const named = skeletonName(wanted, [...namesIn(folder), ...listLabs().map(({name}) => name)]);
	if ('problem' in named) throw new UsageError(named.problem);
	const home = path.join(folder, named.name);
	if (existsSync(home)) throw new UsageError(`${home} is there already; choose another name`);
	try {
		mkdirSync(home, {recursive: true});
		for (const [file, text] of skeleton(named.name)) writeFileSync(path.join(home, file), text, {flag: 'wx'});
	} catch (error) {
		throw new CommandError(ExitCode.OUTPUT, `syscall-lab: ${home} can’t be written (${codeOf(error)}); choose another folder with --in`);
	}

	await print(`${home} is there. Write what says TODO in it, then prove it:\n    syscall-lab check ${home}\n`);
	return ExitCode.OK;
}
