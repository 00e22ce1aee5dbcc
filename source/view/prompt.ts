import type {AskedQuestion} from '../lab/session/lab-session.js';
import type {Field} from './editing.js';
import type {Found} from './search.js';
import {fit, line, type Row, span, type Span, widthOf, wrap, cut, firstCharacter} from './text.js';
import type {Theme} from './theme.js';

/** Something that the field can be completed to. */
export interface Suggestion {
	/** The whole text of the field with it. */
	readonly text: string;
	/** How it is listed. */
	readonly label: string;
	/** What it does or is. */
	readonly note: string;
	/** The key that does the same. */
	readonly key?: string;
	/** Why it can't be done now. */
	readonly refused?: string;
}

/** A field over the panes, with what can be typed there. */
export interface Prompt {
	/** A command is typed, the new value of something that was marked, the answer to a question, or a word that is looked for. */
	readonly kind: 'command' | 'change' | 'answer' | 'search';
	readonly title: string;
	readonly field: Field;
	/** What can be typed, in a line. */
	readonly hint: string;
	readonly suggestions: readonly Suggestion[];
	/** The suggestion that is marked; -1: none. */
	readonly chosen: number;
	/** Why what was typed was not taken. */
	error?: string;
	/** What is being changed: what stands in front of `=` in a list of changes. */
	readonly target?: string;
	/** The question that is answered. */
	readonly question?: AskedQuestion;
	/** Whether bytes are typed rather than one value. */
	readonly bytes?: boolean;
	/** Of a search: what the suggestions stand for, in their order, and everything that can be found. */
	readonly found?: readonly Found[];
	readonly findables?: readonly Found[];
}

/** Something that lies over the panes: its place and its rows, each as wide as it is. */
export interface Overlay {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly rows: readonly Row[];
}

/** Columns of the box at most, and suggestions that it shows. */
export const WIDEST = 100;
const MOST_SUGGESTIONS = 10;

const SPACE = 0x20;

/** As much of the text as fits, with the cursor in it. */
function fieldRow({text, cursor}: Field, width: number): Row {
	const under = String.fromCodePoint(text.codePointAt(cursor) ?? SPACE);
	const room = width - 2;
	const after = cut(text.slice(cursor + under.length), Math.max(0, room - widthOf(under)));
	let before = text.slice(0, cursor);
	while (before !== '' && widthOf(before) + widthOf(under) > room) before = before.slice(firstCharacter(before).length);
	return fit([span('> ', 'key'), span(before), span(under, 'selected'), span(after)], width);
}

/** Columns of the suggestions' labels. */
const LABEL = 20;

function suggestionRow({label, note, key = '', refused}: Suggestion, isChosen: boolean, width: number, {glyphs}: Theme): Row {
	const tone = refused === undefined ? 'strong' : 'dim';
	const end: Span = span(key, 'key');
	const room = width - widthOf(key) - (key === '' ? 0 : 1);
	const text = refused === undefined ? note : `not now: ${refused}`;
	const name = label.padEnd(LABEL);
	return [...fit([span(isChosen ? `${glyphs.pointer} ` : '  ', 'key'), span(name, isChosen ? 'selected' : tone), span(` ${text}`, refused === undefined ? 'plain' : 'dim')], room, glyphs.ellipsis), span(key === '' ? '' : ' '), end];
}

/** The suggestions around the marked one. */
function suggestionRows({suggestions, chosen}: Prompt, width: number, most: number, theme: Theme): Row[] {
	const first = Math.max(0, Math.min(suggestions.length - most, chosen - most + 1));
	return suggestions.slice(first, first + most).map((suggestion, index) => suggestionRow(suggestion, first + index === chosen, width, theme));
}

/** A box with a title in its border, at the bottom of the panes. */
export function paintBox(title: string, body: readonly Row[], place: {readonly width: number; readonly height: number; readonly below: number}, {glyphs}: Theme): Overlay {
	const outer = Math.min(WIDEST, place.width);
	const {horizontal, vertical, corners} = glyphs.borders.userChosen;
	const labelWidth = Math.min(widthOf(title) + 2, outer - 4);
	const label = fit(line(` ${title} `, 'chosen'), labelWidth, glyphs.ellipsis);
	const rows: Row[] = [
		[span(corners[0] + horizontal, 'key'), ...label, span(horizontal.repeat(outer - 3 - labelWidth) + corners[1], 'key')],
		...body.map((row): Row => [span(vertical, 'key'), span(' '), ...fit(row, outer - 4, glyphs.ellipsis), span(' '), span(vertical, 'key')]),
		[span(corners[2] + horizontal.repeat(outer - 2) + corners[3], 'key')],
	];
	return {left: Math.floor((place.width - outer) / 2), top: place.height - place.below - rows.length, width: outer, rows};
}

/** Rows of a note at most. */
const MOST_NOTES = 6;

/** A note that is too long for a row. */
export function paintNote(text: string, width: number, height: number, below: number, theme: Theme): Overlay {
	const rows = wrap(text, Math.min(WIDEST, width) - 4).map(part => line(part, 'strong'));
	return paintBox('Note', rows.slice(0, MOST_NOTES), {width, height, below}, theme);
}

/**
 * The box with the field, at the bottom of the panes.
 * @param below rows of the screen below the panes
 */
export function paintPrompt(prompt: Prompt, width: number, height: number, below: number, theme: Theme): Overlay {
	const inner = Math.min(WIDEST, width) - 4;
	const notes = prompt.error === undefined ? wrap(prompt.hint, inner).map(text => line(text, 'dim')) : wrap(prompt.error, inner).map(text => line(text, 'error'));
	// At least the field and a row for what is said about it are seen.
	const most = Math.max(0, Math.min(MOST_SUGGESTIONS, height - below - 4 - notes.length));
	const body = [fieldRow(prompt.field, inner), ...suggestionRows(prompt, inner, most, theme), ...notes].slice(0, Math.max(1, height - below - 3));
	return paintBox(prompt.title, body, {width, height, below}, theme);
}
