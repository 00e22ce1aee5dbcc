import type {GlossaryEntry} from '../lab/glossary.js';
import {errorsOf} from '../trace/machine-views/call-errors.js';
import type {SyscallView} from '../trace/machine-views/syscall-search.js';
import {markdownRows} from './markdown-rows.js';
import type {CardAction} from './marked-card.js';
import {type Overlay, paintBox, WIDEST} from './prompt.js';
import {line, type Row, span} from './text.js';
import type {Theme} from './theme.js';

/** An explanation that lies over the screen until it is closed. */
export interface Card {
	readonly title: string;
	/** Each may have a name in front, and Markdown's back quotes within. */
	readonly parts: readonly CardPart[];
	/** What is read out in the place of its parts, without a screen. */
	readonly told?: readonly string[];
}

export interface CardPart {
	readonly name?: string;
	readonly text: string;
	/** Where Enter leads from here: then the parts of the card can be marked. */
	readonly action?: CardAction;
}

/** A word of the glossary: its three sentences, and where to see what it means. */
export const termCard = ({term, also, text, see}: GlossaryEntry): Card => ({
	title: term,
	parts: [{text}, {name: 'See', text: see}, ...(also.length === 0 ? [] : [{name: 'Also', text: also.join(', ')}])],
});

/** A row of the table of system calls. */
export function callCard(call: SyscallView): Card {
	const {number, name, arguments: args, returns, signature, sentence} = call;
	return {
		title: `${name}, system call ${number}`,
		parts: [
			{text: `\`${signature}\``},
			{text: sentence},
			{name: 'rax', text: `${number}, the number of the call`},
			...args.map(({register, sentence: said}) => ({name: register, text: said.replace(`${register} holds `, '')})),
			{name: 'Result', text: `${returns}; a number from -4095 to -1 is an error number, negated.`},
			...errorsOf(call).map(({name: error, text, cause}) => ({name: error, text: `${text}: ${cause}.`})),
		],
	};
}

/** A part's rows: its name stands in front, and its text goes on beside it. */
function partRows({name, text}: CardPart, width: number): Row[] {
	if (name === undefined) return markdownRows(text, width);
	const margin = Math.min(Math.max(9, name.length + 1), Math.floor(width / 2));
	return markdownRows(text, Math.max(1, width - margin)).map((row, index): Row => [span((index === 0 ? name : '').padEnd(margin), 'name'), ...row]);
}

/** The rows of a card; parts without a name stand apart. */
const cardRows = ({parts}: Card, width: number): Row[] => parts.flatMap((part, index): Row[] => [...(index > 0 && (part.name === undefined) !== (parts[index - 1].name === undefined) ? [[]] : []), ...partRows(part, width)]);

/** Rows of a screen of so many columns that a card needs, its border left out. */
const heightOf = (height: number, below: number): number => Math.max(1, height - below - 3);

/** How far a card can be scrolled. */
export const cardScrollLimit = (card: Card, width: number, height: number, below: number): number => Math.max(0, cardRows(card, Math.min(WIDEST, width) - 4).length - heightOf(height, below));

/**
 * A card over the panes.
 * @param below rows of the screen below the panes
 */
export function paintCard(card: Card, scroll: number, width: number, height: number, below: number, theme: Theme): Overlay {
	const rows = cardRows(card, Math.min(WIDEST, width) - 4);
	const room = heightOf(height, below);
	const first = Math.max(0, Math.min(scroll, rows.length - room));
	const title = rows.length > room ? `${card.title}, rows ${first + 1} to ${Math.min(rows.length, first + room)} of ${rows.length}` : card.title;
	return paintBox(title, rows.length === 0 ? [line('')] : rows.slice(first, first + room), {width, height, below}, theme);
}

/** A card as sentences, for people who don't see the screen. */
export const tellCard = ({title, parts, told}: Card): readonly string[] => told ?? [title.endsWith('?') ? title : `${title}:`, ...parts.map(({name, text}) => `${name === undefined || name === '' ? '' : `${name}: `}${text.replaceAll('`', '')}`)];
