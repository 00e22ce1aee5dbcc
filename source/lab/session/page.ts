import {type Action, describeAction} from '../format/action.js';
import type {Block} from '../format/markdown.js';
import {makeTemplate} from '../format/schema.js';
import {fill} from '../goals/fill.js';
import type {Scene} from '../language/scene.js';
import type {LabStep} from '../lab-file.js';
import type {LabPane} from '../panes.js';
import {type AskedQuestion, currentRecord, currentStep, type GoalState, type LabSession, type Message, openQuestion} from './lab-session.js';
import type {Workbench} from './workbench.js';

/** Everything that the lesson's pane shows of a step, with its values worked out. */
export interface Page {
	readonly title: string;
	/** Counted from 1. */
	readonly number: number;
	readonly count: number;
	/** Markdown: `parseInline` takes the texts of paragraphs and items to pieces. */
	readonly blocks: readonly Block[];
	readonly task?: string;
	/** Where mainline Linux does it in another way. */
	readonly mainline?: string;
	/** The question to be answered next; the goals come behind the questions. */
	readonly question?: AskedQuestion;
	/** Questions of the step, and how many of them are answered. */
	readonly questions: {readonly count: number; readonly answered: number};
	readonly goals: readonly GoalState[];
	/** The hints that were asked for, and how many there are. */
	readonly hints: readonly string[];
	readonly hintCount: number;
	/** The worked solution, line by line, once it was asked for. */
	readonly solution?: readonly string[];
	readonly message?: Message;
	readonly panes: readonly LabPane[];
	readonly done: boolean;
}

/** A text with its expressions worked out. */
const filled = (scene: Scene, text: string): string => (text.includes('${') ? fill(scene, makeTemplate(text)) : text);

const filledBlock = (scene: Scene, block: Block): Block => (block.kind === 'code' ? block : {...block, text: filled(scene, block.text)});

/** The instructions and labels of an entry path that another one does not have. */
function addedLines(text: string, given: string): string[] {
	const left = codeLines(given);
	return codeLines(text).filter(line => {
		const known = left.indexOf(line);
		if (known >= 0) left.splice(known, 1);
		return known < 0;
	});
}

const codeLines = (text: string): string[] => text.split('\n').map(line => line.replace(/#.*$/, '').trim().replaceAll(/\s+/g, ' ')).filter(line => line !== '');

/** An action in words; what a learner has to write, line by line. */
function actionLines(action: Action, step: LabStep, bench: Workbench): string[] {
	if (!('entry' in action)) return [describeAction(action)];
	const added = addedLines(bench.readEntry(action.entry).text, bench.givenEntry(step)?.text ?? '');
	return ['write into the entry path, in this order:', ...added.map(line => `\`${line}\``)];
}

/** The worked solution in words. */
function solutionLines(step: LabStep, bench: Workbench, scene: Scene): string[] {
	const {solution} = step;
	if (solution === undefined) return ['There is nothing to be done here but to read and to answer.'];
	const lines = solution.do.flatMap((action, index) => actionLines(action, step, bench).map((line, part) => (part === 0 ? `${index + 1}. ${line}` : line)));
	return solution.explain === undefined ? lines : [...lines, fill(scene, solution.explain)];
}

/** The page of the current step. */
export function pageOf(session: LabSession, bench: Workbench): Page {
	const step = currentStep(session);
	const record = currentRecord(session);
	const scene = bench.scene(session.reached);
	const question = openQuestion(session, bench);
	return {
		title: step.title,
		number: session.step + 1,
		count: session.lab.steps.length,
		blocks: step.blocks.map(block => filledBlock(scene, block)),
		...(step.task === undefined ? {} : {task: filled(scene, step.task)}),
		...(step.mainline === undefined ? {} : {mainline: fill(scene, step.mainline)}),
		...(question === undefined ? {} : {question}),
		questions: {count: step.predictions.length, answered: record.answers.filter(each => each !== undefined).length},
		goals: session.goals,
		hints: step.hints.slice(0, record.hints).map(hint => fill(scene, hint)),
		hintCount: step.hints.length,
		...(record.solution ? {solution: solutionLines(step, bench, scene)} : {}),
		...(session.message === undefined ? {} : {message: session.message}),
		panes: step.panes,
		done: record.done,
	};
}
