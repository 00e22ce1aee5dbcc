import {readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {elfImage} from '../program/elf/elf-image.js';
import type {LineFile} from '../program/elf/line-table.js';
import type {LoadableProgram} from './program-file.js';

/** The largest text that is shown, in bytes. */
const LARGEST_TEXT = 4 * 1024 * 1024;

/** A file's text, if it is a file that can be read and is no longer than a text is. */
function textOf(file: string): string | undefined {
	try {
		const stats = statSync(file);
		return stats.isFile() && stats.size <= LARGEST_TEXT ? readFileSync(file, 'utf8') : undefined;
	} catch {
		return undefined;
	}
}

/** Where the text of a source may be: where the compiler had it, or beside the program. */
function places(program: string, {name, folder}: LineFile): string[] {
	const beside = path.dirname(program);
	return [...(path.isAbsolute(name) || folder.startsWith('/') ? [path.resolve(folder, name)] : []), path.join(beside, name), path.join(beside, path.basename(name))];
}

/**
 * An executable's symbols and lines, and the text of its sources as far as they are found.
 * @param bias what was added to its addresses when it was loaded
 */
export function executableProgram(file: string, bytes: Uint8Array, bias: bigint): LoadableProgram {
	const {image, files} = elfImage(bytes, bias);
	const sources = new Map<string, string>();
	for (const [name, source] of files) {
		for (const place of places(file, source)) {
			const text = textOf(place);
			if (text === undefined) continue;
			sources.set(name, text);
			break;
		}
	}

	return {image, sources};
}
