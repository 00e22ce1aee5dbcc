import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {findLabs, type LabEntry, listLabs} from '../lab/catalogue.js';
import {isLabProblem} from '../lab/open-lab.js';
import {CommandError, UsageError} from './command-error.js';
import {ExitCode} from './exit-codes.js';
import {compareCalls, type ComparedCall, isDifferent} from './native/comparison.js';
import {computerName, gdbScript, measure, type MeasuredCall} from './native/gdb.js';
import {type NativeProgram, nativeProgram, type SeenCall} from './native/machine-calls.js';
import {readRecorded, recordedCalls} from './native/recorded.js';
import {nativeJson, nativeReport} from './native/report.js';
import {print} from './output.js';
import {suggest} from './spelling.js';

/** What `syscall-lab native` was asked to do. */
export interface NativeRequest {
	/** A lab's number, name or folder. */
	readonly lab: string;
	/** The folder in which the folder with the files is made. */
	readonly folder: string;
	readonly json: boolean;
	/** Whether the package's recording is wanted, even where something can be measured. */
	readonly recorded: boolean;
}

/** What stands in the place of the machine: a real processor, measured now or before. */
export interface RealCalls {
	/** The computer's name. */
	readonly computer: string;
	readonly calls: readonly MeasuredCall[];
	/** Why this is a recording; absent: it was measured now. */
	readonly recordedBecause?: string;
}

/** Everything that is told. */
export interface NativeResult {
	readonly lab: string;
	readonly program: string;
	/** Files that were written. */
	readonly files: readonly string[];
	readonly real: RealCalls;
	readonly calls: readonly ComparedCall[];
	/** Calls that the machine made and the real processor was not seen to make. */
	readonly missing: number;
}

/** The lab that a word means. */
function labNamed(word: string): LabEntry {
	const ours = listLabs();
	const found = findLabs(word, ours);
	if (found.length === 1) return found[0];
	if (found.length > 1) throw new UsageError(`${word} holds ${found.length} labs; give one of them`);
	throw new UsageError(`there is no lab ${word}${suggest(word, ours.map(({name}) => name), 'give a lab’s number, its name or its folder')}`);
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error));

/** What the owner may do with an executable, and others. */
const EXECUTABLE = 0o755;

/** Writes a program's text, the executable made of it, and the script that measures it. */
function writeFiles(folder: string, {name, text, executable, args, calls}: NativeProgram): readonly [text: string, executable: string, script: string] {
	const base = path.join(folder, path.basename(name, '.s'));
	try {
		mkdirSync(folder, {recursive: true});
		writeFileSync(`${base}.s`, text);
		writeFileSync(base, executable);
		chmodSync(base, EXECUTABLE);
		writeFileSync(`${base}.gdb`, gdbScript(calls, [base, ...args]));
	} catch (error) {
		throw new CommandError(ExitCode.OUTPUT, `syscall-lab: ${folder} can’t be written (${codeOf(error)}); choose another folder with --in`);
	}

	return [`${base}.s`, base, `${base}.gdb`];
}

/** Reads and assembles a lab's program. */
function programOf({folder}: LabEntry): NativeProgram {
	try {
		return nativeProgram(folder);
	} catch (error) {
		if (isLabProblem(error)) throw new CommandError(ExitCode.DATA, error.message);
		throw error;
	}
}

/** The package's recording, where there is one of this very program. */
function fromRecording(lab: string, calls: readonly SeenCall[], because: string): RealCalls {
	const recorded = readRecorded();
	const found = recordedCalls(recorded, lab, calls);
	if (found === undefined) throw new CommandError(ExitCode.UNAVAILABLE, `syscall-lab: nothing can be measured here (${because}), and there is no recording of this program; run this on x86-64 Linux with gdb`);
	return {computer: recorded.computer, calls: found, recordedBecause: because};
}

/** What a real processor does: this computer's, or the one that was recorded. */
function realCalls(lab: string, {calls, args}: NativeProgram, [, executable, script]: readonly string[], recorded: boolean): RealCalls {
	if (recorded) return fromRecording(lab, calls, 'it was asked for');
	const measured = measure(script, [path.resolve(executable), ...args], calls);
	return 'reason' in measured ? fromRecording(lab, calls, measured.reason) : {computer: computerName(), calls: measured.calls};
}

/** Runs a lab's program on the machine and on a real processor, and prints both side by side. */
export async function nativeCommand({lab: word, folder, json, recorded}: NativeRequest): Promise<number> {
	const entry = labNamed(word);
	const program = programOf(entry);
	const {calls} = program;
	if (calls.length === 0) throw new CommandError(ExitCode.DATA, `syscall-lab: the program of ${entry.name} makes no system call that could be measured`);
	const files = writeFiles(path.join(folder, `native-${entry.name}`), program);
	const real = realCalls(entry.name, program, files, recorded);
	const compared = compareCalls(calls, real.calls).filter(({lines}) => lines.length > 0);
	const result: NativeResult = {lab: entry.name, program: program.name, files, real, calls: compared, missing: calls.length - compared.length};
	await print(json ? `${nativeJson(result)}\n` : nativeReport(result));
	return isDifferent(compared) || result.missing > 0 ? ExitCode.DIFFERENT : ExitCode.OK;
}
