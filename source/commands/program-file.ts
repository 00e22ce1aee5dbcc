import {readFileSync} from 'node:fs';
import path from 'node:path';
import {assemble} from '../program/assemble.js';
import type {Image} from '../program/image.js';
import {link} from '../program/link.js';
import {AssemblyError} from '../program/problems.js';
import {CommandError} from './command-error.js';
import {ExitCode} from './exit-codes.js';
import {readBytes} from './read-file.js';

const MEBIBYTE = 1024 * 1024;

/** The largest text that is assembled, in bytes: some hundred thousand lines. */
const LARGEST_TEXT = 4 * MEBIBYTE;

/** The largest executable that is run, in bytes. */
const LARGEST_EXECUTABLE = 64 * MEBIBYTE;

/** Problems of a program that are printed. */
const PROBLEMS_SHOWN = 20;

/** A program that is ready to be loaded, with its text. */
export interface LoadableProgram {
	readonly image: Image;
	/** The text of its files by name. */
	readonly sources: ReadonlyMap<string, string>;
}

/** What can be run: assembly text, assembled; or the bytes of an executable, as they are. */
export type Runnable = {readonly kind: 'assembly'; readonly program: LoadableProgram} | {readonly kind: 'executable'; readonly bytes: Uint8Array};

function refuse(file: string, message: string): never {
	throw new CommandError(ExitCode.DATA, `${file}: ${message}`);
}

const isExecutable = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 4)).equals(Buffer.from('\u007FELF', 'latin1'));

/** Refuses what is no text of an assembly program. */
function textOf(file: string, bytes: Uint8Array): string {
	if (bytes.length === 0) refuse(file, 'this file is empty; write a program that defines _start');
	if (bytes.includes(0)) refuse(file, 'this is no assembly text; give a .s file');
	if (bytes.length > LARGEST_TEXT) refuse(file, `this file is larger than ${LARGEST_TEXT / MEBIBYTE} MiB, the most that is assembled; make it shorter`);
	return Buffer.from(bytes).toString('utf8');
}

/** The problems of a program, a line each. */
function problemLines({problems}: AssemblyError): string {
	const lines = problems.slice(0, PROBLEMS_SHOWN).map(({file, line, column, message, remedy}) => {
		const place = [file, line, column].filter(part => part !== undefined).join(':');
		return `${place}: ${message}${remedy === undefined ? '' : `; ${remedy}`}`;
	});
	const more = problems.length - lines.length;
	return [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n');
}

/** Assembles and links a program's text. */
function assembleProgram(file: string, text: string): LoadableProgram {
	const sources = new Map([[file, text]]);
	const folder = path.dirname(file);
	const include = (name: string): string | undefined => {
		try {
			const included = readFileSync(path.join(folder, name), 'utf8');
			sources.set(name, included);
			return included;
		} catch {
			return undefined;
		}
	};

	try {
		return {image: link([assemble({name: file, text}, {include})]), sources};
	} catch (error) {
		if (error instanceof AssemblyError) throw new CommandError(ExitCode.DATA, problemLines(error));
		throw error;
	}
}

/**
 * Reads what is to be run: assembly text, or an executable.
 * @throws CommandError that says why there is none: exit code 2 where the path is wrong, 65 where the file's content is
 */
export function readRunnable(file: string): Runnable {
	const bytes = readBytes(file, LARGEST_EXECUTABLE, 'give the path of a .s file or of an executable');
	if (!isExecutable(bytes)) return {kind: 'assembly', program: assembleProgram(file, textOf(file, bytes))};
	if (bytes.length > LARGEST_EXECUTABLE) refuse(file, `this executable is larger than ${LARGEST_EXECUTABLE / MEBIBYTE} MiB, the most that is run; strip it`);
	return {kind: 'executable', bytes};
}

/**
 * Reads, assembles and links a program.
 * @throws CommandError that says why there is none: exit code 2 where the path is wrong, 65 where the file's content is
 */
export function readProgramFile(file: string): LoadableProgram {
	const bytes = readBytes(file, LARGEST_TEXT, 'give the path of a .s file');
	if (isExecutable(bytes)) refuse(file, 'this is an executable, and here only assembly text is taken; give its .s file');
	return assembleProgram(file, textOf(file, bytes));
}
