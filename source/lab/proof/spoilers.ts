import type {Change} from '../../trace/branches/change.js';
import type {LabStep} from '../lab-file.js';
import {Unreadable} from '../language/functions.js';
import {Unreached} from '../language/scene.js';
import {hex} from '../language/values.js';
import {askQuestion, machineAnswer} from '../predictions/predict.js';
import type {Workbench} from '../session/workbench.js';

/** Numbers below this are in any text; they give something away only beside the register's name. */
const TELLING = 8n;

/** The numbers that a text holds. */
const numbersIn = (text: string): bigint[] => [...text.matchAll(/(?<![\w.])(-?)(0x[0-9a-f_]+|\d[\d_]*)(?![\w])/gi)].map(([, sign, digits]) => {
	const magnitude = BigInt(digits.replaceAll('_', ''));
	return BigInt.asUintN(64, sign === '-' ? -magnitude : magnitude);
});

const hasWord = (text: string, word: string): boolean => new RegExp(`(?<!\\w)${word.replaceAll(/[^\w]/g, '\\$&')}(?!\\w)`, 'i').test(text);

/** What a hint gives away of a change. */
function ofChange(hint: string, change: Change): string | undefined {
	if (change.kind !== 'register') return undefined;
	const {register, value} = change;
	const isNamed = numbersIn(hint).includes(BigInt.asUintN(64, value));
	return isNamed && (value >= TELLING || hasWord(hint, register)) ? `the value of ${register}, ${hex(value)},` : undefined;
}

/** The names that a solution uses for values: labels and the like. */
const namesOf = (set: string): string[] => [...set.matchAll(/=\s*([A-Za-z_][\w.]*)/g)].map(([, name]) => name);

function ofActions(hint: string, bench: Workbench, {solution}: LabStep): string | undefined {
	for (const action of solution?.do ?? []) {
		if (!('set' in action)) continue;
		const name = namesOf(action.set.text).find(each => hasWord(hint, each));
		const change = bench.changesOf(action.set).map(each => ofChange(hint, each)).find(each => each !== undefined);
		const found = name ?? change;
		if (found !== undefined) return found;
	}

	return undefined;
}

/** What a hint gives away of the answer to a question. */
function ofQuestion(hint: string, bench: Workbench, step: LabStep, index: number): string | undefined {
	const prediction = step.predictions[index];
	const oracle = bench.oracle(step, index);
	const answer = machineAnswer(oracle, prediction);
	if ('number' in prediction) return BigInt(answer as string) >= TELLING && numbersIn(hint).includes(BigInt.asUintN(64, BigInt(answer as string))) ? `the answer ${String(answer)}` : undefined;
	const {options} = askQuestion(oracle, prediction);
	// A question of which no choice is right is a finding of its own.
	if (typeof answer === 'number') return answer >= 0 && options[answer].length > 3 && hint.toLowerCase().includes(options[answer].toLowerCase()) ? `the answer “${options[answer]}”` : undefined;
	if (typeof answer === 'string') return hasWord(hint, answer) ? `the answer ${answer}` : undefined;
	const ordered = answer.map(each => options[each]);
	return ordered.every(each => hasWord(hint, each)) ? 'the order' : undefined;
}

/** What a step's first hint gives away: values of its solution, answers to its questions; undefined if nothing. */
export function spoilerIn(hint: string, bench: Workbench, step: LabStep): string | undefined {
	const found = ofActions(hint, bench, step);
	if (found !== undefined) return found;
	for (const index of step.predictions.keys()) {
		try {
			const given = ofQuestion(hint, bench, step, index);
			if (given !== undefined) return given;
		} catch (error) {
			// A question without an answer is a finding of its own.
			if (!(error instanceof Unreached || error instanceof Unreadable)) throw error;
		}
	}

	return undefined;
}
