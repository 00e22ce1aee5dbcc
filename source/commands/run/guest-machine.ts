import {realpathSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {errnoNumber} from '../../kernel/errno.js';
import type {Kernel} from '../../kernel/kernel.js';
import {bootMachine, type BootedMachine, type BootOptions} from '../../kernel/loader.js';
import {LoadError} from '../../kernel/page-tables.js';
import type {LoadedAt} from '../../kernel/services/exec.js';
import type {Machine} from '../../machine/machine.js';
import {Names} from '../../trace/names.js';
import {CommandError} from '../command-error.js';
import {executableProgram} from '../executable-program.js';
import {ExitCode} from '../exit-codes.js';
import type {Runnable} from '../program-file.js';
import type {Root} from '../root-folder.js';
import {MappedFiles} from './mapped-files.js';

/** Rights of a file that everybody may read and execute. */
const EXECUTABLE_MODE = 0o755;

/** Where an executable lies in the guest's file system that has no folder of this computer's: where programs begin. */
const GUEST_FOLDER = '/home/user';

/** A program and its machine's file system. */
export interface GuestRequest {
	/** The path of the program on this computer. */
	readonly file: string;
	readonly root?: Root | undefined;
	readonly boot: BootOptions;
}

/** A machine that is about to start, and names for its addresses. */
export interface GuestMachine {
	readonly machine: Machine;
	readonly names: Names;
	readonly files: MappedFiles;
	readonly loaded: readonly LoadedAt[];
	/** Where the program's stack begins. */
	readonly stackPointer: number;
}

/** The path within a folder of what has a path on this computer; undefined if it lies elsewhere. */
function pathWithin(folder: string, file: string): string | undefined {
	const relative = path.relative(folder, file);
	return relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative) ? undefined : `/${relative}`;
}

/** How a program of this computer is started in the guest: under which path, where, and with which files. */
export function guestStart({file, root}: Pick<GuestRequest, 'file' | 'root'>, bytes: Uint8Array): {readonly program: string; readonly options: Pick<BootOptions, 'files' | 'root' | 'directory'>} {
	const inside = root === undefined ? undefined : pathWithin(root.path, realpathSync(file));
	if (root === undefined || inside === undefined) {
		const program = `${GUEST_FOLDER}/${path.basename(file)}`;
		return {program, options: {files: new Map([[program, {bytes, mode: EXECUTABLE_MODE}]]), ...(root === undefined ? {} : {root: root.folder})}};
	}

	const directory = pathWithin(root.path, process.cwd());
	// With the whole computer as its file system, the guest finds a path where we do.
	return {program: root.path === '/' ? file : inside, options: {root: root.folder, directory: directory ?? '/'}};
}

function bootGuest(request: GuestRequest, kernel: Kernel, runnable: Runnable): BootedMachine {
	const {root, boot} = request;
	if (runnable.kind === 'assembly') return bootMachine(kernel, runnable.program.image, {...boot, ...(root === undefined ? {} : {root: root.folder, directory: pathWithin(root.path, process.cwd()) ?? '/'})});
	const {program, options} = guestStart(request, runnable.bytes);
	return bootMachine(kernel, program, {...boot, ...options});
}

/** What can be done about a program that can't be started. */
function remedy({message, errno}: LoadError, {root}: GuestRequest): string {
	if (!message.includes('its interpreter') || errno !== errnoNumber('ENOENT')) return '';
	return root === undefined ? '; give the folder that holds it with --root, as in --root /, or link the program with -static' : '; it must lie in the folder of --root';
}

/** Builds the machine. @throws CommandError for a program that can't be started, with the reason */
export function guestMachine(request: GuestRequest, kernel: Kernel, runnable: Runnable): GuestMachine {
	try {
		const {machine, services, loaded, stackPointer} = bootGuest(request, kernel, runnable);
		const program = runnable.kind === 'assembly' ? runnable.program : executableProgram(request.file, runnable.bytes, BigInt(loaded.at(0)?.bias ?? 0));
		return {machine, names: new Names(kernel, program), files: new MappedFiles(services), loaded, stackPointer};
	} catch (error) {
		if (!(error instanceof LoadError)) throw error;
		// Too many arguments are the caller's doing, the rest is the program's.
		throw new CommandError(error.errno === errnoNumber('E2BIG') ? ExitCode.USAGE : ExitCode.DATA, `${request.file}: ${error.message}${remedy(error, request)}`);
	}
}
