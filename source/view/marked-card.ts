import type {Place} from '../trace/provenance/place.js';
import type {Card, CardPart} from './card.js';
import type {GlyphTable} from './glyphs.js';
import {markdownRows} from './markdown-rows.js';
import {keepInSight} from './panes/values.js';
import {type Overlay, paintBox, WIDEST} from './prompt.js';
import {type Row, span} from './text.js';
import type {Theme} from './theme.js';

/** What Enter does with a part of a card. */
export type CardAction =
	/** The machine goes to a step of the run. */
	| {readonly kind: 'go'; readonly step: number}
	/** It is asked who wrote another place, at another moment. */
	| {readonly kind: 'ask'; readonly place: Place; readonly step: number};

/** Whether parts of a card can be marked: from some of them one can go elsewhere. */
export const isMarkable = ({parts}: Card): boolean => parts.some(({action}) => action !== undefined);

/** The part that is marked at first: the first one that leads elsewhere. */
export const firstMark = ({parts}: Card): number => Math.max(0, parts.findIndex(({action}) => action !== undefined));

/** Another mark, so many parts further. */
export const moveMark = ({parts}: Card, mark: number, by: number): number => Math.max(0, Math.min(parts.length - 1, mark + by));

/** Columns of the mark, and of the narrowest and the widest column of names. */
const SIGN = 2;
const NAMES = {LEAST: 9, MOST: 30} as const;

/** Columns of the names. */
const marginOf = ({parts}: Card, width: number): number =>
	Math.min(Math.floor(width / 2), NAMES.MOST, Math.max(NAMES.LEAST, ...parts.map(({name = ''}) => name.length + 1)));

/** Names that are too long for their column, broken where they can be. */
function nameRows(name: string, margin: number): string[] {
	const rows: string[] = [];
	for (let rest = name; rest !== '' || rows.length === 0; ) {
		const cut = rest.length < margin ? rest.length : Math.max(rest.lastIndexOf(' ', margin - 1), 0) || margin - 1;
		rows.push(rest.slice(0, cut));
		rest = rest.slice(cut).trimStart();
	}

	return rows;
}

/** A part's rows: the mark, its name, and its text beside it. */
function partRows({name, text, action}: CardPart, isMarked: boolean, width: number, margin: number, {pointer}: GlyphTable): Row[] {
	const sign = (index: number): Row => [span((isMarked && index === 0 ? pointer : '').padEnd(SIGN), 'key')];
	const tone = isMarked ? 'selected' : action === undefined ? 'dim' : 'name';
	if (name === undefined) return markdownRows(text, Math.max(1, width - SIGN), isMarked ? 'selected' : 'strong').map((row, index): Row => [...sign(index), ...row]);
	const names = nameRows(name, margin);
	const texts = markdownRows(text, Math.max(1, width - SIGN - margin));
	return Array.from({length: Math.max(names.length, texts.length)}, (_, index): Row => {
		const own = names[index] ?? '';
		return [...sign(index), span(own, tone), span(' '.repeat(margin - own.length)), ...(texts[index] ?? [])];
	});
}

/**
 * A card over the panes whose parts can be marked; the marked one is in sight.
 * @param below rows of the screen below the panes
 */
export function paintMarkedCard(card: Card, mark: number, width: number, height: number, below: number, theme: Theme): Overlay {
	const inner = Math.min(WIDEST, width) - 4;
	const margin = marginOf(card, inner);
	const parts = card.parts.map((part, index) => [...(index > 0 && part.name === undefined ? [[]] : []), ...partRows(part, index === mark, inner, margin, theme.glyphs)]);
	const rows = parts.flat();
	const room = Math.max(1, height - below - 3);
	const begin = parts.slice(0, mark).reduce((sum, {length}) => sum + length, 0);
	const end = begin + (parts.at(mark)?.length ?? 1) - 1;
	const first = Math.min(Math.max(0, rows.length - room), keepInSight(keepInSight(0, room, end), room, begin));
	const title = rows.length > room ? `${card.title}, rows ${first + 1} to ${Math.min(rows.length, first + room)} of ${rows.length}` : card.title;
	return paintBox(title, rows.slice(first, first + room), {width, height, below}, theme);
}
