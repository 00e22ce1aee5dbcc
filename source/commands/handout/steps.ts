import {Unreadable} from '../../lab/language/functions.js';
import {Unreached} from '../../lab/language/scene.js';
import type {Lab, LabStep} from '../../lab/lab-file.js';
import {askQuestion, machineAnswer, markAnswer} from '../../lab/predictions/predict.js';
import type {Marking, Question} from '../../lab/predictions/prediction.js';
import {currentStep, enterStep, type LabSession, moved, openSession, showSolution} from '../../lab/session/lab-session.js';
import {pageOf} from '../../lab/session/page.js';
import {finish, type Workbench} from '../../lab/session/workbench.js';
import {blockText, inline, paragraphs} from './markdown.js';

/** Room for an answer that is written with a pen. */
const BLANK = '______________________';

/** What a question can be answered with, and room for the answer. */
function answerRoom({kind, options}: Question): string[] {
	if (kind === 'choice') return options.map(option => `- [ ] ${inline(option)}`);
	if (kind === 'order') return options.map(option => `- ${BLANK.slice(0, 4)} ${inline(option)}`);
	return [`Answer: ${BLANK}`];
}

/** What the machine answers, and why if the lab says so. */
function answerText({machine, text}: Marking): string {
	const explained = text.replace(/^Right[:.] /, '');
	return explained === `${machine}.` ? explained : `${machine}. ${explained}`;
}

/** A question of a step, and with the solution what the machine answers. */
function questionText(bench: Workbench, step: LabStep, index: number, withSolution: boolean): string[] {
	try {
		const oracle = bench.oracle(step, index);
		const prediction = step.predictions[index];
		const question = askQuestion(oracle, prediction);
		const answer = withSolution ? [`**Answer.** ${inline(answerText(markAnswer(oracle, prediction, machineAnswer(oracle, prediction))))}`] : [];
		return [`**Question.** ${inline(question.text)}`, ...answerRoom(question), ...answer];
	} catch (error) {
		if (error instanceof Unreached || error instanceof Unreadable) return [];
		throw error;
	}
}

/** A step of a lab, where it begins on the machine. */
function stepText(session: LabSession, bench: Workbench, withSolution: boolean): string {
	const step = currentStep(session);
	const {title, number, blocks, task, mainline, goals, solution = []} = pageOf(withSolution ? showSolution(session) : session, bench);
	return paragraphs([
		`## ${number}. ${inline(title)}`,
		...blocks.map(blockText),
		...(mainline === undefined ? [] : [`> In mainline: ${inline(mainline)}`]),
		...(task === undefined ? [] : [`**To do.** ${inline(task)}`]),
		...step.predictions.flatMap((_, index) => questionText(bench, step, index, withSolution)),
		...goals.map(({wanted}) => `- [ ] ${inline(wanted)}`),
		...(step.goals.length > 0 && solution.length > 0 ? ['**Solution.**', ...solution.map(inline)] : []),
	]);
}

/** The steps of a lab, one after the other, each at the place of the run where it begins. */
export function stepTexts(lab: Lab, bench: Workbench, withSolution: boolean): string[] {
	let session = openSession(lab);
	return lab.steps.map((_, index) => {
		const entered = enterStep(session, bench, index);
		finish(entered.work);
		session = moved(entered.session, bench);
		return stepText(session, bench, withSolution);
	});
}
