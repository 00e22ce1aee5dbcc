import path from 'node:path';
import {LoadError} from '../kernel/page-tables.js';
import {Laboratory} from '../lab/laboratory.js';
import {openLab} from '../lab/open-lab.js';
import {readProgram} from '../lab/read-program.js';
import {LineTable, SymbolTable} from '../program/image.js';
import type {Program} from '../trace/moment.js';
import type {OpenedRequest, Request} from '../ui/surroundings.js';
import {CommandError} from './command-error.js';
import {readProgramFile} from './program-file.js';

/** A program of a person's own, with its names and lines. */
function ownProgram(file: string): Program {
	const {image, sources} = readProgramFile(file);
	return {image, sources, symbols: new SymbolTable(image.symbols), lines: new LineTable(image.lines)};
}

/** A path as a shell would take it: `~` is the user's folder. */
const expand = (file: string, home: string): string => (file === '~' || file.startsWith('~/') ? path.join(home, file.slice(1)) : file);

/** Reads what was asked for and builds its machine; what is wrong with it is a message for people. */
export function openRequest(request: Request, seed: bigint, home: string): OpenedRequest {
	if (request.kind === 'lab') {
		const opened = openLab(request.entry.folder, request.entry.name, {seed});
		return 'problem' in opened ? opened : {title: opened.lab.title, laboratory: opened.laboratory, bench: opened.bench};
	}

	try {
		if (request.kind === 'free') {
			const opened = openLab(request.entry.folder, request.entry.name, {seed});
			if ('problem' in opened) return opened;
			const {lab: {program, name}, bench: {values}} = opened;
			return {title: path.basename(program), laboratory: new Laboratory(readProgram(program, {defines: values}), name)};
		}

		const file = expand(request.path, home);
		return {title: path.basename(file), laboratory: new Laboratory(ownProgram(file), path.basename(file, '.s'))};
	} catch (error) {
		if (error instanceof CommandError || error instanceof LoadError) return {problem: error.message};
		throw error;
	}
}
