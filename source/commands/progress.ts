import {readFileSync} from 'node:fs';
import {type LabEntry, listLabs} from '../lab/catalogue.js';
import {allFigures, classCsv, classTable, columns, figuresOf, type ProgressExport, readExport} from '../lab/progress/class-table.js';
import {labRecord} from '../lab/progress/merge.js';
import type {ProgressData} from '../lab/progress/progress-data.js';
import {UsageError} from './command-error.js';
import {ExitCode} from './exit-codes.js';
import {openProgress, tellProblems} from './learner.js';
import {print, printError} from './output.js';
import {codeOf} from './system-error.js';

/** What `syscall-lab progress` was asked to do. */
export interface ProgressRequest {
	readonly json: boolean;
	/** Exported files of learners, to be put into one table; none: the learner's own progress. */
	readonly files: readonly string[];
	readonly merge: boolean;
	readonly csv: boolean;
}

/** A lab's line: how much of it is done, and where the learner is. */
function labLine({name, title}: LabEntry, data: ProgressData): string[] {
	const record = labRecord(data, name);
	if (record === undefined || Object.keys(record.steps).length === 0) return [name, title, 'not begun', ''];
	const {done, steps} = figuresOf(name, record);
	return [name, title, `${done}/${steps}`, done >= steps ? 'done' : `at “${record.at}”`];
}

async function ownProgress(json: boolean): Promise<number> {
	const store = openProgress();
	const {data, problems} = store.load();
	await tellProblems(problems);
	if (json) {
		await print(`${JSON.stringify({folder: store.folder, labs: allFigures(data)}, undefined, '\t')}\n`);
		return ExitCode.OK;
	}

	const known = listLabs();
	const others = Object.keys(data.labs).filter(name => !known.some(lab => lab.name === name) && Object.keys(data.labs[name].steps).length > 0);
	const lines = [...known.map(lab => labLine(lab, data)), ...others.map(name => labLine({folder: '', name, title: '(a lab that is not here)', summary: '', minutes: 0}, data))];
	await print(columns([['lab', 'title', 'steps', ''], ...lines]).map(line => `${line}\n`).join(''));
	return ExitCode.OK;
}

/** Reads what a learner exported; what can't be read is told and left out. */
function readFile(file: string): ProgressExport | {readonly problem: string} {
	try {
		return readExport(readFileSync(file, 'utf8'));
	} catch (error) {
		return {problem: `can’t be read (${codeOf(error)})`};
	}
}

/** Of several files of one learner, the one that was exported last. */
function newest(exports: readonly ProgressExport[]): ProgressExport[] {
	const byName = new Map<string, ProgressExport>();
	for (const each of exports) {
		const known = byName.get(each.learner);
		if (known === undefined || known.exportedAt < each.exportedAt) byName.set(each.learner, each);
	}

	return [...byName.values()].sort((a, b) => a.learner.localeCompare(b.learner, 'en'));
}

async function mergeFiles({files, csv, json}: ProgressRequest): Promise<number> {
	if (files.length === 0) throw new UsageError('--merge needs the files that learners have exported: syscall-lab progress --merge *.json');
	const found: ProgressExport[] = [];
	let code: number = ExitCode.OK;
	for (const file of files) {
		const read = readFile(file);
		if ('problem' in read) {
			code = ExitCode.DATA;
			await printError(`${file}: ${read.problem}`);
		} else {
			found.push(read);
		}
	}

	const learners = newest(found);
	if (json) await print(`${JSON.stringify(learners.map(({learner, exportedAt, progress}) => ({learner, exportedAt, labs: allFigures(progress)})), undefined, '\t')}\n`);
	else await print(csv ? classCsv(learners) : classTable(learners).map(line => `${line}\n`).join(''));
	return code;
}

/** Prints how far the learner has come, or a table of several learners. Gives the exit code. */
export function progressCommand(request: ProgressRequest): Promise<number> {
	if (request.merge) return mergeFiles(request);
	if (request.files.length > 0) throw new UsageError('progress takes files only with --merge: syscall-lab progress --merge FILES…');
	if (request.csv) throw new UsageError('--csv is for several learners: give it with --merge');
	return ownProgress(request.json);
}
