import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

let root: string | undefined;

/** The package's folder, in which `labs` and `source` lie: found upwards from this code, bundled or not. */
export function packageRoot(): string {
	if (root !== undefined) return root;
	for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
		if (existsSync(path.join(folder, 'package.json')) && existsSync(path.join(folder, 'labs'))) return (root = folder);
		if (folder === path.dirname(folder)) throw new Error('the package’s own files are gone: install syscall-lab again');
	}
}

/** Reads a file that was made when the program was built; undefined if it is not there, or this code was not built. */
export function readBuiltFile(file: string): string | undefined {
	const folder = path.dirname(fileURLToPath(import.meta.url));
	const full = path.join(folder, file);
	return path.basename(folder) === 'dist' && existsSync(full) ? readFileSync(full, 'utf8') : undefined;
}

/** Reads one of the package's own text files, by its path from the package's folder. */
export const readPackageFile = (file: string): string => readFileSync(path.join(packageRoot(), file), 'utf8');
