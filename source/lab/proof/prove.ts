import path from 'node:path';
import {AssemblyError} from '../../program/problems.js';
import type {LabEntry} from '../catalogue.js';
import {type Lab, LabError, type LabStep} from '../lab-file.js';
import {isLabProblem, openBench} from '../open-lab.js';
import {finish, type Workbench} from '../session/workbench.js';
import type {Finding, LabReport} from './finding.js';
import {checkFolder} from './folder-checks.js';
import type {Library} from './library.js';
import {proveQuestions} from './question-proof.js';
import {StepProof} from './step-proof.js';
import {TermChecks} from './term-checks.js';
import {checkProgram, type Measure, TextChecks} from './text-checks.js';

/** How labs are proved. */
export interface ProofOptions {
	readonly library: Library;
	/** Whether pages fit their pane. */
	readonly measure: Measure;
	/** Learners' seeds: with each, solutions must solve and questions have answers. */
	readonly seeds?: readonly bigint[];
	/** Folders in which included files are looked for. */
	readonly folders?: readonly string[];
}

const SEEDS: readonly bigint[] = [1n, 2n];

/** Machines that a proof keeps: a lab's steps may differ in what they run. */
const MACHINES = 12;

/** What is wrong with a lab that can't be read or run. */
function brokenFindings({folder}: LabEntry, error: unknown): Finding[] {
	if (error instanceof LabError) return [{kind: 'broken', file: error.file, line: error.line, column: error.column, message: error.fact}];
	if (error instanceof AssemblyError) {
		return error.problems.map(({file, line, column = 1, message, remedy}): Finding =>
			({kind: 'broken', file: path.join(folder, file), line, column, message: remedy === undefined ? message : `${message} ${remedy}`}));
	}

	return [{kind: 'broken', file: folder, line: 1, column: 1, message: error instanceof Error ? error.message : String(error)}];
}

/** Proves one step with one seed. */
function proveStep(bench: Workbench, step: LabStep, {measure}: ProofOptions, first: boolean): Finding[] {
	const questions = proveQuestions(bench, step);
	const texts = (): Finding[] => {
		finish(bench.begin(step));
		return new TextChecks(bench, step, measure).check();
	};

	return [...(first ? texts() : []), ...questions, ...new StepProof(bench, step).prove(first)];
}

/** What holds for the lab as a whole. */
function proveWhole(lab: Lab, bench: Workbench, {library}: ProofOptions): Finding[] {
	const hasLab = (name: string): boolean => library.find(name) !== undefined;
	return [...checkFolder(lab, library), ...checkProgram(bench), ...new TermChecks(lab, {finder: library.finder, known: library.knownTo(lab), hasLab}).check()];
}

const placed = (a: Finding, b: Finding): number => (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1);

/** Findings in the order of their places; what several seeds tell is told once. */
const ordered = (findings: readonly Finding[]): Finding[] => [...new Map(findings.map(finding => [JSON.stringify(finding), finding])).values()].sort(placed);

const count = (steps: readonly LabStep[], of: (step: LabStep) => readonly unknown[]): number => steps.reduce((sum, step) => sum + of(step).length, 0);

/** Proves a lab: it can be read, is unsolved at the start, is solved by its solution alone, and its texts are as they must be. */
export function proveLab(entry: LabEntry, options: ProofOptions): LabReport {
	const findings: Finding[] = [];
	let steps: readonly LabStep[] = [];
	try {
		for (const [index, seed] of (options.seeds ?? SEEDS).entries()) {
			const bench = openBench(entry.folder, {seed, branches: false, kept: MACHINES, ...(options.folders === undefined ? {} : {folders: options.folders})});
			({steps} = bench.lab);
			if (index === 0) findings.push(...proveWhole(bench.lab, bench, options));
			for (const step of steps) findings.push(...proveStep(bench, step, options, index === 0));
			// A lab with a seed of its own is the same for everybody.
			if (bench.lab.seed !== undefined) break;
		}
	} catch (error) {
		if (!isLabProblem(error)) throw error;
		return {lab: entry.name, folder: entry.folder, status: 'broken', findings: brokenFindings(entry, error), steps: 0, goals: 0, questions: 0, mistakes: 0};
	}

	return {
		lab: entry.name, folder: entry.folder, status: findings.length === 0 ? 'sound' : 'failed', findings: ordered(findings), steps: steps.length,
		goals: count(steps, step => step.goals), questions: count(steps, step => step.predictions), mistakes: count(steps, step => step.mistakes),
	};
}
