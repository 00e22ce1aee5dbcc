import {readdirSync} from 'node:fs';
import path from 'node:path';
import type {FolderEntry} from '../view/palette.js';

/** Entries of a folder, folders first; none if it can't be read. */
export function folderEntries(folder: string, home: string): readonly FolderEntry[] {
	try {
		const entries = readdirSync(folder.startsWith('~/') ? path.join(home, folder.slice(2)) : folder === '' ? '.' : folder, {withFileTypes: true});
		return entries.map(entry => ({name: entry.name, isFolder: entry.isDirectory()})).sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || a.name.localeCompare(b.name));
	} catch {
		return [];
	}
}
