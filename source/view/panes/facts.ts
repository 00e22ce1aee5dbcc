import type {LabView} from '../lab-view.js';
import type {Fact, FactSlice} from '../slices.js';
import {type Row, rowWidth, span, type Tone, wrap} from '../text.js';
import type {Marks, Pane, PaneSize, Room} from './pane.js';
import {firstShown, keepInSight, signSpan} from './values.js';

/** What sets one list of facts apart from another. */
export interface FactPane<Name extends FactSlice> {
	readonly name: Name;
	readonly title: string;
	readonly help: string;
	readonly size: PaneSize;
	readonly views: Pane['views'];
	/** What is said where there is nothing to list. */
	readonly empty: string;
	readonly marks?: Marks;
}

/** Columns of names, where they are shorter. */
const NAME = 10;

/** Rows of a fact, and whether they are those of the one that is marked. */
function factRows({name, value, text, isHead = false, isNow = false}: Fact, isMarked: boolean, {width, glyphs}: Room): Row[] {
	if (isHead) return [[span(name, 'label'), span(value === '' ? '' : ` ${value}`, 'dim')]];
	const tone: Tone = isMarked ? 'selected' : isNow ? 'changed' : 'name';
	const sign = isMarked ? span(glyphs.pointer, 'key') : signSpan(isNow, glyphs.changed, 'changed');
	const row: Row = [sign, span(name.padEnd(NAME), tone), span(value === '' ? '' : ` ${value}`)];
	if (text === '') return [row];
	if (rowWidth(row) + 1 + text.length <= width) return [[...row, span(` ${text}`, 'dim')]];
	return [row, ...wrap(text, Math.max(1, width - 3)).map((part): Row => [span(`   ${part}`, 'dim')])];
}

/** A pane that lists facts: names, values, and a sentence about each. The one that is so now stays in sight. */
export function factPane<Name extends FactSlice>({name, title, help, size, views, empty, marks}: FactPane<Name>): Pane<Name> {
	const factsOf = ({slices}: LabView): readonly Fact[] => slices[name] ?? [];

	function paint(view: LabView, room: Room): readonly Row[] {
		const facts = factsOf(view);
		if (facts.length === 0) return [[span(empty, 'dim')]];
		const {height, mark, isChosen} = room;
		const isMarked = (index: number): boolean => marks !== undefined && isChosen && index === mark;
		const parts = facts.map((fact, index) => factRows(fact, isMarked(index), room));
		const rowOf = (index: number): number => parts.slice(0, index).reduce((sum, rows) => sum + rows.length, 0);
		const rows = parts.flat();
		const now = facts.findIndex(({isNow}) => isNow === true);
		const first = firstShown(rows.length, height, now < 0 ? 0 : Math.max(0, rowOf(now) - Math.floor(height / 2)), view.scroll[name]);
		const kept = marks !== undefined && isChosen ? keepInSight(first, height, rowOf(mark)) : first;
		return rows.slice(kept, kept + height);
	}

	return {
		name, title, help, size, views, needs: name, paint, ...(marks === undefined ? {} : {marks}),
		tell: view => {
			const facts = factsOf(view);
			return facts.length === 0 ? [empty] : facts.map(fact => `${fact.isNow === true ? 'now: ' : ''}${fact.name}${fact.value === '' ? '' : `: ${fact.value}`}${fact.text === '' ? '' : `, ${fact.text}`}`);
		},
	};
}
