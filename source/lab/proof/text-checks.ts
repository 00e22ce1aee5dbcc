import path from 'node:path';
import {LAB_FILE} from '../catalogue.js';
import {makeTemplate} from '../format/schema.js';
import {HINTS} from '../format/step-options.js';
import {fill} from '../goals/fill.js';
import {Unreadable} from '../language/functions.js';
import {Unreached} from '../language/scene.js';
import type {LabStep} from '../lab-file.js';
import {askQuestion} from '../predictions/predict.js';
import {moved, openSession} from '../session/lab-session.js';
import {type Page, pageOf} from '../session/page.js';
import type {Workbench} from '../session/workbench.js';
import type {Finding, FindingKind} from './finding.js';
import {spoilerIn} from './spoilers.js';
import {type StepText, stepTexts, wordCount} from './step-texts.js';

/** Words of a step's text and task together, and of any other text. */
const MOST_WORDS = 80;
const MOST_WORDS_ASIDE = 40;

/** What an author has still to write. */
const UNFINISHED = /\bTODO\b/;

/** A file of Linux, as notes name it. */
const LINUX_FILE = /(?:[\w-]+\/)+[\w.-]+\.(?:c|h|S|tbl|rst|lds)\b/;

/** Says why a page does not fit its pane on some screen; undefined if it fits on all. The screens are the caller's to know. */
export type Measure = (page: Page) => string | undefined;

/** Looks at the texts of a step: their length, whether they fit, whether hints are there and do not give the answer away. */
export class TextChecks {
	private readonly findings: Finding[] = [];

	constructor(private readonly bench: Workbench, private readonly step: LabStep, private readonly measure: Measure) {}

	private find(kind: FindingKind, message: string, {line, column, file = LAB_FILE}: {readonly line: number; readonly column: number; readonly file?: string} = {line: this.step.line, column: 1}): void {
		this.findings.push({kind, file: path.join(this.bench.lab.folder, file), line, column, step: this.step.title, message});
	}

	/** The machine must stand where the step begins. */
	check(): Finding[] {
		const texts = stepTexts(this.step);
		for (const text of texts) if (UNFINISHED.test(text.text)) this.find('text', `this ${text.what} still says TODO; write it`, text);
		this.length(texts);
		this.fit(texts);
		this.parts();
		this.hints();
		return this.findings;
	}

	private length(texts: readonly StepText[]): void {
		const words = texts.filter(({what}) => what === 'prose' || what === 'task').reduce((sum, {text}) => sum + wordCount(text), 0);
		if (words > MOST_WORDS) this.find('text', `text and task have ${words} words; at most ${MOST_WORDS} are read at a screen: shorten them or make two steps of it`);
		for (const text of texts) {
			const count = wordCount(text.text);
			if (text.what !== 'prose' && text.what !== 'task' && text.what !== 'code' && count > MOST_WORDS_ASIDE) this.find('text', `this ${text.what} has ${count} words; write at most ${MOST_WORDS_ASIDE}`, text);
		}
	}

	/** The page as it is with its goals, with each of its questions, and with each other text alone. */
	private fit(texts: readonly StepText[]): void {
		const page = firstPage(this.bench, this.step);
		const open = withoutQuestion(page);
		const problem = [open, ...this.questions(open)].map(each => this.measure(each)).find(each => each !== undefined);
		if (problem !== undefined) this.find('text', `the page with its ${page.question === undefined ? 'goals' : 'questions and goals'} does not fit: ${problem}`);
		for (const text of texts) {
			if (text.what === 'prose' || text.what === 'task' || text.what === 'code' || text.what === 'question') continue;
			const shown = fill(this.bench.scene(0), makeTemplate(text.text));
			const own = this.measure({...open, blocks: [], goals: [], message: {kind: 'mistake', text: shown}});
			if (own !== undefined) this.find('text', `this ${text.what} does not fit: ${own}`, text);
		}
	}

	/** The page with each of its questions that the machine can ask. */
	private questions(open: Page): Page[] {
		return this.step.predictions.flatMap((prediction, index) => {
			try {
				return [{...open, question: {...askQuestion(this.bench.oracle(this.step, index), prediction), index}}];
			} catch (error) {
				// A question without an answer is a finding of its own.
				if (error instanceof Unreached || error instanceof Unreadable) return [];
				throw error;
			}
		});
	}

	private parts(): void {
		const {blocks, task, goals, mainline} = this.step;
		if (blocks.length === 0) this.find('text', 'the step has no text; say what is to be seen');
		if (goals.length > 0 && task === undefined) this.find('text', 'the step has goals and no task; say what is to be done');
		if (mainline !== undefined && !LINUX_FILE.test(mainline.text)) this.find('text', 'this note names no file of Linux; add one such as arch/x86/entry/entry_64.S', mainline.where);
	}

	private hints(): void {
		const {hints, goals} = this.step;
		if (goals.length > 0 && hints.length === 0) this.find('hint', `the step has goals and no hints; add ${HINTS}: a nudge, a pointer, the answer`);
		const [first] = hints as readonly (typeof hints[number] | undefined)[];
		if (first === undefined) return;
		const spoiler = spoilerIn(first.text, this.bench, this.step);
		if (spoiler !== undefined) this.find('hint', `the first hint gives ${spoiler} away; only nudge here, and keep that for the third`, first.where);
	}
}

/** The page of a step as it is before anything is done; the machine must stand where the step begins. */
function firstPage(bench: Workbench, step: LabStep): Page {
	const session = openSession(bench.lab);
	try {
		return pageOf(moved({...session, step: bench.lab.steps.indexOf(step)}, bench), bench);
	} catch (error) {
		if (!(error instanceof Unreached || error instanceof Unreadable)) throw error;
		return pageOf(moved({...session, lab: {...bench.lab, steps: [{...step, predictions: []}]}}, bench), bench);
	}
}

/** A page whose questions are answered: its goals are in sight. */
function withoutQuestion(page: Page): Page {
	const copy = {...page};
	delete copy.question;
	return copy;
}

/** Looks at a program: which C its lines stand for must be said. */
export function checkProgram({lab, laboratory}: Workbench): Finding[] {
	const name = path.basename(lab.program);
	const text = laboratory.program.sources.get(name) ?? '';
	const findings: Finding[] = [];
	const lines = text.split('\n');
	const find = (line: number, message: string): number => findings.push({kind: 'text', file: lab.program, line, column: 1, message});
	if (!/#\s*C:/.test(text)) find(1, 'no line says which C it stands for; add comments such as “# C: write(1, message, 12);”');
	const unfinished = lines.findIndex(line => UNFINISHED.test(line));
	if (unfinished >= 0) find(unfinished + 1, 'the program still says TODO; write it');
	return findings;
}
