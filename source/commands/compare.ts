import {buildKernel, type Kernel, type KernelOptions} from '../kernel/kernel.js';
import {boot} from '../kernel/loader.js';
import {LoadError} from '../kernel/page-tables.js';
import type {Change} from '../trace/branches/change.js';
import {parseChanges} from '../trace/branches/change-text.js';
import {Comparison, type ComparisonResult, type Variant} from '../trace/compare/comparison.js';
import {comparisonReport, type ComparisonTitles, isDifferent, variantTitle} from '../trace/compare/report.js';
import type {RunSummary} from '../trace/compare/summary.js';
import {hex, Names} from '../trace/names.js';
import {Recording} from '../trace/recording.js';
import type {Call} from './call.js';
import {CommandError, UsageError} from './command-error.js';
import {ExitCode} from './exit-codes.js';
import {codeOfSignal, Interruption} from './interruption.js';
import {print} from './output.js';
import {type LoadableProgram, readProgramFile} from './program-file.js';
import {DEFAULT_COMPARE_STEPS} from './rows/compare.js';
import {leftOut, refusing} from './run/request.js';

/** One of the two sides, as it was asked for. */
export interface SideRequest {
	readonly file: string;
	/** Changes before the call, as they were typed. */
	readonly settings: readonly string[];
	readonly kernel: KernelOptions;
	/** What is not ordinary about the kernel, in words. */
	readonly kernelWords: readonly string[];
}

/** What `syscall-lab compare` was asked to do. */
export interface CompareRequest {
	readonly a: SideRequest;
	readonly b: SideRequest;
	/** The system call before which settings are made, from 1. */
	readonly call: number;
	readonly json: boolean;
	readonly maxSteps: number;
}

/**
 * What a command line asks for.
 * @throws UsageError for values that can't be
 */
export function readComparison(call: Call): CompareRequest {
	const [file, other = file] = call.words;
	const isolation = call.has('isolation');
	const entryStack = call.isOn('entry-stack') ?? true;
	if (isolation && !entryStack) throw new UsageError('--isolation needs the entry stack, since the user’s page tables have no other; leave out --entry-stack off');
	const without = leftOut(call.texts('without'));
	const kernelWords = [...(isolation ? ['with page-table isolation'] : []), ...(entryStack ? [] : ['without the entry stack']), ...without.map(name => `without ${name}`)];
	return {
		a: {file, settings: call.texts('a'), kernel: {}, kernelWords: []},
		b: {file: other, settings: call.texts('b'), kernel: {isolation, entryStack, without}, kernelWords},
		call: call.count('at') ?? 1,
		json: call.has('json'),
		maxSteps: call.count('max-steps') ?? DEFAULT_COMPARE_STEPS,
	};
}

/** A side that is ready to be run, with its title. */
interface ReadySide {
	readonly variant: Variant;
	readonly title: string;
}

/** A recording at its first step. @throws CommandError where the program does not fit into the machine */
function record(file: string, kernel: Kernel, {image}: LoadableProgram): Recording {
	try {
		return new Recording(boot(kernel, image, {argv: [file]}), kernel);
	} catch (error) {
		if (error instanceof LoadError) throw new CommandError(ExitCode.DATA, `${file}: ${error.message}`);
		throw error;
	}
}

function readSide(flag: 'a' | 'b', {file, settings, kernel: options, kernelWords}: SideRequest, program: LoadableProgram, call: number): ReadySide {
	const kernel = buildKernel(options);
	const names = new Names(kernel, program);
	const changes = settings.flatMap((text): Change[] => refusing(flag, () => parseChanges(text, names)));
	return {
		variant: {make: () => record(file, kernel, program), program, settings: changes},
		title: variantTitle(file, {kernel: kernelWords, settings: changes, call}),
	};
}

const summaryOf = (title: string, {outcome, steps, rings, console}: RunSummary): object => ({title, outcome, steps, rings, console});

/** What was found as JSON; numbers of 64 bits are text. */
function jsonText(result: ComparisonResult, titles: ComparisonTitles): string {
	const {register, memory, path, oneSided, clock} = result.lockstep;
	const found = {
		different: isDifferent(result),
		a: summaryOf(titles.a, result.a),
		b: summaryOf(titles.b, result.b),
		first: {register, memory, path},
		oneSided, clock,
		differences: result.differences,
	};
	return JSON.stringify(found, (_key, value: unknown) => (typeof value === 'bigint' ? hex(value) : value));
}

/** Runs two variants side by side and prints what is different. Gives the exit code: 0 for nothing, 1 for something. */
export async function compareCommand(call: Call): Promise<number> {
	const request = readComparison(call);
	const program = readProgramFile(request.a.file);
	const other = request.b.file === request.a.file ? program : readProgramFile(request.b.file);
	const a = readSide('a', request.a, program, request.call);
	const b = readSide('b', request.b, other, request.call);
	const interruption = new Interruption();
	try {
		const comparison = new Comparison([a.variant, b.variant], {call: request.call, limit: request.maxSteps});
		while (comparison.slice() === 'more') {
			await interruption.breathe();
			if (interruption.signal !== undefined) return codeOfSignal(interruption.signal);
		}

		const {result} = comparison;
		if (result === undefined) throw new Error('a comparison that is done has a result');
		if (result.refused !== undefined) throw new UsageError(`--a or --b can’t be done at that call: ${result.refused}`);
		if (result.missedCall) throw new UsageError(`call number ${request.call} never came, so nothing was changed; give a lower --at`);
		const titles = {a: a.title, b: b.title};
		await print(`${request.json ? jsonText(result, titles) : comparisonReport(result, titles).join('\n')}\n`, interruption.abort);
		return isDifferent(result) ? ExitCode.DIFFERENT : ExitCode.OK;
	} finally {
		interruption.end();
	}
}
