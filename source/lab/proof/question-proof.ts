import path from 'node:path';
import {LAB_FILE} from '../catalogue.js';
import {value} from '../language/evaluator.js';
import {Unreadable} from '../language/functions.js';
import {Unreached} from '../language/scene.js';
import {same} from '../language/values.js';
import type {LabStep} from '../lab-file.js';
import {isRight} from '../predictions/answers.js';
import {askQuestion, machineAnswer, markAnswer, type Oracle} from '../predictions/predict.js';
import type {Prediction, PredictionOf} from '../predictions/prediction.js';
import {finish, type Workbench} from '../session/workbench.js';
import type {Finding} from './finding.js';

/** What is wrong with the choices of a question. */
function choiceProblem(oracle: Oracle, {choice, choices}: PredictionOf<'choices'>): string | undefined {
	const right = choices.filter(each => isRight(oracle, choice, each)).length;
	if (right !== 1) return `${right === 0 ? 'none' : right} of the choices is what the machine does; exactly one must be`;
	const texts = askQuestion(oracle, {ask: {type: 'template', text: '', parts: []}, choice, choices}).options;
	return new Set(texts).size === texts.length ? undefined : `two choices read the same (${texts.join(', ')}); give them other texts or values`;
}

function numberProblem({scene}: Oracle, {number, misconceptions = []}: PredictionOf<'number'>): string | undefined {
	const right = value(scene, number.syntax);
	if (typeof right === 'string') return 'the answer is a text; ask for a choice instead';
	const wrong = misconceptions.find(({answer}) => same(value(scene, answer.syntax), right));
	return wrong === undefined ? undefined : `the misconception ${wrong.answer.text} comes to the right answer`;
}

/** What is wrong with a question; undefined if nothing is. */
function problemOf(oracle: Oracle, prediction: Prediction): string | undefined {
	if ('choices' in prediction) return choiceProblem(oracle, prediction);
	if ('number' in prediction) return numberProblem(oracle, prediction);
	const answer = machineAnswer(oracle, prediction);
	if (answer === '') return `no ${'register' in prediction ? 'register' : 'pt_regs field'} holds that value there`;
	if (typeof answer === 'object' && answer.length < 2) return `there are ${answer.length} things to be put in order; there must be two or more`;
	return undefined;
}

/** Proves that each question of a step has an answer, and which, where the step begins. */
export function proveQuestions(bench: Workbench, step: LabStep): Finding[] {
	finish(bench.begin(step));
	return step.predictions.flatMap((prediction, index) => {
		const problem = check(bench.oracle(step, index), prediction);
		const {line, column} = prediction.ask.where ?? {line: step.line, column: 1};
		return problem === undefined ? [] : [{kind: 'question', file: path.join(bench.lab.folder, LAB_FILE), line, column, step: step.title, message: problem} as const];
	});
}

function check(oracle: Oracle, prediction: Prediction): string | undefined {
	try {
		return problemOf(oracle, prediction) ?? markProblem(oracle, prediction);
	} catch (error) {
		if (error instanceof Unreached || error instanceof Unreadable) return `the machine has no answer: ${error.message}`;
		throw error;
	}
}

/** The machine's own answer must be taken as right. */
function markProblem(oracle: Oracle, prediction: Prediction): string | undefined {
	const {state, text} = markAnswer(oracle, prediction, machineAnswer(oracle, prediction));
	return state === 'right' ? undefined : `the machine’s own answer is not taken: ${text}`;
}
