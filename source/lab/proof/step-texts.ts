import type {Place} from '../format/lab-error.js';
import {plainText} from '../format/markdown.js';
import {SOLUTION_FILE} from '../format/solution-file.js';
import type {Template} from '../language/syntax.js';
import type {LabStep} from '../lab-file.js';
import type {Prediction} from '../predictions/prediction.js';

/** A text of a step, and where it stands. */
export interface StepText extends Place {
	readonly what: 'prose' | 'code' | 'task' | 'hint' | 'question' | 'answer' | 'goal' | 'mistake' | 'mainline' | 'solution';
	/** As it is written, links and all. */
	readonly text: string;
	/** The file that it stands in, if that is not the lab's own. */
	readonly file?: string;
}

const templateText = (what: StepText['what'], template: Template | undefined, fallback: Place): StepText[] => (template === undefined ? [] : [{what, text: template.text, ...(template.where ?? fallback)}]);

function predictionTexts(prediction: Prediction, fallback: Place): StepText[] {
	const answers: readonly (Template | undefined)[] = [
		prediction.right, prediction.wrong,
		...('misconceptions' in prediction ? (prediction.misconceptions ?? []).map(({because}) => because) : []),
		...('choices' in prediction ? prediction.choices.flatMap(({text, because}) => [text, because]) : []),
		...('order' in prediction ? prediction.order.map(({text}) => text) : []),
	];
	return [...templateText('question', prediction.ask, fallback), ...answers.flatMap(answer => templateText('answer', answer, fallback))];
}

/** All texts of a step, in the order in which a learner meets them. */
export function stepTexts({line, blocks, task, hints, predictions, goals, mistakes, mainline, solution}: LabStep): StepText[] {
	const fallback = {line, column: 1};
	return [
		...blocks.map((block): StepText => (block.kind === 'code' ? {what: 'code', text: block.lines.join('\n'), line: block.line, column: 1} : {what: 'prose', text: block.text, line: block.line, column: 1})),
		...(task === undefined ? [] : [{what: 'task', text: task, ...fallback} as const]),
		...predictions.flatMap(prediction => predictionTexts(prediction, fallback)),
		...goals.flatMap(({goal, met, unmet}) => [goal, met, unmet].flatMap(each => templateText('goal', each, fallback))),
		...mistakes.flatMap(({text}) => templateText('mistake', text, fallback)),
		...hints.flatMap(hint => templateText('hint', hint, fallback)),
		...templateText('mainline', mainline, fallback),
		...templateText('solution', solution?.explain, fallback).map(text => ({...text, file: SOLUTION_FILE})),
	];
}

/** Words of a text as a reader counts them. */
export const wordCount = (text: string): number => plainText(text).split(/\s+/).filter(word => /[\w]/.test(word)).length;
