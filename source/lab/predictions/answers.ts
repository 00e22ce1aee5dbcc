import {GENERAL_REGISTERS} from '../../machine/registers.js';
import {PT_REGS_FIELDS} from '../../kernel/constants.js';
import {judge} from '../goals/judge.js';
import {fill} from '../goals/fill.js';
import type {Evidence} from '../goals/verdict.js';
import {eventField, eventName} from '../language/events.js';
import {areSame, value} from '../language/evaluator.js';
import {type Scene, stepOf} from '../language/scene.js';
import type {Expression} from '../language/syntax.js';
import {hex, same, show, showBare, type Value, word} from '../language/values.js';
import type {Choice, Misconception, PredictionOf} from './prediction.js';

/** A value as it is shown in an answer: numbers in hex too, where that is how the panes show them. */
export function showAnswer(found: Value): string {
	const text = show(found);
	return typeof found === 'bigint' && /^-?\d\d/.test(text) ? `${text} (${hex(word(found))})` : text;
}

/** The misconception that an answer comes from, if one of those listed does. */
export const misconceptionOf = (scene: Scene, misconceptions: readonly Misconception[], given: bigint): Misconception | undefined =>
	misconceptions.find(({answer}) => same(value(scene, answer.syntax), given));

/** Whether a choice is the machine's. */
export function isRight(evidence: Evidence, asks: Expression | undefined, {is, when}: Choice): boolean {
	if (when !== undefined) return judge(evidence, when).state === 'met';
	return asks !== undefined && is !== undefined && areSame(evidence.scene, asks.syntax, is.syntax);
}

/** How a choice is shown. */
export function choiceText({scene}: Evidence, {is, text}: Choice): string {
	if (text !== undefined) return fill(scene, text);
	return is === undefined ? '' : is.syntax.kind === 'name' ? is.text : showBare(value(scene, is.syntax));
}

/** The names that hold a value at a point: of registers, or of pt_regs fields. */
export function holdersOf(scene: Scene, wanted: Expression, step: number, kind: 'register' | 'slot'): string[] {
	const looked = value(scene, wanted.syntax);
	if (kind === 'register') return GENERAL_REGISTERS.filter(name => same(value(scene, {kind: 'name', name, offset: 0}, step), looked));
	return PT_REGS_FIELDS.filter(field => same(value(scene, {kind: 'slot', field, offset: 0}, step), looked));
}

/** What is to be put in order, in the order in which the machine comes to it. */
export function orderedTexts(scene: Scene, prediction: PredictionOf<'order'> | PredictionOf<'order-of'>): string[] {
	if ('order' in prediction) {
		const items = prediction.order.map(({text, at}) => ({text: fill(scene, text), step: stepOf(scene, at.point)}));
		return items.sort((a, b) => a.step - b.step).map(({text}) => text);
	}

	const {'order-of': kind, by, from, to, only} = prediction;
	const [first, last] = [stepOf(scene, from.point), stepOf(scene, to.point)];
	const found = scene.recording.events.filter(event => event.kind === kind && event.step >= first && event.step < last);
	const names = found.map(event => String(by === 'name' ? eventName(event) : eventField(event, by) ?? ''));
	return [...new Set(names)].filter(name => name !== '' && only?.includes(name) !== false);
}
