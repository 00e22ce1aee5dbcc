import {readGlossary} from '../lab/glossary.js';
import {findLabs, listLabs} from '../lab/catalogue.js';
import type {Lab} from '../lab/lab-file.js';
import {openLab} from '../lab/open-lab.js';
import {labsFolder} from '../lab/read-program.js';
import {finish} from '../lab/session/workbench.js';
import {parseValue} from '../trace/register-values.js';
import {CommandError, UsageError} from './command-error.js';
import {ExitCode} from './exit-codes.js';
import {inline, paragraphs} from './handout/markdown.js';
import {runText} from './handout/run-text.js';
import {stepTexts} from './handout/steps.js';
import {print} from './output.js';
import {refusing} from './run/request.js';
import {suggest} from './spelling.js';

/** What `syscall-lab handout` was asked to print. */
export interface HandoutRequest {
	/** A lab's number, name or folder. */
	readonly lab: string;
	/** Whether answers and worked solutions are in it. */
	readonly withSolution: boolean;
	/** Decides the values and the order of answers, which differ from learner to learner; as it was typed. */
	readonly seed: string;
}

/** The folder of the lab that a word means. */
function folderOf(word: string): string {
	const labs = listLabs();
	const found = findLabs(word, labs);
	if (found.length === 1) return found[0].folder;
	if (found.length > 1) throw new UsageError(`${word} holds ${found.length} labs; name one of them: ${found.map(({name}) => name).join(', ')}`);
	throw new UsageError(`there is no lab ${word}${suggest(word, labs.map(({name}) => name), 'give a lab’s number, its name or its folder')}`);
}

function headText({name, title, summary, track, minutes, needs}: Lab): string {
	const number = /^\d+/.exec(name)?.[0];
	return paragraphs([
		`# ${number === undefined ? '' : `${number} · `}${inline(title)}`,
		`*${inline(summary)}*`,
		`${track === 'core' ? 'Core' : 'Deep'} track, ${minutes} minutes.${needs.length === 0 ? '' : ` It builds on lab ${needs.join(', ')}.`}`,
	]);
}

/** The words that a lab explains. */
function wordsText({teaches}: Lab): string {
	const words = readGlossary(labsFolder()).filter(({term}) => teaches.includes(term));
	return words.length === 0 ? '' : paragraphs(['## Words', ...words.map(({term, text}) => `- **${inline(term)}**: ${inline(text)}`)]);
}

/** Prints a lab as a page of Markdown. Gives the exit code. */
export async function handoutCommand({lab: word, withSolution, seed}: HandoutRequest): Promise<number> {
	const opened = openLab(folderOf(word), undefined, {seed: refusing('seed', () => parseValue(seed)), branches: false});
	if ('problem' in opened) throw new CommandError(ExitCode.DATA, opened.problem);
	const {lab, bench} = opened;
	const steps = stepTexts(lab, bench, withSolution);
	finish(bench.begin(lab.steps[0]));
	await print(`${paragraphs([headText(lab), ...steps, wordsText(lab), runText(bench.laboratory)])}\n`);
	return ExitCode.OK;
}
