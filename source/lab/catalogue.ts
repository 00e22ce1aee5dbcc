import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {packageRoot} from '../kernel/package-files.js';

/** A lab as a menu lists it. */
export interface LabEntry {
	/** The lab's folder. */
	readonly folder: string;
	/** The folder's own name. */
	readonly name: string;
	/** The number that the name begins with, as text; empty if it has none. */
	readonly number?: string;
	readonly title: string;
	readonly summary: string;
	readonly minutes: number;
	/** `core` or `deep`; empty if the lab does not say it. */
	readonly track?: string;
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

/** The number that a lab's name begins with; empty without one. */
export const labNumber = (name: string): string => /^(\d+)-/.exec(name)?.[1] ?? '';

/** A lab's entry, or nothing for a folder that is none. */
export function readEntry(folder: string): LabEntry | undefined {
	let text: string;
	try {
		text = readFileSync(path.join(folder, LAB_FILE), 'utf8');
	} catch {
		return undefined;
	}

	const facts = frontMatter(text);
	const name = path.basename(folder);
	return {
		folder, name, number: labNumber(name), title: facts.get('title') ?? name, summary: facts.get('summary') ?? '', minutes: Number(facts.get('minutes') ?? 0),
		track: facts.get('track') ?? '',
	};
}

/** The labs of the package, or of another folder, in the order of their folders' names. */
export function listLabs(root = path.join(packageRoot(), 'labs')): LabEntry[] {
	return readdirSync(root, {withFileTypes: true})
		.filter(entry => entry.isDirectory())
		.map(entry => entry.name)
		.sort()
		.flatMap(name => readEntry(path.join(root, name)) ?? []);
}

/** Whether a lab is meant by a number (`6`, `06`), its name, or its name without the number. */
export function isCalled({name}: Pick<LabEntry, 'name'>, called: string): boolean {
	const number = labNumber(name);
	if (/^\d+$/.test(called)) return number !== '' && Number(number) === Number(called);
	return name === called || name === `${number}-${called}`;
}

/**
 * The labs that a word means: a number, a name, a lab's folder, or a folder of labs.
 * @returns none for a word that means nothing
 */
export function findLabs(word: string, labs: readonly LabEntry[]): LabEntry[] {
	const known = labs.filter(lab => isCalled(lab, word));
	if (known.length > 0) return known;
	if (!existsSync(word)) return [];
	const own = readEntry(path.resolve(word));
	if (own !== undefined) return [own];
	try {
		return listLabs(path.resolve(word));
	} catch {
		return [];
	}
}
