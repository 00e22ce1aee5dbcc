import {closeSync, fstatSync, openSync, readFileSync, readSync} from 'node:fs';
import path from 'node:path';
import {assemble} from '../program/assemble.js';
import type {Image} from '../program/image.js';
import {link} from '../program/link.js';
import {AssemblyError} from '../program/problems.js';
import {CommandError} from './command-error.js';
import {ExitCode} from './exit-codes.js';

const MEBIBYTE = 1024 * 1024;

/** The largest text that is assembled, in bytes: some hundred thousand lines. */
const LARGEST_TEXT = 4 * MEBIBYTE;

/** Bytes that are read at a time. */
const PORTION = 64 * 1024;

/** Problems of a program that are printed. */
const PROBLEMS_SHOWN = 20;

/** Why a file can't be read, by the system's code for it. */
const REASONS: Readonly<Partial<Record<string, string>>> = {
	ENOENT: 'there is no such file',
	ENOTDIR: 'a part of this path is no folder',
	EISDIR: 'this is a folder',
	EACCES: 'you may not read this file',
	ELOOP: 'this link leads to itself',
	ENAMETOOLONG: 'this name is too long',
};

/** The system's code of an error, if it has one. */
const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error));

/** A program that is ready to be loaded, with its text. */
export interface LoadableProgram {
	readonly image: Image;
	/** The text of its files by name. */
	readonly sources: ReadonlyMap<string, string>;
}

/** Reads a file of any kind, a pipe too, but no more than `limit` bytes. */
function readBytes(file: string, limit: number): Buffer {
	const descriptor = openSync(file, 'r');
	try {
		if (fstatSync(descriptor).isDirectory()) throw Object.assign(new Error(file), {code: 'EISDIR'});
		const portions: Buffer[] = [];
		for (let total = 0; total <= limit; ) {
			const portion = Buffer.alloc(PORTION);
			const count = readSync(descriptor, portion, 0, PORTION, null);
			if (count === 0) break;
			portions.push(portion.subarray(0, count));
			total += count;
		}

		return Buffer.concat(portions);
	} finally {
		closeSync(descriptor);
	}
}

function refuse(file: string, message: string): never {
	throw new CommandError(ExitCode.DATA, `${file}: ${message}`);
}

/** The text of an assembly file. */
function readText(file: string): string {
	let bytes: Buffer;
	try {
		bytes = readBytes(file, LARGEST_TEXT);
	} catch (error) {
		const code = codeOf(error);
		throw new CommandError(ExitCode.USAGE, `${file}: ${REASONS[code] ?? `this can’t be read (${code})`}; give the path of a .s file`);
	}

	if (bytes.length === 0) refuse(file, 'this file is empty; write a program that defines _start');
	if (bytes.subarray(0, 4).equals(Buffer.from('\u007FELF', 'latin1'))) refuse(file, 'this is an executable, and only assembly text is run; give its .s file');
	if (bytes.includes(0)) refuse(file, 'this is no assembly text; give a .s file');
	if (bytes.length > LARGEST_TEXT) refuse(file, `this file is larger than ${LARGEST_TEXT / MEBIBYTE} MiB, the most that is assembled; make it shorter`);
	return bytes.toString('utf8');
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

/**
 * Reads, assembles and links a program.
 * @throws CommandError that says why there is none: exit code 2 where the path is wrong, 65 where the file's content is
 */
export function readProgramFile(file: string): LoadableProgram {
	const text = readText(file);
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
