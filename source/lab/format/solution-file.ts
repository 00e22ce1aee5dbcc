import {readFileSync} from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type {Template} from '../language/syntax.js';
import {type Action, action} from './action.js';
import type {Place} from './lab-error.js';
import {readYaml, type Schema} from './read-yaml.js';
import {map, template, text, whole} from './schema.js';
import {didYouMean} from './spelling.js';
import {YamlBlock} from './yaml-block.js';

/** The file with the worked solution of each step. */
export const SOLUTION_FILE = 'solution.yaml';

/** How one step is solved. */
export interface StepSolution {
	/** The step's heading. */
	readonly step: string;
	/** What is done, in order. */
	readonly do: readonly Action[];
	/** Why that does it. */
	readonly explain?: Template | undefined;
	/** Where the step's name stands. */
	readonly where: Place;
}

const file: Schema<{readonly format: number; readonly steps: readonly Omit<StepSolution, 'where'>[]}> = map({
	format: whole(1),
	steps: v.array(map({step: text, do: v.optional(v.array(action), []), explain: v.optional(template), answers: v.optional(v.literal('machine'))})),
});

/** A file's text, or nothing where there is no such file. */
function read(name: string): string | undefined {
	try {
		return readFileSync(name, 'utf8');
	} catch {
		return undefined;
	}
}

/**
 * Reads the worked solutions of a lab; none if the lab has no such file.
 * @param titles the headings of the lab's steps
 * @throws LabError
 */
export function readSolutions(folder: string, format: number, titles: readonly string[]): StepSolution[] {
	const name = path.join(folder, SOLUTION_FILE);
	const source = read(name);
	if (source === undefined) return [];
	const yaml = new YamlBlock({file: name, first: 1, text: source.replace(/^\u{FEFF}/u, '').replaceAll('\r\n', '\n')});
	const found = readYaml(yaml, file);
	if (found.format !== format) throw yaml.error(['format'], `format ${found.format} was found, the lab has ${format}; write the same number in both`);
	const seen = new Set<string>();
	return found.steps.map((solution, index) => {
		const at = ['steps', index, 'step'] as const;
		if (!titles.includes(solution.step)) throw yaml.error(at, `the lab has no step “${solution.step}”${didYouMean(solution.step, titles)}; write the heading as it stands in lab.md`);
		if (seen.has(solution.step)) throw yaml.error(at, `there is a second solution of “${solution.step}”; leave one out`);
		seen.add(solution.step);
		return {...solution, where: yaml.placeOf(at)};
	});
}

