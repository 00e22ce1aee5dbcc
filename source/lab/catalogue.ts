import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {packageRoot} from '../kernel/package-files.js';

/** A lab as a menu lists it. */
export interface LabEntry {
	/** The lab's folder. */
	readonly folder: string;
	/** The folder's own name. */
	readonly name: string;
	readonly title: string;
	readonly summary: string;
	readonly minutes: number;
}

/** The file that makes a folder a lab. */
export const LAB_FILE = 'lab.md';

/** The front matter's lines, without reading it as YAML: the menu must be there before a parser is. */
function frontMatter(text: string): ReadonlyMap<string, string> {
	const end = text.indexOf('\n---', 3);
	if (!text.startsWith('---') || end < 0) return new Map();
	const lines = text.slice(3, end).split('\n');
	return new Map(lines.flatMap(line => {
		const match = /^(\w+):\s*(.*?)\s*$/.exec(line);
		return match === null ? [] : [[match[1], match[2].replace(/^(['"])(.*)\1$/, '$2')]];
	}));
}

function readEntry(folder: string): LabEntry | undefined {
	let text: string;
	try {
		text = readFileSync(path.join(folder, LAB_FILE), 'utf8');
	} catch {
		return undefined;
	}

	const facts = frontMatter(text);
	const name = path.basename(folder);
	return {folder, name, title: facts.get('title') ?? name, summary: facts.get('summary') ?? '', minutes: Number(facts.get('minutes') ?? 0)};
}

/** The labs of the package, in the order of their folders' names. */
export function listLabs(root = path.join(packageRoot(), 'labs')): LabEntry[] {
	return readdirSync(root, {withFileTypes: true})
		.filter(entry => entry.isDirectory())
		.map(entry => entry.name)
		.sort()
		.flatMap(name => readEntry(path.join(root, name)) ?? []);
}
