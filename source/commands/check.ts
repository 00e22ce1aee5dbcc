import {watch} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {findLabs, type LabEntry, listLabs, readEntry} from '../lab/catalogue.js';
import {type Finding, findingLine, type LabReport} from '../lab/proof/finding.js';
import {strayInCollection} from '../lab/proof/folder-checks.js';
import {Library} from '../lab/proof/library.js';
import {type ProofOptions, proveLab} from '../lab/proof/prove.js';
import {isLabProblem} from '../lab/open-lab.js';
import {labsFolder} from '../lab/read-program.js';
import {proveInThreads, threadsFor} from './check-threads.js';
import {CommandError, UsageError} from './command-error.js';
import {ExitCode} from './exit-codes.js';
import {codeOfSignal, Interruption} from './interruption.js';
import {measurePage} from './lab-fit.js';
import {print, printError} from './output.js';
import {suggest} from './spelling.js';

/** What `syscall-lab check` was asked to do. */
export interface CheckRequest {
	/** Numbers, names, labs' folders or folders of labs; none: all of the package. */
	readonly labs: readonly string[];
	readonly json: boolean;
	readonly watch: boolean;
}

/** How long after a save the labs are checked, in milliseconds: an editor may write a file in several goes. */
const SETTLE_MS = 150;

/** Everything that was found. */
interface Outcome {
	readonly reports: readonly LabReport[];
	/** What belongs to no lab. */
	readonly stray: readonly Finding[];
}

/** The labs that were asked for, each once. Throws UsageError for a word that means none. */
function chosenLabs(words: readonly string[]): LabEntry[] {
	const ours = listLabs();
	if (words.length === 0) return ours;
	const chosen = words.flatMap(word => {
		const found = findLabs(word, ours);
		if (found.length > 0) return found;
		throw new UsageError(`there is no lab ${word}${suggest(word, ours.map(({name}) => name), 'give a lab’s number, its name, its folder, or a folder of labs')}`);
	});
	return [...new Map(chosen.map(entry => [entry.folder, entry])).values()];
}

/** Folders whose labs may be needed by those that are checked: the package's, and those around each of them. */
const rootsOf = (entries: readonly LabEntry[]): string[] => [...new Set([labsFolder(), ...entries.map(({folder}) => path.dirname(folder))])];

/** What labs are proved against. Throws CommandError for a glossary that can't be read. */
function proofOptions(entries: readonly LabEntry[]): ProofOptions {
	try {
		return {library: Library.of(rootsOf(entries)), measure: measurePage, folders: rootsOf(entries)};
	} catch (error) {
		if (isLabProblem(error)) throw new CommandError(ExitCode.DATA, error.message);
		throw error;
	}
}

/** A path as people on this terminal know it. */
const shorten = (file: string): string => {
	const relative = path.relative(process.cwd(), file);
	return relative.startsWith('..') || relative === '' ? file : relative;
};

const summary = ({lab, status, steps, goals, questions, mistakes, findings}: LabReport): string => (status === 'sound'
	? `${lab}: sound (${steps} steps, ${goals} goals, ${questions} questions, ${mistakes} mistakes)`
	: `${lab}: ${status} (${findings.length} ${findings.length === 1 ? 'finding' : 'findings'})`);

/** Proves labs, one after the other. */
async function proveHere(entries: readonly LabEntry[], options: ProofOptions, tell: (report: LabReport) => Promise<void>): Promise<LabReport[]> {
	const reports: LabReport[] = [];
	for (const entry of entries) {
		const report = proveLab(entry, options);
		reports.push(report);
		await tell(report);
	}

	return reports;
}

/** Proves labs; what is found in one is told as soon as it is proved. */
async function proveAll(words: readonly string[], tell: (report: LabReport) => Promise<void>): Promise<Outcome> {
	const entries = chosenLabs(words);
	const options = proofOptions(entries);
	const threads = threadsFor(entries.length);
	const reports = await (threads > 1 ? proveInThreads(entries, rootsOf(entries), threads, tell) : proveHere(entries, options, tell));
	const whole = rootsOf(entries).filter(root => entries.length > 1 && entries.filter(({folder}) => path.dirname(folder) === root).length === listLabs(root).length);
	return {reports, stray: whole.flatMap(root => strayInCollection(root, options.library))};
}

const lineOf = (finding: Finding): string => findingLine({...finding, file: shorten(finding.file)});

async function tellReport(report: LabReport): Promise<void> {
	await print([...report.findings.map(lineOf), summary(report)].map(line => `${line}\n`).join(''));
}

function exitCodeOf({reports, stray}: Outcome): number {
	if (reports.some(({status}) => status === 'broken')) return ExitCode.DATA;
	return stray.length > 0 || reports.some(({status}) => status === 'failed') ? ExitCode.FAILED : ExitCode.OK;
}

/** Checks once and prints what was found. */
async function checkOnce({labs, json}: CheckRequest): Promise<number> {
	const outcome = await proveAll(labs, json ? () => Promise.resolve() : tellReport);
	if (json) await print(`${JSON.stringify({sound: exitCodeOf(outcome) === ExitCode.OK, labs: outcome.reports, stray: outcome.stray}, undefined, '\t')}\n`);
	else if (outcome.stray.length > 0) await print(outcome.stray.map(finding => `${lineOf(finding)}\n`).join(''));
	return exitCodeOf(outcome);
}

/** Checks, and again whenever a file of the labs is saved, until a signal ends it. */
async function checkAgainAndAgain(request: CheckRequest): Promise<number> {
	const interruption = new Interruption();
	const saved = new Set<string>();
	let wake: () => void = () => undefined;
	const folders = [...new Set(chosenLabs(request.labs).flatMap(({folder}) => [folder, path.dirname(folder), path.join(path.dirname(folder), 'lib')]))];
	const watchers = folders.flatMap(folder => {
		try {
			return [watch(folder, (_, name) => {
				if (name === null || name.startsWith('.') || name.endsWith('~')) return;
				saved.add(path.join(folder, name));
				wake();
			})];
		} catch {
			return [];
		}
	});
	interruption.abort.addEventListener('abort', () => wake());
	try {
		for (;;) {
			const work = request.labs.length === 0 && saved.size > 0 ? touched(saved) : request.labs;
			saved.clear();
			await checkOnce({...request, labs: work}).catch(async (error: unknown) => {
				if (!(error instanceof CommandError)) throw error;
				await printError(error.message);
			});
			await printError('Waiting for a file to be saved; Ctrl+C ends this.');
			if (interruption.signal === undefined && saved.size === 0) await new Promise<void>(resolve => (wake = resolve));
			if (interruption.signal !== undefined) return codeOfSignal(interruption.signal);
			await new Promise(resolve => setTimeout(resolve, SETTLE_MS));
		}
	} finally {
		for (const watcher of watchers) watcher.close();
		interruption.end();
	}
}

/** The labs in which files were saved; all, if the file belongs to all of them. */
function touched(files: ReadonlySet<string>): string[] {
	const folders = [...new Set([...files].map(file => path.dirname(file)))];
	return folders.every(folder => readEntry(folder) !== undefined) ? folders : [];
}

/** Proves labs and prints what is wrong with them. Gives the exit code: 0, 1 for a failed proof, 65 for a broken lab. */
export const checkCommand = (request: CheckRequest): Promise<number> => (request.watch ? checkAgainAndAgain(request) : checkOnce(request));
