import {buildKernel, type Kernel} from '../kernel/kernel.js';
import {boot} from '../kernel/loader.js';
import type {OwnEntry} from '../kernel/own-entry.js';
import type {InitialFiles} from '../kernel/services/file-system.js';
import type {OutsideFile} from '../kernel/services/outside.js';
import type {Program} from '../trace/moment.js';
import {Recording} from '../trace/recording.js';
import {bootOptions, kernelOptions, type KernelSettings} from './format/setup.js';

/** How a program is run. */
export interface LaboratoryOptions {
	readonly kernel?: KernelSettings;
	/** argv; the program's name alone by default. */
	readonly args?: readonly string[] | undefined;
	readonly env?: readonly string[];
	/** Decides everything random. */
	readonly seed?: bigint;
	/** Where the run begins. */
	readonly begins?: 'program' | 'power-on';
	/** Files in the machine's file system, by absolute path. */
	readonly files?: InitialFiles;
	/** The programs among them, with their text. */
	readonly others?: ReadonlyMap<string, Program>;
	/** A folder of this computer that is the machine's file system, read-only. */
	readonly root?: OutsideFile;
	/** Working directory of the program. */
	readonly directory?: string;
	/** The file that is executed, if the program is to be started as one. */
	readonly executed?: string | undefined;
	/** What stands on the console's input, before anybody types. */
	readonly input?: string;
	/** Whether a person types at the console; else its input ends. */
	readonly terminal?: boolean;
	/** An entry path in place of the kernel's own. */
	readonly entry?: OwnEntry | undefined;
	/** Bytes of the machine's memory. */
	readonly memory?: number;
	/** Whether a change makes a branch and the old future stays; else it replaces the future. On. */
	readonly branches?: boolean;
}

/** Makes the kernel, and on it as many runs as are wanted, which are all the same. Throws what building the kernel throws. */
export function recorder(program: Program, name: string, options: LaboratoryOptions): {readonly kernel: Kernel; readonly make: () => Recording} {
	const {kernel: settings = {}, args, env = [], seed, files, executed, input = '', terminal, entry, root, directory, memory} = options;
	const kernel = buildKernel({...kernelOptions(settings), ...(entry === undefined ? {} : {entry})});
	const start = {
		...bootOptions(settings), argv: args ?? [executed ?? `./${name}`], envp: env, ...(seed === undefined ? {} : {seed}), ...(files === undefined ? {} : {files}),
		...(memory === undefined ? {} : {memory}), ...(root === undefined ? {} : {root}), ...(directory === undefined ? {} : {directory}), ...(terminal === undefined ? {} : {terminal}), ...(input === '' ? {} : {input: new TextEncoder().encode(input)}),
	};
	return {kernel, make: () => new Recording(boot(kernel, executed ?? program.image, start), kernel)};
}
