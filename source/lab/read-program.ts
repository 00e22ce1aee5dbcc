import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {packageRoot} from '../kernel/package-files.js';
import {assemble} from '../program/assemble.js';
import {LineTable, SymbolTable} from '../program/image.js';
import {link} from '../program/link.js';
import type {Program} from '../trace/moment.js';

/** How a program's text is read. */
export interface ReadOptions {
	/** Folders in which included files are looked for, behind the program's own; the package's labs by default. */
	readonly folders?: readonly string[];
	/** Symbols that are set before the first line. */
	readonly defines?: ReadonlyMap<string, bigint>;
}

/** The package's labs, whose library programs include. */
export const labsFolder = (): string => path.join(packageRoot(), 'labs');

/** Reads and assembles a program's text. Throws AssemblyError. */
export function readProgram(file: string, {folders = [labsFolder()], defines}: ReadOptions = {}): Program {
	const sources = new Map<string, string>();
	const include = (name: string): string | undefined => {
		const known = sources.get(name);
		if (known !== undefined) return known;
		const found = [path.dirname(file), ...folders].map(folder => path.join(folder, name)).find(each => existsSync(each));
		if (found === undefined) return undefined;
		const text = readFileSync(found, 'utf8');
		sources.set(name, text);
		return text;
	};

	const name = path.basename(file);
	const text = readFileSync(file, 'utf8');
	sources.set(name, text);
	const image = link([assemble({name, text}, {include, ...(defines === undefined ? {} : {defines})})]);
	return {image, symbols: new SymbolTable(image.symbols), lines: new LineTable(image.lines), sources};
}
