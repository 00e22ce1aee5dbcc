import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {LAB_FILE, labNumber} from '../catalogue.js';
import type {Place} from '../format/lab-error.js';
import {SOLUTION_FILE} from '../format/solution-file.js';
import {didYouMean} from '../format/spelling.js';
import {GLOSSARY_FILE} from '../glossary.js';
import type {Lab, LabStep} from '../lab-file.js';
import type {Finding, FindingKind} from './finding.js';
import type {Library} from './library.js';

/** A lab's folder: two digits and words. */
const FOLDER_NAME = /^\d\d-[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** What may stand in a folder of labs besides labs. */
const BESIDES: readonly string[] = ['readme.md', GLOSSARY_FILE, 'lib', 'native.json'];

/** Files that a program's text includes, from its own folder. */
function includedBy(folder: string, name: string, seen = new Set<string>()): Set<string> {
	if (seen.has(name)) return seen;
	let text: string;
	try {
		text = readFileSync(path.join(folder, name), 'utf8');
	} catch {
		return seen;
	}

	seen.add(name);
	for (const [, included] of text.matchAll(/^\s*\.(?:include|incbin)\s+"([^"]+)"/gm)) includedBy(folder, included, seen);
	return seen;
}

/** The line of a key in the lab's front matter. */
function placeOfKey(folder: string, key: string): Place {
	const index = readFileSync(path.join(folder, LAB_FILE), 'utf8').split(/\r?\n/).findIndex(line => line.startsWith(`${key}:`));
	return {line: Math.max(1, index + 1), column: 1};
}

/** Checks a lab's folder: its name and number, files that belong to nothing, the labs that it needs. */
export function checkFolder(lab: Lab, library: Library): Finding[] {
	const file = path.join(lab.folder, LAB_FILE);
	const finding = (kind: FindingKind, message: string, place: Place = {line: 1, column: 1}): Finding => ({kind, file, ...place, message});
	const findings: Finding[] = [];
	if (!FOLDER_NAME.test(lab.name)) findings.push(finding('folder', `the folder is called ${lab.name}; call it by two digits and words, such as 06-the-stack-switch`));
	const twin = library.entries.find(({folder, name}) => folder !== lab.folder && labNumber(name) !== '' && labNumber(name) === labNumber(lab.name));
	if (twin !== undefined) findings.push(finding('folder', `${twin.name} has the same number; give one of them another`));
	findings.push(...strayFiles(lab).map(name => ({...finding('folder', `${name} belongs to nothing in this lab; remove it, or include it in a program`), file: path.join(lab.folder, name)})));
	return [...findings, ...checkNeeds(lab, library)];
}

const filesOfSetup = ({setup: {program, entry, files}}: LabStep): string[] => [program, ...(entry === undefined ? [] : [entry]), ...Object.values(files)];

/** Entry paths that a step's solution or its mistakes take. */
const entriesOf = ({solution, mistakes}: LabStep): string[] => [...solution?.do ?? [], ...mistakes.flatMap(({by}) => by)].flatMap(action => ('entry' in action ? [action.entry] : []));

function strayFiles({folder, steps}: Lab): string[] {
	const named = new Set(steps.flatMap(step => [...filesOfSetup(step), ...entriesOf(step)]).flatMap(name => [...includedBy(folder, name)]));
	return readdirSync(folder).filter(name => name !== LAB_FILE && name !== SOLUTION_FILE && !named.has(name)).sort();
}

function checkNeeds(lab: Lab, library: Library): Finding[] {
	const place = placeOfKey(lab.folder, 'needs');
	const finding = (message: string): Finding => ({kind: 'needs', file: path.join(lab.folder, LAB_FILE), ...place, message});
	const names = library.entries.map(({name}) => name);
	const missing = lab.needs.filter(called => library.find(called) === undefined).map(called => finding(`there is no lab ${called}${didYouMean(called, names)}; there are ${names.join(', ')}`));
	const circle = library.circleFrom(lab);
	return circle === undefined ? missing : [...missing, finding(`labs need each other: ${circle.join(' → ')}; take one of them out of needs`)];
}

/** Files and folders of a folder of labs that are neither a lab nor what belongs to all of them. */
export function strayInCollection(root: string, library: Library): Finding[] {
	const labs = new Set(library.entries.filter(({folder}) => path.dirname(folder) === path.resolve(root)).map(({name}) => name));
	return readdirSync(root).filter(name => !labs.has(name) && !BESIDES.includes(name)).sort().map(name =>
		({kind: 'folder', file: path.join(root, name), line: 1, column: 1, message: 'this is no lab and belongs to none; remove it, or give it a lab.md'}));
}
