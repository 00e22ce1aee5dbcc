import type {Mark, Note} from '../machine/events.js';
import {Origin} from '../machine/exceptions.js';
import type {Instruction} from '../machine/ops.js';
import type {StepDetail} from './detail.js';
import {hardwareLane} from './hardware/lane.js';
import type {LaneEntry} from './hardware/lane-entry.js';
import {NAMELESS, named, type Naming} from './hardware/places.js';
import {vectorText, vectorTitle} from './hardware/vectors.js';
import {hex} from './names.js';
import {markSentence} from './narrator-marks.js';
import {listed} from './narrator-text.js';
import {workSentence} from './narrator-work.js';

type Raise = Extract<Note, {readonly kind: 'raise'}>;

/** What a sentence is made from. */
export interface Told {
	readonly detail: StepDetail;
	readonly lane: readonly LaneEntry[];
	readonly naming: Naming;
	readonly instruction: Instruction;
}

const notesOf = <K extends Note['kind']>({happenings}: StepDetail, kind: K): Extract<Note, {readonly kind: K}>[] =>
	happenings.flatMap(happening => (happening.kind === 'note' && happening.note.kind === kind ? [happening.note as Extract<Note, {readonly kind: K}>] : []));

const marksOf = <K extends Mark['kind']>({marks}: StepDetail, kind: K): Extract<Mark, {readonly kind: K}>[] =>
	marks.filter((mark): mark is Extract<Mark, {readonly kind: K}> => mark.kind === kind);

/** What the processor pushed, and where it goes on. */
function delivery(detail: StepDetail, naming: Naming): string {
	const {after} = detail;
	const arrived = marksOf(detail, 'exception').length + marksOf(detail, 'interrupt').length > 0;
	if (!arrived) return 'it cannot be delivered, and the machine stops';
	const words = detail.accesses.filter(({purpose}) => purpose === 'frame').map(({part = 'a word'}) => (part === 'error code' ? 'the error code' : part));
	const place = naming.placeOf(after.general.rsp);
	return `the processor pushes ${listed(words)} ${place === undefined ? `at ${hex(after.general.rsp)}` : `on ${place}`} and goes on at ${named(after.rip, naming)}, in ring ${after.cpl}`;
}

/** Why an exception is raised. */
function cause(lane: readonly LaneEntry[], {reason, address}: Raise): string {
	if (reason !== undefined) return `: ${reason}`;
	const refusal = lane.findLast(({kind}) => kind === 'refusal');
	if (refusal === undefined || address === undefined) return '';
	return `: ${refusal.sentence.charAt(0).toLowerCase()}${refusal.sentence.slice(1, -1)}`;
}

function interrupted(raise: Raise, detail: StepDetail, naming: Naming): string {
	return `interrupt: vector ${raise.vector}, ${vectorTitle(raise.vector) ?? 'of a device'}, is taken before the instruction at ${named(raise.returnAddress, naming)}; ${delivery(detail, naming)}.`;
}

function exception(raises: readonly Raise[], lane: readonly LaneEntry[], detail: StepDetail, naming: Naming, own: string | undefined): string {
	const [first] = raises;
	const [instruction] = notesOf(detail, 'instruction');
	const name = (instruction as typeof instruction | undefined)?.instruction.mnemonic.toLowerCase() ?? 'fetch';
	const titles = raises.map(({vector}) => vectorText(vector)).join(', then ');
	// A trap comes behind an instruction that was done; a fault in its place.
	const begin = own === undefined ? `${name}: ` : `${own.replace(/\.$/, '')}; then `;
	const asked = first.origin === Origin.SOFTWARE ? `the program asks for vector ${first.vector} (${titles})` : `${titles}${cause(lane, first)}`;
	return `${begin}${asked}; ${delivery(detail, naming)}.`;
}

/**
 * One step in one sentence, from what the processor told of it. It begins with the instruction's name.
 *
 * @param detail the step, heard to the last detail
 * @param naming names for addresses
 */
export function narrate(detail: StepDetail, naming: Naming = NAMELESS): string {
	const lane = hardwareLane(detail, naming);
	const raises = notesOf(detail, 'raise');
	const instruction = notesOf(detail, 'instruction').at(0)?.instruction;
	const done = instruction !== undefined && notesOf(detail, 'restart').length === 0;
	if (raises.length > 0) {
		if (raises[0].origin === Origin.EXTERNAL) return interrupted(raises[0], detail, naming);
		const trapped = done && raises[0].origin === Origin.HARDWARE && raises[0].returnAddress !== instruction.address;
		return exception(raises, lane, detail, naming, trapped ? ownSentence({detail, lane, naming, instruction}) : undefined);
	}

	return instruction === undefined ? 'nothing: the processor stands still.' : ownSentence({detail, lane, naming, instruction});
}

/** What an instruction did itself. */
function ownSentence(told: Told): string {
	const {detail, instruction} = told;
	const own = detail.marks.filter(({kind}) => kind !== 'exception' && kind !== 'interrupt');
	const sentence = own.length === 1 ? markSentence(told, own[0]) : undefined;
	return `${instruction.mnemonic.toLowerCase()}: ${sentence ?? workSentence(told)}.`;
}
