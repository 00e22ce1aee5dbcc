import type {Laboratory} from '../lab/laboratory.js';
import {lineageOf} from '../trace/provenance/lineage.js';
import type {Place} from '../trace/provenance/place.js';
import {parsePlaceText} from '../trace/provenance/place-words.js';
import {Provenance} from '../trace/provenance/provenance.js';
import type {Recording} from '../trace/recording.js';
import type {Search} from '../trace/search.js';
import {ValueError} from '../trace/register-values.js';
import type {Card} from '../view/card.js';
import type {LabView} from '../view/lab-view.js';
import {lineageCard} from '../view/lineage-card.js';
import {markedPlace} from '../view/marked-place.js';
import type {Desk} from './desk.js';
import type {Study} from './working.js';

/** Readers of a value that are listed. */
const READERS = 5;

/** What asking for origins needs of who does it. */
export interface OriginHands {
	study(study: Study): void;
	/** Lays a card over the screen. */
	explain(card: Card): void;
}

/** What answers questions about a recording: it keeps what it has found out. */
const tracers = new WeakMap<Recording, Provenance>();

function tracerOf({recording, program}: Laboratory): Provenance {
	const known = tracers.get(recording) ?? new Provenance(recording, program);
	tracers.set(recording, known);
	return known;
}

/** A search that finds its machine each time where it has left it: a pane may have been drawn in between. */
function apart(recording: Recording, search: Search): Search['slice'] {
	let own = recording.step;
	return () => {
		if (recording.step !== own) recording.seek(own);
		const progress = search.slice();
		own = recording.step;
		return progress;
	};
}

/** Tells who wrote what is marked or named, where it came from, and who read it. */
export class Origins {
	constructor(private readonly hands: OriginHands) {}

	/** Asks for a place as it is typed, or for what is marked; gives the reason if that can't be done. */
	who(text: string, view: LabView, desk: Desk): string | undefined {
		const {laboratory: {recording, step}, nameBook} = desk;
		const wanted = text === '' ? markedPlace(view) : text;
		if (wanted === undefined) return 'nothing is marked that somebody wrote: choose the registers (2), the stacks (4), the memory (8) or the flags (9) and mark a line, or type :who and a place such as rsp';
		try {
			recording.seek(step);
			this.ask(parsePlaceText(wanted, recording, nameBook), step, desk);
			return undefined;
		} catch (error) {
			if (error instanceof ValueError) return error.message;
			throw error;
		}
	}

	/**
	 * Asks for a place at a step.
	 * @param found what is done before the answer is shown
	 */
	ask(place: Place, step: number, {laboratory}: Desk, found: () => void = () => undefined): void {
		const {recording, origin} = laboratory;
		const tracer = tracerOf(laboratory);
		const name = tracer.placeText(place);
		const question = lineageOf(tracer, place, step, READERS);
		const placeText = (each: Place): string => tracer.placeText(each);
		this.hands.study({
			work: apart(recording, question),
			notice: () => `Looking for who wrote ${name}, at step ${Math.max(0, recording.step - origin)} …`,
			done: () => {
				found();
				this.hands.explain(lineageCard(question.finish(), {placeText, origin}));
			},
		});
	}
}
