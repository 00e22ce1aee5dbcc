import type {Answer, Question} from '../lab/predictions/prediction.js';

/** Why a text is no answer to a question. */
export interface NoAnswer {
	readonly problem: string;
}

/** The option that a word means: its number, or its text. */
function optionOf(options: readonly string[], word: string): number {
	if (/^\d+$/.test(word) && Number(word) >= 1 && Number(word) <= options.length) return Number(word) - 1;
	return options.findIndex(option => option.toLowerCase() === word.toLowerCase());
}

/** All options in the order in which they were typed: by number, or by name. */
function readOrder(options: readonly string[], text: string): Answer | NoAnswer {
	const words = text.split(/[\s,]+/u).filter(word => word !== '');
	const order = words.map(word => optionOf(options, word));
	const unknown = words.find((_, index) => order[index] < 0);
	if (unknown !== undefined) return {problem: `“${unknown}” is none of them: type the numbers from 1 to ${options.length} in their order, such as ${options.map((_, index) => index + 1).join(' ')}`};
	if (new Set(order).size !== options.length || order.length !== options.length) return {problem: `put all ${options.length} in order, each once, such as ${options.map((_, index) => index + 1).join(' ')}`};
	return order;
}

/** Reads what a learner typed as an answer to a question. */
export function readAnswer({kind, options}: Question, text: string): Answer | NoAnswer {
	if (kind === 'order') return readOrder(options, text);
	if (kind !== 'choice') return text;
	const option = optionOf(options, text.trim());
	return option < 0 ? {problem: `“${text.trim()}” is none of the ${options.length} answers: type its number, or mark it with the arrows`} : option;
}
