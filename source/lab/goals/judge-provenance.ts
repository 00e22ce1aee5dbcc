import {code} from '../language/values.js';
import type {ConditionOf} from './condition.js';
import type {Writer} from './provenance.js';
import {type Evidence, type Verdict, verdict} from './verdict.js';

const spaced = (text: string): string => text.trim().replaceAll(/\s+/g, ' ');

/** Whether a writer is one that an author names: by its line, its function, or as the processor itself. */
function isNamed({line, function: name, hardware}: Writer, by: string): boolean {
	return by === 'hardware' ? hardware : name === by || spaced(line) === spaced(by);
}

const describeWriter = ({line, function: name, hardware}: Writer): string => {
	const where = name === '' ? '' : ` in ${name}`;
	return hardware ? `the processor itself${where}` : `${code(spaced(line))}${where}`;
};

export function judgeWritten({scene, provenance}: Evidence, condition: ConditionOf<'written'>): Verdict {
	const {written} = condition;
	if ('by' in condition) {
		const writer = provenance.writerOf(scene, written);
		if (writer === undefined) return verdict(false, `Nobody has written ${code(written.text)} in this run.`);
		const met = condition.by.some(by => isNamed(writer, by));
		return verdict(met, `${code(written.text)} was written by ${describeWriter(writer)}${met ? '' : `, not by ${condition.by.map(code).join(' or ')}`}.`);
	}

	const {from} = condition;
	const {places, names} = provenance.wayOf(scene, written);
	const known = names.map(spaced);
	const met = from.every(source => known.includes(spaced(source)));
	const way = places.length === 0 ? 'came from nowhere that is known' : `came by way of ${places.slice(0, PLACES_SHOWN).join(', ')}`;
	return verdict(met, `${code(written.text)} ${way}${met ? '' : `; wanted: ${from.map(code).join(', ')}`}.`);
}

/** Places of a way that a sentence names. */
const PLACES_SHOWN = 6;
