import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {LAB_FILE} from './catalogue.js';
import {frontMatter, type LabValue} from './format/front-matter.js';
import {LabError, type Place} from './format/lab-error.js';
import {type Block, MarkdownReader, plainText, type Section} from './format/markdown.js';
import {readYaml} from './format/read-yaml.js';
import {changeSetup, isSameSetup, settingsProblem, type Setup, USUAL_SETUP} from './format/setup.js';
import {readSolutions, SOLUTION_FILE, type StepSolution} from './format/solution-file.js';
import {type Mistake, stepOptions, type StepOptions} from './format/step-options.js';
import {type Path, YamlBlock} from './format/yaml-block.js';
import type {Goal} from './goals/condition.js';
import type {Point, Template} from './language/syntax.js';
import type {LabPane} from './panes.js';
import type {Prediction} from './predictions/prediction.js';

export {LabError} from './format/lab-error.js';

/** The version of the format that this program reads. */
export const LAB_FORMAT = 1;

/** Where the machine stands for a step. */
export type LabPlace = Point;

/** One page of a lab. */
export interface LabStep {
	/** The line of its heading. */
	readonly line: number;
	readonly title: string;
	/** The text as plain paragraphs, for panes that know no more; `blocks` has all of it. */
	readonly paragraphs: readonly string[];
	readonly blocks: readonly Block[];
	/** What to do; may hold expressions. */
	readonly task?: string;
	/** Where the step itself says that the machine is taken. */
	readonly go?: LabPlace;
	/** Where the machine is taken: `go`, or where the step before with the same setup begins. */
	readonly place: LabPlace;
	/** Where its `go` stands in the lab's file. */
	readonly placeWhere?: Place;
	/** The pane that the step speaks of, and all of them in the order of their weight. */
	readonly show?: LabPane;
	readonly panes: readonly LabPane[];
	readonly setup: Setup;
	/** What the learner may change here; absent: registers, memory and input. */
	readonly mayChange?: readonly string[];
	readonly goals: readonly Goal[];
	readonly predictions: readonly Prediction[];
	readonly mistakes: readonly Mistake[];
	readonly hints: readonly Template[];
	/** Where mainline Linux does it in another way, with the file. */
	readonly mainline?: Template;
	readonly solution?: StepSolution;
}

/** A lab, read and checked. */
export interface Lab {
	readonly folder: string;
	/** The folder's own name, such as `06-the-stack-switch`. */
	readonly name: string;
	readonly title: string;
	readonly summary: string;
	readonly minutes: number;
	readonly track: 'core' | 'deep';
	/** Labs before it, by number or name. */
	readonly needs: readonly string[];
	/** Words of the glossary that it explains. */
	readonly teaches: readonly string[];
	/** Path of the program's text. */
	readonly program: string;
	readonly values: Readonly<Record<string, LabValue>>;
	/** Decides the values for everybody; absent: each learner has a seed. */
	readonly seed?: number;
	/** Right answers in the first step with which a learner may skip the lab. */
	readonly skippedBy?: number;
	readonly steps: readonly LabStep[];
}

const HEAD = 'begin the file with --- lines around format, title, summary, track, minutes and program';

/** Reads and checks a lab's folder. Throws LabError. */
export function readLab(folder: string): Lab {
	const file = path.join(folder, LAB_FILE);
	const lines = readLines(file);
	const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---');
	if (lines[0].trimEnd() !== '---' || end < 0) throw new LabError(file, {line: 1, column: 1}, `no front matter was found; ${HEAD}`);
	const yaml = new YamlBlock({file, first: 2, text: lines.slice(1, end).join('\n')});
	checkFormat(yaml);
	const facts = readYaml(yaml, frontMatter);
	const setup = changeSetup({...USUAL_SETUP, program: facts.program}, facts);
	checkSetup(folder, setup, facts, yaml);
	const sections = new MarkdownReader(file, lines).sections(end + 1);
	checkTitles(file, sections);
	const solutions = readSolutions(folder, facts.format, sections.map(({title}) => title));
	const steps = readSteps({folder, file, setup, solutions}, sections);
	const {title, summary, minutes, track, needs, teaches, program, values, seed, 'skipped-by': skippedBy} = facts;
	return {
		folder, name: path.basename(folder), title, summary, minutes, track, needs, teaches, program: path.join(folder, program), values, steps,
		...(seed === undefined ? {} : {seed}), ...(skippedBy === undefined ? {} : {skippedBy}),
	};
}

function readLines(file: string): string[] {
	try {
		return readFileSync(file, 'utf8').replace(/^\u{FEFF}/u, '').split(/\r?\n/);
	} catch {
		throw new LabError(file, {line: 1, column: 1}, 'can’t be read; a lab is a folder with a lab.md and a program');
	}
}

/** A newer format may have keys that are unknown here: its number is what matters then. */
function checkFormat(yaml: YamlBlock): void {
	const found = yaml.value;
	const format = typeof found === 'object' && found !== null && 'format' in found ? found.format : undefined;
	if (typeof format === 'bigint' && Number(format) !== LAB_FORMAT) {
		const remedy = Number(format) > LAB_FORMAT ? 'install a newer syscall-lab' : 'write the number of the format that labs/readme.md describes';
		throw yaml.error(['format'], `format ${format} was found, this program reads ${LAB_FORMAT}; ${remedy}`);
	}
}

/** The program must be there, and the kernel's settings must go together. */
function checkSetup(folder: string, setup: Setup, keys: object, yaml: YamlBlock): void {
	const named: readonly (readonly [path: Path, name: string | undefined])[] = [[['program'], setup.program], [['entry'], setup.entry], ...Object.entries(setup.files).map(([guest, name]) => [['files', guest], name] as const)];
	for (const [at, name] of named) {
		if (name !== undefined && at[0] in keys && !existsSync(path.join(folder, name))) throw yaml.error(at, `${name} is not in the lab’s folder; put the file there`);
	}

	const problem = settingsProblem(setup.kernel);
	if (problem !== undefined) throw yaml.error(['kernel'], problem);
}

/** Solutions and progress name steps by their headings. */
function checkTitles(file: string, sections: readonly Section[]): void {
	for (const [index, {title, line}] of sections.entries()) {
		if (sections.findIndex(each => each.title === title) !== index) throw new LabError(file, {line, column: 4}, `there are two steps “${title}”; give each a heading of its own`);
	}
}

/** What the steps of a lab have in common. */
interface Surroundings {
	readonly folder: string;
	readonly file: string;
	readonly setup: Setup;
	readonly solutions: readonly StepSolution[];
}

/** Where a lab begins if no step says it. */
const START: LabPlace = {to: 'start'};

function readSteps(surroundings: Surroundings, sections: readonly Section[]): LabStep[] {
	const steps: LabStep[] = [];
	for (const section of sections) {
		const {options, places} = readOptions(section);
		const setup = changeSetup(surroundings.setup, options);
		for (const yaml of section.yaml) checkSetup(surroundings.folder, setup, yaml.value ?? {}, yaml);
		const before = steps.at(-1);
		const place = options.go?.point ?? (before !== undefined && isSameSetup(before.setup, setup) ? before.place : START);
		if (place.to === 'here') throw new LabError(surroundings.file, places.get('go') ?? {line: section.line, column: 1}, '“here” is no place to go to; leave go out to begin where the step before does');
		const solution = surroundings.solutions.find(each => each.step === section.title);
		checkEntries(surroundings, options, solution, section);
		steps.push(makeStep(section, options, {setup, place, solution}));
	}

	return steps;
}

/** Entry paths that a solution or a mistake takes must be there. */
function checkEntries({folder, file}: Surroundings, {mistakes = []}: StepOptions, solution: StepSolution | undefined, {line}: Section): void {
	const heading: Place = {line, column: 1};
	const taken = [
		...(solution?.do ?? []).map(action => ({action, where: solution?.where, in: path.join(folder, SOLUTION_FILE)})),
		...mistakes.flatMap(({by, where}) => by.map(action => ({action, where, in: file}))),
	];
	for (const {action, where, in: name} of taken) {
		if ('entry' in action && !existsSync(path.join(folder, action.entry))) throw new LabError(name, where ?? heading, `${action.entry} is not in the lab’s folder; put the file there`);
	}
}

/** What the blocks of a step say together, and where. A key that two of them have is a mistake. */
function readOptions({yaml}: Section): {readonly options: StepOptions; readonly places: ReadonlyMap<string, Place>} {
	const places = new Map<string, Place>();
	let options: StepOptions = {};
	for (const block of yaml) {
		const own = readYaml(block, stepOptions);
		for (const key of Object.keys(own)) {
			const first = places.get(key);
			if (first !== undefined) throw block.error([key], `${key} was said before in this step, on line ${first.line}; write it once`, 'key');
			places.set(key, block.placeOf([key], 'key'));
		}

		options = {
			...options, ...own,
			...(own.goals === undefined ? {} : {goals: placed('goals', own.goals, block)}),
			...(own.mistakes === undefined ? {} : {mistakes: placed('mistakes', own.mistakes, block)}),
		};
	}

	return {options, places};
}

/** The entries of a list, each with the place at which it stands. */
const placed = <T extends object>(key: string, list: readonly T[], block: YamlBlock): (T & {readonly where: Place})[] =>
	list.map((each, index) => ({...each, where: block.placeOf([key, index])}));

/** What a step takes from those around it. */
interface StepSetting {
	readonly setup: Setup;
	readonly place: LabPlace;
	readonly solution: StepSolution | undefined;
}

/** A block as one plain paragraph. */
const paragraphOf = (block: Block): string => (block.kind === 'code' ? block.lines.map(line => `\`${line}\``).join(' ') : block.kind === 'item' ? `${block.mark} ${plainText(block.text)}` : plainText(block.text));

function makeStep({title, line, blocks}: Section, options: StepOptions, {setup, place, solution}: StepSetting): LabStep {
	const {task, go, show = [], goals = [], predictions = [], mistakes = [], hints = [], mainline, 'may-change': mayChange} = options;
	const [first] = show as readonly (LabPane | undefined)[];
	return {
		line, title, paragraphs: blocks.map(paragraphOf), blocks, place, panes: show, setup, goals, predictions, mistakes, hints,
		...(task === undefined ? {} : {task}), ...(go === undefined ? {} : {go: go.point, ...(go.where === undefined ? {} : {placeWhere: go.where})}), ...(first === undefined ? {} : {show: first}),
		...(mayChange === undefined ? {} : {mayChange}), ...(mainline === undefined ? {} : {mainline}), ...(solution === undefined ? {} : {solution}),
	};
}
