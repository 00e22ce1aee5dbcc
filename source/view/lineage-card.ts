import type {Chain, ChainEnd, CodeRef, Input, Reader, Readers, WriterPart} from '../trace/provenance/answers.js';
import type {Lineage} from '../trace/provenance/lineage.js';
import type {Place} from '../trace/provenance/place.js';
import type {Card, CardPart} from './card.js';
import type {CardAction} from './marked-card.js';
import {hex} from './text.js';

/** How a lineage is told. */
export interface Telling {
	/** A place in words. */
	readonly placeText: (place: Place) => string;
	/** The first step of the program: steps are counted from there. */
	readonly origin: number;
}

/** What the way back to a value's origin comes to, where its last link does not say so itself. */
const ENDS: Readonly<Partial<Record<ChainEnd, string>>> = {
	computed: 'It was made from:',
	constant: 'There it begins: it is a number in that instruction, or follows from where the instruction stands.',
	system: 'There it begins: it came from a register of the system.',
	device: 'There it begins: it came from a device.',
	parts: 'Its bytes came from several places. They came from:',
	more: 'Further back it goes on from:',
};

/** A step as the title counts it; those before the program's first are the kernel's own beginnings. */
const stepText = (step: number, origin: number): string => (step < origin ? `${origin - step} steps before the program began` : `step ${step - origin}`);

/** A step can be gone to, unless it lies before the program's first. */
const goTo = (step: number | undefined, origin: number): {readonly action?: CardAction} => (step === undefined || step < origin ? {} : {action: {kind: 'go', step}});

/** A line without its label and its comment, its blanks made one. */
const codeText = (line: string): string => line.replace(/^\s*[\w.$]+:\s*/u, '').replace(/\s*(?:#|\/\/).*$/u, '').trim().replaceAll(/\s+/gu, ' ');

/** The instruction, and where it stands; of a macro's line the instruction as well as the line. */
function whereText({text, name, source, address}: CodeRef): string {
	const line = source === undefined ? '' : codeText(source.text);
	const [mnemonic = ''] = text.split(' ');
	const written = line === '' ? `\`${text}\`` : line.startsWith(mnemonic) ? `\`${line}\`` : `\`${line}\` (\`${text}\`)`;
	return `${written} ${source === undefined ? `at ${name ?? hex(address)}` : `${source.file}:${source.line}`}`;
}

const ringText = ({isProgram}: CodeRef): string => (isProgram ? 'ring 3' : 'ring 0');

/** A step in the column of names. */
const stepName = (step: number | undefined, origin: number): string => (step === undefined ? '' : step < origin ? 'the boot' : `step ${step - origin}`);

/** A link of the way: the step, the place where it is another one than was asked for, and who wrote it. */
function linkPart({place, sentence, step, code, through}: WriterPart, telling: Telling, isAsked = false): CardPart {
	const {placeText, origin} = telling;
	const what = isAsked ? '' : `${placeText(place)}: `;
	const where = code === undefined ? '' : `${ringText(code)}, ${whereText(code)}: `;
	const other = through === undefined ? '' : ` (by its other address ${hex(through)})`;
	return {name: stepName(step, origin), text: `${what}${where}${sentence}${other}`, ...goTo(step, origin)};
}

/** Something that a value was made of: Enter asks on from there. */
const inputPart = ({place, step, value}: Input, {placeText}: Telling): CardPart => ({name: placeText(place), text: `${hex(value)}; Enter asks who wrote that`, action: {kind: 'ask', place, step}});

/** The way by which the value came, the last writer first. */
function wayParts({links, end, inputs}: Chain, telling: Telling): CardPart[] {
	const [last, ...before] = links.map((link, index) => linkPart(link, telling, index === 0));
	return [
		...(links.length === 0 ? [] : [last]),
		...(before.length === 0 ? [] : [{text: 'It was a copy of:'}, ...before]),
		...(ENDS[end] === undefined ? [] : [{text: ENDS[end]}]), ...inputs.map(input => inputPart(input, telling)),
	];
}

/** Why there are no more readers. */
function readersEnd({readers, end, overwritten}: Readers, {known, isOver}: Lineage, telling: Telling): CardPart {
	const {origin} = telling;
	if (end === 'limit') return {name: '', text: `These are the first ${readers.length}; later ones are not listed.`};
	if (end === 'overwritten' && overwritten !== undefined) return {name: stepName(overwritten, origin), text: 'something else was written there: the value is gone', ...goTo(overwritten, origin)};
	if (isOver) return {name: '', text: `${readers.length === 0 ? 'Nobody has' : 'Nobody else has'} until the run was over, at ${stepText(known, origin)}.`};
	return {name: '', text: `The run is recorded up to ${stepText(known, origin)}: who reads it later is not known yet. c runs on.`};
}

function readerPart({step, code, sentence, places}: Reader, {origin, placeText}: Telling, areAll: boolean): CardPart {
	const what = areAll ? '' : `${places.map(placeText).join(', ')}: `;
	return {name: stepName(step, origin), text: `${what}${ringText(code)}, ${whereText(code)}: ${sentence}`, ...goTo(step, origin)};
}

/** What is told of a value: who wrote it, by which way it came, who read it later. Enter on a line goes to its step. */
export function lineageCard(lineage: Lineage, telling: Telling): Card {
	const {place, step, writer, chain, readers} = lineage;
	const {placeText, origin} = telling;
	const several = writer.parts.length > 1 ? writer.parts.map(part => linkPart(part, telling)) : [];
	return {
		title: `Who wrote ${placeText(place)}?`,
		parts: [
			{text: writer.value === undefined ? `At ${stepText(step, origin)} not all of it is mapped.` : `At ${stepText(step, origin)} it is ${hex(writer.value)}. It was written by:`},
			...several, ...wayParts(chain, telling),
			{text: 'Read later by:'}, ...readers.readers.map(reader => readerPart(reader, telling, reader.places.length === 1 && reader.places[0] === place)), readersEnd(readers, lineage, telling),
		],
	};
}
