import {LoadError} from '../kernel/page-tables.js';
import {AssemblyError} from '../program/problems.js';
import type {Laboratory} from './laboratory.js';
import {type Lab, LabError, readLab} from './lab-file.js';
import {checkNames} from './names-check.js';
import {type BenchOptions, Workbench} from './session/workbench.js';

/** A lab with its machines, or why there is none. `laboratory` is the machine of the first step; the bench has the current one. */
export type OpenedLab = {readonly lab: Lab; readonly laboratory: Laboratory; readonly bench: Workbench} | {readonly problem: string};

/**
 * Reads a lab and builds its first machine; every name in it must mean something.
 * @throws LabError, AssemblyError or LoadError
 */
export function openBench(folder: string, options: BenchOptions = {}): Workbench {
	const bench = new Workbench(readLab(folder), options);
	checkNames(bench);
	return bench;
}

/** Whether an error says what is wrong with a lab or its program. */
export const isLabProblem = (error: unknown): error is LabError | AssemblyError | LoadError => error instanceof LabError || error instanceof AssemblyError || error instanceof LoadError;

/**
 * Reads a lab's folder and builds its machine. A broken lab or program is a message for people.
 * @param _name is the folder's own, and not needed any more
 */
export function openLab(folder: string, _name?: string, options: BenchOptions = {}): OpenedLab {
	try {
		const bench = openBench(folder, options);
		return {lab: bench.lab, laboratory: bench.laboratory, bench};
	} catch (error) {
		if (isLabProblem(error)) return {problem: error.message};
		throw error;
	}
}
