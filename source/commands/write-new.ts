import {writeFileSync} from 'node:fs';
import {codeOf} from './system-error.js';

/** Why a file can't be made, by the system's code for it, and what to do. */
const REASONS: Readonly<Partial<Record<string, string>>> = {
	EEXIST: 'is there already: choose another name',
	ENOENT: 'can’t be made: there is no such folder',
	ENOTDIR: 'can’t be made: a part of its path is no folder',
	EACCES: 'can’t be made: you may not write there',
	EROFS: 'can’t be made: nothing can be written there',
	ENOSPC: 'can’t be written: the disk is full',
};

/** Writes a new file, never over one that is there; gives the reason if it can't be done. */
export function writeNew(file: string, text: string): string | undefined {
	try {
		writeFileSync(file, text, {flag: 'wx'});
		return undefined;
	} catch (error) {
		return `${file} ${REASONS[codeOf(error)] ?? `can’t be written (${codeOf(error)})`}`;
	}
}
