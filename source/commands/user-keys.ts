import {readFileSync} from 'node:fs';
import path from 'node:path';
import type {Keymap} from '../view/keymap.js';

/** The folder of a person's own settings (XDG basedir specification 0.8; paths that are not absolute don't count there). */
function configFolder(environment: Readonly<Record<string, string | undefined>>): string {
	const {XDG_CONFIG_HOME: config = '', HOME: home = '/'} = environment;
	return path.join(path.isAbsolute(config) ? config : path.join(home, '.config'), 'syscall-lab');
}

/** A person's keys, and what is wrong with the file that has them. */
export interface UserKeys {
	readonly keymap: Keymap;
	readonly problem?: string;
}

/** The text of the key file; undefined if there is none. */
function readText(file: string): string | undefined {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
		throw error;
	}
}

/** Reads a person's key file, if there is one. One that can't be used is told and ignored. */
export async function userKeys(environment: Readonly<Record<string, string | undefined>>, usual: Keymap): Promise<UserKeys> {
	const file = path.join(configFolder(environment), 'keys.json');
	let text: string | undefined;
	try {
		text = readText(file);
	} catch (error) {
		return {keymap: usual, problem: `${file} can’t be read (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}); the usual keys hold.`};
	}

	if (text === undefined) return {keymap: usual};
	const [{KeyFileError, readKeyFile}, {Keymap: Made}] = await Promise.all([import('../view/key-file.js'), import('../view/keymap.js')]);
	try {
		return {keymap: new Made(readKeyFile(text))};
	} catch (error) {
		if (error instanceof KeyFileError) return {keymap: usual, problem: `${file}:${error.line}: ${error.message}${error.message.endsWith('?') ? '' : '.'} The file is ignored, the usual keys hold.`};
		throw error;
	}
}
