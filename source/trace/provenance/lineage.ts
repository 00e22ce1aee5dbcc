import type {Chain, Readers, Writer} from './answers.js';
import type {Place} from './place.js';
import type {Provenance} from './provenance.js';
import {Question} from './question.js';

/** All that is told of a value at once: who wrote it, by which way it came, who read it. */
export interface Lineage {
	readonly place: Place;
	/** The moment that was asked about: so many steps had been done. */
	readonly step: number;
	readonly writer: Writer;
	readonly chain: Chain;
	readonly readers: Readers;
	/** So many steps of the run are known: nothing can be said of later ones. */
	readonly known: number;
	/** Whether the run is over there. */
	readonly isOver: boolean;
}

/** Answers a question as a part of another one. */
function* answerOf<T>(question: Question<T>): Generator<undefined, T> {
	while (question.slice() === 'more') yield;
	return question.finish();
}

/**
 * Asks all that is told of a place's value.
 * @param readers so many readers at most
 * @throws PlaceError, from the slices, for a place that there is not
 */
export function lineageOf(provenance: Provenance, place: Place, step: number, readers: number): Question<Lineage> {
	function* work(): Generator<undefined, Lineage> {
		const writer = yield* answerOf(provenance.writerOf(place, step));
		const chain = yield* answerOf(provenance.chain(place, step));
		const read = yield* answerOf(provenance.readersOf(place, step, readers));
		const {recording} = provenance;
		return {place, step: writer.step, writer, chain, readers: read, known: recording.length, isOver: recording.end !== undefined};
	}

	return new Question(work(), ({writer: {parts}}) => parts.at(0)?.step, step);
}
