import type {KernelOptions} from '../../kernel/kernel.js';
import type {BootOptions} from '../../kernel/loader.js';
import {SURGERY} from '../../kernel/surgery.js';
import {parseSettings, parseValue, type Setting, ValueError} from '../../trace/register-values.js';
import type {Call} from '../call.js';
import {UsageError} from '../command-error.js';
import {DEFAULT_MAX_STEPS} from '../rows/run.js';
import {readBytes} from '../read-file.js';
import {readRoot, type Root} from '../root-folder.js';
import {suggest} from '../spelling.js';
import {readFilter} from './call-filter.js';
import {readStrace, type StraceRequest} from './strace-output.js';

const MEBIBYTE = 1024 * 1024;

/** The most that can be read from the console, in bytes. */
const LARGEST_INPUT = 16 * MEBIBYTE;

/** What `syscall-lab run` was asked to do. */
export interface RunRequest {
	readonly file: string;
	readonly settings: readonly Setting[];
	/** Number of the system call before which the settings are made, from 1. */
	readonly at: number;
	/** Whether events are printed as JSON lines instead of the program's output. */
	readonly json: boolean;
	readonly strace: StraceRequest | undefined;
	readonly stats: boolean;
	/** Conditions under which the run is to stop, as they were typed. */
	readonly stops: readonly string[];
	readonly maxSteps: number;
	readonly kernel: KernelOptions;
	readonly boot: BootOptions;
	/** The folder of this computer that is the program's file system. */
	readonly root: Root | undefined;
}

/** Runs a reader of values; what it refuses is wrong use of a flag. */
export function refusing<T>(flag: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof ValueError) throw new UsageError(`--${flag}: ${error.message}`);
		throw error;
	}
}

/** The environment from `NAME=VALUE`; the last value of a name counts. */
function environment(texts: readonly string[]): string[] {
	const variables = new Map<string, string>();
	for (const text of texts) {
		const [, name, value] = /^([^=]+)=(.*)$/su.exec(text) ?? [];
		if ((name as string | undefined) === undefined) throw new UsageError(`--env is “${text}”; write it as --env NAME=VALUE`);
		variables.set(name, value);
	}

	return [...variables].map(([name, value]) => `${name}=${value}`);
}

/** Names of lines of the kernel that are to be left out. @throws UsageError for a name that none has */
export function leftOut(names: readonly string[]): readonly string[] {
	const known = SURGERY.map(({name}) => name);
	const unknown = names.find(name => !known.includes(name));
	if (unknown === undefined) return names;
	throw new UsageError(`the kernel has no line named ${unknown}${suggest(unknown, known, 'the names are printed by syscall-lab list lines')}`);
}

function kernelOptions(call: Call): KernelOptions {
	const isolation = call.isOn('isolation') ?? false;
	const entryStack = call.isOn('entry-stack') ?? true;
	if (isolation && !entryStack) throw new UsageError('--isolation on needs the entry stack, since the user’s page tables have no other; leave out --entry-stack off');
	return {isolation, entryStack, without: leftOut(call.texts('without'))};
}

/** What the program can read from its console. */
function consoleInput(file: string): Uint8Array {
	const bytes = readBytes(file, LARGEST_INPUT, 'give the path of a file to --input, or - for standard input', {stdin: true});
	if (bytes.length > LARGEST_INPUT) throw new UsageError(`--input ${file} is longer than ${LARGEST_INPUT / MEBIBYTE} MiB; give a shorter one`);
	return bytes;
}

function bootOptions(call: Call, traced: boolean): BootOptions {
	const input = call.text('input');
	const memory = call.count('memory');
	const seed = call.text('seed');
	return {
		argv: [call.words[0], ...call.rest],
		envp: environment(call.texts('env')),
		audit: call.has('audit'),
		traced,
		...(seed === undefined ? {} : {seed: refusing('seed', () => parseValue(seed))}),
		...(input === undefined ? {} : {input: consoleInput(input)}),
		...(memory === undefined ? {} : {memory: memory * MEBIBYTE}),
		...(call.has('seccomp') ? {seccomp: readFilter(call.texts('seccomp'))} : {}),
	};
}

/**
 * What a command line asks for.
 * @throws UsageError for values that can't be
 */
export function readRequest(call: Call): RunRequest {
	const strace = readStrace(call);
	const root = call.text('root');
	return {
		file: call.words[0],
		settings: call.texts('set').flatMap(text => refusing('set', () => parseSettings(text))),
		at: call.count('at') ?? 1,
		// With both flags it is the trace that is JSON.
		json: call.has('json') && strace === undefined,
		strace,
		stats: call.has('stats'),
		stops: call.texts('stop'),
		maxSteps: call.count('max-steps') ?? DEFAULT_MAX_STEPS,
		kernel: kernelOptions(call),
		boot: bootOptions(call, strace !== undefined),
		root: root === undefined ? undefined : readRoot(root),
	};
}
