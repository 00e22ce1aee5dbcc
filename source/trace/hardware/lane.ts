import type {Note} from '../../machine/events.js';
import type {Happening, StepDetail} from '../detail.js';
import {LaneBuilder} from './lane-builder.js';
import type {LaneEntry} from './lane-entry.js';
import {NAMELESS, type Naming} from './places.js';
import {effect, mark, raise, segment} from './told-effects.js';
import {access, TRANSLATIONS, walk} from './told-memory.js';
import {WORK} from './told-work.js';
import {untouched} from './untouched.js';

/** What is said of each kind of note. */
const NOTES: {readonly [K in Note['kind']]: (lane: LaneBuilder, note: Extract<Note, {readonly kind: K}>) => void} = {...WORK, ...TRANSLATIONS, segment, raise};

function say(lane: LaneBuilder, happening: Happening): void {
	switch (happening.kind) {
		case 'effect':
			effect(lane, happening.effect);
			break;
		case 'access':
			access(lane, happening.access);
			break;
		case 'walk':
			walk(lane, happening.address, happening.step);
			break;
		case 'mark':
			mark(lane, happening.mark);
			break;
		case 'note':
			(NOTES[happening.note.kind] as (lane: LaneBuilder, note: Note) => void)(lane, happening.note);
	}
}

/**
 * A step unfolded into the things that the processor did, in the order in which it did them. Everything in it was told by
 * the code that did it; the sentences alone are made here.
 *
 * Whether a walk or the TLB answers for an address is as it was when the step was run for this detail: the TLB is part of
 * no snapshot.
 *
 * @param detail the step, heard to the last detail
 * @param naming names for addresses
 */
export function hardwareLane(detail: StepDetail, naming: Naming = NAMELESS): LaneEntry[] {
	const lane = new LaneBuilder(detail, naming);
	for (const happening of detail.happenings) say(lane, happening);
	untouched(lane);
	return withoutDetours(lane.entries);
}

/**
 * Leaves out a stack pointer that moves and moves back at once: `pop` to memory counts the address with the new one, and
 * moves it for good when the store is done.
 */
function withoutDetours(entries: readonly LaneEntry[]): LaneEntry[] {
	const moves = entries.filter(({kind, target}) => kind === 'register' && target === 'rsp');
	const dropped = new Set<LaneEntry>();
	for (const [index, first] of moves.entries()) {
		const second = moves.at(index + 1);
		if (second === undefined || dropped.has(first) || first.before === first.after || second.before !== first.after || second.after !== first.before) continue;
		dropped.add(first).add(second);
	}

	return entries.filter(entry => !dropped.has(entry));
}
