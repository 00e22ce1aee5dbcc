import {renameSync, rmSync, writeFileSync} from 'node:fs';
import process from 'node:process';
import {exportText} from '../lab/progress/class-table.js';
import {CommandError, UsageError} from './command-error.js';
import {ExitCode} from './exit-codes.js';
import {openProgress, tellProblems} from './learner.js';
import {print} from './output.js';
import {codeOf} from './system-error.js';

/** What `syscall-lab export` was asked to do. */
export interface ExportRequest {
	/** Where to write to; `-` for stdout. */
	readonly file: string;
	/** Who the progress is of; the user's name by default. */
	readonly name?: string | undefined;
}

/** Writes the learner's progress to a file that an instructor can collect. Gives the exit code. */
export async function exportCommand({file, name = process.env.USER ?? process.env.LOGNAME ?? ''}: ExportRequest): Promise<number> {
	if (name.trim() === '') throw new UsageError('whose progress is it? Give a name with --name');
	const {data, problems} = openProgress().load();
	await tellProblems(problems);
	const text = exportText(name.trim(), new Date().toISOString(), data);
	if (file === '-') {
		await print(text);
		return ExitCode.OK;
	}

	const temporary = `${file}.${process.pid}.tmp`;
	try {
		// The file is whole from its first moment on, and the one before it stays until then.
		writeFileSync(temporary, text, {flag: 'wx'});
		renameSync(temporary, file);
	} catch (error) {
		rmSync(temporary, {force: true});
		throw new CommandError(ExitCode.OUTPUT, `syscall-lab: ${file} can’t be written (${codeOf(error)}); choose another file`);
	}

	await print(`${file} holds the progress of ${name.trim()}.\n`);
	return ExitCode.OK;
}
