import type {LeftOut} from '../lab/broken.js';
import type {AttackResult, DoorReport} from '../trace/contract/door.js';
import {type Consequence, FAULT_PROMISE, type KernelFault} from '../trace/contract/consequence.js';
import type {Violation} from '../trace/contract/monitor.js';
import {type PromiseRow, PROMISES} from '../trace/contract/promises.js';
import type {SourcePlace} from '../trace/names.js';
import {type Card, type CardPart, tellCard} from './card.js';
import {hex} from './text.js';

/** Broken promises that are listed behind the first one. */
const LATER = 6;

/** A step as the title counts it; Enter goes there, unless it lies before the program's first. */
function stepPart(step: number, origin: number, text: string): CardPart {
	return step < origin ? {name: 'the boot', text} : {name: `step ${step - origin}`, text, action: {kind: 'go', step}};
}

/** An instruction's line and where it stands. */
const placeText = (rip: bigint, place: SourcePlace | undefined): string =>
	(place === undefined ? hex(rip) : `\`${place.text.replace(/\s*#.*$/u, '').replaceAll(/\s+/gu, ' ')}\` ${place.file}:${place.line}`);

/** What was promised and what was found instead. */
const violationText = ({promise, rip, place, found}: Violation): string => `${placeText(rip, place)}: “${promise.sentence}” But ${found}.`;

/** Promises that were broken behind the first one, each once. */
function laterParts([first, ...others]: readonly Violation[], origin: number): CardPart[] {
	// The first exception is told by itself.
	const seen = new Set<PromiseRow>([first.promise, ...PROMISES.filter(({name}) => name === FAULT_PROMISE)]);
	const later = others.filter(({promise}) => !seen.has(promise) && seen.add(promise).has(promise)).slice(0, LATER);
	return later.length === 0 ? [] : [{text: 'Broken later, too:'}, ...later.map(each => stepPart(each.step, origin, violationText(each)))];
}

function faultParts(fault: KernelFault | undefined, origin: number): CardPart[] {
	if (fault === undefined) return [];
	const {step, name, rip, place, address} = fault;
	return [{text: 'The first exception in the kernel:'}, stepPart(step, origin, `${placeText(rip, place)}: ${name}${address === undefined ? '' : `, address ${hex(address)}`}`)];
}

/** Lines that the kernel lacks, with what is known of each. */
const leftOutParts = (lines: readonly LeftOut[]): CardPart[] =>
	(lines.length === 0 ? [] : [{text: 'Left out of this kernel:'}, ...lines.map(({name, purpose, breaks}): CardPart => ({name, text: `The line ${purpose}. Without it: ${breaks}`}))]);

/** What broke first in a run, why it matters, and how the run ended. Enter on a line goes to its step. */
export function brokenCard({violations, first, fault, words, step}: Consequence, lines: readonly LeftOut[], origin: number): Card {
	const broken: CardPart[] = first === undefined
		? [{text: `No promise that the kernel makes was broken in this run, up to step ${step - origin}.`}]
		: [{text: 'The first promise that was broken:'}, stepPart(first.step, origin, violationText(first)), {name: 'why', text: `It matters since ${first.promise.why}.`}, ...laterParts(violations, origin)];
	return {title: 'What broke first?', parts: [...broken, ...faultParts(fault, origin), {text: words.at(-1) ?? ''}, ...leftOutParts(lines)]};
}

/** How an attack went, in a few words. */
function attackText({attack: {sentence}, held, violation}: AttackResult): string {
	if (held) return `held. ${sentence}`;
	return `got through: ${violation === undefined ? 'the program ended otherwise than it should' : `it broke “${violation.promise.name}”`}. ${sentence}`;
}

/** The first attack that got through, and how. */
function firstParts({first}: DoorReport): CardPart[] {
	if (first === undefined) return [{text: 'No attack got through.'}];
	const {attack: {name}, violation, words} = first;
	const why: CardPart[] = violation === undefined ? [{name, text: words.replace(`${name}: `, '')}] : [{name, text: violationText(violation)}, {name: 'why', text: `It matters since ${violation.promise.why}.`}];
	return [{text: 'The first that got through:'}, ...why];
}

/** A promise with its name. */
const promisePart = ({name, sentence}: PromiseRow): CardPart => ({name, text: sentence});

/** What a door promises: what broke first in some attack, and the rest. Of each attack only what it broke first is known. */
function promiseParts({results}: DoorReport): CardPart[] {
	const broken = new Set(results.flatMap(({violation}) => (violation === undefined ? [] : [violation.promise])));
	const others = PROMISES.filter(promise => !broken.has(promise));
	return [
		...(broken.size === 0 ? [] : [{text: 'Promises that an attack has broken first:'}, ...PROMISES.filter(promise => broken.has(promise)).map(promisePart)]),
		{text: broken.size === 0 ? 'All that a door promises was kept:' : 'Promises that no attack has broken first:'}, ...others.map(promisePart),
	];
}

/** Parts whose names take as many columns each: their texts stand below one another. */
function aligned(parts: readonly CardPart[]): CardPart[] {
	const width = Math.max(...parts.map(({name = ''}) => name.length));
	return parts.map(part => (part.name === undefined ? part : {...part, name: part.name.padEnd(width)}));
}

/** How a kernel’s door has stood up to hostile programs: the first broken promise, attack by attack, promise by promise. */
export function doorCard(report: DoorReport): Card {
	const {results} = report;
	const held = results.filter(each => each.held).length;
	const attacks = results.map((result): CardPart => ({name: result.attack.name, text: attackText(result)}));
	const card: Card = {title: `The door under attack: ${held} of ${results.length} held off`, parts: [...firstParts(report), {text: 'Attack by attack:'}, ...attacks, ...promiseParts(report)]};
	return {...card, parts: aligned(card.parts), told: tellCard(card)};
}
