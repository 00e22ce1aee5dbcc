import {LoadError} from '../kernel/page-tables.js';
import {AssemblyError} from '../program/problems.js';
import {Laboratory, readProgram} from './laboratory.js';
import {type Lab, LabError, readLab} from './lab-file.js';

/** A lab with its machine, or why there is none. */
export type OpenedLab = {readonly lab: Lab; readonly laboratory: Laboratory} | {readonly problem: string};

/** Reads a lab's folder and builds its machine. A broken lab or program is a message for people. */
export function openLab(folder: string, name: string): OpenedLab {
	try {
		const lab = readLab(folder);
		return {lab, laboratory: new Laboratory(readProgram(lab.program), name)};
	} catch (error) {
		if (error instanceof LabError || error instanceof AssemblyError || error instanceof LoadError) return {problem: error.message};
		throw error;
	}
}
