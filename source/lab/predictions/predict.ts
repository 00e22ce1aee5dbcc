import {isGeneralRegister} from '../../machine/registers.js';
import {PT_REGS_FIELDS} from '../../kernel/constants.js';
import {type NameBook, parseNamedValue} from '../../trace/branches/change-text.js';
import {ValueError} from '../../trace/register-values.js';
import {fill} from '../goals/fill.js';
import type {Evidence} from '../goals/verdict.js';
import {value} from '../language/evaluator.js';
import {stepOf} from '../language/scene.js';
import {same, type Value} from '../language/values.js';
import {shuffle} from '../shuffle.js';
import {choiceText, holdersOf, isRight, misconceptionOf, orderedTexts, showAnswer} from './answers.js';
import {type Answer, type Marking, type Prediction, predictionKind, type PredictionKind, type PredictionOf, type Question} from './prediction.js';

/** What a prediction is worked out from: the run ahead, as it would go on from where the learner stands. */
export interface Oracle extends Evidence {
	readonly names: NameBook;
	/** Decides the order in which options are shown; `key` tells the questions of a lab apart. */
	readonly seed: bigint;
	readonly key: string;
}

/** How a kind of prediction is asked and marked. */
interface Kind<K extends PredictionKind> {
	readonly kind: Question['kind'];
	readonly options: (oracle: Oracle, prediction: PredictionOf<K>) => readonly string[];
	readonly mark: (oracle: Oracle, prediction: PredictionOf<K>, answer: Answer) => Marking;
}

/** The usual words about an answer, unless the author has others. */
function marking({scene}: Oracle, {right, wrong}: Prediction, isRightAnswer: boolean, machine: string, because?: string): Marking {
	if (isRightAnswer) return {state: 'right', machine, text: right === undefined ? `Right: ${machine}.` : fill(scene, right)};
	const had = `It was ${machine}.`;
	if (because !== undefined) return {state: 'wrong', machine, text: `${because} ${had}`};
	return {state: 'wrong', machine, text: wrong === undefined ? had : fill(scene, wrong)};
}

const unreadable = (text: string): Marking => ({state: 'unreadable', text, machine: ''});

/** Reads a typed number; says why it can't be read. */
function readNumber(answer: Answer, names: NameBook): bigint | Marking {
	try {
		return parseNamedValue(String(answer), names);
	} catch (error) {
		if (error instanceof ValueError) return unreadable(error.message);
		throw error;
	}
}

const number: Kind<'number'> = {
	kind: 'number',
	options: () => [],
	mark(oracle, prediction, answer) {
		const given = readNumber(answer, oracle.names);
		if (typeof given !== 'bigint') return given;
		const {scene} = oracle;
		const machine: Value = value(scene, prediction.number.syntax);
		const misconception = misconceptionOf(scene, prediction.misconceptions ?? [], given);
		return marking(oracle, prediction, same(machine, given), showAnswer(machine), misconception === undefined ? undefined : fill(scene, misconception.because));
	},
};

/** The choices as they are shown, each with its text. */
function shownChoices(oracle: Oracle, {choices}: PredictionOf<'choices'>): {readonly choice: (typeof choices)[number]; readonly text: string}[] {
	return shuffle(choices, oracle.seed, oracle.key).map(choice => ({choice, text: choiceText(oracle, choice)}));
}

const choices: Kind<'choices'> = {
	kind: 'choice',
	options: (oracle, prediction) => shownChoices(oracle, prediction).map(({text}) => text),
	mark(oracle, prediction, answer) {
		const shown = shownChoices(oracle, prediction);
		const chosen = typeof answer === 'number' ? shown.at(answer) : shown.find(({text}) => text === answer);
		if (chosen === undefined) return unreadable(`choose one of the ${shown.length} answers`);
		const right = shown.find(({choice}) => isRight(oracle, prediction.choice, choice))?.text ?? '';
		const {because} = chosen.choice;
		return marking(oracle, prediction, chosen.text === right, `“${right}”`, because === undefined ? undefined : fill(oracle.scene, because));
	},
};

const or = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(' or '));

const clean = (answer: Answer): string => String(answer).trim().toLowerCase().replace(/^%|^regs->/, '');

const register: Kind<'register'> = {
	kind: 'register',
	options: () => [],
	mark(oracle, prediction, answer) {
		const name = clean(answer);
		if (!isGeneralRegister(name)) return unreadable(`“${String(answer)}” is no general register: type rax, rcx or another of the sixteen`);
		const {scene} = oracle;
		const holders = holdersOf(scene, prediction.register, stepOf(scene, prediction.at.point), 'register');
		return marking(oracle, prediction, holders.includes(name), or(holders));
	},
};

const slot: Kind<'slot'> = {
	kind: 'slot',
	options: () => [],
	mark(oracle, prediction, answer) {
		const name = clean(answer);
		if (!(PT_REGS_FIELDS as readonly string[]).includes(name)) return unreadable(`“${String(answer)}” is no field of struct pt_regs: there are ${PT_REGS_FIELDS.join(', ')}`);
		const {scene} = oracle;
		const holders = holdersOf(scene, prediction.slot, stepOf(scene, prediction.at.point), 'slot');
		return marking(oracle, prediction, holders.includes(name), or(holders.map(each => `regs->${each}`)));
	},
};

type Orders = PredictionOf<'order'> | PredictionOf<'order-of'>;

const ordering = {
	kind: 'order',
	options: (oracle: Oracle, prediction: Orders) => shuffle(orderedTexts(oracle.scene, prediction), oracle.seed, oracle.key),
	mark(oracle: Oracle, prediction: Orders, answer: Answer): Marking {
		const machine = orderedTexts(oracle.scene, prediction);
		const shown = ordering.options(oracle, prediction);
		const given = typeof answer === 'object' ? answer.map(index => shown.at(index) ?? '') : String(answer).split(/[\s,]+/).filter(word => word !== '');
		if (given.length !== machine.length || machine.some(each => !given.includes(each))) return unreadable(`put all ${machine.length} in order, each once`);
		const wrong = given.findIndex((each, index) => each !== machine[index]);
		const because = wrong < 0 ? undefined : `Number ${wrong + 1} was ${machine[wrong]}, not ${given[wrong]}.`;
		return marking(oracle, prediction, wrong < 0, machine.join(', '), because);
	},
} as const;

/** How each kind is asked and marked. */
const KINDS: {readonly [K in PredictionKind]: Kind<K>} = {number, choices, register, slot, order: ordering, 'order-of': ordering};

const kindFor = (prediction: Prediction): Kind<PredictionKind> => KINDS[predictionKind(prediction)];

/** A prediction as the learner sees it. Throws Unreached or Unreadable if the machine does not come to what it asks about. */
export function askQuestion(oracle: Oracle, prediction: Prediction): Question {
	const {kind, options} = kindFor(prediction);
	return {kind, text: fill(oracle.scene, prediction.ask), options: options(oracle, prediction as never)};
}

/** Compares an answer with what the machine will do. Throws as askQuestion does. */
export const markAnswer = (oracle: Oracle, prediction: Prediction, answer: Answer): Marking => kindFor(prediction).mark(oracle, prediction as never, answer);

/** The right answer, in the form in which a learner gives it. */
export function machineAnswer(oracle: Oracle, prediction: Prediction): Answer {
	const {scene} = oracle;
	if ('number' in prediction) return String(value(scene, prediction.number.syntax));
	if ('choices' in prediction) return shownChoices(oracle, prediction).findIndex(({choice}) => isRight(oracle, prediction.choice, choice));
	if ('register' in prediction) return holdersOf(scene, prediction.register, stepOf(scene, prediction.at.point), 'register').at(0) ?? '';
	if ('slot' in prediction) return holdersOf(scene, prediction.slot, stepOf(scene, prediction.at.point), 'slot').at(0) ?? '';
	const shown = ordering.options(oracle, prediction);
	return orderedTexts(scene, prediction).map(text => shown.indexOf(text));
}
