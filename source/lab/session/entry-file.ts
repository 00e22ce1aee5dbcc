import {readFileSync, writeFileSync} from 'node:fs';
import {buildKernel} from '../../kernel/kernel.js';
import {kernelEntry, type OwnEntry} from '../../kernel/own-entry.js';
import {AssemblyError} from '../../program/problems.js';
import {ValueError} from '../../trace/register-values.js';

/** A learner's own file with an entry path. */
export interface EntryFile {
	readonly entry: OwnEntry;
	/** Whether there was no such file, so that it was made. */
	readonly made: boolean;
}

/** A file with an entry path can't be read or made: says why. */
export class EntryFileError extends Error {}

/** Why a file can't be read or made, by the system's code for it. */
const REASONS: Readonly<Partial<Record<string, string>>> = {
	ENOENT: 'there is no such folder',
	ENOTDIR: 'a part of this path is no folder',
	EISDIR: 'this is a folder',
	EACCES: 'you may not read or write there',
	EROFS: 'nothing can be written there',
	ENOSPC: 'the disk is full',
};

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error));

/** The largest text that is taken, in bytes. */
const LARGEST = 1024 * 1024;

/** A file's text; undefined where there is no such file. */
function read(file: string): string | undefined {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return undefined;
		throw error;
	}
}

/**
 * Reads a learner's file with an entry path. If there is none, it is made with the text to begin with; one that is there is
 * never written.
 * @param name what problems in it are reported under: the path as the learner has typed it
 * @param begin the text to begin with
 * @throws EntryFileError that says why it can't be read or made
 */
export function takeEntryFile(file: string, name: string, begin: string): EntryFile {
	try {
		const found = read(file);
		// A file that has appeared in the meantime is not written over.
		if (found === undefined) writeFileSync(file, begin, {flag: 'wx'});
		const text = found ?? begin;
		if (text.length > LARGEST || text.includes('\0')) throw new EntryFileError(`${name}: this is no assembly text; give a .s file`);
		return {entry: {name, text}, made: found === undefined};
	} catch (error) {
		if (error instanceof EntryFileError) throw error;
		const code = codeOf(error);
		throw new EntryFileError(`${name}: ${REASONS[code] ?? `this can’t be read or made (${code})`}; give the path of a .s file`);
	}
}

/**
 * Begins something anew with an entry path, or with other settings.
 * @throws ValueError with what is wrong with the entry path, file and line first
 */
export function withEntry<T>(begin: () => T): T {
	try {
		return begin();
	} catch (error) {
		if (error instanceof EntryFileError) throw new ValueError(error.message);
		if (!(error instanceof AssemblyError)) throw error;
		const [{file, line, column = 1, message, remedy = ''}] = error.problems;
		const rest = error.problems.length === 1 ? '' : ` (and ${error.problems.length - 1} more)`;
		throw new ValueError(`${file}:${line}:${column}: ${message} ${remedy}${rest}`);
	}
}

/** The text that a learner's entry path begins with where no lab gives one: the kernel's own. */
export const entryToBeginWith = (): string => kernelEntry(buildKernel().sources);
