import path from 'node:path';
import {buildKernel} from '../kernel/kernel.js';
import {LoadError} from '../kernel/page-tables.js';
import {Laboratory} from '../lab/laboratory.js';
import {openLab} from '../lab/open-lab.js';
import {readProgram} from '../lab/read-program.js';
import {LineTable, SymbolTable} from '../program/image.js';
import type {Program} from '../trace/moment.js';
import type {OpenedRequest, Request} from '../ui/surroundings.js';
import {CommandError} from './command-error.js';
import {executableProgram} from './executable-program.js';
import {readProgramFile, readRunnable} from './program-file.js';
import {readRoot} from './root-folder.js';
import {guestMachine, guestStart} from './run/guest-machine.js';

/** A program of a person's own, with its names and lines. */
function ownProgram(file: string): Program {
	const {image, sources} = readProgramFile(file);
	return {image, sources, symbols: new SymbolTable(image.symbols), lines: new LineTable(image.lines)};
}

/** A person's own executable on a machine, with its names and lines. */
function ownExecutable(file: string, bytes: Uint8Array, seed: bigint, folder: string | undefined): Laboratory {
	const root = folder === undefined ? undefined : readRoot(folder);
	const {program: executed, options} = guestStart({file, root}, bytes);
	const argv = [file];
	// Where it is loaded is known when it has been: in all its runs at the same place.
	const {loaded} = guestMachine({file, root, boot: {argv, seed}}, buildKernel(), {kind: 'executable', bytes});
	const {image, sources} = executableProgram(file, bytes, BigInt(loaded.at(0)?.bias ?? 0));
	const program = {image, sources, symbols: new SymbolTable(image.symbols), lines: new LineTable(image.lines)};
	return new Laboratory(program, path.basename(file), {...options, executed, args: argv, seed});
}

/** A person's own program on a machine. */
function ownLaboratory(file: string, seed: bigint, root: string | undefined): Laboratory {
	const runnable = readRunnable(file);
	return runnable.kind === 'executable' ? ownExecutable(file, runnable.bytes, seed, root) : new Laboratory(ownProgram(file), path.basename(file, '.s'));
}

/** A path as a shell would take it: `~` is the user's folder. */
const expand = (file: string, home: string): string => (file === '~' || file.startsWith('~/') ? path.join(home, file.slice(1)) : file);

/**
 * Reads what was asked for and builds its machine; what is wrong with it is a message for people.
 * @param root the folder of this computer that is the file system of people's own executables
 */
export function openRequest(request: Request, seed: bigint, home: string, root?: string): OpenedRequest {
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
		return {title: path.basename(file), laboratory: ownLaboratory(file, seed, root)};
	} catch (error) {
		if (error instanceof CommandError || error instanceof LoadError) return {problem: error.message};
		throw error;
	}
}
