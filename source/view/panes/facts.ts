import {tellCard} from '../card.js';
import type {GlyphTable} from '../glyphs.js';
import type {LabView} from '../lab-view.js';
import type {Fact, FactSlice} from '../slices.js';
import {type Row, rowWidth, span, type Tone, widthOf, wrap} from '../text.js';
import type {MarkAction, Pane, PaneSize, Room} from './pane.js';
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
	/** Added to the title. */
	readonly subject?: (view: LabView) => string;
	/** What Enter is called, and what it does with a line that it can do something with. */
	readonly enter?: {readonly label: string; readonly action: (fact: Fact) => MarkAction | undefined};
	/** Whether the mark stays where it is when the machine moves. */
	readonly stays?: boolean;
}

/** Columns of names, where they are shorter. */
const NAME = 10;

/** Rows of a fact. */
function factRows({name, value, text, isHead = false, isNow = false}: Fact, isMarked: boolean, {width, glyphs}: Room): Row[] {
	const sign = isMarked ? span(glyphs.pointer, 'key') : signSpan(isNow, glyphs.changed, 'changed');
	if (isHead) return [[sign, span(name, 'label'), span(value === '' ? '' : ` ${value}`, 'dim')]];
	const tone: Tone = isMarked ? 'selected' : isNow ? 'changed' : 'name';
	const row: Row = [sign, span(name.padEnd(NAME), tone), span(value === '' ? '' : ` ${value}`)];
	const below = (said: string, tone: Tone): Row[] => wrap(said, Math.max(1, width - 3)).map((part): Row => [span(`   ${part}`, tone)]);
	if (rowWidth(row) > width && value !== '') return [[sign, span(name, tone)], ...below(value, 'plain'), ...below(text, 'dim')];
	if (text === '') return [row];
	if (rowWidth(row) + 1 + widthOf(text) <= width) return [[...row, span(` ${text}`, 'dim')]];
	return [row, ...below(text, 'dim')];
}

/** Rows of facts that stay the same from frame to frame, such as those of long tables, by fact. */
const known = new WeakMap<Fact, {readonly width: number; readonly glyphs: GlyphTable; readonly rows: readonly Row[]}>();

/** Rows of a fact, made once for each width; those of the marked one are made anew. */
function rowsFor(fact: Fact, isMarked: boolean, room: Room): readonly Row[] {
	if (isMarked) return factRows(fact, true, room);
	const {width, glyphs} = room;
	const found = known.get(fact);
	if (found?.width === width && found.glyphs === glyphs) return found.rows;
	const rows = factRows(fact, false, room);
	known.set(fact, {width, glyphs, rows});
	return rows;
}

/** By itself, Enter shows more of a fact. */
const SHOW_MORE: NonNullable<FactPane<FactSlice>['enter']> = {label: 'explain', action: ({card}) => (card === undefined ? undefined : {kind: 'explain', card})};

/** A fact in a sentence. */
const tellFact = ({name, value, text, isNow = false}: Fact): string => `${isNow ? 'now: ' : ''}${name.trim()}${value === '' ? '' : `${name === '' ? '' : ': '}${value}`}${text === '' ? '' : `${name === '' && value === '' ? '' : ', '}${text}`}`;

/** The rows of a list: the marked one in sight, or else the one that is so now. */
function paintFacts(facts: readonly Fact[], scroll: number | undefined, room: Room): readonly Row[] {
	const {height, mark, isChosen} = room;
	const parts = facts.map((fact, index) => rowsFor(fact, isChosen && index === mark, room));
	const rowOf = (index: number): number => parts.slice(0, index).reduce((sum, rows) => sum + rows.length, 0);
	const rows = parts.flat();
	const now = facts.findIndex(({isNow}) => isNow === true);
	const first = firstShown(rows.length, height, now < 0 ? 0 : Math.max(0, rowOf(now) - Math.floor(height / 2)), scroll);
	if (!isChosen) return rows.slice(first, first + height);
	const begin = rowOf(mark);
	const kept = keepInSight(keepInSight(first, height, begin + (parts.at(mark)?.length ?? 1) - 1), height, begin);
	return rows.slice(kept, kept + height);
}

/** A pane that lists facts: names, values, and a sentence about each. The one that is so now stays in sight. */
export function factPane<Name extends FactSlice>({name, title, help, size, views, empty, subject, enter = SHOW_MORE, stays = true}: FactPane<Name>): Pane<Name> {
	const factsOf = ({slices}: LabView): readonly Fact[] => slices[name] ?? [];
	return {
		name, title, help, size, views, needs: [name], ...(subject === undefined ? {} : {subject}),
		paint(view, room) {
			const facts = factsOf(view);
			return facts.length === 0 ? wrap(empty, Math.max(1, room.width)).slice(0, room.height).map((text): Row => [span(text, 'dim')]) : paintFacts(facts, view.scroll[name], room);
		},
		marks: {
			count: view => Math.max(1, factsOf(view).length),
			usual: view => Math.max(0, factsOf(view).findIndex(({isNow}) => isNow === true)),
			action(view, mark) {
				const fact = factsOf(view).at(mark);
				return fact === undefined ? undefined : enter.action(fact);
			},
			refusal: 'the marked line says all there is',
			label: enter.label,
			stays,
		},
		tell(view) {
			const facts = factsOf(view);
			if (facts.length === 0) return [empty];
			// Only what is marked is read out with all its fields: else nobody would hear the end of it.
			const mark = view.marks[name];
			const marked = mark === undefined ? undefined : facts.at(mark)?.card;
			return [...facts.map(tellFact), ...(marked === undefined ? [] : tellCard(marked))];
		},
	};
}
