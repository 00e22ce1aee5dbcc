import path from 'node:path';
import {LoadError} from '../kernel/page-tables.js';
import {AssemblyError} from '../program/problems.js';
import {LAB_FILE} from './catalogue.js';
import {Laboratory, readProgram} from './laboratory.js';
import {type Lab, LabError, readLab} from './lab-file.js';

/** A lab with its machine, or why there is none. */
export type OpenedLab = {readonly lab: Lab; readonly laboratory: Laboratory} | {readonly problem: string};

/** Labels that the pages speak of must be there, or the machine would run past them to the end. */
function checkLabels({folder, steps}: Lab, laboratory: Laboratory): void {
	for (const {line, go} of steps) {
		if (go?.to !== 'label' || laboratory.hasLabel(go.label)) continue;
		throw new LabError(path.join(folder, LAB_FILE), line, `this page goes to the label ${go.label}, which neither the kernel nor the program has; check its spelling`);
	}
}

/** Reads a lab's folder and builds its machine. A broken lab or program is a message for people. */
export function openLab(folder: string, name: string): OpenedLab {
	try {
		const lab = readLab(folder);
		const laboratory = new Laboratory(readProgram(lab.program), name);
		checkLabels(lab, laboratory);
		return {lab, laboratory};
	} catch (error) {
		if (error instanceof LabError || error instanceof AssemblyError || error instanceof LoadError) return {problem: error.message};
		throw error;
	}
}
